// The report that a run leaves: language.md section 8, docs/events.md.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/runfiles.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "report/testing/json_schema.h"

namespace servo::e2e {
namespace {

namespace fs = std::filesystem;
using ::nlohmann::json;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

constexpr char kFewTasks[] = R"(
exec:
  pre:
    - {name: hello, shell_exec: 'echo hello; echo oh >&2'}
  start:
    - {name: load, async: true, shell_exec: 'echo up; exec sleep 1000'}
  stop:
    - {name: result, exec: [echo, "rate: 12"], metrics: {rate: {regex: 'rate: (\d+)', at_least: 1}}}
  post:
    - {name: fails, shell_exec: exit 3}
)";

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

class ReportTest : public ScenarioTest {
 protected:
  std::string reports() const { return dir() + "/reports"; }

  DriverCommand ReportCommand(double duration = 0) {
    DriverCommand command = MeasureCommand(duration);
    command.argv.insert(command.argv.begin() + 1,
                        absl::StrCat("--report=", reports()));
    return command;
  }

  // The directories of runs, oldest first.
  std::vector<std::string> Runs() const {
    std::vector<std::string> runs;
    if (!fs::exists(reports())) return runs;
    for (const auto& entry : fs::directory_iterator(reports())) {
      runs.push_back(entry.path());
    }
    std::sort(runs.begin(), runs.end());
    return runs;
  }

  // The events of a file. What was cut off at its end is left out.
  static std::vector<json> EventsOf(const std::string& run) {
    const json schema =
        json::parse(TextOf(RunfilePath("report/events.schema.json")));
    std::vector<std::string> lines =
        absl::StrSplit(TextOf(run + "/events.jsonl"), '\n');
    lines.pop_back();
    std::vector<json> events;
    for (const std::string& line : lines) {
      events.push_back(json::parse(line));
      EXPECT_EQ(report::EventProblem(schema, events.back()), "") << line;
    }
    return events;
  }

  std::vector<json> OnlyEvents() const {
    const std::vector<std::string> runs = Runs();
    EXPECT_THAT(runs, SizeIs(1));
    return runs.empty() ? std::vector<json>() : EventsOf(runs[0]);
  }

  static std::vector<json> Those(const std::vector<json>& events,
                                 absl::string_view kind) {
    std::vector<json> those;
    for (const json& event : events) {
      if (event["event"] == kind) those.push_back(event);
    }
    return those;
  }

  // The run is as without a report, and one line says what is wrong.
  static void ExpectOneWarning(const DriverProcess& driver,
                               absl::string_view why) {
    EXPECT_EQ(driver.answer()["status"], "ok") << driver.answer();
    EXPECT_EQ(driver.exit_code(), 0);
    std::vector<std::string> lines;
    for (const absl::string_view line : absl::StrSplit(driver.errors(), '\n')) {
      if (absl::StrContains(line, "report")) lines.emplace_back(line);
    }
    ASSERT_THAT(lines, SizeIs(1)) << driver.errors();
    EXPECT_THAT(lines[0], HasSubstr("cannot write the report"));
    EXPECT_THAT(lines[0], HasSubstr(std::string(why)));
  }
};

TEST_F(ReportTest, AllThatHappensIsWrittenDown) {
  Configure(kFewTasks);
  DriverProcess& driver = Start(ReportCommand(0.1));
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer()["status"], "ok");
  EXPECT_EQ(driver.errors(),
            "measure: post: Task fails failed with result 3: exit code 3 "
            "(ignored)\n");
  const std::vector<json> events = OnlyEvents();
  ASSERT_FALSE(events.empty());
  const std::string run_id = events[0]["run_id"];
  EXPECT_THAT(Runs()[0],
              MatchesRegex(".*/reports/[0-9]{8}T[0-9]{6}Z-app-" + run_id));
  EXPECT_EQ(events[0]["event"], "run");
  EXPECT_EQ(events[0]["app_id"], "app");
  EXPECT_EQ(events[0]["duration"], 0.1);
  EXPECT_THAT(events[0]["tasks"], SizeIs(4));
  EXPECT_THAT(events[0]["config"], HasSubstr("rate"));
  EXPECT_EQ(events.back()["event"], "answer");
  EXPECT_EQ(events.back()["result"], "success");
  EXPECT_THAT(Those(events, "stage"), SizeIs(4));
  EXPECT_THAT(Those(events, "window"), SizeIs(1));
  const std::vector<json> ends = Those(events, "attempt_end");
  ASSERT_THAT(ends, SizeIs(3));
  EXPECT_EQ(ends[0]["stdout"], "hello");
  EXPECT_EQ(ends[0]["stderr"], "oh");
  EXPECT_EQ(ends[1]["metrics"], json({{"rate", 12}}));
  EXPECT_EQ(ends[2]["code"], 3);
  EXPECT_EQ(Those(events, "background_end")[0]["ending"], "stopped");
  EXPECT_EQ(Those(events, "metric")[0]["ok"], true);
  EXPECT_EQ(Those(events, "message")[0]["kind"], "warning");
  double before = 0;
  for (const json& event : events) {
    EXPECT_GE(event["t"], before) << event;
    before = event["t"];
  }
}

TEST_F(ReportTest, TheConfigurationSaysWhereAndHowManyStay) {
  Configure(absl::StrCat("exec:\n  report: {dir: ", reports(),
                         ", keep: 2}\n  post: [{exec: \"true\"}]\n"));
  for (int i = 0; i < 3; ++i) {
    RunMeasure();
    // Names have seconds, and what is older in the same one is by chance.
    for (const std::string& run : Runs()) {
      fs::path path = run;
      std::string name = path.filename();
      if (name.substr(0, 4) == "2000") continue;
      name.replace(0, 8, absl::StrCat("2000010", i + 1));
      fs::rename(path, path.parent_path() / name);
    }
  }
  const std::vector<std::string> runs = Runs();
  ASSERT_THAT(runs, SizeIs(2));
  EXPECT_THAT(runs[0], HasSubstr("/20000102T"));
  EXPECT_THAT(runs[1], HasSubstr("/20000103T"));
}

