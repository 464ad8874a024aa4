// `expect`, `give_up_if` and `end_window_if` in a run.

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "exec/fake_runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "plan/condition.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "plan/reference.h"
#include "stages/conditions.h"
#include "stages/engine.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/testing/engine_test_base.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using plan::Comparison;
using plan::Condition;
using plan::Stage;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

exec::FakeRunner::Script Prints(const std::string& text, int code = 0) {
  exec::FakeRunner::Script script = Exits(code);
  script.out = text;
  return script;
}

// "The whole output is this text".
Condition Says(const char* text, plan::Source source = plan::Source::kStdout) {
  Condition condition = {.comparison = Comparison::kEquals,
                         .operand = {.text = text}};
  condition.lookup.source = source;
  return condition;
}

class EngineConditionsTest : public EngineTestBase {
 protected:
  // A task `job` that is tried again every second.
  plan::Task& AddPolling(Stage stage = Stage::kStop) {
    FillAllStages();
    plan::Task task = Exec("job");
    task.retry = {.delay = absl::Seconds(1),
                  .retry_for = absl::Minutes(10),
                  .unlimited = true};
    task.expect = {Says("done")};
    task.give_up_if = {Says("failed"), Says("canceled")};
    Tasks(stage) = {std::move(task)};
    return Tasks(stage)[0];
  }

  // A sampler `poll` that looks every two seconds.
  plan::Task& AddPoll() {
    FillAllStages();
    plan::Task task = Exec("poll");
    task.every = absl::Seconds(2);
    task.timeout = absl::Seconds(10);
    Tasks(Stage::kStart).push_back(std::move(task));
    return Tasks(Stage::kStart).back();
  }

  std::vector<std::string> Post() { return listener_.Those("post begins"); }
};

TEST_F(EngineConditionsTest, AnAttemptIsRetriedUntilWhatIsExpectedHolds) {
  AddPolling();
  runner_.On("job", {Prints("queued"), Prints("running"), Prints("done")});
  Start();
  Advance(absl::Seconds(12));
  ExpectSuccess();
  EXPECT_THAT(listener_.Those("job ends"),
              ElementsAre("job ends 1: expect", "job ends 2: expect",
                          "job ends 3: success"));
}

TEST_F(EngineConditionsTest, TheFailureHasTheConditionAndWhatWasFound) {
  AddPolling();
  runner_.On("job", Prints("running"));
  Start();
  Advance(absl::Seconds(10));
  Advance(absl::Minutes(10));
  ExpectFailed("job", Cause::kExpect);
  const AttemptEnd& failure = *outcome_.failure;
  ASSERT_TRUE(failure.verdict.unmet.has_value());
  EXPECT_EQ(failure.verdict.unmet->condition.operand.text, "done");
  EXPECT_EQ(failure.verdict.unmet->found, "running");
  EXPECT_FALSE(failure.verdict.gives_up.has_value());
  EXPECT_TRUE(failure.given_up.has_value());
}

TEST_F(EngineConditionsTest, GiveUpIfEndsTheRetriesAtOnce) {
  AddPolling();
  runner_.On("job", {Prints("running"), Prints("canceled"), Prints("done")});
  Start();
  Advance(absl::Seconds(12));
  ExpectFailed("job", Cause::kExpect);
  EXPECT_THAT(listener_.Those("job begins"), SizeIs(2));
  EXPECT_EQ(outcome_.failure->verdict.gives_up->condition.operand.text,
            "canceled");
  ASSERT_TRUE(outcome_.failure->given_up.has_value());
  EXPECT_EQ(outcome_.failure->given_up->attempts, 2);
}

TEST_F(EngineConditionsTest, GiveUpIfIsAskedOfFailedAttemptsAlone) {
  plan::Task& task = AddPolling();
  task.expect.clear();
  runner_.On("job", Prints("failed"));
  Start();
  Advance(absl::Seconds(12));
  ExpectSuccess();
}

