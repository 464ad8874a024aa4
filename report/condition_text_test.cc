#include "report/condition_text.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "jsonpath/path.h"
#include "plan/condition.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "report/wording.h"
#include "stages/conditions.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/testing/tasks.h"

namespace servo::report {
namespace {

using plan::Comparison;
using plan::Condition;
using ::testing::HasSubstr;
using ::testing::Not;

Condition OfState(Comparison comparison, plan::Operand operand = {}) {
  Condition condition = {.comparison = comparison, .operand = operand};
  condition.lookup.source = plan::Source::kBody;
  condition.lookup.finder = std::make_shared<const jsonpath::Path>(
      jsonpath::Path::Parse("$.state").value());
  return condition;
}

stages::ConditionResult Found(const Condition& condition, std::string found,
                              bool holds = false) {
  return {.condition = condition, .holds = holds, .found = std::move(found)};
}

TEST(ConditionText, NamesWhatIsComparedWithWhat) {
  Condition condition = OfState(Comparison::kEquals, {.text = "done"});
  EXPECT_EQ(ConditionText(condition, false),
            R"("$.state" in the response's body equals "done")");
  condition.any = true;
  EXPECT_EQ(ConditionText(condition, false),
            R"(any value of "$.state" in the response's body equals "done")");
  EXPECT_EQ(ConditionText(condition, true),
            R"("$.state" in the response's body equals "done")");
  condition.any = false;
  EXPECT_EQ(ConditionText(condition, true),
            R"(every value of "$.state" in the response's body equals "done")");
  condition.counts = true;
  condition.comparison = Comparison::kAtMost;
  condition.operand = {.text = "3", .value = plan::Number(int64_t{3})};
  EXPECT_EQ(
      ConditionText(condition, false),
      R"(the number of values of "$.state" in the response's body is at most 3)");
  Condition matches = {.comparison = Comparison::kMatches,
                       .operand = {.text = "^x"}};
  matches.lookup.finder = plan::CompileRegex("s=(.)").value();
  EXPECT_EQ(ConditionText(matches, false),
            R"x(the regex "s=(.)" in stdout matches "^x")x");
  Condition absent = {.comparison = Comparison::kAbsent};
  absent.lookup.source = plan::Source::kStderr;
  EXPECT_EQ(ConditionText(absent, true), "stderr does not exist");
}

TEST(UnmetText, TellsWhatWasFoundOrWhyNothing) {
  const Condition condition = OfState(Comparison::kEquals, {.text = "done"});
  EXPECT_EQ(UnmetText(Found(condition, "running")),
            R"(expected that "$.state" in the response's body equals "done", )"
            R"(found "running")");
  EXPECT_EQ(UnmetText({.condition = condition, .why = "it is no JSON"}),
            R"(expected that "$.state" in the response's body equals "done", )"
            "but it is no JSON");
}

TEST(UnmetText, MasksAndCutsWhatWasFound) {
  const Condition condition = OfState(Comparison::kExists);
  const std::string masked =
      UnmetText(Found(condition, "token=hunter2 \x1b[1mx\x1b[0m"));
  EXPECT_THAT(masked, Not(HasSubstr("hunter2")));
  EXPECT_THAT(masked, HasSubstr("found \"token=*** x\""));
  std::string umlauts;
  for (int i = 0; i < 201; ++i) absl::StrAppend(&umlauts, "ä");
  const std::string text = UnmetText(Found(condition, umlauts));
  EXPECT_THAT(text, HasSubstr("...\""));
  umlauts.resize(400);
  EXPECT_THAT(text, HasSubstr(absl::StrCat("\"", umlauts, "...\"")));
}

// ---- In the failures of tasks ----

stages::AttemptEnd EndOf(const plan::Task& task, stages::AttemptResult result,
                         stages::Cause cause) {
  stages::AttemptEnd end;
  end.id.stage = plan::Stage::kStop;
  end.task = &task;
  end.attempt = 7;
  end.judgement.cause = cause;
  end.result = std::move(result);
  return end;
}

TEST(FailureText, OfARequestThatIsNotAsExpected) {
  plan::Task task = stages::Get("job is over");
  task.retry.unlimited = true;
  task.expect = {OfState(Comparison::kEquals, {.text = "done"})};
  stages::AttemptEnd end =
      EndOf(task, http::FakeResponse(200, "{\"state\": \"running\"}"),
            stages::Cause::kExpect);
  end.verdict.unmet = Found(task.expect[0], "running");
  end.given_up = {.after = absl::Minutes(10), .attempts = 600};
  EXPECT_EQ(FailureText(end),
            "Task job is over failed: expected that \"$.state\" in the "
            "response's body equals \"done\", found \"running\"; given up "
            "after 10m and 600 attempts; response: {\"state\": \"running\"}");
}

TEST(FailureText, TellsWhichConditionEndedTheRetries) {
  plan::Task task = stages::Exec("job");
  task.retry.retries = 9;
  Condition failed = {.any = true,
                      .comparison = Comparison::kMatches,
                      .operand = {.text = "^failed"}};
  task.give_up_if = {failed};
  exec::Result result;
  result.code = 3;
  result.out.Append("failed: no disk");
  stages::AttemptEnd end = EndOf(task, result, stages::Cause::kExitCode);
  end.verdict.gives_up = Found(task.give_up_if[0], "failed: no disk", true);
  EXPECT_EQ(FailureText(end),
            "Task job failed with result 3: exit code 3; attempt 7 of 10; "
            "given up since stdout matches \"^failed\", found \"failed: no "
            "disk\"; stdout: failed: no disk");
  end.given_up = {.after = absl::Seconds(9), .attempts = 7};
  EXPECT_THAT(FailureText(end),
              HasSubstr("; given up after 9s and 7 attempts since stdout "
                        "matches \"^failed\", found"));
  end.given_up.reset();
  // Of a sampler whose round was fine otherwise.
  end.judgement.cause = stages::Cause::kGivenUp;
  task.retry = {};
  EXPECT_EQ(FailureText(end),
            "Task job failed: given up since stdout matches \"^failed\", found "
            "\"failed: no disk\"; stdout: failed: no disk");
}

TEST(EarlyWindowEndText, TellsTheCondition) {
  plan::Task task = stages::Exec("poll");
  task.end_window_if = {{.any = true,
                         .comparison = Comparison::kEquals,
                         .operand = {.text = "done"}}};
  stages::AttemptEnd end = EndOf(task, exec::Result(), stages::Cause::kNone);
  end.verdict.ends_window = Found(task.end_window_if[0], "done", true);
  EXPECT_EQ(EarlyWindowEndText(end, /*begun=*/false),
            "Task poll ends the window before it has begun: stdout equals "
            "\"done\", found \"done\"");
  EXPECT_EQ(EarlyWindowEndText(end, /*begun=*/true),
            "Task poll ends the window in its delay or warm-up: stdout equals "
            "\"done\", found \"done\"");
  EXPECT_EQ(Detail(end),
            "Task poll succeeded; the window ends since stdout equals "
            "\"done\", found \"done\"");
}

}  // namespace
}  // namespace servo::report
