#include "protocol/messages.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace servo::protocol {
namespace {

// Members in the order in which they are written here, for people who read the
// lines.
using OrderedJson = nlohmann::ordered_json;

template <typename Json>
std::string Dump(const Json& value) {
  return value.dump(/*indent=*/-1, /*indent_char=*/' ', /*ensure_ascii=*/true,
                    Json::error_handler_t::replace);
}

std::string Line(const OrderedJson& object) { return Dump(object) + "\n"; }

// ',"KEY":VALUE', what follows another member.
std::string Member(absl::string_view key, const nlohmann::json& value) {
  return absl::StrCat(",\"", key, "\":", Dump(value));
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

void KeepMetrics(absl::Span<const std::string> names, Answer* answer) {
  if (names.empty()) return;
  nlohmann::json kept = nlohmann::json::object();
  for (const std::string& name : names) {
    const auto metric = answer->metrics.find(name);
    if (metric == answer->metrics.end()) continue;  // unknown, or named twice
    kept[name] = std::move(*metric);
    answer->metrics.erase(metric);
  }
  answer->metrics = std::move(kept);
}

JsonLine ProgressLine(int progress, std::vector<std::string> messages) {
  return JsonLine(absl::StrCat("{\"progress\":", progress, ",\"message\":\""),
                  std::move(messages), "\"}\n");
}

JsonLine AnswerLine(Answer answer) {
  const std::string head =
      absl::StrCat("{\"status\":", Dump(nlohmann::json(answer.status)));
  if (answer.status == "ok") {
    return JsonLine(absl::StrCat(head, Member("metrics", answer.metrics),
                                 Member("annotations", answer.annotations),
                                 "}\n"));
  }
  std::string tail =
      absl::StrCat("\"", Member("reason", nlohmann::json(answer.reason)));
  if (answer.measured || !answer.metrics.empty()) {
    tail += Member("metrics", answer.metrics);
  }
  if (!answer.annotations.empty())
    tail += Member("annotations", answer.annotations);
  std::vector<std::string> message;
  message.push_back(std::move(answer.message));
  return JsonLine(absl::StrCat(head, ",\"message\":\""), std::move(message),
                  absl::StrCat(tail, "}\n"));
}

std::string InfoLine(absl::string_view version, bool has_cancel) {
  return Line({{"has_cancel", has_cancel}, {"version", std::string(version)}});
}

std::string DescribeLine(const nlohmann::json& metrics) {
  return Line({{"status", "ok"}, {"metrics", metrics}});
}

}  // namespace servo::protocol
