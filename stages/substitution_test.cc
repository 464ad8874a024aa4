#include "stages/substitution.h"

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/plan.h"
#include "plan/reference.h"
#include "stages/run_listener.h"
#include "stages/run_values.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using plan::Reference;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

// Values of "x", put into texts in which "@" stands for a reference to it.
class SubstitutionTest : public ::testing::Test {
 protected:
  std::string Refer(absl::string_view text) {
    return absl::StrReplaceAll(text, {{"@", placeholder_}});
  }

  absl::StatusOr<NamedValue> Value() const {
    if (missing_) return absl::FailedPreconditionError("x is missing");
    return value_;
  }

  // What `action` becomes, or the error's message.
  absl::Status Put(plan::RequestAction* action) {
    return Substitute(
        references_, [this](const Reference&) { return Value(); },
        [this](const Reference&) -> absl::StatusOr<std::string> {
          return begin_.empty() ? absl::StrCat("http://begin/", value_.text)
                                : begin_;
        },
        action);
  }

  std::string Url(absl::string_view url) {
    plan::RequestAction action;
    action.request.url = Refer(url);
    const absl::Status status = Put(&action);
    return status.ok() ? action.request.url : std::string(status.message());
  }

  std::string Body(absl::string_view body, plan::BodyFormat format) {
    plan::RequestAction action;
    action.request.url = "http://h/";
    action.request.body = Refer(body);
    action.body_format = format;
    const absl::Status status = Put(&action);
    return status.ok() ? *action.request.body : std::string(status.message());
  }

  plan::References references_{"ref0x"};
  const std::string placeholder_ = references_.Add({.name = "x"});
  NamedValue value_ = {.text = "7"};
  std::string begin_;  // the captured URL, if not made of the value
  bool missing_ = false;
};

TEST_F(SubstitutionTest, AValueIsOneSegmentOrParameter) {
  EXPECT_EQ(Url("http://h/jobs/@/status?id=@"), "http://h/jobs/7/status?id=7");
  value_.text = "a/b?c#d%2e e\xc3\xa9&=@host";
  EXPECT_EQ(Url("http://h/jobs/@?id=@"),
            "http://h/jobs/a%2Fb%3Fc%23d%252e%20e%C3%A9%26%3D%40host"
            "?id=a%2Fb%3Fc%23d%252e%20e%C3%A9%26%3D%40host");
}

TEST_F(SubstitutionTest, NoValueLeavesItsSegment) {
  for (const char* value : {"", ".", ".."}) {
    value_.text = value;
    EXPECT_THAT(Url("http://h/jobs/@"), HasSubstr("the value of x makes"));
    EXPECT_THAT(Url("http://h/jobs/@/a"), HasSubstr("the value of x makes"));
    EXPECT_EQ(Url("http://h/jobs/a-@"),
              absl::StrCat("http://h/jobs/a-", value));
    EXPECT_EQ(Url("http://h/?a=@"), absl::StrCat("http://h/?a=", value));
  }
  value_.text = ".";
  for (const char* url : {"http://h/jobs/@.", "http://h/jobs/%2E@",
                          "http://h/jobs/@%2e/a", "http://h/jobs/@%2e?z=1"}) {
    EXPECT_THAT(Url(url), HasSubstr("the value of x makes")) << url;
  }
}

TEST_F(SubstitutionTest, HostileValuesStayInTheirUrl) {
  for (const std::string& value :
       {std::string("\r\nHost: evil"), std::string("//evil/"),
        std::string("@evil"), std::string("\0x", 2), std::string("\xff\xfe"),
        std::string("..//..//"), std::string("?a"), std::string("#a")}) {
    value_.text = value;
    const std::string url = Url("http://h/a/@/b");
    EXPECT_TRUE(url.starts_with("http://h/a/")) << url;
    EXPECT_TRUE(url.ends_with("/b")) << url;
    EXPECT_EQ(url.find_first_of("\r\n@?# "), std::string::npos) << url;
  }
  value_.text = std::string(1024 * 1024, 'a');
  EXPECT_EQ(Url("http://h/@").size(), 1024 * 1024 + 9u);
}

