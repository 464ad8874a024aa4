#include "stages/engine.h"

#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/captured.h"
#include "base/code_ranges.h"
#include "base/fake_loop.h"
#include "exec/fake_runner.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "http/request.h"
#include "plan/plan.h"
#include "stages/observer.h"

namespace servo::stages {
namespace {

using exec::FakeRunner;
using plan::Stage;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;

struct RecordingObserver final : Observer {
  void OnMessage(const std::string& message) override {
    messages.push_back(message);
  }
  void OnWarning(const std::string& message) override {
    warnings.push_back(message);
  }
  void OnDetail(const std::string&) override {}

  std::vector<std::string> messages;
  std::vector<std::string> warnings;
};

// A task that executes a program called like itself.
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

FakeRunner::Script RunsFor(absl::Duration time, int code = 0) {
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

class EngineTest : public ::testing::Test {
 protected:
  std::vector<plan::Task>& Tasks(Stage stage) {
    return plan_.stages[static_cast<size_t>(stage)];
  }

  // One task a stage, called like it.
  void FillAllStages() {
    for (Stage stage : plan::kStages) {
      Tasks(stage).push_back(Exec(plan::StageName(stage)));
    }
  }

  void Start(absl::Duration window = absl::Seconds(10)) {
    engine_.emplace(&loop_, &runner_, &client_, &plan_, &observer_,
                    Engine::Options{.app_id = "app"});
    engine_->Start(window, [this](const Outcome& outcome) {
      ++done_calls_;
      outcome_ = outcome;
      EXPECT_FALSE(inside_call_) << "done came from inside a call";
    });
    loop_.RunPending();
  }

  void Cancel(absl::string_view cause = "SIGUSR1") {
    inside_call_ = true;
    engine_->Cancel(cause);
    inside_call_ = false;
    loop_.RunPending();
  }

  void Hurry() {
    inside_call_ = true;
    engine_->Hurry("SIGTERM");
    inside_call_ = false;
    loop_.RunPending();
  }

  void Advance(absl::Duration time) { loop_.Advance(time); }

  // The run is over, once, like this; nothing runs any more.
  void ExpectOver(Outcome::Kind kind, const std::string& message) {
    ASSERT_EQ(done_calls_, 1);
    EXPECT_EQ(outcome_.kind, kind);
    EXPECT_EQ(outcome_.message, message);
    EXPECT_EQ(runner_.end_alls() > 0, true);
    for (const auto& record : runner_.records()) {
      EXPECT_FALSE(record.running()) << record.command.argv[0];
    }
  }

  base::FakeLoop loop_;
  FakeRunner runner_{&loop_};
  http::FakeClient client_{&loop_};
  RecordingObserver observer_;
  plan::Plan plan_;
  std::optional<Engine> engine_;
  Outcome outcome_;
  int done_calls_ = 0;
  bool inside_call_ = false;
};

// ---- The order of things ----

TEST_F(EngineTest, AnEmptyPlanMeasuresTheWindow) {
  Start(absl::Seconds(3));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Milliseconds(2999));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Milliseconds(1));
  ExpectOver(Outcome::Kind::kSuccess, "");
  EXPECT_THAT(observer_.messages,
              ElementsAre("Stage pre: 0 tasks", "Stage start: 0 tasks",
                          "Measuring for 3s", "Stage stop: 0 tasks",
                          "Stage post: 0 tasks"));
}

TEST_F(EngineTest, StagesRunInOrderAroundTheWindow) {
  FillAllStages();
  Start(absl::Seconds(10));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start"));
  Advance(absl::Seconds(10));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "stop", "post"));
  ExpectOver(Outcome::Kind::kSuccess, "");
}

TEST_F(EngineTest, WindowIsCountedFromTheEndOfStart) {
  FillAllStages();
  runner_.On("pre", RunsFor(absl::Seconds(100)));
  runner_.On("start", RunsFor(absl::Seconds(7)));
  Start(absl::Seconds(10));
  Advance(absl::Seconds(116));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start"));
  Advance(absl::Seconds(1));
  EXPECT_THAT(runner_.lines(), Contains("stop"));
}

