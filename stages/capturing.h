// Taking what a task captures from an attempt (language.md section 4).
#ifndef STAGES_CAPTURING_H_
#define STAGES_CAPTURING_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "plan/capture.h"
#include "plan/plan.h"
#include "stages/judge.h"
#include "stages/lookup.h"
#include "stages/run_listener.h"
#include "stages/run_values.h"

namespace servo::stages {

// The most that a captured value may have.
inline constexpr size_t kMaxCapturedBytes = 1024 * 1024;

// The most texts and numbers that a secret can have in it.
inline constexpr size_t kMaxSecretParts = 256;

// What the captures of a task have not found.
struct Uncaptured {
  // Those that had to be found and were not, or whose value does not match.
  std::vector<CaptureProblem> problems;

  // The first secret that may stand unmasked in what the attempt has said; null
  // if there is none. It was not found, whether or not it had to be, or it is
  // written in a way that cannot be masked.
  const plan::Capture* secret = nullptr;  // the plan's
  bool secret_found = false;
};

// The first capture of `task` that is a secret; null if none is.
const plan::Capture* SecretOf(const plan::Task& task);

// Puts what the captures of `task` find in `sources`, which are of `result`,
// into `values`. `asked` is the URL of a request.
Uncaptured TakeCaptures(const plan::Task& task, const AttemptResult& result,
                        absl::string_view asked, Sources* sources,
                        RunValues* values);

// What `capture` finds; kNotFound if there is nothing, as in an empty output,
// other errors say what is wrong. `on_secret`, if not null, hears of a secret
// first, whether or not it matches.
absl::StatusOr<NamedValue> FindCapture(const plan::Capture& capture,
                                       Sources* sources,
                                       const OnSecret& on_secret = nullptr);

}  // namespace servo::stages

#endif  // STAGES_CAPTURING_H_