TEST_F(SubstitutionTest, AUrlCanBeginWithACapturedOne) {
  EXPECT_EQ(Url("@/status?id=@"), "http://begin/7/status?id=7");
  EXPECT_EQ(Url("@"), "http://begin/7");
}

TEST_F(SubstitutionTest, ThePathOfACapturedUrlGoesOn) {
  begin_ = "http://h/p?page=2/3";
  EXPECT_EQ(Url("@/cancel"), "http://h/p/cancel?page=2/3");
  EXPECT_EQ(Url("@/@/c?z=1/2"), "http://h/p/7/c?page=2/3&z=1/2");
  EXPECT_EQ(Url("@/c?"), "http://h/p/c?page=2/3&");
  EXPECT_EQ(Url("@/c&z=1"), "http://h/p/c&z=1?page=2/3");
  EXPECT_EQ(Url("@/c#f/g"), "http://h/p/c?page=2/3#f/g");
  EXPECT_EQ(Url("@&z=/c"), "http://h/p?page=2/3&z=/c");
  begin_ = "http://h/?page=2";
  EXPECT_EQ(Url("@/c"), "http://h//c?page=2");
  value_.text = "..";
  EXPECT_THAT(Url("@/@"), HasSubstr("the value of x makes"));
  EXPECT_THAT(Url("@/@?z=1"), HasSubstr("the value of x makes"));
}

TEST_F(SubstitutionTest, TheQueryOfACapturedUrlGoesOn) {
  begin_ = "http://h/p?page=2";
  EXPECT_EQ(Url("@?z=1?&y=2"), "http://h/p?page=2&z=1?&y=2");
  EXPECT_EQ(Url("@&z=@#f?"), "http://h/p?page=2&z=7#f?");
  EXPECT_EQ(Url("@?"), "http://h/p?page=2&");
  EXPECT_EQ(Url("@"), "http://h/p?page=2");
  begin_ = "http://h/p?";
  EXPECT_EQ(Url("@?z=1"), "http://h/p?z=1");
  begin_ = "http://h/p?q=";
  EXPECT_EQ(Url("@@"), "http://h/p?q=7");
  begin_ = "http://h/p";
  EXPECT_EQ(Url("@?z=1?"), "http://h/p?z=1?");
  EXPECT_EQ(Url("@&z=1"), "http://h/p?z=1");
  EXPECT_EQ(Url("@/a&b?z=1"), "http://h/p/a&b?z=1");
  begin_ = "http://h";
  EXPECT_EQ(Url("@&z=1"), "http://h/?z=1");
}

TEST_F(SubstitutionTest, AValueBehindACapturedUrlMakesNoDots) {
  begin_ = "http://h/jobs/";
  value_.text = "..";
  EXPECT_THAT(Url("@@"), HasSubstr("makes the segment \"..\""));
  EXPECT_THAT(Url("@@?z=1"), HasSubstr("makes the segment \"..\""));
  begin_ = "http://h/jobs/.";
  value_.text = ".";
  EXPECT_THAT(Url("@@/a"), HasSubstr("makes the segment \"..\""));
  begin_ = "http://h/jobs";
  EXPECT_EQ(Url("@@"), "http://h/jobs.");
}

// Values of the operator's own make host and port, and nothing else.
TEST_F(SubstitutionTest, HostAndPortAreNothingElse) {
  const std::string value =
      references_.Add({.kind = Reference::Kind::kValue, .name = "base"});
  for (const char* text : {"h", "h:80", "[::1]:80", "h.example"}) {
    value_.text = text;
    EXPECT_EQ(Url(absl::StrCat("http://", value, "/a")),
              absl::StrCat("http://", text, "/a"));
  }
  const struct {
    const char* text;
    const char* found;
  } kCases[] = {{"h:80/evil?", "\"/\""}, {"user@", "\"@\""},
                {"h?a", "\"?\""},        {"h#a", "\"#\""},
                {"h h", "\" \""},        {"h\\", "\"\\\\\""},
                {"h\n", "a control"}};
  for (const auto& c : kCases) {
    value_.text = c.text;
    EXPECT_THAT(Url(absl::StrCat("http://", value, "127.0.0.1/a")),
                AllOf(HasSubstr("the value of values.base stands for the host: "
                                "expected HOST or HOST:PORT, found "),
                      HasSubstr(c.found)))
        << c.text;
  }
}

