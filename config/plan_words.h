// Parts of a plan in words. Internal to this package.
#ifndef CONFIG_PLAN_WORDS_H_
#define CONFIG_PLAN_WORDS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "plan/readiness.h"

namespace servo::config {

// "1m30s", "no limit".
std::string Time(absl::Duration duration);

// "1 task", "2 tasks".
std::string Count(size_t count, absl::string_view noun);

// `word`, masked as `masked`, as a shell would take it for the same.
std::string ShellWord(absl::string_view word, absl::string_view masked);
std::string ShellWord(absl::string_view word);

// A command as a shell would take it for the same.
std::string ShellCommand(const std::vector<std::string>& argv);

// The sign by which a task counts as started.
std::string SignText(const plan::Readiness& ready);

}  // namespace servo::config

#endif  // CONFIG_PLAN_WORDS_H_
