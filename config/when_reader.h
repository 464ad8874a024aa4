// Reading which runs a task of `stop` or `post` takes part in: `when`,
// `if_ran`.
#ifndef CONFIG_WHEN_READER_H_
#define CONFIG_WHEN_READER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "plan/plan.h"
#include "yaml/reader.h"

namespace servo::config {

// A task that others may call by its name.
struct NamedTask {
  plan::Stage stage = plan::Stage::kPre;
  size_t index = 0;      // in its stage
  std::string location;  // "config.yaml:12:7"
  bool unique = true;    // no other task has the name
  bool called = false;   // by a task that was read
};

// The tasks of a section that have been read, by name; of one name the first.
using TaskNames = absl::flat_hash_map<std::string, NamedTask>;

// Adds `task`, which stands at `index` of `stage`, to `names`. `name` is its
// key: reported if a task has called another one by this name.
void AddTaskName(const yaml::Field& name, plan::Stage stage, size_t index,
                 const plan::Task& task, TaskNames* names);

// Reads `when` of a task of `stage`. Problems are reported.
void ReadRunsWhen(const yaml::Field& field, plan::Stage stage,
                  plan::RunsWhen* when);

// Reads `if_ran` of a task of `stage`, when `names` has all tasks before it.
// Problems are reported.
void ReadIfRan(const yaml::Field& field, plan::Stage stage, TaskNames* names,
               std::optional<plan::IfRan>* if_ran);

}  // namespace servo::config

#endif  // CONFIG_WHEN_READER_H_