TEST_F(SubstitutionTest, AHeaderHasOneLine) {
  plan::RequestAction action;
  action.request.url = "http://h/";
  action.request.headers = {{"X-Job", Refer("is @")}};
  ASSERT_EQ(Put(&action), absl::OkStatus());
  EXPECT_EQ(action.request.headers[0].second, "is 7");
  for (const std::string& value :
       {std::string("a\r\nX-Evil: b"), std::string("a\nb"), std::string("\x01"),
        std::string("a\tb"), std::string("\x7f"), std::string("a\0b", 3)}) {
    value_.text = value;
    action.request.headers = {{"X-Job", Refer("is @")}};
    EXPECT_TRUE(absl::IsInvalidArgument(Put(&action)));
  }
  // What the configuration itself writes stays.
  value_.text = "b\xc3\xa9";
  action.request.headers = {{"X-Job", Refer("a\t@")}};
  ASSERT_EQ(Put(&action), absl::OkStatus());
  EXPECT_EQ(action.request.headers[0].second, "a\tb\xc3\xa9");
}

TEST_F(SubstitutionTest, ABodyIsEncodedForItsFormat) {
  value_.text = "a \"b\"\n&=\xff";
  EXPECT_EQ(Body("x=@", plan::BodyFormat::kText), "x=a \"b\"\n&=\xff");
  EXPECT_EQ(Body("x=@&y=1", plan::BodyFormat::kForm),
            "x=a+%22b%22%0A%26%3D%FF&y=1");
  EXPECT_EQ(Body("{\"x\":\"@\",\"y\":\"-@-\"}", plan::BodyFormat::kJson),
            "{\"x\":\"a \\\"b\\\"\\n&=\xef\xbf\xbd\","
            "\"y\":\"-a \\\"b\\\"\\n&=\xef\xbf\xbd-\"}");
}

TEST_F(SubstitutionTest, AStringThatIsOneReferenceTakesTheJson) {
  value_.json = "7";
  EXPECT_EQ(Body("{\"x\":\"@\",\"y\":[\"@\",\"@@\",\"a@\",\"\\\"@\"]}",
                 plan::BodyFormat::kJson),
            "{\"x\":7,\"y\":[7,\"77\",\"a7\",\"\\\"7\"]}");
  EXPECT_EQ(Body("\"@\"", plan::BodyFormat::kJson), "7");
}

TEST_F(SubstitutionTest, AProcessGetsTheText) {
  plan::ProcessAction action;
  action.command.argv = {"x", Refer("--id=@")};
  action.command.env = {{"ID", Refer("@")}};
  action.command.stdin_text = Refer("@\n");
  const auto value = [this](const Reference&) { return Value(); };
  value_.text = "a b;$(c)";
  ASSERT_EQ(Substitute(references_, value, &action), absl::OkStatus());
  EXPECT_EQ(action.command.argv[1], "--id=a b;$(c)");
  EXPECT_EQ(action.command.env[0].second, "a b;$(c)");
  EXPECT_EQ(*action.command.stdin_text, "a b;$(c)\n");
  value_.text = std::string("a\0b", 3);
  action.command.env = {{"ID", Refer("@")}};
  EXPECT_TRUE(absl::IsInvalidArgument(Substitute(references_, value, &action)));
}

TEST_F(SubstitutionTest, WhatIsMissingFails) {
  missing_ = true;
  EXPECT_EQ(Url("http://h/@"), "x is missing");
  EXPECT_EQ(Body("@", plan::BodyFormat::kJson), "x is missing");
}

