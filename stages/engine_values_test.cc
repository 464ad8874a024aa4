// Values that are handed from task to task in a run.

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "exec/fake_runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "http/own_words.h"
#include "http/request.h"
#include "http/saved_body.h"
#include "jsonpath/path.h"
#include "plan/capture.h"
#include "plan/condition.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "plan/reference.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/testing/engine_test_base.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using plan::Reference;
using plan::Stage;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;

// `submit` captures the job's id of what it is answered, and others refer to
// it.
class EngineValuesTest : public EngineTestBase {
 protected:
  EngineValuesTest() {
    plan_.references = plan::References("ref0x");
    job_ = plan_.references.Add({.name = "job"});
    run_id_ =
        plan_.references.Add({.kind = Reference::Kind::kRun, .name = "id"});
    options_.run_id = "r1";
  }

  static plan::Task Submit(absl::string_view path = "$.id") {
    plan::Task task = Get("ci");
    task.name = "submit";
    plan::Capture capture;
    capture.name = "job";
    capture.lookup.source = plan::Source::kBody;
    capture.lookup.finder =
        std::make_shared<const jsonpath::Path>(*jsonpath::Path::Parse(path));
    task.captures = {capture};
    return task;
  }

  plan::Task Withdraw() {
    plan::Task task = Get("ci");
    task.name = "withdraw";
    std::get<plan::RequestAction>(task.action).request.url =
        "http://ci/jobs/" + job_;
    return task;
  }

  std::string job_;
  std::string run_id_;
};

TEST_F(EngineValuesTest, AConditionIsToldWithTheValueThatItAskedFor) {
  plan::Task check = Exec("check");
  check.expect = {
      {.comparison = plan::Comparison::kAtLeast, .operand = {.text = job_}}};
  check.give_up_if = {{.any = true,
                       .comparison = plan::Comparison::kMatches,
                       .operand = {.text = "^1. of " + job_}}};
  Tasks(Stage::kStart) = {Submit(), check};
  client_.Answer(http::FakeResponse(200, "{\"id\": \"17\"}"));
  exec::FakeRunner::Script script = Exits(0);
  script.out = "12 of 17";
  runner_.On("check", script);
  Start();
  ExpectFailed("check", Cause::kExpect);
  const Verdict& verdict = outcome_.failure->verdict;
  EXPECT_EQ(verdict.unmet->condition.operand.text, "17");
  EXPECT_EQ(verdict.gives_up->condition.operand.text, "^1. of 17");
}

TEST_F(EngineValuesTest, ACapturedValueReachesLaterTasks) {
  Tasks(Stage::kStart) = {Submit()};
  Tasks(Stage::kPost) = {Withdraw()};
  client_.Answer(http::FakeResponse(200, "{\"id\": 17}"));
  Start();
  Advance(absl::Seconds(10));
  ExpectSuccess();
  ASSERT_THAT(client_.records(), SizeIs(2));
  EXPECT_EQ(client_.records()[1].request.url, "http://ci/jobs/17");
}

TEST_F(EngineValuesTest, AFailedAttemptIsCapturedToo) {
  Tasks(Stage::kStart) = {Submit()};
  Tasks(Stage::kPost) = {Withdraw()};
  client_.Answer(http::FakeResponse(500, "{\"id\": \"a b\"}"));
  Start();
  ExpectFailed("submit", Cause::kStatus);
  ASSERT_THAT(client_.records(), SizeIs(2));
  EXPECT_EQ(client_.records()[1].request.url, "http://ci/jobs/a%20b");
}

TEST_F(EngineValuesTest, NothingFoundFailsTheAttemptAndIsRetried) {
  Tasks(Stage::kStart) = {Submit()};
  Tasks(Stage::kStart)[0].retry.retries = 1;
  Tasks(Stage::kPost) = {Withdraw()};
  client_.Answer(http::FakeResponse(200, "{}"));
  client_.Answer(http::FakeResponse(200, "{\"id\": null}"));
  Start();
  ExpectFailed("submit", Cause::kCapture);
  ASSERT_THAT(outcome_.failure->capture_problems, SizeIs(1));
  EXPECT_EQ(outcome_.failure->capture_problems[0].why,
            "the response's body has only null at \"$.id\"");
  // It had begun: one is told that there may be something to withdraw.
  EXPECT_THAT(listener_.events,
              Contains("withdraw skipped without job of submit"));
  EXPECT_THAT(client_.records(), SizeIs(2));
}

