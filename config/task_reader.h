// Reading one task.
#ifndef CONFIG_TASK_READER_H_
#define CONFIG_TASK_READER_H_

#include <string>

#include "plan/plan.h"
#include "yaml/reader.h"

namespace servo::config {

// Reads a task, called `place` ("start[0]") unless it has a name. Problems are
// reported, and what has some keeps its default.
plan::Task ReadTask(const yaml::Field& field, std::string place);

}  // namespace servo::config

#endif  // CONFIG_TASK_READER_H_
