// What a person hears of whole runs, on fakes.

#include "report/progress_listener.h"

#include <csignal>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/cancel_cause.h"
#include "base/fake_loop.h"
#include "exec/fake_runner.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "plan/on_exit.h"
#include "plan/plan.h"
#include "report/message_sink.h"
#include "stages/early_end.h"
#include "stages/engine.h"
#include "stages/run_listener.h"
#include "stages/testing/tasks.h"

namespace servo::report {
namespace {

using plan::Stage;
using stages::Background;
using stages::CannotStart;
using stages::Exec;
using stages::Exits;
using stages::Get;
using stages::RunsFor;
using stages::RunsOn;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

struct RecordingSink final : MessageSink {
  void Stage(std::string text) override { stages.push_back(std::move(text)); }
  void Notify(std::string text) override {
    messages.push_back(std::move(text));
  }
  void Warn(std::string text) override { warnings.push_back(std::move(text)); }
  void Detail(std::string text) override { details.push_back(std::move(text)); }
  bool wants_details() const override { return verbose; }

  std::vector<std::string> stages;
  std::vector<std::string> messages;
  std::vector<std::string> warnings;
  std::vector<std::string> details;
  bool verbose = false;
};

class ProgressListenerTest : public ::testing::Test {
 protected:
  std::vector<plan::Task>& Tasks(Stage stage) {
    return plan_.stages[static_cast<size_t>(stage)];
  }

  // Runs the plan to its end, or for an hour.
  void Run(absl::Duration window = absl::Seconds(10)) {
    Start(window);
    loop_.Advance(absl::Hours(1));
  }

  void Start(absl::Duration window) {
    engine_.AddListener(&listener_);
    engine_.Start(window, [](const stages::Outcome&) {});
    loop_.RunPending();
  }