TEST_F(EngineTest, AZeroWindowIsNoWait) {
  FillAllStages();
  Start(absl::ZeroDuration());
  ExpectOver(Outcome::Kind::kSuccess, "");
}

TEST_F(EngineTest, TasksOfAStageRunOneAfterAnother) {
  Tasks(Stage::kPre) = {Exec("a"), Exec("b")};
  runner_.On("a", RunsFor(absl::Seconds(5)));
  Start();
  Advance(absl::Seconds(4));
  EXPECT_THAT(runner_.lines(), ElementsAre("a"));
  Advance(absl::Seconds(1));
  EXPECT_THAT(runner_.lines(), ElementsAre("a", "b"));
}

TEST_F(EngineTest, TenThousandTasksNeedNoStack) {
  for (int i = 0; i < 10000; ++i) {
    Tasks(Stage::kPre).push_back(Exec("t"));
    Tasks(Stage::kPre).back().ignore_exitcode = true;
  }
  runner_.On("t", CannotStart());
  Start(absl::ZeroDuration());
  EXPECT_EQ(runner_.lines().size(), 10000u);
  ExpectOver(Outcome::Kind::kSuccess, "");
}

// ---- Failures ----

struct FailureCase {
  Stage stage;
  std::vector<std::string> executed;
};

TEST_F(EngineTest, AFailureSkipsLaterStagesButPost) {
  const FailureCase cases[] = {
      {Stage::kPre, {"pre", "post"}},
      {Stage::kStart, {"pre", "start", "post"}},
      {Stage::kStop, {"pre", "start", "stop", "post"}},
  };
  for (const FailureCase& c : cases) {
    const std::string name = plan::StageName(c.stage);
    SCOPED_TRACE(name);
    base::FakeLoop loop;
    FakeRunner runner(&loop);
    http::FakeClient client(&loop);
    plan::Plan plan;
    for (Stage stage : plan::kStages) {
      plan.stages[static_cast<size_t>(stage)].push_back(
          Exec(plan::StageName(stage)));
    }
    runner.On(name, Exits(7));
    Engine engine(&loop, &runner, &client, &plan, &observer_, {});
    std::optional<Outcome> outcome;
    engine.Start(absl::Seconds(1), [&](const Outcome& o) { outcome = o; });
    loop.Advance(absl::Seconds(1));
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->kind, Outcome::Kind::kFailed);
    EXPECT_EQ(outcome->message,
              absl::StrCat(name, ": Task ", name,
                           " failed with result 7: exit code 7"));
    EXPECT_EQ(outcome->failed_task, name);
    EXPECT_EQ(runner.lines(), c.executed);
  }
}

TEST_F(EngineTest, AFailureEndsItsStage) {
  Tasks(Stage::kStart) = {Exec("bad"), Exec("next")};
  runner_.On("bad", Exits(1));
  Start();
  EXPECT_THAT(runner_.lines(), ElementsAre("bad"));
}

TEST_F(EngineTest, FailuresInPostAreIgnoredAndItsLaterTasksRun) {
  Tasks(Stage::kPost) = {Exec("bad"), Exec("missing"), Exec("next")};
  runner_.On("bad", Exits(1));
  runner_.On("missing", CannotStart());
  Start(absl::ZeroDuration());
  EXPECT_THAT(runner_.lines(), ElementsAre("bad", "missing", "next"));
  EXPECT_THAT(
      observer_.warnings,
      ElementsAre("post: Task bad failed with result 1: exit code 1 (ignored)",
                  "post: Task missing failed: no such program (ignored)"));
  ExpectOver(Outcome::Kind::kSuccess, "");
}

