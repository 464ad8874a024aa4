#include "stages/background_tasks.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "exec/fake_runner.h"
#include "exec/output_tap.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "plan/on_exit.h"
#include "plan/plan.h"
#include "stages/early_end.h"
#include "stages/run_listener.h"
#include "stages/run_values.h"
#include "stages/services.h"
#include "stages/testing/recording_listener.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class BackgroundTasksTest : public ::testing::Test {
 protected:
  absl::Status Start(const plan::Task& task) {
    auto action = std::get<plan::ProcessAction>(task.action);
    action.command.env = {{"NAME", "value"}};
    return tasks_->Start({}, task, action);
  }

  base::FakeLoop loop_;
  exec::FakeRunner runner_{&loop_};
  http::FakeClient client_{&loop_};
  RecordingListener listener_;
  const plan::Plan plan_;
  const RunValues values_{&plan_, {}};
  std::optional<BackgroundTasks> tasks_{std::in_place,
                                        Services{&loop_, &runner_, &client_},
                                        &values_, &listener_};
};

TEST_F(BackgroundTasksTest, StartsTheTasksProcess) {
  plan::Task task = Background("a");
  task.timeout = absl::Seconds(7);
  runner_.On("a", RunsOn());
  ASSERT_TRUE(Start(task).ok());
  EXPECT_EQ(runner_.records()[0].options.timeout, absl::Seconds(7));
  EXPECT_THAT(runner_.records()[0].command.env,
              ElementsAre(Pair("NAME", "value")));
  loop_.Advance(absl::Seconds(6));
  EXPECT_THAT(listener_.events, IsEmpty());
}

TEST_F(BackgroundTasksTest, WhatCannotStartIsAnErrorAndHasNoEnd) {
  runner_.On("a", CannotStart());
  EXPECT_EQ(Start(Background("a")), absl::NotFoundError("no such program"));
  EXPECT_THAT(listener_.events, IsEmpty());
}

TEST_F(BackgroundTasksTest, AnEndByItselfIsEarlyUntilEndsAreExpected) {
  const plan::Task early = Background("early");
  const plan::Task late = Background("late");
  runner_.On("early", RunsFor(absl::Seconds(1), 3));
  runner_.On("late", RunsFor(absl::Seconds(2), 4));
  ASSERT_TRUE(Start(early).ok());
  ASSERT_TRUE(Start(late).ok());
  loop_.Advance(absl::Seconds(1));
  tasks_->ExpectEnd();
  loop_.Advance(absl::Seconds(1));
  EXPECT_THAT(listener_.events,
              ElementsAre("early ended early: 3", "late ended: 4"));
}

TEST_F(BackgroundTasksTest, ItsOwnTimeoutIsAnEarlyEnd) {
  plan::Task task = Background("a");
  task.timeout = absl::Seconds(1);
  runner_.On("a", RunsOn());
  ASSERT_TRUE(Start(task).ok());
  loop_.Advance(absl::Seconds(1));
  EXPECT_THAT(listener_.events, ElementsAre("a ended early: -15"));
}

TEST_F(BackgroundTasksTest, EarlyEndsAloneAreHandedOnAfterTheListener) {
  plan::Task early = Background("early");
  early.on_exit = plan::OnExit::kFail;
  const plan::Task told = Background("told");
  runner_.On("early", RunsFor(absl::Seconds(1), 3));
  runner_.On("told", RunsOn());
  tasks_->set_on_early_end([this](const BackgroundEnd& event) {
    EXPECT_EQ(event.meaning, EarlyEnd::kFailsRun);
    listener_.events.push_back(event.task->name + " is handed on");
  });
  ASSERT_TRUE(Start(early).ok());
  ASSERT_TRUE(Start(told).ok());
  loop_.Advance(absl::Seconds(1));
  ASSERT_TRUE(tasks_->End(plan::EndAfter::kPost, [] {}));
  loop_.RunPending();
  EXPECT_THAT(listener_.events,
              ElementsAre("early ended early: 3", "early is handed on",
                          "told ended: -15"));
}

TEST_F(BackgroundTasksTest, TheSameTaskMayRunTwice) {
  const plan::Task task = Background("a");
  runner_.On("a", RunsFor(absl::Seconds(1)));
  ASSERT_TRUE(Start(task).ok());
  ASSERT_TRUE(Start(task).ok());
  loop_.Advance(absl::Seconds(1));
  EXPECT_THAT(listener_.events,
              ElementsAre("a ended early: 0", "a ended early: 0"));
}

TEST_F(BackgroundTasksTest, KillEndsAllAtOnce) {
  const plan::Task a = Background("a");
  const plan::Task b = Background("b");
  runner_.On("a", Stubborn());
  runner_.On("b", Stubborn());
  ASSERT_TRUE(Start(a).ok());
  ASSERT_TRUE(Start(b).ok());
  tasks_->Kill(plan::EndAfter::kPost);
  loop_.RunPending();
  EXPECT_THAT(listener_.events, ElementsAre("a ended: -9", "b ended: -9"));
}

TEST_F(BackgroundTasksTest, DestructionDropsThemWithoutAnEvent) {
  const plan::Task task = Background("a");
  runner_.On("a", RunsOn());
  ASSERT_TRUE(Start(task).ok());
  tasks_.reset();
  EXPECT_TRUE(runner_.records()[0].dropped);
  loop_.Advance(absl::Hours(1));
  EXPECT_THAT(listener_.events, IsEmpty());
}

// Hears what processes print.
class OutputListener final : public RunListener {
 public:
  explicit OutputListener(bool wants) : wants_(wants) {}
  bool wants_output() const override { return wants_; }
  void OnBackgroundOutput(const BackgroundOutput& event) override {
    heard.push_back(absl::StrCat(
        event.task->name,
        event.stream == exec::Stream::kStdout ? " out: " : " err: ",
        event.bytes));
  }

  std::vector<std::string> heard;

 private:
  const bool wants_;
};

TEST_F(BackgroundTasksTest, WhoWantsTheOutputHearsItAsItArrives) {
  const plan::Task task = Background("a");
  runner_.On("a", RunsOn());
  OutputListener listener(/*wants=*/true);
  tasks_.emplace(Services{&loop_, &runner_, &client_}, &values_, &listener);
  ASSERT_TRUE(Start(task).ok());
  runner_.Emit(0, exec::Stream::kStdout, "one\n");
  runner_.Emit(0, exec::Stream::kStderr, "two");
  EXPECT_THAT(listener.heard, ElementsAre("a out: one\n", "a err: two"));
  tasks_.reset();
}

TEST_F(BackgroundTasksTest, NobodyPaysForOutputThatNobodyWants) {
  runner_.On("a", RunsOn());
  OutputListener listener(/*wants=*/false);
  tasks_.emplace(Services{&loop_, &runner_, &client_}, &values_, &listener);
  const plan::Task task = Background("a");
  ASSERT_TRUE(Start(task).ok());
  EXPECT_EQ(runner_.records()[0].options.tap, nullptr);
  tasks_.reset();
}

}  // namespace
}  // namespace servo::stages
