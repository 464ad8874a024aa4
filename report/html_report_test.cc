#include "report/html_report.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "report/read_record.h"
#include "report/read_text.h"
#include "report/run_record.h"

namespace servo::report {
namespace {

using ::nlohmann::json;
using ::testing::HasSubstr;

// What stands between the last `begin` of `text` and the next `end`.
std::string Between(absl::string_view text, absl::string_view begin,
                    absl::string_view end) {
  const size_t from = text.rfind(begin);
  if (from == text.npos) return "";
  const size_t start = from + begin.size();
  return std::string(text.substr(start, text.find(end, start) - start));
}

json DataOf(const std::string& page) {
  return json::parse(Between(
      page, "<script type=\"application/json\" id=\"data\">", "</script>"));
}

size_t CountOf(absl::string_view text, absl::string_view what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != text.npos;
       at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST(HtmlReportTest, TellsOutcomeAndMetricsWithoutItsScript) {
  const std::string page = HtmlReport(ReadRecord(kShop));
  EXPECT_THAT(page, HasSubstr("<title>\u2717 Failed: shop</title>"));
  EXPECT_THAT(page, HasSubstr("<div class=\"badge\">\u2717 Failed</div>"));
  EXPECT_THAT(page, HasSubstr("Reason: slo-violation, after"));
  EXPECT_THAT(page, HasSubstr("metric &quot;p99&quot; is 412.2 ms, at most 300 "
                              "allowed</pre>"));
  EXPECT_THAT(page, HasSubstr("<td class=\"number\">412.2</td><td>ms</td>"
                              "<td>at most 300</td><td><span class=\"verdict "
                              "broken\">\u2717 broken</span>"));
  EXPECT_THAT(page, HasSubstr("\u2713 kept"));
  EXPECT_THAT(page, HasSubstr("99th percentile of the latency"));
  EXPECT_THAT(page, HasSubstr("2 series"));
  EXPECT_THAT(page, HasSubstr("began <time data-origin>2026-09-21 "));
  EXPECT_THAT(page, HasSubstr("env TOKEN=***"));
  EXPECT_EQ(CountOf(page, "{{"), 0u);
}

TEST(HtmlReportTest, CountsValuesThatWereNoSamples) {
  RunRecord record = ReadRecord(kShop);
  for (TaskRecord& task : record.tasks) {
    for (MetricPlan& metric : task.metrics) {
      if (metric.name == "cpu") metric.rejected = 12;
    }
  }
  EXPECT_THAT(HtmlReport(record),
              HasSubstr("<span class=\"muted\">12 values left out: no number"
                        "</span>"));
}

TEST(HtmlReportTest, LoadsNothingFromElsewhere) {
  const std::string page = HtmlReport(ReadRecord(kShop));
  EXPECT_THAT(page, HasSubstr("content=\"default-src 'none'; style-src "
                              "'unsafe-inline'; script-src 'unsafe-inline'\""));
  EXPECT_EQ(CountOf(page, "src="), 0u);
  EXPECT_EQ(CountOf(page, "<link"), 0u);
  EXPECT_EQ(CountOf(page, "@import"), 0u);
  EXPECT_EQ(CountOf(page, "innerHTML"), 0u);
  // The one name space of SVG is no address that is asked.
  EXPECT_EQ(CountOf(page, "http://www.w3.org/2000/svg"), 1u);
}

// Whatever a record holds, the page has the same elements.
TEST(HtmlReportTest, TextsAreNoMarkup) {
  RunRecord harmless = ReadRecord(kShop);
  RunRecord hostile = harmless;
  const std::string evil = absl::StrCat(
      "</script><script>alert(1)</script><!--<script>\"'>{{data}}</pre>",
      absl::string_view("\0", 1), "\u2028\x1b[31m&amp;<img onerror=x>");
  const auto poison = [&](const std::string& text, RunRecord* record) {
    record->app_id = record->run_id = record->version = text;
    record->config = text;
    record->answer->reason = record->answer->message = text;
    for (TaskRecord& task : record->tasks) {
      task.name = task.mode = task.note = text;
      for (MetricPlan& metric : task.metrics) {
        metric.unit = metric.description = text;
      }
    }
    for (AttemptRecord& attempt : record->attempts) {
      attempt.why = attempt.out.text = attempt.err.text = text;
      attempt.body.text = text;
      attempt.notes = {text};
      for (auto& [name, value] : attempt.metrics) name = text;
    }
    for (MetricRecord& metric : record->metrics) {
      metric.unit = metric.why = text;
    }
    for (MessageRecord& message : record->messages) message.text = text;
    for (MarkRecord& mark : record->marks) mark.text = text;
    for (ChartRecord& chart : record->charts) {
      chart.unit = text;
      for (LineRecord& line : chart.lines) line.id = text;
    }
  };
  poison("x", &harmless);
  poison(evil, &hostile);
  const std::string page = HtmlReport(hostile);
  const std::string other = HtmlReport(harmless);
  EXPECT_EQ(CountOf(page, "<"), CountOf(other, "<"));
  EXPECT_EQ(CountOf(page, "</script"), 2u);
  EXPECT_EQ(CountOf(page, "<!--"), 0u);
  EXPECT_EQ(page.find('\0'), page.npos);
  // A script may not have it.
  const size_t data_begin = page.rfind("id=\"data\">");
  EXPECT_EQ(page.find("\u2028", data_begin), page.npos);
  // It is all there, as text.
  const json data = DataOf(page);
  EXPECT_EQ(data["tasks"][0][0], evil);
  EXPECT_EQ(data["bars"][0][6]["out"], evil);
  EXPECT_EQ(data["marks"][0]["text"], evil);
}

TEST(HtmlReportTest, DataOfTheTimeline) {
  const json data = DataOf(HtmlReport(ReadRecord(kShop)));
  EXPECT_EQ(data["tasks"][0],
            json::parse(R"(["wait for the shop",0,"request"])"));
  EXPECT_EQ(data["tasks"][4], json::parse(R"(["cpu",1,"shell_exec",1,1,""])"));
  // Attempts and waits of the first task, in order.
  std::string kinds;
  for (const json& bar : data["bars"]) {
    if (bar[0] == 0) absl::StrAppend(&kinds, bar[1].dump(), bar[5].dump(), " ");
  }
  EXPECT_EQ(kinds, "01 10 01 10 00 ");
  // The tunnel: until it was ready, then in the background, lost.
  std::string tunnel;
  for (const json& bar : data["bars"]) {
    if (bar[0] == 2)
      absl::StrAppend(&tunnel, bar[1].dump(), bar[5].dump(), " ");
  }
  EXPECT_EQ(tunnel, "30 22 ");
  EXPECT_EQ(data["window"]["lead"], 3);
  EXPECT_EQ(data["charts"].size(), 3u);
  EXPECT_EQ(data["charts"][0]["atMost"], 90);
  EXPECT_EQ(data["charts"][2]["lines"][1]["id"], "handler:search");
}

TEST(HtmlReportTest, ARecordThatIsCutOffSaysSo) {
  RunRecord record = ReadRecord(kShop);
  record.answer.reset();
  record.window->end.reset();
  record.attempts.back().state = AttemptRecord::State::kRunning;
  const std::string page = HtmlReport(record);
  EXPECT_THAT(page, HasSubstr("without an answer: the program was killed, or "
                              "is still running"));
  EXPECT_THAT(page, HasSubstr("Under way: close the tunnel&#39;s log"));
  EXPECT_TRUE(DataOf(page)["window"]["end"].is_null());
}

TEST(HtmlReportTest, FractionsAreShort) {
  RunRecord record = ReadRecord(kShop);
  record.metrics[0].value = 51.020833333333336;
  record.metrics[1].value = 12345678;
  const std::string page = HtmlReport(record);
  EXPECT_EQ(CountOf(page, "<td class=\"number\">51.0208</td>"), 1u);
  EXPECT_EQ(CountOf(page, "<td class=\"number\">12345678</td>"), 1u);
}

TEST(HtmlReportTest, AnEmptyRecordIsAPageToo) {
  const std::string page = HtmlReport(RunRecord());
  EXPECT_THAT(page, HasSubstr("Cut off"));
  EXPECT_TRUE(DataOf(page)["bars"].empty());
}

// 10,000 tasks that print 8 KB each: texts are cut, those of the failed ones
// less.
TEST(HtmlReportTest, StaysSmall) {
  RunRecord record;
  const std::string output =
      absl::StrCat("begin\n", std::string(4'000, '<'), "\nthe last line\n");
  for (size_t i = 0; i < 10'000; ++i) {
    record.tasks.push_back({.stage = i % 4,
                            .name = absl::StrCat("a task with the number ", i),
                            .mode = "shell_exec"});
    AttemptRecord attempt = {.task = i, .begin = i * 0.01, .end = i * 0.01};
    attempt.state = i % 1'000 == 0 ? AttemptRecord::State::kFailed
                                   : AttemptRecord::State::kSucceeded;
    attempt.code = 0;
    attempt.out = {.text = output, .bytes = output.size()};
    attempt.err = {.text = output, .bytes = output.size()};
    record.attempts.push_back(attempt);
  }
  record.config = std::string(3 << 20, 'x');
  for (size_t i = 0; i < 5'000; ++i) {
    record.messages.push_back({.text = std::string(1'000, 'm')});
  }
  const std::string page = HtmlReport(record);
  EXPECT_LT(page.size(), 5'000'000u);
  const json data = DataOf(page);
  const std::string failed = data["bars"][0][6]["out"];
  const std::string other = data["bars"][1][6]["out"];
  EXPECT_GT(failed.size(), 2'000u);
  EXPECT_LT(other.size(), 200u);
  EXPECT_TRUE(absl::EndsWith(other, "the last line\n")) << other;
  EXPECT_EQ(data["bars"][1][6]["outBytes"], output.size());
  EXPECT_THAT(page, HasSubstr("4000 messages more in events.jsonl"));
}

}  // namespace
}  // namespace servo::report