TEST_F(EngineTest, IgnoredFailuresOfEveryKindLetTheRunGoOn) {
  Tasks(Stage::kStart) = {Exec("code"), Exec("slow"), Exec("missing"),
                          Get("api"), Exec("next")};
  for (auto& task : Tasks(Stage::kStart)) {
    task.ignore_exitcode = true;
    task.timeout = absl::Seconds(1);
  }
  runner_.On("code", Exits(1));
  runner_.On("slow", RunsOn());
  runner_.On("missing", CannotStart());
  client_.Answer(absl::UnavailableError("no route"));
  Start();
  Advance(absl::Seconds(1));
  EXPECT_THAT(runner_.lines(), ElementsAre("code", "slow", "missing", "next"));
  EXPECT_EQ(observer_.warnings.size(), 4u);
  Advance(absl::Seconds(10));
  ExpectOver(Outcome::Kind::kSuccess, "");
}

TEST_F(EngineTest, ATimeoutFailsTheRun) {
  Tasks(Stage::kPre) = {Exec("slow")};
  Tasks(Stage::kPre)[0].timeout = absl::Seconds(5);
  runner_.On("slow", RunsOn());
  Start();
  Advance(absl::Seconds(5));
  ExpectOver(Outcome::Kind::kFailed,
             "pre: Task slow timed out. stdout :, stderr: ");
}

// ---- Requests ----

TEST_F(EngineTest, ARequestsStatusDecides) {
  Tasks(Stage::kPre) = {Get("good"), Get("bad")};
  client_.Answer(http::FakeResponse(399));
  client_.Answer(http::FakeResponse(404));
  Start();
  ASSERT_EQ(done_calls_, 1);
  EXPECT_THAT(outcome_.message,
              StartsWith("pre: Task bad failed with result 404: GET "));
}

TEST_F(EngineTest, TheTasksTimeoutIsTheRequests) {
  Tasks(Stage::kPre) = {Get("api")};
  Tasks(Stage::kPre)[0].timeout = absl::Seconds(7);
  Start();
  EXPECT_EQ(client_.records()[0].request.timeout, absl::Seconds(7));
}

TEST_F(EngineTest, CancelDropsTheTransferAtOnce) {
  Tasks(Stage::kPre) = {Get("api")};
  Tasks(Stage::kPre)[0].retry.retries = 3;
  client_.Answer(http::FakeResponse(200), absl::InfiniteDuration());
  Start();
  Cancel();
  EXPECT_TRUE(client_.records()[0].dropped);
  ExpectOver(Outcome::Kind::kCancelled, "SIGUSR1");
  EXPECT_EQ(client_.records().size(), 1u);
}

// ---- Retries ----

TEST_F(EngineTest, RetriesUntilSuccess) {
  Tasks(Stage::kPre) = {Exec("flaky")};
  Tasks(Stage::kPre)[0].retry.retries = 5;
  runner_.On("flaky", {Exits(1), CannotStart(), Exits(0)});
  Start(absl::ZeroDuration());
  EXPECT_EQ(runner_.lines().size(), 3u);
  ExpectOver(Outcome::Kind::kSuccess, "");
}

TEST_F(EngineTest, FailsAfterTheLastRetry) {
  Tasks(Stage::kPre) = {Exec("bad")};
  Tasks(Stage::kPre)[0].retry.retries = 2;
  runner_.On("bad", Exits(3));
  Start();
  EXPECT_EQ(runner_.lines().size(), 3u);
  ExpectOver(Outcome::Kind::kFailed,
             "pre: Task bad failed with result 3: exit code 3");
}

TEST_F(EngineTest, EachAttemptHasAFreshTimeout) {
  Tasks(Stage::kPre) = {Exec("slow")};
  Tasks(Stage::kPre)[0].retry.retries = 1;
  Tasks(Stage::kPre)[0].timeout = absl::Seconds(5);
  runner_.On("slow", {RunsOn(), RunsFor(absl::Seconds(4))});
  Start(absl::ZeroDuration());
  Advance(absl::Seconds(9));
  ExpectOver(Outcome::Kind::kSuccess, "");
}

