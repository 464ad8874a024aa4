#include "protocol/messages.h"

#include <limits>
#include <string>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace servo::protocol {
namespace {

using nlohmann::json;

TEST(ProgressLine, IsOneObject) {
  EXPECT_EQ(ProgressLine(42, "Executing task load"),
            "{\"progress\":42,\"message\":\"Executing task load\"}\n");
}

TEST(ProgressLine, StaysOneLineOfAscii) {
  EXPECT_EQ(ProgressLine(0, "a\nb\r\t\"\\\x01\xc3\xa9\xf0\x9f\x98\x80"),
            "{\"progress\":0,\"message\":\"a\\nb\\r\\t\\\"\\\\\\u0001\\u00e9"
            "\\ud83d\\ude00\"}\n");
}

TEST(ProgressLine, IllFormedBytesBecomeReplacementCharacters) {
  EXPECT_EQ(ProgressLine(0, "a\xff\x62"),
            "{\"progress\":0,\"message\":\"a\\ufffdb\"}\n");
}

TEST(ProgressLine, KeepsNulBytes) {
  EXPECT_EQ(ProgressLine(0, absl::string_view("a\0b", 3)),
            "{\"progress\":0,\"message\":\"a\\u0000b\"}\n");
}

TEST(AnswerLine, OkAlwaysHasBothMaps) {
  EXPECT_EQ(AnswerLine(Answer()),
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
  EXPECT_EQ(json::parse(AnswerLine(answer)), json::parse(R"({
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
  EXPECT_EQ(json::parse(AnswerLine(answer)), json::parse(R"({"status": "ok",
                "metrics": {"rate": {"value": 12.5, "unit": "1/s"}},
                "annotations": {"note": "cold"}})"));
}

TEST(AnswerLine, NumbersThatJsonLacksBecomeNull) {
  Answer answer;
  answer.metrics["rate"] = {
      {"value", std::numeric_limits<double>::quiet_NaN()}};
  EXPECT_EQ(AnswerLine(answer),
            "{\"status\":\"ok\",\"metrics\":{\"rate\":{\"value\":null}},"
            "\"annotations\":{}}\n");
}

TEST(AnswerLine, FailureHasMessageAndReasonAndNothingElse) {
  Answer answer = Answer::Failed("Task x failed", "task-failed");
  answer.metrics["rate"] = 1;
  EXPECT_EQ(AnswerLine(answer),
            "{\"status\":\"failed\",\"message\":\"Task x failed\","
            "\"reason\":\"task-failed\"}\n");
}

TEST(AnswerLine, BadRequest) {
  EXPECT_EQ(AnswerLine(Answer::BadRequest("no")),
            "{\"status\":\"bad-request\",\"message\":\"no\","
            "\"reason\":\"bad-request\"}\n");
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
