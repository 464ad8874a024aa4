// Reading one task.
#ifndef CONFIG_TASK_READER_H_
#define CONFIG_TASK_READER_H_

#include <string>

#include "config/plan.h"
#include "config/reader.h"

namespace servo::config {

// Reads a task, called `place` ("start[0]") unless it has a name. Problems are
// reported, and what has some keeps its default.
Task ReadTask(const Field& field, std::string place);

}  // namespace servo::config

#endif  // CONFIG_TASK_READER_H_