TEST_F(EngineTest, DelaysPaceTheRetries) {
  Tasks(Stage::kPre) = {Exec("bad")};
  Tasks(Stage::kPre)[0].retry = {
      .retries = 2, .delay = absl::Seconds(1), .backoff = 10};
  runner_.On("bad", Exits(3));
  Start();
  EXPECT_EQ(runner_.lines().size(), 1u);
  EXPECT_EQ(engine_->Activity(), "Waiting to retry task bad");
  Advance(absl::Seconds(1));
  EXPECT_EQ(runner_.lines().size(), 2u);
  Advance(absl::Seconds(9));
  EXPECT_EQ(runner_.lines().size(), 2u);
  Advance(absl::Seconds(1));
  EXPECT_EQ(runner_.lines().size(), 3u);
}

TEST_F(EngineTest, RequestsAreRetriedAndRetryAfterIsHonoured) {
  Tasks(Stage::kPre) = {Get("api")};
  Tasks(Stage::kPre)[0].retry.retries = 1;
  http::Response busy = http::FakeResponse(503);
  busy.headers.emplace_back("Retry-After", "20");
  client_.Answer(busy);
  Start();
  Advance(absl::Seconds(19));
  EXPECT_EQ(client_.records().size(), 1u);
  Advance(absl::Seconds(1));
  EXPECT_EQ(client_.records().size(), 2u);
}

TEST_F(EngineTest, ABackgroundTaskIsRetriedWhenItCannotStart) {
  Tasks(Stage::kStart) = {Background("vpn")};
  Tasks(Stage::kStart)[0].retry.retries = 1;
  runner_.On("vpn", {CannotStart(), RunsOn()});
  Start();
  EXPECT_EQ(runner_.lines().size(), 2u);
  Advance(absl::Seconds(10));
  ExpectOver(Outcome::Kind::kSuccess, "");
}

TEST_F(EngineTest, CancelEndsTheWaitForARetry) {
  Tasks(Stage::kPre) = {Exec("bad")};
  Tasks(Stage::kPre)[0].retry = {.retries = 2, .delay = absl::Hours(1)};
  runner_.On("bad", Exits(3));
  Start();
  Cancel();
  ExpectOver(Outcome::Kind::kCancelled, "SIGUSR1");
  EXPECT_EQ(runner_.lines().size(), 1u);
}

// ---- Background tasks ----

TEST_F(EngineTest, BackgroundTasksLiveUntilPostIsOver) {
  Tasks(Stage::kStart) = {Background("load")};
  Tasks(Stage::kPost) = {Exec("clean")};
  runner_.On("load", RunsOn());
  runner_.On("clean", RunsFor(absl::Seconds(1)));
  Start(absl::Seconds(10));
  Advance(absl::Seconds(10));
  EXPECT_TRUE(runner_.records()[0].running());
  Advance(absl::Seconds(1));
  ExpectOver(Outcome::Kind::kSuccess, "");
}

TEST_F(EngineTest, ABackgroundTaskThatEndsEarlyIsReportedAndFailsNothing) {
  Tasks(Stage::kStart) = {Background("load")};
  runner_.On("load", RunsFor(absl::Seconds(2), 3));
  Start(absl::Seconds(10));
  Advance(absl::Seconds(2));
  EXPECT_THAT(observer_.messages,
              Contains("Async task 'load' ended: exit code 3"));
  Advance(absl::Seconds(8));
  ExpectOver(Outcome::Kind::kSuccess, "");
}

TEST_F(EngineTest, ABackgroundTimeoutIsReportedAndFailsNothing) {
  Tasks(Stage::kStart) = {Background("load")};
  Tasks(Stage::kStart)[0].timeout = absl::Seconds(2);
  runner_.On("load", RunsOn());
  Start(absl::Seconds(10));
  Advance(absl::Seconds(2));
  EXPECT_THAT(observer_.messages,
              Contains("Task 'load' terminated due to timeout"));
  Advance(absl::Seconds(8));
  ExpectOver(Outcome::Kind::kSuccess, "");
}

TEST_F(EngineTest, BackgroundOutputIsSentWhenTheTaskEnds) {
  Tasks(Stage::kStart) = {Background("load")};
  Tasks(Stage::kStart)[0].notify = true;
  FakeRunner::Script script = RunsFor(absl::Seconds(2));
  script.out = "rate 9\n";
  script.err = "warm";
  runner_.On("load", script);
  Start(absl::Seconds(10));
  Advance(absl::Seconds(2));
  EXPECT_THAT(observer_.messages,
              Contains("Async task 'load' status: stdout rate 9\n:, stderr: "
                       "warm (exit code 0)"));
}

