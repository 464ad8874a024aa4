#include "stages/early_end.h"

#include <csignal>

#include "base/code_ranges.h"
#include "exec/runner.h"
#include "gtest/gtest.h"
#include "plan/on_exit.h"
#include "plan/plan.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using exec::Ending;
using plan::OnExit;

exec::Result Ended(int code, Ending ending) {
  exec::Result result;
  result.code = code;
  result.ending = ending;
  return result;
}

EarlyEnd Meaning(OnExit on_exit, int code, Ending ending = Ending::kExited,
                 bool ignore_exitcode = false) {
  plan::Task task = Background("load");
  task.on_exit = on_exit;
  task.ignore_exitcode = ignore_exitcode;
  std::get<plan::ProcessAction>(task.action).success_exitcodes =
      base::CodeRanges(3, 4);
  return MeaningOf(task, Ended(code, ending));
}

TEST(MeaningOf, IgnoreWarnAndFailAskForNoCode) {
  for (const int code : {0, 3, -SIGSEGV}) {
    EXPECT_EQ(Meaning(OnExit::kIgnore, code), EarlyEnd::kIgnored);
    EXPECT_EQ(Meaning(OnExit::kWarn, code), EarlyEnd::kTold);
    EXPECT_EQ(Meaning(OnExit::kFail, code), EarlyEnd::kFailsRun);
  }
}

TEST(MeaningOf, TheOthersAskForTheTasksOwnCodes) {
  EXPECT_EQ(Meaning(OnExit::kFailOnError, 3), EarlyEnd::kIgnored);
  EXPECT_EQ(Meaning(OnExit::kFailOnError, 0), EarlyEnd::kFailsRun);
  EXPECT_EQ(Meaning(OnExit::kEndWindow, 4), EarlyEnd::kEndsWindow);
  EXPECT_EQ(Meaning(OnExit::kEndWindow, 5), EarlyEnd::kFailsRun);
}

TEST(MeaningOf, DyingOfTheSignalThatAskedIsNoFailure) {
  EXPECT_EQ(Meaning(OnExit::kFailOnError, -SIGTERM, Ending::kStopped),
            EarlyEnd::kIgnored);
  EXPECT_EQ(Meaning(OnExit::kEndWindow, -SIGTERM, Ending::kStopped),
            EarlyEnd::kEndsWindow);
  // Nobody asked, or it had to be killed.
  EXPECT_EQ(Meaning(OnExit::kFailOnError, -SIGTERM, Ending::kSignaled),
            EarlyEnd::kFailsRun);
  EXPECT_EQ(Meaning(OnExit::kFailOnError, -SIGKILL, Ending::kStopped),
            EarlyEnd::kFailsRun);
}

TEST(MeaningOf, DyingByItsOwnTimeoutIsAFailure) {
  for (const int code : {-SIGTERM, -SIGKILL}) {
    EXPECT_EQ(Meaning(OnExit::kFailOnError, code, Ending::kTimedOut),
              EarlyEnd::kFailsRun);
    EXPECT_EQ(Meaning(OnExit::kEndWindow, code, Ending::kTimedOut),
              EarlyEnd::kFailsRun);
  }
  // It ended in its own way.
  EXPECT_EQ(Meaning(OnExit::kEndWindow, 3, Ending::kTimedOut),
            EarlyEnd::kEndsWindow);
}

TEST(MeaningOf, WhoseFailuresAreIgnoredEndsTheWindowWithAnyCode) {
  EXPECT_EQ(Meaning(OnExit::kEndWindow, 5, Ending::kExited, true),
            EarlyEnd::kEndsWindow);
}

}  // namespace
}  // namespace servo::stages
