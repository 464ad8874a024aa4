#include "exec/testing/runner_fixture.h"

#include <sys/wait.h>

#include <cerrno>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "exec/testing/probe.h"

namespace servo::exec {

RunnerTest::RunnerTest(const PosixRunnerOptions& options) : options_(options) {}

void RunnerTest::SetUp() {
  descriptors_before_ = OpenDescriptors();
  absl::StatusOr<std::unique_ptr<Runner>> runner =
      NewPosixRunner(&loop_, options_);
  ASSERT_TRUE(runner.ok()) << runner.status();
  runner_ = *std::move(runner);
}

void RunnerTest::TearDown() {
  runner_.reset();
  started_.clear();
  EXPECT_FALSE(HasChildren());
  EXPECT_EQ(OpenDescriptors(), descriptors_before_);
}

Started& RunnerTest::Start(const Command& command, const Options& options) {
  Started& started = started_.emplace_back();
  absl::StatusOr<std::unique_ptr<Process>> process =
      runner_->Start(command, options, [&started](Result result) {
        started.result = std::move(result);
        ++started.calls;
      });
  EXPECT_EQ(started.calls, 0) << "called back inside Start()";
  started.status = process.status();
  if (process.ok()) started.process = *std::move(process);
  return started;
}

Started& RunnerTest::StartChild(std::vector<std::string> actions,
                                const Options& options) {
  Started& started = Start(Child(std::move(actions)), options);
  EXPECT_TRUE(started.status.ok()) << started.status;
  return started;
}

Result RunnerTest::Run(const Command& command, const Options& options) {
  Started& started = Start(command, options);
  EXPECT_TRUE(started.status.ok()) << started.status;
  if (!started.status.ok()) return Result();
  AwaitEnd(started);
  return started.result.value_or(Result());
}

Result RunnerTest::RunChild(std::vector<std::string> actions,
                            const Options& options) {
  return Run(Child(std::move(actions)), options);
}

void RunnerTest::Await(absl::FunctionRef<bool()> condition) {
  bool waits = true;
  const base::Loop::Registration limit =
      loop_.After(absl::Minutes(1), [&] { waits = false; });
  loop_.RunUntil([&] { return !waits || condition(); });
  EXPECT_TRUE(waits) << "has not come in a minute";
}

void RunnerTest::AwaitEnd(const Started& started) {
  Await([&] { return started.over(); });
  EXPECT_EQ(started.calls, 1);
}

std::vector<Unkillable> RunnerTest::EndAll(absl::Duration grace) {
  std::optional<std::vector<Unkillable>> unkillable;
  runner_->EndAll(grace, [&](std::vector<Unkillable> left) {
    unkillable = std::move(left);
  });
  EXPECT_FALSE(unkillable.has_value()) << "called back inside EndAll()";
  Await([&] { return unkillable.has_value(); });
  return unkillable.value_or(std::vector<Unkillable>(1));
}

bool RunnerTest::HasChildren() {
  siginfo_t info = {};
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

}  // namespace servo::exec