TEST_F(EngineTest, BackgroundOutputIsSentWhenTheRunEnds) {
  Tasks(Stage::kStart) = {Background("load")};
  Tasks(Stage::kStart)[0].notify = true;
  FakeRunner::Script script = RunsOn();
  script.out = "rate 9";
  runner_.On("load", script);
  Start(absl::Seconds(1));
  Advance(absl::Seconds(1));
  EXPECT_EQ(observer_.messages.back(),
            "Async task 'load' status: stdout rate 9:, stderr: ");
  ExpectOver(Outcome::Kind::kSuccess, "");
}

// ---- Notifications ----

TEST_F(EngineTest, NotifiesOncePerAttemptSuccessOrFailure) {
  Tasks(Stage::kPre) = {Exec("flaky")};
  Tasks(Stage::kPre)[0].notify = true;
  Tasks(Stage::kPre)[0].retry.retries = 1;
  FakeRunner::Script bad = Exits(1);
  bad.err = "oops";
  FakeRunner::Script good = Exits(0);
  good.out = "fine";
  runner_.On("flaky", {bad, good});
  Start();
  EXPECT_THAT(observer_.messages,
              ElementsAre("Stage pre: 1 task",
                          "Task flaky completed. stdout: , stderr: oops",
                          "Task flaky completed. stdout: fine, stderr: ",
                          "Stage start: 0 tasks", "Measuring for 10s"));
}

TEST_F(EngineTest, WithoutNotifyNoTaskHasALineOfItsOwn) {
  Tasks(Stage::kPre) = {Exec("a"), Exec("b"), Get("c")};
  Start();
  EXPECT_THAT(observer_.messages,
              ElementsAre("Stage pre: 3 tasks", "Stage start: 0 tasks",
                          "Measuring for 10s"));
}

// ---- What tasks are given ----

TEST_F(EngineTest, TasksAreToldWhereTheyAre) {
  FillAllStages();
  Tasks(Stage::kStart)[0] = Background("load");
  Start(absl::ZeroDuration());
  EXPECT_THAT(
      runner_.records()[0].command.env,
      ElementsAre(Pair("SERVO_APP_ID", "app"), Pair("SERVO_EXEC_STAGE", "pre"),
                  Pair("SERVO_EXEC_TASK", "pre")));
  EXPECT_THAT(runner_.records()[1].command.env,
              Contains(Pair("SERVO_EXEC_TASK", "load")));
  EXPECT_THAT(runner_.records()[3].command.env,
              AllOf(Contains(Pair("SERVO_EXEC_RESULT", "success")),
                    Contains(Pair("SERVO_EXEC_FAILED_TASK", ""))));
}

TEST_F(EngineTest, PostIsToldOfAFailure) {
  FillAllStages();
  runner_.On("start", Exits(1));
  Start();
  EXPECT_THAT(runner_.records().back().command.env,
              AllOf(Contains(Pair("SERVO_EXEC_RESULT", "failed")),
                    Contains(Pair("SERVO_EXEC_FAILED_TASK", "start"))));
}

TEST_F(EngineTest, PostIsToldOfACancel) {
  FillAllStages();
  Start();
  Cancel();
  EXPECT_THAT(runner_.records().back().command.env,
              Contains(Pair("SERVO_EXEC_RESULT", "cancelled")));
}

TEST_F(EngineTest, TheConfigurationsEnvironmentComesLastAndSoWins) {
  Tasks(Stage::kPre) = {Exec("t")};
  std::get<plan::ProcessAction>(Tasks(Stage::kPre)[0].action).command.env = {
      {"SERVO_APP_ID", "mine"}};
  Start();
  EXPECT_THAT(runner_.records()[0].command.env.back(),
              Pair("SERVO_APP_ID", "mine"));
}

// ---- Cancel ----

