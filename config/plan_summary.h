// A plan in words, for the person who wrote it.
#ifndef CONFIG_PLAN_SUMMARY_H_
#define CONFIG_PLAN_SUMMARY_H_

#include <string>

#include "absl/time/time.h"
#include "plan/plan.h"

namespace servo::config {

// The longest that a task can hold up its stage: all attempts, each with its
// timeout and what stopping it takes, and the waits between them. Infinite
// without a timeout; zero for a background task.
absl::Duration WorstCase(const plan::Task& task);

// The plan in short, for `--check`: each stage with its tasks, their modes,
// timeouts and retries, and how long all can take at most beside the window.
// Lines of text, the last one ended.
std::string Summarize(const plan::Plan& plan);

// What would run, for `--dry-run`: every task with all that it will do,
// defaults, merges and aliases resolved. Lines of text, the last one ended.
// Values of headers, variables and parameters whose names say that they are
// secret, passwords, and credentials in URLs are masked (base/masking.h).
std::string Describe(const plan::Plan& plan);

// The same for what is kept: the values of all headers and variables, and the
// names of users, are masked too.
std::string DescribeWithoutValues(const plan::Plan& plan);

}  // namespace servo::config

#endif  // CONFIG_PLAN_SUMMARY_H_
