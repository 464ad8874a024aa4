// Reading one task.
#ifndef CONFIG_TASK_READER_H_
#define CONFIG_TASK_READER_H_

#include <cstddef>

#include "config/await_reader.h"
#include "config/metric_reader.h"
#include "config/when_reader.h"
#include "plan/plan.h"
#include "plan/reference.h"
#include "yaml/reader.h"

namespace servo::config {

// What the tasks of a section share.
struct SectionNames {
  const plan::References& references;
  MetricNames metrics = {};
  TaskNames tasks = {};

  // By tasks of any stage, before and after the one that is read.
  CalledNames called = {};
};

// Reads task `index` of `stage`, called by its place ("start[0]") unless it has
// a name, into `task`, which is new. Problems are reported, and what has some
// keeps its default.
void ReadTask(const yaml::Field& field, plan::Stage stage, size_t index,
              SectionNames* names, plan::Task* task);

}  // namespace servo::config

#endif  // CONFIG_TASK_READER_H_
