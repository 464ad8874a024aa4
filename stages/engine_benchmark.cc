// What the engine costs for each task: prints the processor time of a run on
// fakes, where nothing is started and nothing waits, beside that of the fakes
// alone.
//
//   ./bazelw run //stages:engine_benchmark [-- --smoke]
//
// With --smoke everything is done in small, to see that it works.

#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/log/check.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "base/testing/benchmarking.h"
#include "exec/command.h"
#include "exec/fake_runner.h"
#include "exec/runner.h"
#include "http/client.h"
#include "http/fake_client.h"
#include "http/request.h"
#include "plan/plan.h"
#include "stages/engine.h"
#include "stages/run_listener.h"
#include "stages/services.h"

namespace servo::stages {
namespace {

// Microseconds of processor time for each of `count` tasks of `work`.
double MicrosecondsATask(int count, absl::FunctionRef<void()> work) {
  const double begin = base::CpuSeconds();
  work();
  return (base::CpuSeconds() - begin) * 1e6 / count;
}

plan::Plan PlanOf(int count, const plan::Task& task) {
  plan::Plan plan;
  plan.stages[static_cast<size_t>(plan::Stage::kPre)].assign(
      static_cast<size_t>(count), task);
  return plan;
}

void RunEngine(const plan::Plan& plan) {
  base::FakeLoop loop;
  exec::FakeRunner runner(&loop);
  http::FakeClient client(&loop);
  RunListener listener;
  Engine engine({&loop, &runner, &client}, &plan, {});
  engine.AddListener(&listener);
  bool over = false;
  engine.Start(absl::ZeroDuration(), [&](const Outcome& outcome) {
    CHECK(outcome.kind == Outcome::Kind::kSuccess);
    over = true;
  });
  loop.RunPending();
  CHECK(over);
}

void RunFakeProcesses(int count, const exec::Command& command) {
  base::FakeLoop loop;
  exec::FakeRunner runner(&loop);
  for (int i = 0; i < count; ++i) {
    auto process = runner.Start(command, {}, [](const exec::Result&) {});
    CHECK_OK(process.status());
    loop.RunPending();
  }
}

void RunFakeRequests(int count, const http::Request& request) {
  base::FakeLoop loop;
  http::FakeClient client(&loop);
  for (int i = 0; i < count; ++i) {
    auto transfer =
        client.Start(request, [](const absl::StatusOr<http::Response>&) {});
    CHECK_OK(transfer.status());
    loop.RunPending();
  }
}

void Measure(const char* what, int rounds, const plan::Plan& plan,
             absl::FunctionRef<void()> fakes) {
  const int count = static_cast<int>(plan.tasks(plan::Stage::kPre).size());
  std::vector<double> ours, bare;
  for (int i = 0; i < rounds; ++i) {
    ours.push_back(MicrosecondsATask(count, [&] { RunEngine(plan); }));
    bare.push_back(MicrosecondsATask(count, fakes));
  }
  std::printf("%d %s tasks: %.2f us each, the fakes alone %.2f us\n", count,
              what, base::Median(ours), base::Median(bare));
}

void MeasureAll(int rounds, int count) {
  plan::ProcessAction process;
  process.command.argv = {"/bin/true"};
  plan::Task task;
  task.name = "a task";
  task.action = process;
  Measure("exec", rounds, PlanOf(count, task),
          [&] { RunFakeProcesses(count, process.command); });

  plan::RequestAction request;
  request.request.url = "http://127.0.0.1:8080/path";
  task.action = request;
  Measure("request", rounds, PlanOf(count, task),
          [&] { RunFakeRequests(count, request.request); });
}

}  // namespace
}  // namespace servo::stages

int main(int argc, char** argv) {
  const bool smoke = argc > 1 && std::strcmp(argv[1], "--smoke") == 0;
  servo::stages::MeasureAll(smoke ? 1 : 11, smoke ? 10 : 10'000);
}
