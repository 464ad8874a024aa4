// The servo protocol's texts: the request on stdin and the lines on stdout
// (contract.md section 1).
#ifndef PROTOCOL_MESSAGES_H_
#define PROTOCOL_MESSAGES_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"

namespace servo::protocol {

// What the core asks for: `control` of the request. All finite and not
// negative.
struct Control {
  absl::Duration duration;
  absl::Duration warmup = absl::ZeroDuration();
  absl::Duration delay = absl::ZeroDuration();

  // From the start of measuring to its end: delay, warm-up and duration.
  absl::Duration Total() const { return delay + warmup + duration; }
};

// The largest request that is read, in bytes.
inline constexpr size_t kMaxRequestBytes = 16 * 1024 * 1024;

// Reads the request. Everything but `control.duration`, `control.warmup` and
// `control.delay` is ignored. Errors are kInvalidArgument, their messages ready
// for the answer: "failed to parse input: WHY" for what is not JSON, else the
// key ("control.duration"), what was found there and what is expected.
absl::StatusOr<Control> ParseRequest(absl::string_view text);

// The answers of a measurement. `status` in the JSON is "ok", "failed" or
// "bad-request".
struct Answer {
  std::string status = "ok";
  // Of "ok": name to {"value": NUMBER, "unit": TEXT} or {"values": SERIES,
  // ...}; and free annotations. Objects.
  nlohmann::json metrics = nlohmann::json::object();
  nlohmann::json annotations = nlohmann::json::object();
  // Of the others: for a person, and one word for a program.
  std::string message;
  std::string reason;

  static Answer Failed(absl::string_view message,
                       absl::string_view reason = "failed");
  static Answer BadRequest(absl::string_view message);
};

// Each returns one line, newline included, of ASCII-safe JSON: valid UTF-8
// whatever bytes the texts hold (ill-formed ones become U+FFFD).
std::string ProgressLine(int progress, absl::string_view message);
std::string AnswerLine(const Answer& answer);
std::string InfoLine(absl::string_view version, bool has_cancel);
std::string DescribeLine(const nlohmann::json& metrics);

}  // namespace servo::protocol

#endif  // PROTOCOL_MESSAGES_H_