TEST_F(ReportTest, ACancelIsWrittenDown) {
  Configure("exec: {start: [{shell_exec: 'echo go > $EVENTS; sleep 1000'}]}");
  DriverProcess& driver = Start(ReportCommand());
  ASSERT_TRUE(AwaitEvent("go"));
  driver.Signal(SIGUSR1);
  AwaitEnd(driver);
  EXPECT_EQ(driver.exit_code(), 3);
  const std::vector<json> events = OnlyEvents();
  ASSERT_THAT(Those(events, "cancel"), SizeIs(1));
  EXPECT_EQ(Those(events, "cancel")[0]["signal"], "SIGUSR1");
  EXPECT_EQ(events.back()["result"], "cancelled");
}

TEST_F(ReportTest, AnInvalidConfigurationLeavesAReportToo) {
  Configure("exec: {start: [{nonsense: 1}]}");
  DriverProcess& driver = Start(ReportCommand());
  AwaitEnd(driver);
  const std::vector<json> events = OnlyEvents();
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0]["tasks"], json::array());
  EXPECT_EQ(events[1]["reason"], "invalid-config");
  EXPECT_EQ(events[1]["message"], driver.answer()["message"]);
}

TEST_F(ReportTest, TwoRunsAtOnceShareADirectory) {
  Configure(
      "exec: {start: [{shell_exec: 'echo go > $EVENTS; read x < $GATE'}]}");
  DriverProcess& first = Start(ReportCommand());
  DriverProcess& second = Start(ReportCommand());
  ASSERT_TRUE(AwaitEvent("go"));
  ASSERT_TRUE(AwaitEvent("go"));
  OpenGate();
  OpenGate();
  Await([&] { return first.over() && second.over(); }, "both ends");
  AwaitEnd(first);
  AwaitEnd(second);
  ASSERT_THAT(Runs(), SizeIs(2));
  for (const std::string& run : Runs()) {
    EXPECT_EQ(EventsOf(run).back()["result"], "success");
  }
}

TEST_F(ReportTest, ADirectoryThatCannotBeMadeIsOneWarning) {
  std::ofstream(reports()) << "a file";
  Configure(kFewTasks);
  DriverProcess& driver = Start(ReportCommand());
  AwaitEnd(driver);
  ExpectOneWarning(driver, "Not a directory");
}

TEST_F(ReportTest, AReadOnlyDirectoryIsOneWarning) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  fs::create_directory(reports());
  chmod(reports().c_str(), 0500);
  Configure(kFewTasks);
  DriverProcess& driver = Start(ReportCommand());
  AwaitEnd(driver);
  ExpectOneWarning(driver, "Permission denied");
}

TEST_F(ReportTest, ADirectoryThatIsRemovedIsOneWarning) {
  Configure(R"(
exec:
  pre: [{shell_exec: 'while ! [ -s $DIR/reports/*/events.jsonl ]; do sleep 0.01; done; rm -r $DIR/reports'}]
)");
  DriverProcess& driver = Start(ReportCommand());
  AwaitEnd(driver);
  ExpectOneWarning(driver, "was removed");
}

TEST_F(ReportTest, AFullDiskIsOneWarning) {
  Configure(kFewTasks);
  DriverCommand command = ReportCommand();
  // Files of 1 KiB or 512 bytes: less than the first line has.
  command.argv.insert(command.argv.begin(),
                      {"/bin/sh", "-c", "ulimit -f 1; exec \"$@\"", "sh"});
  DriverProcess& driver = Start(std::move(command));
  AwaitEnd(driver);
  ExpectOneWarning(driver, "File too large");
}

// What is there is whole but for its last line, whenever the driver dies.
TEST_F(ReportTest, AKilledDriverLeavesWhatHasHappened) {
  Configure(R"(
exec:
  pre: [{exec: "true"}, {exec: "true"}, {exec: "true"}, {exec: "true"}]
  post: [{shell_exec: 'exec sleep 1000'}]
)");
  for (int i = 0; i < 10; ++i) {
    DriverProcess& driver = Start(ReportCommand());
    bool now = false;
    const auto timer =
        loop_.After(absl::Milliseconds(2 + 3 * i), [&] { now = true; });
    Await([&] { return now; }, "the moment");
    driver.Signal(SIGKILL);
    Await([&] { return driver.over(); }, "the end");
  }
  AwaitNoProcesses();
  for (const std::string& run : Runs()) {
    // Not even the first line may be there.
    if (TextOf(run + "/events.jsonl").empty()) continue;
    const std::vector<json> events = EventsOf(run);
    if (events.empty()) continue;
    EXPECT_EQ(events[0]["event"], "run");
  }
}

TEST_F(ReportTest, ARunByHandTellsWhereItIs) {
  Configure(kFewTasks);
  DriverCommand command = ReportCommand();
  command.argv.insert(command.argv.begin() + 1, {"--run=0", "--json"});
  DriverProcess& driver = Start(std::move(command));
  AwaitEnd(driver);
  ASSERT_THAT(Runs(), SizeIs(1));
  EXPECT_THAT(driver.errors(),
              HasSubstr(absl::StrCat("measure: report: ", Runs()[0], "\n")));
}

}  // namespace
}  // namespace servo::e2e
