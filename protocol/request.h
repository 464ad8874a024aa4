// The request that the core writes to a driver's stdin (contract.md section 1,
// "The request").
#ifndef PROTOCOL_REQUEST_H_
#define PROTOCOL_REQUEST_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace servo::protocol {

// What the core asks for: `control` of the request. All finite and not
// negative; a value above a hundred years counts as a hundred years, so that
// sums of them and of clock readings stay finite.
struct Control {
  absl::Duration duration;
  absl::Duration warmup = absl::ZeroDuration();
  absl::Duration delay = absl::ZeroDuration();

  // From the start of measuring to its end: delay, warm-up and duration.
  absl::Duration Total() const { return delay + warmup + duration; }

  // The value for Driver::Progress() `elapsed` after the start of measuring: 0
  // before the window (in delay and warm-up), then the share of it that has
  // passed, 100 after it (contract.md section 1).
  int ProgressAfter(absl::Duration elapsed) const;
};

// All that is read of a request.
struct Request {
  Control control;

  // The names of the metrics that the core wants back; empty: all.
  std::vector<std::string> metrics;
};

// The largest request that is read, in bytes.
inline constexpr size_t kMaxRequestBytes = 16 * 1024 * 1024;

// The deepest nesting of objects and arrays that is read.
inline constexpr int kMaxRequestDepth = 500;

// Reads the request. Everything but `control.duration`, `control.warmup`,
// `control.delay` and the texts in the list `metrics` is ignored, but `text`
// must be JSON (RFC 8259) in UTF-8 with numbers that a double can hold, and
// nothing else but white space; of members with the same name the last one
// counts. A `metrics` that is not a list counts as none. Uses no memory beside
// that of the metrics' names and of the longest string in `text`.
//
// Errors are kInvalidArgument, their messages ready for the answer: "failed to
// parse input: WHY" with line and column for what is not JSON, else for each
// key that is missing or wrong what is expected and what was found, cut short.
absl::StatusOr<Request> ParseRequest(absl::string_view text);

}  // namespace servo::protocol

#endif  // PROTOCOL_REQUEST_H_