TEST_F(EngineTest, CancelBeforeStartAndAfterTheEndDoNothing) {
  engine_.emplace(&loop_, &runner_, &client_, &plan_, &observer_,
                  Engine::Options{});
  Cancel();
  engine_.reset();
  Start(absl::ZeroDuration());
  ASSERT_EQ(done_calls_, 1);
  Cancel();
  Hurry();
  EXPECT_EQ(done_calls_, 1);
  EXPECT_EQ(outcome_.kind, Outcome::Kind::kSuccess);
}

TEST_F(EngineTest, CancelInTheWindowRunsPostAtOnce) {
  FillAllStages();
  Start(absl::Hours(1));
  Advance(absl::Seconds(1));
  Cancel();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "post"));
  ExpectOver(Outcome::Kind::kCancelled, "SIGUSR1");
}

TEST_F(EngineTest, CancelEndsTheTaskAtHandAndSkipsToPost) {
  Tasks(Stage::kPre) = {Exec("slow"), Exec("next")};
  Tasks(Stage::kPost) = {Exec("post")};
  Tasks(Stage::kPre)[0].retry.retries = 9;
  runner_.On("slow", RunsOn());
  Start();
  Cancel();
  EXPECT_EQ(runner_.records()[0].stops, 1);
  EXPECT_THAT(runner_.lines(), ElementsAre("slow", "post"));
  ExpectOver(Outcome::Kind::kCancelled, "SIGUSR1");
}

TEST_F(EngineTest, PostWaitsForTheTaskAtHandToEnd) {
  Tasks(Stage::kPre) = {Exec("slow")};
  Tasks(Stage::kPost) = {Exec("post")};
  runner_.On("slow", Stubborn());
  Start();
  Cancel();
  Advance(absl::Milliseconds(499));
  EXPECT_THAT(runner_.lines(), ElementsAre("slow"));
  Advance(absl::Milliseconds(1));
  EXPECT_THAT(runner_.lines(), ElementsAre("slow", "post"));
}

TEST_F(EngineTest, RepeatedCancelsAreHarmless) {
  FillAllStages();
  runner_.On("post", RunsFor(absl::Seconds(5)));
  Start();
  for (int i = 0; i < 5; ++i) Cancel();
  Advance(absl::Seconds(1));
  for (int i = 0; i < 5; ++i) Cancel("SIGTERM");
  Advance(absl::Seconds(4));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "post"));
  EXPECT_EQ(runner_.records()[2].stops, 0);
  ExpectOver(Outcome::Kind::kCancelled, "SIGUSR1");
}

TEST_F(EngineTest, CancelDuringPostLetsItRunToItsEndAndCountsAsCancel) {
  Tasks(Stage::kPost) = {Exec("post"), Exec("last")};
  runner_.On("post", RunsFor(absl::Seconds(5)));
  Start(absl::ZeroDuration());
  Cancel();
  Advance(absl::Seconds(5));
  EXPECT_THAT(runner_.lines(), ElementsAre("post", "last"));
  ExpectOver(Outcome::Kind::kCancelled, "SIGUSR1");
}

TEST_F(EngineTest, AFailureBeforeTheCancelStaysTheOutcome) {
  FillAllStages();
  runner_.On("pre", Exits(1));
  runner_.On("post", RunsFor(absl::Seconds(5)));
  Start();
  Cancel();
  Advance(absl::Seconds(5));
  ExpectOver(Outcome::Kind::kFailed,
             "pre: Task pre failed with result 1: exit code 1");
}

TEST_F(EngineTest, StopIsNotRunAfterACancelByDefault) {
  FillAllStages();
  Start();
  Cancel();
  EXPECT_THAT(runner_.lines(), Not(Contains("stop")));
}

TEST_F(EngineTest, StopOnCancelRunsStopOnceStartHasBegun) {
  plan_.stop_on_cancel = true;
  FillAllStages();
  runner_.On("start", RunsOn());
  Start();
  Cancel();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "stop", "post"));
  ExpectOver(Outcome::Kind::kCancelled, "SIGUSR1");
}