// ---- RunValues ----

TEST(RunValues, KnowsTheRun) {
  plan::Plan plan;
  plan.stages[0] = {Exec("up")};
  RunValues values(&plan, {.app_id = "shop",
                           .run_id = "abc",
                           .delay = absl::Milliseconds(1500),
                           .warmup = absl::Seconds(2),
                           .window = absl::Milliseconds(63'600)});
  const plan::Task& task = plan.tasks(plan::Stage::kPre)[0];
  Environment environment = values.EnvironmentOf(plan::Stage::kPre, task);
  for (const auto& [name, text] :
       std::map<std::string, std::string>{{"SERVO_APP_ID", "shop"},
                                          {"SERVO_EXEC_APP_ID", "shop"},
                                          {"SERVO_EXEC_RUN_ID", "abc"},
                                          {"SERVO_EXEC_STAGE", "pre"},
                                          {"SERVO_EXEC_TASK", "up"},
                                          {"SERVO_EXEC_DURATION", "60.1"},
                                          {"SERVO_EXEC_DURATION_S", "61"},
                                          {"SERVO_EXEC_DELAY", "1.5"},
                                          {"SERVO_EXEC_WARMUP", "2"},
                                          {"SERVO_EXEC_WINDOW", "63.6"},
                                          {"SERVO_EXEC_WINDOW_S", "64"}}) {
    EXPECT_THAT(environment, Contains(Pair(name, text)));
  }
  EXPECT_THAT(environment,
              Not(Contains(Pair("SERVO_EXEC_WINDOW_START", testing::_))));
  EXPECT_THAT(environment,
              Not(Contains(Pair("SERVO_EXEC_RESULT", testing::_))));
}

TEST(RunValues, KnowsTheWindowOnceItHasBegun) {
  plan::Plan plan;
  plan.stages[0] = {Exec("up")};
  RunValues values(&plan, {});
  values.BeginWindow(absl::FromUnixMillis(1'700'000'000'250),
                     absl::FromUnixMillis(1'700'000'060'750));
  const plan::Task& task = plan.tasks(plan::Stage::kPre)[0];
  Environment environment = values.EnvironmentOf(plan::Stage::kStop, task);
  for (const auto& [name, text] : std::map<std::string, std::string>{
           {"SERVO_EXEC_WINDOW_START", "1700000000.25"},
           {"SERVO_EXEC_WINDOW_END", "1700000060.75"},
           {"SERVO_EXEC_WINDOW_START_MS", "1700000000250"},
           {"SERVO_EXEC_WINDOW_END_MS", "1700000060750"},
           {"SERVO_EXEC_WINDOW_START_S", "1700000001"},
           {"SERVO_EXEC_WINDOW_END_S", "1700000060"}}) {
    EXPECT_THAT(environment, Contains(Pair(name, text)));
  }
  values.EndWindow(absl::FromUnixMillis(1'700'000'030'000));
  EXPECT_THAT(values.EnvironmentOf(plan::Stage::kStop, task),
              Contains(Pair("SERVO_EXEC_WINDOW_END", "1700000030")));
}

TEST(RunValues, PostKnowsTheResult) {
  plan::Plan plan;
  plan.stages[0] = {Exec("up")};
  RunValues values(&plan, {});
  values.SetResult({.result = "failed",
                    .reason = "task-failed",
                    .failed_task = "load",
                    .failure = "it broke"});
  const Environment environment = values.EnvironmentOf(
      plan::Stage::kPost, plan.tasks(plan::Stage::kPre)[0]);
  EXPECT_THAT(environment, Contains(Pair("SERVO_EXEC_RESULT", "failed")));
  EXPECT_THAT(environment, Contains(Pair("SERVO_EXEC_REASON", "task-failed")));
  EXPECT_THAT(environment, Contains(Pair("SERVO_EXEC_FAILED_TASK", "load")));
  EXPECT_THAT(environment, Contains(Pair("SERVO_EXEC_FAILURE", "it broke")));
}

}  // namespace
}  // namespace servo::stages
