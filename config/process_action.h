// Reading what a task of the modes exec and shell_exec does.
#ifndef CONFIG_PROCESS_ACTION_H_
#define CONFIG_PROCESS_ACTION_H_

#include "plan/plan.h"
#include "yaml/reader.h"

namespace servo::config {

// Reads the keys of a task that belong to processes (keys.h); `shell` says
// which of the modes it has. Problems are reported, and what has some keeps its
// default.
plan::ProcessAction ReadProcessAction(const yaml::MappingReader& task,
                                      bool shell);

}  // namespace servo::config

#endif  // CONFIG_PROCESS_ACTION_H_
