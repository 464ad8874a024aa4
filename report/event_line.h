// One line of events.jsonl (docs/events.md), as it is put together.
#ifndef REPORT_EVENT_LINE_H_
#define REPORT_EVENT_LINE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "plan/metric.h"

namespace servo::report {

// Appends `text` as a JSON string: ill-formed UTF-8 becomes U+FFFD.
void AppendJsonText(absl::string_view text, std::string* json);

// Appends the shortest decimal that is `number`; null for what is not finite.
void AppendJsonNumber(double number, std::string* json);
void AppendJsonNumber(plan::Number number, std::string* json);

// A JSON object that grows key by key. Keys are plain words, each given once.
// Far cheaper than a document: a run has several lines for each task.
class JsonObject {
 public:
  JsonObject() : json_("{") {}

  JsonObject& Text(absl::string_view key, absl::string_view text);
  JsonObject& Integer(absl::string_view key, int64_t number);
  JsonObject& Number(absl::string_view key, double number);
  JsonObject& Number(absl::string_view key, plan::Number number);
  JsonObject& Seconds(absl::string_view key, absl::Duration duration);
  JsonObject& Flag(absl::string_view key, bool flag);
  // A flag that is left out where it is false.
  JsonObject& FlagIf(absl::string_view key, bool flag);
  // `json` is JSON.
  JsonObject& Raw(absl::string_view key, absl::string_view json);

  // The same with any text as its key.
  JsonObject& NumberOf(absl::string_view any_key, plan::Number number);

  bool empty() const { return json_.size() == 1; }

  // The whole object, with nothing behind it.
  std::string Take() &&;

 private:
  std::string& Key(absl::string_view key);

  std::string json_;
};

// The beginning that all events share: the kind, the time since begin, and the
// wall clock's time.
JsonObject EventLine(absl::string_view kind, absl::Duration since_begin,
                     absl::Time wall_clock);

}  // namespace servo::report

#endif  // REPORT_EVENT_LINE_H_
