#include "protocol/messages.h"

#include <limits>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "protocol/json_line.h"

namespace servo::protocol {
namespace {

using nlohmann::json;

std::string Progress(int progress, absl::string_view message) {
  return ToString(ProgressLine(progress, {std::string(message)}));
}

TEST(ProgressLine, IsOneObject) {
  EXPECT_EQ(Progress(42, "Executing task load"),
            "{\"progress\":42,\"message\":\"Executing task load\"}\n");
}

TEST(ProgressLine, StaysOneLineOfAscii) {
  EXPECT_EQ(Progress(0, "a\nb\r\t\"\\\x01\xc3\xa9\xf0\x9f\x98\x80"),
            "{\"progress\":0,\"message\":\"a\\nb\\r\\t\\\"\\\\\\u0001\\u00e9"
            "\\ud83d\\ude00\"}\n");
}

TEST(ProgressLine, IllFormedBytesBecomeReplacementCharacters) {
  EXPECT_EQ(Progress(0, "a\xff\x62"),
            "{\"progress\":0,\"message\":\"a\\ufffdb\"}\n");
}

TEST(ProgressLine, KeepsNulBytes) {
  EXPECT_EQ(Progress(0, absl::string_view("a\0b", 3)),
            "{\"progress\":0,\"message\":\"a\\u0000b\"}\n");
}

TEST(AnswerLine, OkAlwaysHasBothMaps) {
  EXPECT_EQ(ToString(AnswerLine(Answer())),
            "{\"status\":\"ok\",\"metrics\":{},\"annotations\":{}}\n");
}

// As docs/writing-a-driver.md writes them.
TEST(AnswerLine, ScalarsAndSeries) {
  Answer answer;
  answer.metrics["throughput"] = {{"value", 250.5}, {"unit", "rps"}};
  answer.metrics["throughput_over_time"] = {
      {"unit", "rps"},
      {"values",
       {{{"id", "throughput"},
         {"data", {{1700000000, 250}, {1700000001, 251}}}}}}};
  answer.annotations["requests"] = 501;
  EXPECT_EQ(json::parse(ToString(AnswerLine(answer))), json::parse(R"({
      "status": "ok",
      "metrics": {
        "throughput": {"value": 250.5, "unit": "rps"},
        "throughput_over_time": {
          "unit": "rps",
          "values": [{"id": "throughput",
                      "data": [[1700000000, 250], [1700000001, 251]]}]}},
      "annotations": {"requests": 501}})"));
}

TEST(AnswerLine, OkCarriesMetricsAndAnnotations) {
  Answer answer;
  answer.metrics["rate"] = {{"value", 12.5}, {"unit", "1/s"}};
  answer.annotations["note"] = "cold";
  EXPECT_EQ(json::parse(ToString(AnswerLine(answer))),
            json::parse(R"({"status": "ok",
                "metrics": {"rate": {"value": 12.5, "unit": "1/s"}},
                "annotations": {"note": "cold"}})"));
}

TEST(AnswerLine, NumbersThatJsonLacksBecomeNull) {
  Answer answer;
  answer.metrics["rate"] = {
      {"value", std::numeric_limits<double>::quiet_NaN()}};
  EXPECT_EQ(ToString(AnswerLine(answer)),
            "{\"status\":\"ok\",\"metrics\":{\"rate\":{\"value\":null}},"
            "\"annotations\":{}}\n");
}

TEST(AnswerLine, FailureHasMessageAndReason) {
  EXPECT_EQ(
      ToString(AnswerLine(Answer::Failed("Task \"x\" failed", "task-failed"))),
      "{\"status\":\"failed\",\"message\":\"Task \\\"x\\\" failed\","
      "\"reason\":\"task-failed\"}\n");
}

TEST(AnswerLine, AFailureMayCarryMetrics) {
  Answer answer = Answer::Failed("p99 is too high", "slo-violation");
  answer.metrics["p99"] = {{"value", 312}, {"unit", "ms"}};
  EXPECT_EQ(ToString(AnswerLine(answer)),
            "{\"status\":\"failed\",\"message\":\"p99 is too high\","
            "\"reason\":\"slo-violation\","
            "\"metrics\":{\"p99\":{\"unit\":\"ms\",\"value\":312}}}\n");
}

TEST(AnswerLine, WhatWasMeasuredHasMetricsThoughNoneIsLeft) {
  Answer answer = Answer::Failed("p99 is too high", "slo-violation");
  answer.measured = true;
  answer.metrics["p99"] = {{"value", 312}};
  KeepMetrics({"other"}, &answer);
  EXPECT_EQ(ToString(AnswerLine(answer)),
            "{\"status\":\"failed\",\"message\":\"p99 is too high\","
            "\"reason\":\"slo-violation\",\"metrics\":{}}\n");
}

TEST(AnswerLine, BadRequest) {
  EXPECT_EQ(ToString(AnswerLine(Answer::BadRequest("no"))),
            "{\"status\":\"bad-request\",\"message\":\"no\","
            "\"reason\":\"bad-request\"}\n");
}

TEST(ProgressLine, SeveralMessagesShareALine) {
  EXPECT_EQ(ToString(ProgressLine(7, {"one", "two"})),
            "{\"progress\":7,\"message\":\"one\\ntwo\"}\n");
}

TEST(KeepMetrics, LeavesTheNamedOnesAndIgnoresUnknownNames) {
  Answer answer;
  answer.metrics = {{"a", 1}, {"b", 2}, {"c", 3}};
  KeepMetrics({"c", "nonsense", "a", "c"}, &answer);
  EXPECT_EQ(answer.metrics, (json{{"a", 1}, {"c", 3}}));
}

TEST(KeepMetrics, NoNamesKeepAll) {
  Answer answer;
  answer.metrics = {{"a", 1}, {"b", 2}};
  KeepMetrics({}, &answer);
  EXPECT_EQ(answer.metrics, (json{{"a", 1}, {"b", 2}}));
}

TEST(InfoLine, TellsVersionAndCancel) {
  EXPECT_EQ(json::parse(InfoLine("1.2.3", true)),
            json::parse(R"({"has_cancel": true, "version": "1.2.3"})"));
}

TEST(DescribeLine, CarriesTheMetrics) {
  EXPECT_EQ(DescribeLine(json::object()),
            "{\"status\":\"ok\",\"metrics\":{}}\n");
  EXPECT_EQ(json::parse(DescribeLine({{"rate", {{"unit", "1/s"}}}})),
            json::parse(R"({"status": "ok",
                            "metrics": {"rate": {"unit": "1/s"}}})"));
}

}  // namespace
}  // namespace servo::protocol