  base::FakeLoop loop_;
  exec::FakeRunner runner_{&loop_};
  http::FakeClient client_{&loop_};
  plan::Plan plan_;
  RecordingSink sink_;
  ProgressListener listener_{&sink_};
  stages::Engine engine_{{&loop_, &runner_, &client_}, &plan_, {}};
};

TEST_F(ProgressListenerTest, StagesAndTheWindowAreAnnounced) {
  Tasks(Stage::kPre) = {Exec("a"), Exec("b"), Get("c")};
  Run(absl::Seconds(3));
  EXPECT_THAT(sink_.stages,
              ElementsAre("Stage pre: 3 tasks", "Stage start: 0 tasks",
                          "Measuring for 3s", "Stage stop: 0 tasks",
                          "Stage post: 0 tasks"));
  EXPECT_THAT(sink_.messages, IsEmpty());
  EXPECT_THAT(sink_.warnings, IsEmpty());
  EXPECT_THAT(sink_.details, IsEmpty());
}

TEST_F(ProgressListenerTest, NotifiesOncePerAttemptSuccessOrFailure) {
  Tasks(Stage::kPre) = {Exec("flaky")};
  Tasks(Stage::kPre)[0].notify = true;
  Tasks(Stage::kPre)[0].retry.retries = 1;
  exec::FakeRunner::Script bad = Exits(1);
  bad.err = "oops";
  exec::FakeRunner::Script good = Exits(0);
  good.out = "fine";
  runner_.On("flaky", {bad, good});
  Run();
  EXPECT_THAT(sink_.messages,
              ElementsAre("Task flaky completed. stdout: , stderr: oops",
                          "Task flaky completed. stdout: fine, stderr: "));
}

TEST_F(ProgressListenerTest, ARequestThatACancelDropsHasNothingToTell) {
  Tasks(Stage::kPre) = {Get("api")};
  Tasks(Stage::kPre)[0].notify = true;
  client_.Answer(http::FakeResponse(200), absl::InfiniteDuration());
  Start(absl::Seconds(1));
  engine_.Cancel(base::CancelCause::Signal(SIGUSR1));
  loop_.RunPending();
  EXPECT_THAT(sink_.messages, IsEmpty());
}

TEST_F(ProgressListenerTest, FailuresThatAreIgnoredAreWarnings) {
  Tasks(Stage::kPre) = {Exec("ignored")};
  Tasks(Stage::kPre)[0].ignore_exitcode = true;
  Tasks(Stage::kPost) = {Exec("bad"), Exec("missing")};
  runner_.On("ignored", Exits(2));
  runner_.On("bad", Exits(1));
  runner_.On("missing", CannotStart());
  Run();
  EXPECT_THAT(
      sink_.warnings,
      ElementsAre("pre: Task ignored failed with result 2: exit code 2 "
                  "(ignored)",
                  "post: Task bad failed with result 1: exit code 1 (ignored)",
                  "post: Task missing failed: no such program (ignored)"));
}

TEST_F(ProgressListenerTest, TheFailureOfTheRunIsLeftToTheAnswer) {
  Tasks(Stage::kPre) = {Exec("bad")};
  runner_.On("bad", Exits(1));
  Run();
  EXPECT_THAT(sink_.messages, IsEmpty());
  EXPECT_THAT(sink_.warnings, IsEmpty());
}

TEST_F(ProgressListenerTest, AnEarlyEndInTheBackgroundIsAWarning) {
  Tasks(Stage::kStart) = {Background("load")};
  exec::FakeRunner::Script script = RunsFor(absl::Seconds(2), 3);
  script.err = "AUTH_FAILED\n";
  runner_.On("load", script);
  Run();
  EXPECT_THAT(sink_.warnings, ElementsAre("Async task 'load' ended: exit code "
                                          "3; stderr: AUTH_FAILED"));
  EXPECT_THAT(sink_.messages, IsEmpty());
}

TEST_F(ProgressListenerTest, AnEndThatIsExpectedIsNot) {
  Tasks(Stage::kStart) = {Background("load")};
  runner_.On("load", RunsOn());
  Run();
  EXPECT_THAT(sink_.messages, IsEmpty());
}

TEST_F(ProgressListenerTest, ABackgroundTimeoutIsTold) {
  Tasks(Stage::kStart) = {Background("load")};
  Tasks(Stage::kStart)[0].timeout = absl::Seconds(2);
  runner_.On("load", RunsOn());
  Run();
  EXPECT_THAT(sink_.warnings,
              Contains("Task 'load' terminated due to timeout"));
  EXPECT_THAT(sink_.messages, IsEmpty());
}

TEST_F(ProgressListenerTest, AnOwnTimeoutThatNobodyMindsIsNoWarning) {
  Tasks(Stage::kStart) = {Background("load")};
  Tasks(Stage::kStart)[0].timeout = absl::Seconds(2);
  Tasks(Stage::kStart)[0].on_exit = plan::OnExit::kIgnore;
  runner_.On("load", RunsOn());
  Run();
  EXPECT_THAT(sink_.messages,
              ElementsAre("Task 'load' terminated due to timeout"));
  EXPECT_THAT(sink_.warnings, IsEmpty());
}

TEST_F(ProgressListenerTest, AnEndByItsOwnTimeoutIsAWarningToo) {
  Tasks(Stage::kStart) = {Background("load")};
  Tasks(Stage::kStart)[0].timeout = absl::Seconds(2);
  exec::FakeRunner::Script script = RunsOn();
  script.err = "still connecting\n";
  runner_.On("load", script);
  Run();
  EXPECT_THAT(sink_.warnings,
              ElementsAre("Task 'load' terminated due to timeout",
                          "Async task 'load' ended: killed by SIGTERM; stderr: "
                          "still connecting"));
}

TEST_F(ProgressListenerTest, AnOwnTimeoutTellsItsCodeBesideANotification) {
  Tasks(Stage::kStart) = {Background("load")};
  Tasks(Stage::kStart)[0].notify = true;
  Tasks(Stage::kStart)[0].timeout = absl::Seconds(2);
  runner_.On("load", RunsOn());
  Run();
  EXPECT_THAT(sink_.warnings,
              ElementsAre("Task 'load' terminated due to timeout",
                          "Async task 'load' ended: killed by SIGTERM"));
}

TEST_F(ProgressListenerTest, ANotificationTellsOfAnEarlyEndOnce) {
  Tasks(Stage::kStart) = {Background("load")};
  Tasks(Stage::kStart)[0].notify = true;
  exec::FakeRunner::Script script = RunsFor(absl::Seconds(2), 3);
  script.err = "oops";
  runner_.On("load", script);
  Run();
  EXPECT_THAT(sink_.messages, ElementsAre("Async task 'load' status: stdout :, "
                                          "stderr: oops (exit code 3)"));
  EXPECT_THAT(sink_.warnings, IsEmpty());
}

TEST_F(ProgressListenerTest, WhetherAnEarlyEndIsToldDependsOnItsMeaning) {
  const std::pair<plan::OnExit, size_t> kExpected[] = {
      {plan::OnExit::kIgnore, 0},
      {plan::OnExit::kWarn, 1},
      {plan::OnExit::kFail, 1},
      {plan::OnExit::kFailOnError, 0},
      {plan::OnExit::kEndWindow, 0}};
  for (const auto& [on_exit, warnings] : kExpected) {
    plan::Task task = Background("load");
    task.on_exit = on_exit;
    sink_.warnings.clear();
    listener_.OnWindowBegin({.length = absl::Seconds(1), .at = {}});
    listener_.OnBackgroundEnd(
        {.id = {},
         .task = &task,
         .result = exec::Result(),
         .early = true,
         .at = {},
         .meaning = stages::MeaningOf(task, exec::Result())});
    EXPECT_EQ(sink_.warnings.size(), warnings) << static_cast<int>(on_exit);
  }
}

TEST_F(ProgressListenerTest, ATaskThatEndsTheWindowBeforeItBeginsIsAWarning) {
  Tasks(Stage::kStart) = {Background("load"), Exec("slow")};
  Tasks(Stage::kStart)[0].on_exit = plan::OnExit::kEndWindow;
  runner_.On("load", RunsFor(absl::Seconds(1)));
  runner_.On("slow", RunsFor(absl::Seconds(2)));
  Run();
  EXPECT_THAT(sink_.warnings,
              ElementsAre("Async task 'load' ends the window before it has "
                          "begun: exit code 0"));
}

TEST_F(ProgressListenerTest, ATaskThatEndsTheWindowInItsWarmUpIsAWarning) {
  plan::Task task = Background("load");
  task.on_exit = plan::OnExit::kEndWindow;
  stages::BackgroundEnd end = {.id = {},
                               .task = &task,
                               .result = exec::Result(),
                               .early = true,
                               .at = absl::Seconds(3),
                               .meaning = stages::EarlyEnd::kEndsWindow};
  const stages::WindowBegin begin = {.length = absl::Seconds(10),
                                     .at = absl::Seconds(1),
                                     .lead = absl::Seconds(4)};
  listener_.OnWindowBegin(begin);
  listener_.OnBackgroundEnd(end);
  EXPECT_THAT(sink_.warnings,
              ElementsAre("Async task 'load' ends the window in its delay or "
                          "warm-up: exit code 0"));
  listener_.OnWindowEnd({.at = absl::Seconds(3)});
  listener_.OnBackgroundEnd(end);  // in stop
  EXPECT_THAT(sink_.warnings, SizeIs(1));
  listener_.OnWindowBegin(begin);
  end.at = absl::Seconds(5);
  listener_.OnBackgroundEnd(end);
  EXPECT_THAT(sink_.warnings, SizeIs(1));
}

TEST_F(ProgressListenerTest, BackgroundOutputIsSentWhenTheTaskEnds) {
  Tasks(Stage::kStart) = {Background("load")};
  Tasks(Stage::kStart)[0].notify = true;
  exec::FakeRunner::Script script = RunsFor(absl::Seconds(2));
  script.out = "rate 9\n";
  script.err = "warm";
  runner_.On("load", script);
  Run();
  EXPECT_THAT(sink_.messages,
              ElementsAre("Async task 'load' status: stdout rate 9\n:, stderr: "
                          "warm (exit code 0)"));
}

TEST_F(ProgressListenerTest, BackgroundOutputIsSentWhenTheRunEnds) {
  Tasks(Stage::kStart) = {Background("load")};
  Tasks(Stage::kStart)[0].notify = true;
  exec::FakeRunner::Script script = RunsOn();
  script.out = "rate 9";
  runner_.On("load", script);
  Run();
  EXPECT_THAT(
      sink_.messages,
      ElementsAre("Async task 'load' status: stdout rate 9:, stderr: "));
}

TEST_F(ProgressListenerTest, ValuesThatAreNoNumbersAreAWarningOnceATask) {
  plan::Task task = Background("vmstat");
  task.metrics.resize(1);
  task.metrics[0].name = "idle";
  for (const char* why : {"\"a\" is no number", "\"b\" is no number"}) {
    listener_.OnSampleRejected({.id = {},
                                .task = &task,
                                .metric = 0,
                                .why = absl::InvalidArgumentError(why),
                                .at = {}});
  }
  EXPECT_THAT(sink_.warnings,
              ElementsAre("Task vmstat: metric \"idle\" has no sample: \"a\" "
                          "is no number"));
  const stages::Outcome outcome;
  listener_.OnRunEnd({outcome, {}});
  EXPECT_EQ(sink_.warnings.back(), "2 values of task vmstat were no samples");
}

TEST_F(ProgressListenerTest, WhatHindersTheCleanupIsAWarning) {
  Tasks(Stage::kPost) = {Exec("slow")};
  runner_.On("slow", RunsOn());
  runner_.set_unkillable({{12, "dd"}});
  Start(absl::ZeroDuration());
  engine_.Cancel(base::CancelCause::Signal(SIGUSR1));
  loop_.Advance(absl::Hours(1));
  EXPECT_THAT(sink_.warnings,
              ElementsAre("the cleanup was not over after 1m "
                          "(cleanup_timeout): what still runs is killed",
                          "1 process could not be killed: 12 (dd)"));
}

TEST_F(ProgressListenerTest, DetailsAreToldToWhoWantsThem) {
  sink_.verbose = true;
  Tasks(Stage::kPre) = {Exec("a"), Exec("b")};
  Tasks(Stage::kPre)[0].location = "c.yaml:2:3";
  Tasks(Stage::kStart) = {Background("load")};
  runner_.On("b", Exits(1));
  Tasks(Stage::kPre)[1].ignore_exitcode = true;
  runner_.On("load", RunsFor(absl::Seconds(2), 3));
  Start(absl::Seconds(10));
  loop_.Advance(absl::Seconds(3));
  engine_.Cancel(base::CancelCause::Signal(SIGUSR1));
  EXPECT_THAT(
      sink_.details,
      IsSupersetOf({"c.yaml:2:3: attempt 1 of 1 of task a", "Task a succeeded",
                    "Task b failed with result 1: exit code 1",
                    "Async task 'load' ended after 2s: exit code 3",
                    "Cancelled: SIGUSR1"}));
}

}  // namespace
}  // namespace servo::report