TEST_F(EngineValuesTest, PostIsLeftOutSilentlyIfNothingHadBegun) {
  Tasks(Stage::kPre) = {Exec("broken")};
  Tasks(Stage::kStart) = {Submit()};
  Tasks(Stage::kPost) = {Withdraw()};
  runner_.On("broken", Exits(1));
  Start();
  ExpectFailed("broken", Cause::kExitCode);
  EXPECT_THAT(client_.records(), SizeIs(0));
  EXPECT_THAT(listener_.Those("skipped"), SizeIs(0));
}

TEST_F(EngineValuesTest, ATaskOfPostIsLeftOutWithAWordIfOneOfSeveralHasBegun) {
  Tasks(Stage::kStart) = {Submit()};
  Tasks(Stage::kStart)[0].captures[0].may_be_absent = true;
  plan::Task again = Submit();
  again.name = "again";
  Tasks(Stage::kStop) = {Exec("bad"), again};
  Tasks(Stage::kPost) = {Withdraw()};
  client_.Answer(http::FakeResponse(200, "{}"));
  runner_.On("bad", Exits(1));
  Start();
  Advance(absl::Seconds(10));
  ExpectFailed("bad", Cause::kExitCode);
  EXPECT_THAT(listener_.Those("skipped"),
              Contains("withdraw skipped without job of submit"));
}

TEST_F(EngineValuesTest, AMissingValueFailsTheTaskAndNamesItsSource) {
  Tasks(Stage::kPre) = {Submit()};
  Tasks(Stage::kPre)[0].captures[0].may_be_absent = true;
  Tasks(Stage::kStart) = {Withdraw()};
  Tasks(Stage::kStart)[0].retry.retries = 5;
  client_.Answer(http::FakeResponse(200, "{}"));
  Start();
  ExpectFailed("withdraw", Cause::kNoValue);
  EXPECT_EQ(std::get<absl::Status>(outcome_.failure->result).message(),
            "${{ job }} has no value: task \"submit\" has not captured it");
  EXPECT_EQ(outcome_.failure->attempt, 1);
}

TEST_F(EngineValuesTest, EachAttemptHasTheValueOfItsTime) {
  Tasks(Stage::kPre) = {Submit()};
  plan::Task poll = Submit("$.next");
  poll.name = "poll";
  std::get<plan::RequestAction>(poll.action).request.url =
      "http://ci/jobs/" + job_;
  poll.retry.retries = 2;
  Tasks(Stage::kStart) = {poll};
  client_.Answer(http::FakeResponse(200, "{\"id\": 1}"));
  client_.Answer(http::FakeResponse(500, "{\"next\": 2}"));
  client_.Answer(http::FakeResponse(200, "{\"next\": 3}"));
  Start();
  ASSERT_THAT(client_.records(), SizeIs(3));
  EXPECT_EQ(client_.records()[1].request.url, "http://ci/jobs/1");
  EXPECT_EQ(client_.records()[2].request.url, "http://ci/jobs/2");
}

TEST_F(EngineValuesTest, ACapturedUrlMustStayWithItsOrigin) {
  Tasks(Stage::kPre) = {Submit("$.url")};
  plan::Task poll = Get("ci");
  poll.name = "poll";
  std::get<plan::RequestAction>(poll.action).request.url = job_ + "/status";
  Tasks(Stage::kStart) = {poll};
  client_.Answer(http::FakeResponse(200, "{\"url\": \"/jobs/7\"}"));
  Start();
  ASSERT_THAT(client_.records(), SizeIs(2));
  EXPECT_EQ(client_.records()[1].request.url, "http://ci/jobs/7/status");
}

TEST_F(EngineValuesTest, ACapturedUrlOfAnotherHostFailsTheTask) {
  Tasks(Stage::kPre) = {Submit("$.url")};
  plan::Task poll = Get("ci");
  poll.name = "poll";
  std::get<plan::RequestAction>(poll.action).request.url = job_;
  Tasks(Stage::kStart) = {poll};
  client_.Answer(http::FakeResponse(200, "{\"url\": \"http://evil/jobs/7\"}"));
  Start();
  ExpectFailed("poll", Cause::kNoValue);
  EXPECT_THAT(client_.records(), SizeIs(1));
}

TEST_F(EngineValuesTest, AnAttemptThatCapturesHasTimeAtACancel) {
  Tasks(Stage::kStart) = {Submit()};
  Tasks(Stage::kPost) = {Withdraw()};
  client_.Answer(http::FakeResponse(200, "{\"id\": 17}"), absl::Seconds(3));
  Start();
  Cancel();
  Advance(absl::Seconds(3));
  ExpectCancelled();
  ASSERT_THAT(client_.records(), SizeIs(2));
  EXPECT_EQ(client_.records()[1].request.url, "http://ci/jobs/17");
}

