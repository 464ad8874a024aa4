// Waiting for a line of a process's output.
#ifndef STAGES_OUTPUT_WATCH_H_
#define STAGES_OUTPUT_WATCH_H_

#include <array>
#include <cstddef>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "exec/output_tap.h"
#include "plan/lookup.h"

namespace servo::stages {

// Looks for a match in each line of both streams. A line that has no end yet,
// such as a prompt, counts once it has stood still between two calls of
// LookAtRest().
class OutputWatch final : public exec::OutputTap {
 public:
  // Of a longer line only so many bytes are looked at.
  static constexpr size_t kMaxLine = size_t{64} << 10;

  // `found` is called once, from inside OnOutput() or LookAtRest().
  OutputWatch(plan::Lookup::Regex regex, absl::AnyInvocable<void()> found);

  void OnOutput(exec::Stream stream, absl::string_view bytes) override;

  void LookAtRest();

 private:
  struct Rest {
    std::string line;
    size_t seen = 0;  // its size at the last LookAtRest()
  };

  void Look(absl::string_view lines);

  const plan::Lookup::Regex regex_;
  absl::AnyInvocable<void()> found_;  // null: it was called
  std::array<Rest, 2> rests_;         // by stream
};

}  // namespace servo::stages

#endif  // STAGES_OUTPUT_WATCH_H_
