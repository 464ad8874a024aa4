#include "protocol/messages.h"

#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace servo::protocol {
namespace {

// Members in the order in which they are written here, for people who read the
// lines.
using OrderedJson = nlohmann::ordered_json;

std::string Line(const OrderedJson& object) {
  return object.dump(/*indent=*/-1, /*indent_char=*/' ', /*ensure_ascii=*/true,
                     OrderedJson::error_handler_t::replace) +
         "\n";
}

}  // namespace

Answer Answer::Failed(absl::string_view message, absl::string_view reason) {
  Answer answer;
  answer.status = "failed";
  answer.message = std::string(message);
  answer.reason = std::string(reason);
  return answer;
}

Answer Answer::BadRequest(absl::string_view message) {
  Answer answer = Failed(message, kReasonBadRequest);
  answer.status = "bad-request";
  return answer;
}

Answer Answer::Cancelled() { return Failed("cancelled", kReasonCancelled); }

std::string ProgressLine(int progress, absl::string_view message) {
  return Line({{"progress", progress}, {"message", std::string(message)}});
}

std::string AnswerLine(const Answer& answer) {
  OrderedJson line;
  line["status"] = answer.status;
  if (answer.status == "ok") {
    line["metrics"] = answer.metrics;
    line["annotations"] = answer.annotations;
  } else {
    line["message"] = answer.message;
    line["reason"] = answer.reason;
  }
  return Line(line);
}

std::string InfoLine(absl::string_view version, bool has_cancel) {
  return Line({{"has_cancel", has_cancel}, {"version", std::string(version)}});
}

std::string DescribeLine(const nlohmann::json& metrics) {
  return Line({{"status", "ok"}, {"metrics", metrics}});
}

}  // namespace servo::protocol