TEST_F(EngineTest, StopOnCancelInTheWindow) {
  plan_.stop_on_cancel = true;
  FillAllStages();
  Start();
  Cancel();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "stop", "post"));
}

TEST_F(EngineTest, StopOnCancelBeforeStartSkipsStop) {
  plan_.stop_on_cancel = true;
  FillAllStages();
  runner_.On("pre", RunsOn());
  Start();
  Cancel();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "post"));
}

TEST_F(EngineTest, StopOnCancelLetsARunningStopGoOn) {
  plan_.stop_on_cancel = true;
  FillAllStages();
  runner_.On("stop", RunsFor(absl::Seconds(5)));
  Start(absl::ZeroDuration());
  Cancel();
  EXPECT_EQ(runner_.records()[2].stops, 0);
  Advance(absl::Seconds(5));
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "stop", "post"));
  ExpectOver(Outcome::Kind::kCancelled, "SIGUSR1");
}

TEST_F(EngineTest, AFailingStopAfterACancelStillLeadsToPost) {
  plan_.stop_on_cancel = true;
  FillAllStages();
  Tasks(Stage::kStop).push_back(Exec("more"));
  runner_.On("stop", Exits(1));
  Start();
  Cancel();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "stop", "post"));
  EXPECT_THAT(observer_.warnings,
              ElementsAre("stop: Task stop failed with result 1: exit code 1"));
  ExpectOver(Outcome::Kind::kCancelled, "SIGUSR1");
}

TEST_F(EngineTest, StopOnCancelDoesNotApplyToFailures) {
  plan_.stop_on_cancel = true;
  FillAllStages();
  runner_.On("start", Exits(1));
  Start();
  EXPECT_THAT(runner_.lines(), ElementsAre("pre", "start", "post"));
}

TEST_F(EngineTest, TheCleanupAfterACancelIsBounded) {
  plan_.cleanup_timeout = absl::Seconds(60);
  FillAllStages();
  runner_.On("post", Stubborn());
  Start();
  Cancel();
  Advance(absl::Seconds(59));
  EXPECT_EQ(done_calls_, 0);
  Advance(absl::Seconds(1));
  ExpectOver(Outcome::Kind::kCancelled, "SIGUSR1");
  EXPECT_THAT(observer_.warnings,
              ElementsAre(HasSubstr("not over after 1m (cleanup_timeout)")));
}

TEST_F(EngineTest, TheCleanupOfAFailureIsBoundedOnceItIsCancelled) {
  FillAllStages();
  runner_.On("pre", Exits(1));
  runner_.On("post", Stubborn());
  Start();
  Advance(absl::Hours(1));
  EXPECT_EQ(done_calls_, 0);
  Cancel();
  Advance(absl::Seconds(60));
  ExpectOver(Outcome::Kind::kFailed,
             "pre: Task pre failed with result 1: exit code 1");
}

// ---- Hurry ----

TEST_F(EngineTest, HurryKillsWhatRunsAndSkipsTheRest) {
  FillAllStages();
  Tasks(Stage::kPost).push_back(Exec("last"));
  Tasks(Stage::kStart).insert(Tasks(Stage::kStart).begin(), Background("load"));
  runner_.On("load", Stubborn());
  runner_.On("post", Stubborn());
  Start();
  Cancel("SIGTERM");
  EXPECT_EQ(done_calls_, 0);
  Hurry();
  EXPECT_THAT(runner_.lines(), Not(Contains("last")));
  ExpectOver(Outcome::Kind::kCancelled, "SIGTERM");
}

TEST_F(EngineTest, HurryWithoutACancelCancelsToo) {
  FillAllStages();
  Start();
  Hurry();
  ExpectOver(Outcome::Kind::kCancelled, "SIGTERM");
}

TEST_F(EngineTest, HurryWhileBackgroundTasksAreBeingEnded) {
  Tasks(Stage::kStart) = {Background("load")};
  runner_.On("load", Stubborn());
  Start(absl::ZeroDuration());
  EXPECT_EQ(done_calls_, 0);
  Hurry();
  ASSERT_EQ(done_calls_, 1);
  EXPECT_FALSE(runner_.records()[0].running());
}

