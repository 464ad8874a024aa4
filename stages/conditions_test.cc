#include "stages/conditions.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "base/captured.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "http/request.h"
#include "jsonpath/path.h"
#include "plan/condition.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "stages/attempt_files.h"
#include "stages/judge.h"
#include "stages/lookup.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using plan::Comparison;
using plan::Condition;
using plan::Operand;
using ::testing::HasSubstr;
using Word = plan::Operand::Word;

// What a process printed, and what is asked of it.
class ConditionsTest : public ::testing::Test {
 protected:
  ConditionsTest() { result_ = exec::Result(); }

  void Print(absl::string_view text) { process().out.Append(text); }
  exec::Result& process() { return std::get<exec::Result>(result_); }

  ConditionResult CheckIt(const Condition& condition) {
    Sources sources(task_, result_, files_);
    return Check(condition, &sources);
  }
  bool Holds(const Condition& condition) { return CheckIt(condition).holds; }

  plan::Task task_ = Exec("x");
  AttemptResult result_;
  AttemptFiles files_;
};

Condition WithPath(const char* path, Comparison comparison,
                   Operand operand = {}) {
  Condition condition = {.comparison = comparison, .operand = operand};
  condition.lookup.finder = std::make_shared<const jsonpath::Path>(
      jsonpath::Path::Parse(path).value());
  return condition;
}

Condition WithRegex(const char* regex, Comparison comparison,
                    Operand operand = {}) {
  Condition condition = {.comparison = comparison, .operand = operand};
  condition.lookup.finder = plan::CompileRegex(regex).value();
  return condition;
}

Operand Text(const char* text) { return {.text = text}; }
Operand Int(int64_t number) { return {.value = plan::Number(number)}; }
Operand Real(double number) { return {.value = plan::Number(number)}; }
Operand Json(Word word) { return {.value = word}; }

TEST_F(ConditionsTest, EqualsComparesAsTheOperandIsWritten) {
  Print(
      R"({"s": "done", "five": 5, "text5": "5.0", "big": 9007199254740993,
          "yes": true, "yes_text": "true", "none": null, "list": [1, 2]})");
  const struct {
    const char* path;
    Operand operand;
    bool equal;
  } kCases[] = {
      {"$.s", Text("done"), true},
      {"$.s", Text("Done"), false},
      {"$.five", Text("5"), true},
      {"$.text5", Text("5"), false},
      {"$.five", Int(5), true},
      {"$.five", Real(5.0), true},
      {"$.text5", Int(5), true},
      {"$.s", Int(5), false},
      {"$.big", Int(9007199254740993), true},
      {"$.big", Int(9007199254740992), false},
      {"$.yes", Int(1), false},
      {"$.yes", Json(Word::kTrue), true},
      {"$.yes", Json(Word::kFalse), false},
      {"$.yes_text", Json(Word::kTrue), false},
      {"$.yes_text", Text("true"), true},
      {"$.none", Json(Word::kNull), true},
      {"$.s", Json(Word::kNull), false},
      {"$.list", Text("[1,2]"), true},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Holds(WithPath(c.path, Comparison::kEquals, c.operand)), c.equal)
        << c.path << c.operand.text;
    EXPECT_EQ(Holds(WithPath(c.path, Comparison::kNotEquals, c.operand)),
              !c.equal)
        << c.path << c.operand.text;
  }
}

TEST_F(ConditionsTest, LimitsCompareNumbersAlone) {
  Print("n=2.5 w=many nan=nan");
  EXPECT_TRUE(Holds(WithRegex("\\bn=(\\S+)", Comparison::kAtLeast, Real(2.5))));
  EXPECT_FALSE(Holds(WithRegex("\\bn=(\\S+)", Comparison::kAtLeast, Int(3))));
  EXPECT_TRUE(Holds(WithRegex("\\bn=(\\S+)", Comparison::kAtMost, Int(3))));
  EXPECT_FALSE(Holds(WithRegex("\\bn=(\\S+)", Comparison::kAtMost, Int(2))));
  for (const char* no_number : {"w=(\\S+)", "nan=(\\S+)"}) {
    EXPECT_FALSE(Holds(WithRegex(no_number, Comparison::kAtLeast, Int(-9))));
    EXPECT_FALSE(Holds(WithRegex(no_number, Comparison::kAtMost, Int(9))));
  }
}

TEST_F(ConditionsTest, TextsContainAndMatch) {
  Print("state: FAILED\r\nby: me\n");
  Condition contains = {.comparison = Comparison::kContains,
                        .operand = Text("FAIL")};
  EXPECT_TRUE(Holds(contains));
  contains.operand = Text("fail");
  EXPECT_FALSE(Holds(contains));
  Condition matches = {.comparison = Comparison::kMatches,
                       .regex = plan::CompileRegex("^by: \\w+$").value()};
  EXPECT_TRUE(Holds(matches));
  matches.regex = plan::CompileRegex("^me$").value();
  EXPECT_FALSE(Holds(matches));
}

