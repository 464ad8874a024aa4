// The stages layer: a plan made in code, not read from YAML, run by the engine.
// It knows processes and HTTP only by their interfaces, so this program brings
// the implementations that it wants, and a listener for what happens.

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ppoll_loop.h"
#include "exec/command.h"
#include "exec/posix_runner.h"
#include "exec/runner.h"
#include "http/curl_client.h"
#include "plan/plan.h"
#include "stages/engine.h"
#include "stages/run_listener.h"

namespace {

using namespace servo;

// Prints what each attempt of a process has printed.
class Printer final : public stages::RunListener {
  void OnAttemptEnd(const stages::AttemptEnd& end) override {
    if (const auto* result = std::get_if<exec::Result>(&end.result)) {
      std::printf("%s: %s", end.task->name.c_str(), result->out.Text().c_str());
    }
  }
};

plan::Task ShellTask(std::string name, std::string script) {
  plan::Task task;
  task.name = std::move(name);
  task.action = plan::ProcessAction{.command = exec::Shell(std::move(script))};
  return task;
}

}  // namespace

int main() {
  plan::Plan plan;
  plan.stages[static_cast<size_t>(plan::Stage::kStart)] = {
      ShellTask("greet", "echo hello")};
  plan.stages[static_cast<size_t>(plan::Stage::kPost)] = {
      ShellTask("clean", "echo $SERVO_EXEC_RESULT")};

  base::PpollLoop loop;
  auto runner = exec::NewPosixRunner(&loop, {.adopt_orphans = true});
  if (!runner.ok()) {
    std::fprintf(stderr, "%s\n", runner.status().ToString().c_str());
    return 1;
  }
  std::unique_ptr<http::Client> client = http::NewCurlClient(&loop, "example");
  Printer printer;
  stages::Engine engine({&loop, runner->get(), client.get()}, &plan,
                        {.app_id = "example"});
  engine.AddListener(&printer);
  bool over = false;
  bool success = false;
  engine.Start(absl::Milliseconds(100), [&](const stages::Outcome& outcome) {
    over = true;
    success = outcome.kind == stages::Outcome::Kind::kSuccess;
  });
  loop.RunUntil([&] { return over; });
  return success ? 0 : 1;
}
