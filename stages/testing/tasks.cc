#include "stages/testing/tasks.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace servo::stages {

using exec::FakeRunner;

plan::Task Exec(const std::string& name) {
  plan::Task task;
  task.name = name;
  plan::ProcessAction action;
  action.command.argv = {name};
  task.action = action;
  return task;
}

plan::Task Background(const std::string& name) {
  plan::Task task = Exec(name);
  task.background = true;
  return task;
}

plan::Task Get(const std::string& name) {
  plan::Task task;
  task.name = name;
  plan::RequestAction action;
  action.request.url = absl::StrCat("http://", name, "/");
  task.action = action;
  return task;
}

FakeRunner::Script Exits(int code) {
  FakeRunner::Script script;
  script.code = code;
  return script;
}

FakeRunner::Script RunsFor(absl::Duration time, int code) {
  FakeRunner::Script script;
  script.runs_for = time;
  script.code = code;
  return script;
}

FakeRunner::Script RunsOn() { return RunsFor(absl::InfiniteDuration()); }

FakeRunner::Script Stubborn() {
  FakeRunner::Script script = RunsOn();
  script.obeys = false;
  return script;
}

FakeRunner::Script CannotStart() {
  FakeRunner::Script script;
  script.start = absl::NotFoundError("no such program");
  return script;
}

}  // namespace servo::stages
