// What `run.NAME` can name (language.md section 4).
#ifndef PLAN_RUN_NAMES_H_
#define PLAN_RUN_NAMES_H_

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace servo::plan {

// One name below `run`.
struct RunName {
  enum class Known {
    kAlways,      // from the beginning on
    kFromWindow,  // once the window has begun
    kInPost,      // to tasks of `post`
  };

  absl::string_view name;
  Known known = Known::kAlways;

  // Whether this program alone makes it, of letters and digits or as a number:
  // it may be an argument.
  bool harmless = false;
  bool number = false;
};

inline constexpr RunName kRunNames[] = {
    {.name = "id", .harmless = true},
    {.name = "app_id"},
    {.name = "stage"},
    {.name = "task"},
    {.name = "duration", .harmless = true, .number = true},
    {.name = "warmup", .harmless = true, .number = true},
    {.name = "delay", .harmless = true, .number = true},
    {.name = "window", .harmless = true, .number = true},
    {.name = "duration_s", .harmless = true, .number = true},
    {.name = "window_s", .harmless = true, .number = true},
    {.name = "window_start",
     .known = RunName::Known::kFromWindow,
     .harmless = true,
     .number = true},
    {.name = "window_end",
     .known = RunName::Known::kFromWindow,
     .harmless = true,
     .number = true},
    {.name = "window_start_ms",
     .known = RunName::Known::kFromWindow,
     .harmless = true,
     .number = true},
    {.name = "window_end_ms",
     .known = RunName::Known::kFromWindow,
     .harmless = true,
     .number = true},
    {.name = "window_start_s",
     .known = RunName::Known::kFromWindow,
     .harmless = true,
     .number = true},
    {.name = "window_end_s",
     .known = RunName::Known::kFromWindow,
     .harmless = true,
     .number = true},
    {.name = "result", .known = RunName::Known::kInPost},
    {.name = "reason", .known = RunName::Known::kInPost},
    {.name = "failed_task", .known = RunName::Known::kInPost},
    {.name = "failure", .known = RunName::Known::kInPost},
};

// The row of `name`; null if there is none.
inline const RunName* FindRunName(absl::string_view name) {
  for (const RunName& known : kRunNames) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

// The environment variable in which processes get `run.NAME`.
inline std::string RunVariable(absl::string_view name) {
  return absl::StrCat("SERVO_EXEC_",
                      name == "id" ? "RUN_ID" : absl::AsciiStrToUpper(name));
}

}  // namespace servo::plan

#endif  // PLAN_RUN_NAMES_H_
