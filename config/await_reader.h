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

// The names that the tasks of the list `stage` await, added to `names` before
// any task is read: what may be said of a task depends on it.
void CollectAwaited(const yaml::Node& stage,
                    absl::flat_hash_set<std::string>* names);

// Reads `await` of a task of `stage`, when `names` has all tasks before it.
// Problems are reported.
plan::AwaitAction ReadAwait(const yaml::Field& field, plan::Stage stage,
                            TaskNames* names);

}  // namespace servo::config

#endif  // CONFIG_AWAIT_READER_H_
