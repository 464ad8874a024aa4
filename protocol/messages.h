// The lines that a driver writes to stdout (contract.md section 1): each one
// JSON object.
#ifndef PROTOCOL_MESSAGES_H_
#define PROTOCOL_MESSAGES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "nlohmann/json.hpp"
#include "protocol/json_line.h"

namespace servo::protocol {

// The answer of a measurement.
struct Answer {
  // "ok", "failed" or "bad-request".
  std::string status = "ok";

  // Name to {"value": NUMBER, "unit": TEXT} or {"values": SERIES, ...}; and
  // free annotations. Objects, or RunMain() answers with an internal error. A
  // failed answer may have them too, where what was measured is the failure.
  nlohmann::json metrics = nlohmann::json::object();
  nlohmann::json annotations = nlohmann::json::object();

  // Of a status that is not "ok": whether all was measured, so that `metrics`
  // is written even where a request's list of names leaves none.
  bool measured = false;

  // Of a status that is not "ok": for a person, and one word for a program.
  std::string message;
  std::string reason;

  static Answer Failed(absl::string_view message,
                       absl::string_view reason = "failed");
  static Answer BadRequest(absl::string_view message);

  // The answer of a driver that ended because of Driver::Cancel(). RunMain()
  // words its message.
  static Answer Cancelled();
};

// The `reason` of answers that this layer itself gives or looks at.
inline constexpr absl::string_view kReasonBadRequest = "bad-request";
inline constexpr absl::string_view kReasonCancelled = "cancelled";
inline constexpr absl::string_view kReasonInternalError = "internal-error";

// Leaves only the metrics with these names in `answer`; all if `names` is
// empty.
void KeepMetrics(absl::Span<const std::string> names, Answer* answer);

// Each returns one line, line break included, of JSON in ASCII, whatever bytes
// the texts hold (ill-formed UTF-8 becomes U+FFFD). A number that JSON does not
// have (NaN, an infinity) becomes null. The messages of a progress line are
// joined by line breaks. Of an answer that is not "ok", metrics and annotations
// are written where there are any, and no metrics where all was `measured`.
JsonLine ProgressLine(int progress, std::vector<std::string> messages);
JsonLine AnswerLine(Answer answer);
std::string InfoLine(absl::string_view version, bool has_cancel);
std::string DescribeLine(const nlohmann::json& metrics);

}  // namespace servo::protocol

#endif  // PROTOCOL_MESSAGES_H_
