#include "exec/run.h"

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/status_matchers.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "exec/command.h"
#include "exec/runner.h"
#include "exec/testing/probe.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

using absl_testing::StatusIs;

TEST(RunTest, ReturnsHowItEnded) {
  const std::set<int> before = OpenDescriptors();
  const absl::StatusOr<Result> result =
      exec::Run(Child({"out", "a", "err", "b", "exit", "3"}));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->ending, Ending::kExited);
  EXPECT_EQ(result->code, 3);
  EXPECT_EQ(result->out.Text(), "a\n");
  EXPECT_EQ(result->err.Text(), "b\n");
  EXPECT_EQ(OpenDescriptors(), before);
}

TEST(RunTest, EnforcesTheTimeout) {
  const absl::StatusOr<Result> result =
      exec::Run(Child({"pause"}), {.timeout = absl::Milliseconds(20)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->ending, Ending::kTimedOut);
}

TEST(RunTest, SaysWhyNothingWasStarted) {
  EXPECT_THAT(exec::Run({.argv = {"/no/such"}}),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(exec::Run({}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(RunTest, RunsInSeveralThreadsAtOnce) {
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([i] {
      for (int j = 0; j < 5; ++j) {
        const absl::StatusOr<Result> result =
            exec::Run(Child({"lines", "500", "exit", absl::StrCat(i)}));
        ASSERT_TRUE(result.ok()) << result.status();
        EXPECT_EQ(result->code, i);
        EXPECT_EQ(result->out.total(), result->err.total());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace servo::exec
