#include "config/condition_reader.h"

#include <cstdint>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "config/loader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/condition.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "yaml/diagnostics.h"

namespace servo::config {
namespace {

using plan::Comparison;
using plan::Condition;
using plan::Operand;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kRequest[] = "request: {url: 'http://h/'}, retries: 1";

// The only task of `pre`, without problems or warnings.
plan::Task Load(const std::string& keys) {
  yaml::Diagnostics diagnostics;
  const auto plan = LoadPlan(absl::StrCat("exec: {pre: [{", keys, "}]}"),
                             "c.yaml", &diagnostics);
  EXPECT_TRUE(plan.ok());
  EXPECT_EQ(diagnostics.Render(), "");
  return plan.ok() ? plan->tasks(plan::Stage::kPre)[0] : plan::Task();
}

// The one condition of `expect` of a request.
Condition LoadCondition(const std::string& condition) {
  const plan::Task task =
      Load(absl::StrCat(kRequest, ", expect: [", condition, "]"));
  EXPECT_THAT(task.expect, SizeIs(1)) << condition;
  return task.expect.empty() ? Condition() : task.expect[0];
}

std::string Problems(const std::string& keys,
                     const std::string& stage = "pre") {
  yaml::Diagnostics diagnostics;
  EXPECT_FALSE(LoadPlan(absl::StrCat("exec: {", stage, ": [{", keys, "}]}"),
                        "c.yaml", &diagnostics)
                   .ok())
      << keys;
  return diagnostics.Render();
}

std::string ConditionProblems(const std::string& condition) {
  return Problems(absl::StrCat(kRequest, ", expect: [", condition, "]"));
}

TEST(Condition, AsksForExistenceUnlessToldOtherwise) {
  const Condition condition = LoadCondition("{jsonpath: $.id}");
  EXPECT_EQ(condition.comparison, Comparison::kExists);
  EXPECT_EQ(condition.lookup.source, plan::Source::kBody);
  EXPECT_FALSE(condition.any);
  EXPECT_FALSE(condition.counts);
  EXPECT_EQ(LoadCondition("{}").comparison, Comparison::kExists);
  EXPECT_EQ(LoadCondition("{exists: yes}").comparison, Comparison::kExists);
  EXPECT_EQ(LoadCondition("{exists: no}").comparison, Comparison::kAbsent);
}

TEST(Condition, TheTypeOfAnUnquotedOperandCounts) {
  const auto operand = [](const std::string& text) {
    const Condition condition =
        LoadCondition(absl::StrCat("{equals: ", text, "}"));
    EXPECT_EQ(condition.comparison, Comparison::kEquals);
    return condition.operand;
  };
  for (const char* text : {"done", "'5'", "'true'", "\"null\"", "1e3", "''"}) {
    EXPECT_TRUE(std::holds_alternative<std::monostate>(operand(text).value))
        << text;
  }
  EXPECT_EQ(operand("'5'").text, "5");
  EXPECT_EQ(operand("done").text, "done");
  EXPECT_EQ(std::get<plan::Number>(operand("010").value),
            plan::Number(int64_t{8}));
  EXPECT_EQ(std::get<plan::Number>(operand("-2.5").value), plan::Number(-2.5));
  EXPECT_EQ(std::get<plan::Number>(operand("20000000000000000000").value),
            plan::Number(2e19));
  EXPECT_EQ(std::get<Operand::Word>(operand("yes").value),
            Operand::Word::kTrue);
  EXPECT_EQ(std::get<Operand::Word>(operand("false").value),
            Operand::Word::kFalse);
  EXPECT_EQ(std::get<Operand::Word>(operand("null").value),
            Operand::Word::kNull);
  EXPECT_EQ(std::get<Operand::Word>(operand("~").value), Operand::Word::kNull);
}

TEST(Condition, OtherComparisons) {
  const Condition differs = LoadCondition("{not_equals: 3}");
  EXPECT_EQ(differs.comparison, Comparison::kNotEquals);
  const Condition least = LoadCondition("{at_least: 3}");
  EXPECT_EQ(least.comparison, Comparison::kAtLeast);
  EXPECT_EQ(std::get<plan::Number>(least.operand.value),
            plan::Number(int64_t{3}));
  EXPECT_EQ(LoadCondition("{at_most: 0.5}").comparison, Comparison::kAtMost);
  const Condition contains = LoadCondition("{contains: 007}");
  EXPECT_EQ(contains.comparison, Comparison::kContains);
  EXPECT_EQ(contains.operand.text, "007");
  const Condition matches = LoadCondition("{matches: '^(a|b)$'}");
  EXPECT_EQ(matches.comparison, Comparison::kMatches);
  EXPECT_EQ(plan::RegexText(*matches.regex), "^(a|b)$");
  EXPECT_TRUE(LoadCondition("{take: count, equals: 2}").counts);
  EXPECT_TRUE(LoadCondition("{of: any, equals: 2}").any);
}

TEST(Condition, OneIsEnoughInGiveUpIfUnlessToldOtherwise) {
  const plan::Task task = Load(absl::StrCat(
      kRequest, ", give_up_if: [{equals: a}, {equals: b, of: all}]"));
  ASSERT_THAT(task.give_up_if, SizeIs(2));
  EXPECT_TRUE(task.give_up_if[0].any);
  EXPECT_FALSE(task.give_up_if[1].any);
  EXPECT_FALSE(task.expects_code);
}

TEST(Condition, OfTheCodeStandsInPlaceOfTheDefaultCodes) {
  EXPECT_TRUE(
      Load("exec: x, expect: [{from: exit_code, at_most: 3}]").expects_code);
  EXPECT_TRUE(Load(absl::StrCat(kRequest,
                                ", expect: [{}, {from: status, equals: 404}]"))
                  .expects_code);
  EXPECT_FALSE(Load("exec: x, expect: [{}]").expects_code);
  EXPECT_FALSE(Load("exec: x, success_exitcodes: 0-3, "
                    "expect: [{from: exit_code, at_least: 0}]")
                   .expects_code);
  EXPECT_FALSE(Load("request: {url: 'http://h/', success_codes: 404}, "
                    "expect: [{from: status, equals: 404}]")
                   .expects_code);
}

TEST(Condition, EachMistakeHasItsPlace) {
  const struct {
    const char* condition;
    const char* problem;
  } kCases[] = {
      {"{equals: a, matches: b}",
       "expect[0].matches: expected one comparison, found equals and matches"},
      {"{equals: ~, exists: no}",
       "expect[0].exists: expected one comparison, found equals and exists"},
      {"{equals: }", "expect[0].equals: expected a value: null is written"},
      {"{equals: [a]}", "expect[0].equals: expected a text, a number, true"},
      {"{matches: '('}", "expect[0].matches: expected a regex as RE2 reads it"},
      {"{regex: '('}", "expect[0].regex: expected a regex as RE2 reads it"},
      {"{jsonpath: $.a.1b}", "expect[0].jsonpath"},
      {"{regex: a, jsonpath: $.a}",
       "expect[0].jsonpath: expected regex or jsonpath, found both"},
      {"{at_least: many}", "expect[0].at_least: expected a number"},
      {"{at_most: '5'}", "expect[0].at_most: expected a number"},
      {"{from: status, equals: good}",
       "expect[0].equals: expected a number: the value is one"},
      {"{from: elapsed, not_equals: yes}",
       "expect[0].not_equals: expected a number: the value is one"},
      {"{take: count, equals: none}",
       "expect[0].equals: expected a number: the number of values"},
      {"{take: count}", "expect[0].take: expected equals, not_equals"},
      {"{take: count, matches: 1}", "expect[0].take: expected equals"},
      {"{take: count, equals: 1, of: any}", "expect[0].of: expected no of"},
      {"{take: last}", "expect[0].take: expected"},
      {"{of: some}", "expect[0].of: expected"},
      {"{exists: maybe}", "expect[0].exists: expected true or false"},
      {"{contains: ''}", "expect[0].contains: expected a text that is not"},
      {"{from: exit_code}",
       "expect[0].from: exit_code is a source of processes"},
      {"{equal: a}", "did you mean \"equals\"?"},
      {"done", "expect[0]: expected a mapping"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(ConditionProblems(c.condition), HasSubstr(c.problem))
        << c.condition;
  }
}

TEST(Condition, StandsInAList) {
  for (const char* value : {"{equals: a}", "done", "[]"}) {
    EXPECT_THAT(Problems(absl::StrCat(kRequest, ", expect: ", value)),
                HasSubstr("exec.pre[0].expect: expected a list of conditions"))
        << value;
  }
}

TEST(Condition, OperandsMayBeReferences) {
  const plan::Task task = Load(absl::StrCat(
      kRequest,
      ", expect: [{equals: '${{ run.id }}'}, {at_least: '${{ run.window }}'}, "
      "{from: status, equals: '${{ run.duration_s }}'}, "
      "{matches: '^${{ run.id }}-[0-9]+$'}]"));
  ASSERT_THAT(task.expect, SizeIs(4));
  EXPECT_TRUE(
      std::holds_alternative<std::monostate>(task.expect[1].operand.value));
  EXPECT_EQ(task.expect[3].regex, nullptr);
  EXPECT_THAT(ConditionProblems("{regex: '${{ run.id }}'}"),
              HasSubstr("expect[0].regex"));
  EXPECT_THAT(ConditionProblems("{matches: '[${{ run.id }}]'}"),
              HasSubstr("expect[0].matches"));
}

TEST(Condition, IsForTasksThatAreWaitedForAndSamplers) {
  for (const char* key : {"expect", "give_up_if"}) {
    EXPECT_THAT(
        Problems(
            absl::StrCat("exec: x, async: yes, retries: 1, ", key, ": [{}]")),
        HasSubstr(absl::StrCat("exec.pre[0].", key, ": ", key,
                               " applies to tasks that are waited for")));
  }
  EXPECT_THAT(Problems("exec: x, async: yes, end_window_if: [{}]"),
              HasSubstr("end_window_if applies to samplers (every) only"));
  EXPECT_THAT(Problems("exec: x, end_window_if: [{}]"),
              HasSubstr("end_window_if applies to samplers (every) only"));
  EXPECT_THAT(
      Problems("exec: x, every: 1, ignore_exitcode: yes, give_up_if: [{}]"),
      HasSubstr("expected no give_up_if on a sampler with ignore_exitcode"));
  const plan::Task sampler = Load(
      "exec: x, every: 1, expect: [{}], give_up_if: [{}], end_window_if: [{}]");
  EXPECT_THAT(sampler.expect, SizeIs(1));
  EXPECT_THAT(sampler.give_up_if, SizeIs(1));
  EXPECT_THAT(sampler.end_window_if, SizeIs(1));
}

TEST(Condition, GiveUpIfWithoutRetriesIsWarnedOf) {
  yaml::Diagnostics diagnostics;
  EXPECT_TRUE(LoadPlan("exec: {pre: [{exec: x, give_up_if: [{}]}]}", "c.yaml",
                       &diagnostics)
                  .ok());
  EXPECT_THAT(
      diagnostics.Render(),
      HasSubstr("give_up_if: without effect: this task has no retries"));
}

}  // namespace
}  // namespace servo::config