TEST_F(EngineTest, HurryDuringARequestOfPost) {
  Tasks(Stage::kPost) = {Get("api")};
  client_.Answer(http::FakeResponse(200), absl::InfiniteDuration());
  Start(absl::ZeroDuration());
  Hurry();
  EXPECT_TRUE(client_.records()[0].dropped);
  ExpectOver(Outcome::Kind::kCancelled, "SIGTERM");
}

// ---- The end ----

TEST_F(EngineTest, OrphansAreEndedBeforeTheAnswer) {
  runner_.set_orphans_take(absl::Seconds(2));
  Start(absl::ZeroDuration());
  EXPECT_EQ(done_calls_, 0);
  EXPECT_EQ(engine_->Activity(), "Ending what still runs");
  Advance(absl::Seconds(2));
  EXPECT_EQ(done_calls_, 1);
}

TEST_F(EngineTest, UnkillableProcessesAreReported) {
  runner_.set_unkillable({{12, "dd"}, {3456, "a\x01z"}});
  Start(absl::ZeroDuration());
  EXPECT_THAT(
      observer_.warnings,
      ElementsAre("2 processes could not be killed: 12 (dd), 3456 (a\\x01z)"));
  EXPECT_EQ(done_calls_, 1);
}

TEST_F(EngineTest, TheAnswerOfARunThatFailedNamesUnkillableProcesses) {
  Tasks(Stage::kPre) = {Exec("bad")};
  runner_.On("bad", Exits(1));
  runner_.set_unkillable({{12, "dd"}});
  Start(absl::ZeroDuration());
  EXPECT_THAT(outcome_.message,
              EndsWith("; 1 process could not be killed: 12 (dd)"));
}

TEST_F(EngineTest, DestructionDropsWhatRuns) {
  Tasks(Stage::kPre) = {Background("load"), Exec("slow")};
  runner_.On("load", RunsOn());
  runner_.On("slow", RunsOn());
  Start();
  engine_.reset();
  EXPECT_TRUE(runner_.records()[0].dropped);
  EXPECT_TRUE(runner_.records()[1].dropped);
  Advance(absl::Hours(1));
  EXPECT_EQ(done_calls_, 0);
}

// ---- Progress ----

TEST_F(EngineTest, ProgressIsTheWindowsElapsedShare) {
  FillAllStages();
  runner_.On("pre", RunsFor(absl::Seconds(5)));
  runner_.On("stop", RunsFor(absl::Seconds(5)));
  Start(absl::Seconds(200));
  EXPECT_EQ(engine_->Progress(), 0);
  Advance(absl::Seconds(5));
  EXPECT_EQ(engine_->Progress(), 0);
  Advance(absl::Seconds(1));
  EXPECT_EQ(engine_->Progress(), 0);
  Advance(absl::Seconds(1));
  EXPECT_EQ(engine_->Progress(), 1);
  Advance(absl::Seconds(197));
  EXPECT_EQ(engine_->Progress(), 99);
  Advance(absl::Seconds(1));
  EXPECT_EQ(engine_->Progress(), 100);
  Advance(absl::Seconds(5));
  EXPECT_EQ(engine_->Progress(), 100);
}

TEST_F(EngineTest, ProgressStaysWhereACancelCameUpon) {
  Tasks(Stage::kPost) = {Exec("post")};
  runner_.On("post", RunsOn());
  Start(absl::Seconds(100));
  Advance(absl::Seconds(40));
  Cancel();
  EXPECT_EQ(engine_->Progress(), 40);
}

TEST_F(EngineTest, ActivityNamesWhatGoesOn) {
  FillAllStages();
  runner_.On("pre", RunsFor(absl::Seconds(5)));
  Start(absl::Seconds(100));
  EXPECT_EQ(engine_->Activity(), "Executing task pre");
  Advance(absl::Seconds(47));
  EXPECT_EQ(engine_->Activity(), "Measuring: 42s of 1m40s");
}

}  // namespace
}  // namespace servo::stages
