// The keys of an event, which may have any value or none.
#ifndef REPORT_EVENT_FIELDS_H_
#define REPORT_EVENT_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "report/run_record.h"

namespace servo::report {

// The greatest time, in seconds, the wall clock's too.
inline constexpr double kMaxTime = 1e11;

// All take an object. The value of `key`; null if there is none.
const nlohmann::json* Find(const nlohmann::json& object, const char* key);

// A finite number; one that is a time; an integer.
std::optional<double> Number(const nlohmann::json& object, const char* key);
std::optional<double> Time(const nlohmann::json& object, const char* key);
std::optional<int64_t> Integer(const nlohmann::json& object, const char* key);

// How often something was tried: 1 if it is not told, or less.
int Count(const nlohmann::json& object, const char* key);

// A number of bytes or things: 0 if it is not told, or less.
uint64_t Size(const nlohmann::json& object, const char* key);

// Whether it is true.
bool Flag(const nlohmann::json& object, const char* key);

// A text, as people are shown it: with what is invisible escaped
// (base/invisible.h); empty if it is none.
std::string Word(const nlohmann::json& object, const char* key);

// A place in kStageNames; none if it is told none of these.
std::optional<size_t> StageOf(const nlohmann::json& object);

// What a mark tells: of the events `cancel`, `hurry` and `cleanup_timeout`.
std::string MarkText(absl::string_view kind, const nlohmann::json& event);

// Of the event `task_end`: how long and how often the task was tried, if it was
// given up with time left; else empty.
std::string GivenUpNote(const nlohmann::json& event);

// A task of the first line.
TaskRecord TaskOf(const nlohmann::json& object);

}  // namespace servo::report

#endif  // REPORT_EVENT_FIELDS_H_
