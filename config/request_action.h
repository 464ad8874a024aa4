// Reading what a task of the mode request does.
#ifndef CONFIG_REQUEST_ACTION_H_
#define CONFIG_REQUEST_ACTION_H_

#include "plan/plan.h"
#include "yaml/reader.h"

namespace servo::config {

// Reads the mapping `request`, and the task's keys that apply to requests.
// `references` are those of the configuration.
// Problems are reported, and what has some keeps its default.
plan::RequestAction ReadRequestAction(const yaml::MappingReader& task,
                                      const plan::References& references = {});

}  // namespace servo::config

#endif  // CONFIG_REQUEST_ACTION_H_
