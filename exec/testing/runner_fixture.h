// A test with a real runner on a real loop, which leaves nothing behind.
#ifndef EXEC_TESTING_RUNNER_FIXTURE_H_
#define EXEC_TESTING_RUNNER_FIXTURE_H_

#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "base/ppoll_loop.h"
#include "exec/command.h"
#include "exec/posix_runner.h"
#include "exec/runner.h"
#include "gtest/gtest.h"

namespace servo::exec {

// What a test starts and what it hears of it.
struct Started {
  absl::Status status;               // of Start()
  std::unique_ptr<Process> process;  // null if it could not be started
  std::optional<Result> result;
  int calls = 0;  // of the callback

  bool over() const { return result.has_value(); }
};

// After each test: what the runner has held is gone, no child of the process is
// left, and the same descriptors are open as before it.
class RunnerTest : public testing::Test {
 protected:
  explicit RunnerTest(const PosixRunnerOptions& options = {});
  void SetUp() override;
  void TearDown() override;

  // Starts `command`; the result appears in what is returned, which lives as
  // long as the test.
  Started& Start(const Command& command, const Options& options = {});

  // The same, of child.cc's actions.
  Started& StartChild(std::vector<std::string> actions,
                      const Options& options = {});

  // Starts it, and waits until it is over.
  Result Run(const Command& command, const Options& options = {});
  Result RunChild(std::vector<std::string> actions,
                  const Options& options = {});

  // Turns the loop until `condition` holds; a failure if that takes a minute.
  void Await(absl::FunctionRef<bool()> condition);
  void AwaitEnd(const Started& started);

  // EndAll(), to its end; what it could not kill.
  std::vector<Unkillable> EndAll(absl::Duration grace);

  // Whether this process has any child, ended or not.
  static bool HasChildren();

  base::PpollLoop loop_;
  std::unique_ptr<Runner> runner_;
  std::list<Started> started_;

 private:
  const PosixRunnerOptions options_;
  std::set<int> descriptors_before_;
};

// The same with a runner that adopts orphans.
class AdoptingRunnerTest : public RunnerTest {
 protected:
  AdoptingRunnerTest() : RunnerTest({.adopt_orphans = true}) {}
};

}  // namespace servo::exec

#endif  // EXEC_TESTING_RUNNER_FIXTURE_H_
