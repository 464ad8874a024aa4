// Short ways to write tasks, and what a fake runner makes of them.
#ifndef STAGES_TESTING_TASKS_H_
#define STAGES_TESTING_TASKS_H_

#include <string>

#include "absl/time/time.h"
#include "exec/fake_runner.h"
#include "plan/plan.h"

namespace servo::stages {

// A task that executes a program called like itself.
plan::Task Exec(const std::string& name);

// The same in the background.
plan::Task Background(const std::string& name);

// A task that asks for http://NAME/.
plan::Task Get(const std::string& name);

exec::FakeRunner::Script Exits(int code);
exec::FakeRunner::Script RunsFor(absl::Duration time, int code = 0);
exec::FakeRunner::Script RunsOn();

// Runs on, and only SIGKILL ends it.
exec::FakeRunner::Script Stubborn();

// "no such program".
exec::FakeRunner::Script CannotStart();

}  // namespace servo::stages

#endif  // STAGES_TESTING_TASKS_H_
