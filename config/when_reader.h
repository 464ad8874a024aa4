// Reading which runs a task of `stop` or `post` takes part in: `when`,
// `if_ran`; and how tasks call one another.
#ifndef CONFIG_WHEN_READER_H_
#define CONFIG_WHEN_READER_H_

#include <cstddef>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/boxed.h"
#include "plan/plan.h"
#include "yaml/reader.h"

namespace servo::config {

// A task that others may call by its name.
struct NamedTask {
  plan::Stage stage = plan::Stage::kPre;
  size_t index = 0;      // in its stage
  std::string location;  // "config.yaml:12:7"
  bool unique = true;    // no other task has the name

  // The key by which a task that was read calls it; empty: none does.
  absl::string_view called_by = "";

  // As the task.
  bool background = false;
  bool begins_in_window = false;
  absl::Duration kill_timeout = absl::ZeroDuration();
};

// The tasks of a section that have been read, by name; of one name the first.
using TaskNames = absl::flat_hash_map<std::string, NamedTask>;

// Adds `task`, which stands at `index` of `stage`, to `names`. `name` is its
// key: reported if a task has called another one by this name.
void AddTaskName(const yaml::Field& name, plan::Stage stage, size_t index,
                 const plan::Task& task, TaskNames* names);

// Notes what was read of `task`, which was added, once all of it was.
void DescribeNamedTask(plan::Stage stage, size_t index, const plan::Task& task,
                       TaskNames* names);

// The earlier task that `field`, the value of the literal `key`, calls by its
// name, which is stored in `name`. Null after reporting why it is none.
const NamedTask* FindTask(const yaml::Field& field, absl::string_view key,
                          TaskNames* names, std::string* name);

// Reads `when` of a task of `stage`. Problems are reported.
void ReadRunsWhen(const yaml::Field& field, plan::Stage stage,
                  plan::RunsWhen* when);

// Reads `if_ran` of a task of `stage`, when `names` has all tasks before it.
// Problems are reported.
void ReadIfRan(const yaml::Field& field, plan::Stage stage, TaskNames* names,
               base::Boxed<plan::IfRan>* if_ran);

}  // namespace servo::config

#endif  // CONFIG_WHEN_READER_H_