TEST_F(EngineConditionsTest, GiveUpIfIsAskedWhateverTheFailure) {
  AddPolling();
  runner_.On("job", Prints("failed", 3));
  Start();
  Advance(absl::Seconds(12));
  ExpectFailed("job", Cause::kExitCode);
  EXPECT_THAT(listener_.Those("job begins"), SizeIs(1));
}

TEST_F(EngineConditionsTest, WithoutAnAnswerNoConditionHolds) {
  plan::Task task = Get("server");
  task.retry.retries = 1;
  task.expect = {{.comparison = Comparison::kAbsent}};
  task.give_up_if = {{.comparison = Comparison::kAbsent}};
  task.expect[0].lookup.source = plan::Source::kBody;
  task.give_up_if[0].lookup.source = plan::Source::kBody;
  Tasks(Stage::kPre) = {task};
  client_.Answer(absl::UnavailableError("refused"));
  client_.Answer(http::FakeResponse(200, ""));
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
  EXPECT_THAT(client_.records(), SizeIs(2));
}

// A plan whose operand is a reference.
TEST_F(EngineConditionsTest, OperandsMayReferToWhatARunKnows) {
  plan::Task& task = AddPolling();
  plan_.references = plan::References("ref");
  const std::string id =
      plan_.references.Add({.kind = plan::Reference::Kind::kRun, .name = "id"});
  const std::string window = plan_.references.Add(
      {.kind = plan::Reference::Kind::kRun, .name = "window"});
  options_.run_id = "x1";
  task.retry = {};
  task.expect = {Says(("job-" + id).c_str())};
  runner_.On("job", Prints("job-x1"));
  plan::Task limit = Exec("limit");
  limit.expect = {
      {.comparison = Comparison::kAtLeast, .operand = {.text = window}}};
  runner_.On("limit", Prints("9"));
  Tasks(Stage::kStop).push_back(limit);
  Start(absl::Seconds(10));
  Advance(absl::Seconds(10));
  ExpectFailed("limit", Cause::kExpect);
  EXPECT_EQ(outcome_.failure->verdict.unmet->condition.operand.text, "10");
}

// A value in a regex is a text as it is.
TEST_F(EngineConditionsTest, ARegexMayReferToWhatARunKnows) {
  plan_.references = plan::References("ref");
  const std::string app = plan_.references.Add(
      {.kind = plan::Reference::Kind::kRun, .name = "app_id"});
  options_.app_id = "a.b";
  Condition matches = {.comparison = Comparison::kMatches,
                       .operand = {.text = "^" + app + "-\\d+$"}};
  plan::Task good = Exec("good");
  good.expect = {matches};
  plan::Task bad = Exec("bad");
  bad.expect = {matches};
  Tasks(Stage::kPre) = {good, bad};
  runner_.On("good", Prints("a.b-7"));
  runner_.On("bad", Prints("axb-7"));
  Start();
  ExpectFailed("bad", Cause::kExpect);
  EXPECT_EQ(outcome_.failure->verdict.unmet->condition.operand.text,
            "^a.b-\\d+$");
  EXPECT_EQ(outcome_.failure->verdict.unmet->found, "axb-7");
}

TEST_F(EngineConditionsTest, AMissingMetricIsLessThanAnExpectation) {
  plan::Task& task = AddPolling();
  plan::Metric metric;
  metric.name = "rps";
  metric.lookup.finder = plan::CompileRegex("rps (\\d+)").value();
  task.metrics = {metric};
  task.retry = {};
  runner_.On("job", Prints("running"));
  Start();
  Advance(absl::Seconds(12));
  ExpectFailed("job", Cause::kExpect);
}

TEST_F(EngineConditionsTest, TheCodeIsJudgedByExpect) {
  FillAllStages();
  plan::Task& task = Tasks(Stage::kPre)[0];
  task.expect = {Says("7", plan::Source::kExitCode)};
  task.expects_code = true;
  runner_.On("pre", Exits(7));
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
}