TEST_F(EngineValuesTest, ThatTimeIsFiveSeconds) {
  Tasks(Stage::kStart) = {Submit()};
  client_.Answer(http::FakeResponse(200, "{\"id\": 17}"), absl::Seconds(6));
  Start();
  Cancel();
  Advance(absl::Milliseconds(4999));
  EXPECT_TRUE(client_.records()[0].running());
  Advance(absl::Milliseconds(1));
  ExpectCancelled();
  EXPECT_TRUE(client_.records()[0].dropped);
}

// The answer with a body that waits to be saved to `path`.
http::Response Saving(int status, absl::string_view body,
                      const std::string& path) {
  http::Response response = http::FakeResponse(status, body);
  auto saved = http::SavedBody::Create(path);
  EXPECT_TRUE(saved.ok()) << saved.status();
  EXPECT_TRUE((*saved)->Append(body).ok());
  response.saved = *std::move(saved);
  return response;
}

std::string Content(const std::string& path) {
  std::stringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

TEST_F(EngineValuesTest, ABodyIsSavedOnceItsAttemptIsJudged) {
  const std::string path = testing::TempDir() + "/judged";
  Tasks(Stage::kStart) = {Submit()};
  Tasks(Stage::kStart)[0].retry.retries = 2;
  client_.Answer(Saving(500, "{\"id\": 1}", path));
  client_.Answer(Saving(200, "{\"no\": 2}", path), absl::Seconds(1));
  client_.Answer(Saving(200, "{\"id\": 3}", path), absl::Seconds(1));
  Start();
  Advance(absl::Seconds(1));
  EXPECT_FALSE(std::filesystem::exists(path));
  Advance(absl::Seconds(1));
  EXPECT_EQ(Content(path), "{\"id\": 3}");
  Advance(absl::Seconds(10));
  ExpectSuccess();
}

TEST_F(EngineValuesTest, ABodyThatCannotBeSavedFailsItsAttempt) {
  const std::string directory = testing::TempDir() + "/gone";
  std::filesystem::create_directory(directory);
  Tasks(Stage::kStart) = {Submit()};
  Tasks(Stage::kStart)[0].retry.retries = 1;
  client_.Answer(Saving(200, "{\"id\": 1}", directory + "/a"));
  client_.Answer(Saving(200, "{\"id\": 2}", directory + "/b"));
  std::filesystem::remove_all(directory);
  Start();
  ExpectFailed("submit", Cause::kNotSaved);
  EXPECT_EQ(outcome_.failure->attempt, 2);
  EXPECT_THAT(std::string(outcome_.failure->saved.message()),
              testing::StartsWith("cannot save the body to " + directory));
  EXPECT_EQ(std::get<http::Response>(outcome_.failure->result).saved, nullptr);
}

TEST_F(EngineValuesTest, EachGoodRoundOfASamplerReplacesTheFile) {
  const std::string path = testing::TempDir() + "/rounds";
  plan::Task task = Get("ci");
  task.every = absl::Seconds(2);
  Tasks(Stage::kStart) = {task};
  client_.Answer(Saving(200, "first", path));
  client_.Answer(Saving(500, "second", path));
  client_.Answer(Saving(200, "third", path));
  Start(absl::Seconds(5));
  Advance(absl::Seconds(3));
  EXPECT_EQ(Content(path), "first");
  Advance(absl::Seconds(2));
  EXPECT_EQ(Content(path), "third");
  ExpectSuccess();
}

// What is not known cannot be masked.
TEST_F(EngineValuesTest, WithoutItsSecretAnAttemptIsWithheld) {
  Tasks(Stage::kStart) = {Submit()};
  plan::Task& task = Tasks(Stage::kStart)[0];
  task.captures[0].secret = true;
  plan::Condition condition;
  condition.lookup.source = plan::Source::kBody;
  condition.comparison = plan::Comparison::kContains;
  condition.operand.text = "done";
  task.expect = {condition};
  plan::Metric metric;
  metric.name = "load";
  metric.lookup.source = plan::Source::kBody;
  task.metrics = {metric};
  client_.Answer(http::FakeResponse(200, "{\"token\": \"hunter2\"}"));
  Start();
  ExpectFailed("submit", Cause::kExpect);
  const AttemptEnd& failure = *outcome_.failure;
  const std::string body = std::get<http::Response>(failure.result).body.Text();
  EXPECT_THAT(body, HasSubstr("withheld, since the secret \"job\" was not "
                              "found"));
  EXPECT_EQ(failure.verdict.unmet->found, std::nullopt);
  EXPECT_THAT(failure.verdict.unmet->why, HasSubstr("withheld"));
  EXPECT_THAT(failure.extraction.problems[0].why, HasSubstr("withheld"));
  EXPECT_THAT(failure.extraction.problems[0].why, Not(HasSubstr("hunter2")));
}

TEST_F(EngineValuesTest, WithoutItsSecretTheWordsOfAServerAreWithheld) {
  Tasks(Stage::kStart) = {Submit()};
  Tasks(Stage::kStart)[0].captures[0].secret = true;
  http::Response response = http::FakeResponse(200, "{}");
  response.status_line = "HTTP/1.1 200 hunter2 hunter2";
  response.url = "http://ci:80/login?code=hunter2";
  response.redirects = 1;
  client_.Answer(response);
  Start();
  ExpectFailed("submit", Cause::kCapture);
  const auto& told = std::get<http::Response>(outcome_.failure->result);
  EXPECT_EQ(told.status_line, "HTTP/1.1 200");
  EXPECT_EQ(told.url, "http://ci:80/***");
}

TEST_F(EngineValuesTest, WithoutAnAnswerTheWordsOfAServerAreWithheld) {
  Tasks(Stage::kStart) = {Submit()};
  Tasks(Stage::kStart)[0].captures[0].secret = true;
  client_.Answer(http::WithOwnWords(
      absl::UnavailableError("GET http://ci:80/?code=hunter2: refused"),
      "GET http://ci:80/***: refused"));
  Start();
  ExpectFailed("submit", Cause::kNoAnswer);
  EXPECT_THAT(std::get<absl::Status>(outcome_.failure->result).message(),
              StartsWith("GET http://ci:80/***: refused; the rest is withheld, "
                         "since the secret \"job\" was not found"));
}

TEST_F(EngineValuesTest, WhatNoServerSaidIsNotWithheld) {
  Tasks(Stage::kStart) = {Submit()};
  Tasks(Stage::kStart)[0].captures[0].secret = true;
  client_.Answer(absl::UnavailableError("GET http://ci:80/jobs: refused"));
  Start();
  ExpectFailed("submit", Cause::kNoAnswer);
  EXPECT_EQ(std::get<absl::Status>(outcome_.failure->result).message(),
            "GET http://ci:80/jobs: refused");
}

TEST_F(EngineValuesTest, WithItsSecretAnAttemptIsShown) {
  Tasks(Stage::kStart) = {Submit()};
  plan::Capture& capture = Tasks(Stage::kStart)[0].captures[0];
  capture.secret = true;
  capture.matches = *plan::CompileRegex("[0-9]+");
  client_.Answer(http::FakeResponse(200, "{\"id\": \"hunter2\"}"));
  Start();
  ExpectFailed("submit", Cause::kCapture);  // found, so known, if not right
  EXPECT_EQ(std::get<http::Response>(outcome_.failure->result).body.Text(),
            "{\"id\": \"hunter2\"}");
}

TEST_F(EngineValuesTest, ProcessesKnowTheRun) {
  plan::Task task = Exec("load");
  auto& action = std::get<plan::ProcessAction>(task.action);
  action.command.argv = {"load", "--name=" + run_id_};
  action.command.env = {{"SERVO_EXEC_TASK", "mine"}};
  Tasks(Stage::kPre) = {task};
  Start(absl::Milliseconds(2500));
  EXPECT_THAT(runner_.lines(), ElementsAre("load --name=r1"));
  const auto& env = runner_.records()[0].command.env;
  EXPECT_THAT(env, Contains(Pair("SERVO_EXEC_RUN_ID", "r1")));
  EXPECT_THAT(env, Contains(Pair("SERVO_EXEC_WINDOW", "2.5")));
  EXPECT_THAT(env.back(), Pair("SERVO_EXEC_TASK", "mine"));
}

TEST_F(EngineValuesTest, PostKnowsWhyTheRunFailed) {
  options_.failure_words = [](const Outcome& outcome) {
    return Engine::FailureWords{.reason = "task-failed",
                                .failure = outcome.failure->task->name};
  };
  Tasks(Stage::kPre) = {Exec("broken")};
  Tasks(Stage::kPost) = {Exec("after")};
  runner_.On("broken", Exits(1));
  Start();
  ExpectFailed("broken", Cause::kExitCode);
  const auto& env = runner_.records()[1].command.env;
  EXPECT_THAT(env, Contains(Pair("SERVO_EXEC_RESULT", "failed")));
  EXPECT_THAT(env, Contains(Pair("SERVO_EXEC_REASON", "task-failed")));
  EXPECT_THAT(env, Contains(Pair("SERVO_EXEC_FAILURE", "broken")));
  EXPECT_THAT(env, Contains(Pair("SERVO_EXEC_FAILED_TASK", "broken")));
}

}  // namespace
}  // namespace servo::stages
