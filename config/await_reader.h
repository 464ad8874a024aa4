// Reading which background task is waited for.
#ifndef CONFIG_AWAIT_READER_H_
#define CONFIG_AWAIT_READER_H_

#include <string>

#include "absl/container/flat_hash_set.h"
#include "config/when_reader.h"
#include "plan/plan.h"
#include "yaml/document.h"
#include "yaml/reader.h"

namespace servo::config {

// What is known of the tasks that others call by their names, before any task
// is read.
struct CalledNames {
  // By `await`; what may be said of a task depends on it.
  absl::flat_hash_set<std::string> awaited = {};

  // Whether any task calls another one, by `await` or by `if_ran`. If none
  // does, names need not be kept.
  bool any = false;
};

// Adds what the tasks of the list `stage` call.
void CollectCalled(const yaml::Node& stage, CalledNames* names);

// Reads `await` of a task of `stage`, when `names` has all tasks before it.
// Problems are reported.
plan::AwaitAction ReadAwait(const yaml::Field& field, plan::Stage stage,
                            TaskNames* names);

}  // namespace servo::config

#endif  // CONFIG_AWAIT_READER_H_