TEST_F(EngineConditionsTest, ACodeThatIsNotExpectedFails) {
  FillAllStages();
  plan::Task& task = Tasks(Stage::kPre)[0];
  task.expect = {Says("7", plan::Source::kExitCode)};
  task.expects_code = true;
  runner_.On("pre", Exits(0));
  Start();
  ExpectFailed("pre", Cause::kExpect);
}

// ---- Samplers ----

TEST_F(EngineConditionsTest, OfASamplerExpectFailsTheRound) {
  AddPoll().expect = {Says("fine")};
  runner_.On("poll", {Prints("odd"), Prints("fine")});
  Start(absl::Seconds(3));
  Advance(absl::Seconds(3));
  ExpectSuccess();
  EXPECT_THAT(listener_.Those("poll ends"),
              ElementsAre("poll ends 1: expect", "poll ends 2: success"));
}

TEST_F(EngineConditionsTest, ARemoteFailureEndsTheRunAtOnce) {
  plan::Task& task = AddPoll();
  task.give_up_if = {Says("failed")};
  runner_.On("poll", {Prints("running"), Prints("running"), Prints("failed")});
  Start(absl::Seconds(100));
  Advance(absl::Seconds(3));
  EXPECT_THAT(Post(), IsEmpty());
  Advance(absl::Seconds(1));
  ExpectFailed("poll", Cause::kGivenUp);
  EXPECT_EQ(outcome_.failure->verdict.gives_up->found, "failed");
  EXPECT_THAT(Post(), SizeIs(1));
  EXPECT_THAT(listener_.Those("stop begins"), IsEmpty());
}

TEST_F(EngineConditionsTest, ARemoteFailureEndsATaskOfStart) {
  plan::Task& task = AddPoll();
  task.give_up_if = {Says("failed")};
  std::swap(Tasks(Stage::kStart)[0], Tasks(Stage::kStart)[1]);
  runner_.On("poll", {Prints("running"), Prints("failed")});
  runner_.On("start", RunsOn());
  Start(absl::Seconds(100));
  Advance(absl::Seconds(3));
  ExpectFailed("poll", Cause::kGivenUp);
  EXPECT_THAT(listener_.events, Contains("start was interrupted"));
}

TEST_F(EngineConditionsTest, ARoundThatFailsByItselfIsAskedToo) {
  AddPoll().give_up_if = {Says("failed")};
  runner_.On("poll", Prints("failed", 2));
  Start(absl::Seconds(100));
  Advance(absl::Seconds(1));
  ExpectFailed("poll", Cause::kExitCode);
}

TEST_F(EngineConditionsTest, TheEndOfARemoteJobEndsTheWindow) {
  AddPoll().end_window_if = {Says("done")};
  runner_.On("poll", {Prints("running"), Prints("done")});
  Start(absl::Seconds(100));
  Advance(absl::Seconds(1));
  EXPECT_THAT(listener_.Those("stop begins"), IsEmpty());
  Advance(absl::Seconds(1));
  ExpectSuccess();
  EXPECT_THAT(listener_.Those("stop begins"), SizeIs(1));
  EXPECT_THAT(listener_.Those("poll begins"), SizeIs(2));
}

TEST_F(EngineConditionsTest, AWindowCanBeOverBeforeItBegins) {
  AddPoll().end_window_if = {Says("done")};
  Tasks(Stage::kStart).push_back(Exec("slow"));
  runner_.On("poll", Prints("done"));
  runner_.On("slow", RunsFor(absl::Seconds(5)));
  Start(absl::Seconds(100));
  Advance(absl::Seconds(5));
  ExpectSuccess();
}

TEST_F(EngineConditionsTest, AfterTheWindowNothingIsAsked) {
  AddPoll().give_up_if = {Says("failed")};
  runner_.On("poll", {RunsOn()});
  Start(absl::Seconds(3));
  Advance(absl::Seconds(4));
  ExpectSuccess();
}

}  // namespace
}  // namespace servo::stages
