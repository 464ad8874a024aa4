// A whole run with a report, whose wall clock steps back while it goes on:
// language.md section 8.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/ppoll_loop.h"
#include "cmd/measure_driver.h"
#include "cmd/render.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "protocol/driver.h"
#include "protocol/messages.h"
#include "report/testing/json_schema.h"

namespace servo::cmd {
namespace {

namespace fs = std::filesystem;
using ::nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

constexpr char kTasks[] = R"(
exec:
  pre:
    - {name: hello, shell_exec: echo hello}
  start:
    - name: watch
      shell_exec: 'echo 3'
      every: 0.1
      metrics: {level: {series: true}}
  stop:
    - {name: result, exec: [echo, "rate: 12"], metrics: {rate: {regex: 'rate: (\d+)'}}}
  post:
    - {name: fails, shell_exec: exit 3}
)";

class FakeReporter final : public protocol::Reporter {
 public:
  void Stage(std::string) override {}
  void Notify(std::string) override {}
  void Warn(std::string message) override {
    warnings.push_back(std::move(message));
  }
  void Detail(absl::string_view) override {}

  std::vector<std::string> warnings;
};

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

struct Measured {
  std::optional<protocol::Answer> answer;
  std::vector<std::string> warnings;
  std::string report;  // the directory
};

class ClockStepTest : public ::testing::Test {
 protected:
  ClockStepTest()
      : dir_(absl::StrCat(
            ::testing::TempDir(), "/",
            ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(dir_);
    fs::create_directories(dir_);
    std::ofstream(dir_ + "/config.yaml") << kTasks;
  }

  Measured Measure(MeasureExtras extras) const {
    base::PpollLoop loop;
    FakeReporter reporter;
    Measured run;
    MeasureDriver driver(
        &loop, {.flag = dir_ + "/config.yaml", .trusted = true}, "exec",
        /*strict=*/false, std::move(extras));
    driver.Measure({.app_id = "app",
                    .control = {.duration = absl::Milliseconds(500)},
                    .reporter = &reporter},
                   [&](protocol::Answer answer) { run.answer = answer; });
    loop.RunUntil([&] { return run.answer.has_value(); });
    EXPECT_TRUE(driver.BeforeAnswer(*run.answer).ok());
    EXPECT_TRUE(driver.AfterAnswer().ok());
    run.warnings = reporter.warnings;
    run.report = driver.report_path();
    return run;
  }

  // The events of a run. Each fits the schema.
  static std::vector<json> EventsOf(const std::string& report) {
    const json schema = json::parse(TextOf("report/events.schema.json"));
    const std::string text = TextOf(report + "/events.jsonl");
    std::vector<json> events;
    for (const absl::string_view line :
         absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      events.push_back(json::parse(line));
      EXPECT_EQ(report::EventProblem(schema, events.back()), "") << line;
    }
    return events;
  }

  const std::string dir_;
};

TEST_F(ClockStepTest, ARunWithAReportIsTheSameButForOneWarning) {
  const Measured without = Measure({});
  // The clock is set back once the window has begun, and once more.
  int asked = 0;
  const auto clock = [&asked] {
    const int hours = ++asked > 20 ? 2 : asked > 8 ? 1 : 0;
    return absl::Now() - absl::Hours(hours);
  };
  const absl::Time before = absl::Now();
  const Measured run =
      Measure({.report_dir = dir_ + "/reports", .wall_clock = clock});

  // The measurement.
  ASSERT_TRUE(run.answer.has_value());
  EXPECT_EQ(run.answer->status, "ok");
  EXPECT_EQ(run.answer->metrics["rate"], without.answer->metrics["rate"]);
  EXPECT_TRUE(run.answer->metrics["level"].contains("values"));
  ASSERT_THAT(without.warnings, SizeIs(1));
  EXPECT_THAT(run.warnings, Contains(without.warnings[0]));
  ASSERT_THAT(run.warnings, SizeIs(2));
  EXPECT_THAT(
      run.warnings,
      Contains(MatchesRegex("the clock was set back by 1h while the run went "
                            "on: times of day in the report \".*\" step back "
                            "with it")));

  // Its events: `t` goes on, `time` tells the clock.
  const std::vector<json> events = EventsOf(run.report);
  ASSERT_GT(events.size(), 20u);
  const double end = events.back()["t"];
  EXPECT_EQ(events.back()["event"], "answer");
  EXPECT_GT(end, 0.5);
  EXPECT_LT(end, 100);
  int steps = 0;
  for (size_t i = 1; i < events.size(); ++i) {
    EXPECT_GE(events[i]["t"], events[i - 1]["t"]) << events[i];
    if (events[i]["time"] < events[i - 1]["time"]) ++steps;
  }
  EXPECT_EQ(steps, 2);
  const double begin = events.front()["time"];
  EXPECT_GE(begin, absl::ToUnixSeconds(before));
  for (const json& event : events) {
    if (event["event"] != "series") continue;
    for (const json& point : event["points"]) {
      EXPECT_GE(point[0], begin);
      EXPECT_LE(point[0], begin + end + 1);
    }
  }

  // The page and the trace, which --render makes again.
  const std::string page = TextOf(run.report + "/report.html");
  const std::string trace = TextOf(run.report + "/trace.json");
  EXPECT_THAT(page, HasSubstr("\u2713 Success: app"));
  EXPECT_THAT(page, HasSubstr("the clock was set back by 1h"));
  const json shown = json::parse(trace);
  EXPECT_FALSE(shown["otherData"].contains("points_outside_of_the_run"));
  for (const json& slice : shown["traceEvents"]) {
    if (slice["ph"] == "M") continue;
    EXPECT_GE(slice["ts"], 0) << slice;
    EXPECT_LE(slice["ts"], (end + 1e-3) * 1e6) << slice;
  }
  ASSERT_EQ(Render("measure", run.report), 0);
  EXPECT_EQ(TextOf(run.report + "/report.html"), page);
  EXPECT_EQ(TextOf(run.report + "/trace.json"), trace);
}

// A clock that is slowed down, or set ahead, is none that steps back.
TEST_F(ClockStepTest, OnlyAStepBackIsTold) {
  int asked = 0;
  const auto clock = [&asked] {
    ++asked;
    return absl::Now() + absl::Hours(asked > 8 ? 1 : 0) -
           absl::Milliseconds(900) * (asked % 2);
  };
  const Measured run =
      Measure({.report_dir = dir_ + "/reports", .wall_clock = clock});
  EXPECT_THAT(run.warnings, ElementsAre(HasSubstr("Task fails failed")));
}

}  // namespace
}  // namespace servo::cmd
