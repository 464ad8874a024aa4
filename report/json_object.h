// JSON that is written piece by piece.
#ifndef REPORT_JSON_OBJECT_H_
#define REPORT_JSON_OBJECT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "plan/metric.h"

namespace servo::report {

// What of a text is escaped.
enum class JsonEscapes {
  kNeeded,     // what JSON does not allow
  kForScript,  // also what means something in a script or a script element
};

// Appends `text` as a JSON string: ill-formed UTF-8 becomes U+FFFD.
void AppendJsonText(absl::string_view text, std::string* json,
                    JsonEscapes escapes = JsonEscapes::kNeeded);

// Appends the shortest decimal that is `number`, without an exponent or a point
// if it is an integer below 1e15; null for what is not finite.
void AppendJsonNumber(double number, std::string* json);
void AppendJsonNumber(plan::Number number, std::string* json);

// Appends a time in seconds, exact to a microsecond.
void AppendJsonSeconds(double seconds, std::string* json);

// A JSON object that grows key by key. Keys are plain words, each given once.
// Far cheaper than a document: a run has several lines for each task.
class JsonObject {
 public:
  JsonObject() : json_("{") {}

  JsonObject& Text(absl::string_view key, absl::string_view text);
  // A text that is left out where it is empty.
  JsonObject& TextIf(absl::string_view key, absl::string_view text);
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

}  // namespace servo::report

#endif  // REPORT_JSON_OBJECT_H_