TEST_F(ConditionsTest, OfSeveralValuesAllOrOne) {
  Print(R"({"jobs": [{"s": "done"}, {"s": "failed"}, {"s": "done"}]})");
  Condition condition =
      WithPath("$.jobs[*].s", Comparison::kEquals, Text("done"));
  const ConditionResult unmet = CheckIt(condition);
  EXPECT_FALSE(unmet.holds);
  EXPECT_EQ(unmet.found, "failed");
  condition.any = true;
  EXPECT_TRUE(Holds(condition));
  condition.operand = Text("lost");
  const ConditionResult none = CheckIt(condition);
  EXPECT_FALSE(none.holds);
  EXPECT_EQ(none.found, "done");
}

TEST_F(ConditionsTest, OfNoValueOnlyAbsenceHolds) {
  Print(R"({"a": null})");
  for (const bool any : {false, true}) {
    for (const Comparison comparison :
         {Comparison::kExists, Comparison::kEquals, Comparison::kNotEquals,
          Comparison::kContains}) {
      Condition condition = WithPath("$.b", comparison, Text("x"));
      condition.any = any;
      const ConditionResult result = CheckIt(condition);
      EXPECT_FALSE(result.holds);
      EXPECT_EQ(result.found, std::nullopt);
      EXPECT_EQ(result.why, "stdout has nothing at \"$.b\"");
    }
  }
  EXPECT_TRUE(Holds(WithPath("$.b", Comparison::kAbsent)));
  EXPECT_FALSE(Holds(WithPath("$.a", Comparison::kAbsent)));
  EXPECT_TRUE(Holds(WithPath("$.a", Comparison::kExists)));
}

TEST_F(ConditionsTest, AnEmptySourceIsNotThereButEqualsNoText) {
  Condition condition;
  EXPECT_FALSE(Holds(condition));
  condition.comparison = Comparison::kAbsent;
  EXPECT_TRUE(Holds(condition));
  condition.comparison = Comparison::kEquals;
  EXPECT_TRUE(Holds(condition));
  Print("x\n");
  EXPECT_FALSE(Holds(condition));
  condition.comparison = Comparison::kAbsent;
  EXPECT_FALSE(Holds(condition));
}

TEST_F(ConditionsTest, CountsValues) {
  Print("error error\n");
  Condition condition = WithRegex("error", Comparison::kAtMost, Int(1));
  condition.counts = true;
  const ConditionResult result = CheckIt(condition);
  EXPECT_FALSE(result.holds);
  EXPECT_EQ(result.found, "2");
  condition.lookup.finder = plan::CompileRegex("warning").value();
  EXPECT_TRUE(Holds(condition));
  EXPECT_EQ(CheckIt(condition).found, "0");
}

TEST_F(ConditionsTest, WhatCannotBeLookedUpDoesNotHold) {
  Print("no JSON");
  for (const Comparison comparison :
       {Comparison::kAbsent, Comparison::kNotEquals}) {
    const ConditionResult result =
        CheckIt(WithPath("$.a", comparison, Text("x")));
    EXPECT_FALSE(result.holds);
    EXPECT_THAT(result.why, HasSubstr("stdout is no JSON"));
  }
}

TEST_F(ConditionsTest, OfACutOutputOnlyAFirstValueInTheHeadCounts) {
  process().out = base::Captured(16);
  Print("state: failed\n");
  for (int i = 0; i < 10; ++i) Print("0123456789\n");
  Condition condition =
      WithRegex("state: (\\S+)", Comparison::kEquals, Text("failed"));
  const ConditionResult all = CheckIt(condition);
  EXPECT_FALSE(all.holds);
  EXPECT_THAT(all.why, HasSubstr("max_output"));
  condition.any = true;
  EXPECT_TRUE(Holds(condition));
  condition.operand = Text("done");
  EXPECT_THAT(CheckIt(condition).why, HasSubstr("max_output"));
  condition.comparison = Comparison::kExists;
  EXPECT_TRUE(Holds(condition));
}

TEST_F(ConditionsTest, SourcesOfARequest) {
  task_ = Get("server");
  http::Response response = http::FakeResponse(404, "gone");
  response.headers = {{"X-State", "done"}};
  result_ = response;
  Condition condition = {.comparison = Comparison::kEquals,
                         .operand = Int(404)};
  condition.lookup.source = plan::Source::kStatus;
  EXPECT_TRUE(Holds(condition));
  condition.lookup = {.source = plan::Source::kHeader, .argument = "x-state"};
  condition.operand = Text("done");
  EXPECT_TRUE(Holds(condition));
  condition.lookup.argument = "x-other";
  EXPECT_THAT(CheckIt(condition).why, HasSubstr("no header \"x-other\""));
  condition.comparison = Comparison::kAbsent;
  EXPECT_TRUE(Holds(condition));
}

}  // namespace
}  // namespace servo::stages
