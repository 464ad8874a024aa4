// The lines that a driver writes to stdout (contract.md section 1): each one
// JSON object.
#ifndef PROTOCOL_MESSAGES_H_
#define PROTOCOL_MESSAGES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace servo::protocol {

// The answer of a measurement.
struct Answer {
  // "ok", "failed" or "bad-request".
  std::string status = "ok";

  // Of "ok": name to {"value": NUMBER, "unit": TEXT} or {"values": SERIES,
  // ...}; and free annotations. Objects, or RunMain() answers with an internal
  // error.
  nlohmann::json metrics = nlohmann::json::object();
  nlohmann::json annotations = nlohmann::json::object();

  // Of the others: for a person, and one word for a program.
  std::string message;
  std::string reason;

  static Answer Failed(absl::string_view message,
                       absl::string_view reason = "failed");
  static Answer BadRequest(absl::string_view message);

  // What a driver answers that ended since Driver::Cancel() was called; the
  // message is RunMain()'s.
  static Answer Cancelled();
};

// The `reason` of answers that this layer itself gives or looks at.
inline constexpr absl::string_view kReasonBadRequest = "bad-request";
inline constexpr absl::string_view kReasonCancelled = "cancelled";
inline constexpr absl::string_view kReasonInternalError = "internal-error";

// Each returns one line, newline included, of ASCII-safe JSON: valid UTF-8
// whatever bytes the texts hold (ill-formed ones become U+FFFD). A number that
// JSON does not have (NaN, an infinity) becomes null.
std::string ProgressLine(int progress, absl::string_view message);
std::string AnswerLine(const Answer& answer);
std::string InfoLine(absl::string_view version, bool has_cancel);
std::string DescribeLine(const nlohmann::json& metrics);

}  // namespace servo::protocol

#endif  // PROTOCOL_MESSAGES_H_
