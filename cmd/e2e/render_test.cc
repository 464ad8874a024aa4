// Reports of drivers that were killed: whatever the moment, --render makes one
// that tells what had happened, and nothing else.

#include <sys/wait.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/runfiles.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

// How often a driver is killed.
#ifndef RENDER_TRIES
#define RENDER_TRIES 12
#endif

namespace servo::e2e {
namespace {

namespace fs = std::filesystem;
using ::nlohmann::json;
using ::testing::HasSubstr;

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// What --render of a file prints, and its exit code.
struct Rendered {
  std::string output;
  int code;
};

Rendered Render(const std::string& events) {
  Rendered rendered = {"", -1};
  FILE* pipe = popen(
      absl::StrCat(RunfilePath("cmd/measure"), " --render='", events, "' 2>&1")
          .c_str(),
      "r");
  if (pipe == nullptr) return rendered;
  char buffer[4096];
  while (const size_t size = fread(buffer, 1, sizeof(buffer), pipe)) {
    rendered.output.append(buffer, size);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) rendered.code = WEXITSTATUS(status);
  return rendered;
}

// What the page of a report draws.
json DataOf(const std::string& page) {
  constexpr absl::string_view kBegin = "id=\"data\">";
  const size_t begin = page.rfind(kBegin) + kBegin.size();
  return json::parse(page.substr(begin, page.find("</script>", begin) - begin),
                     nullptr, /*allow_exceptions=*/false);
}

// The words of the lines that tasks have written before they ended.
std::multiset<std::string> LinesOf(const std::string& path) {
  const std::string text = TextOf(path);
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

class RenderTest : public ScenarioTest {
 protected:
  // Six tasks, one of which fails once, and one in the background. Each writes
  // down that it begins and how it ends.
  void ConfigureTasks() {
    Configure(R"(
exec:
  pre:
    - {name: t0, shell_exec: 'echo b0 >> $DIR/log; echo e0 >> $DIR/log'}
    - {name: t1, shell_exec: 'echo b1 >> $DIR/log; [ -e $DIR/again ] || { : > $DIR/again; exit 3; }; echo e1 >> $DIR/log', retries: 1, retry_delay: 0.01}
    - {name: t2, shell_exec: 'echo b2 >> $DIR/log; echo e2 >> $DIR/log'}
  start:
    - {name: t3, async: true, shell_exec: 'echo b3 >> $DIR/log; exec sleep 1000'}
  stop:
    - {name: t4, shell_exec: 'echo b4 >> $DIR/log; echo e4 >> $DIR/log'}
  post:
    - {name: t5, shell_exec: 'echo b5 >> $DIR/log; echo e5 >> $DIR/log; exec sleep 1000'}
)");
  }

  // Starts a driver, kills it after `moment`, and returns its events.jsonl;
  // empty if it had not come so far.
  std::string KillAt(absl::Duration moment) {
    fs::remove_all(dir() + "/reports");
    fs::remove(dir() + "/log");
    fs::remove(dir() + "/again");
    DriverCommand command = MeasureCommand(0.02);
    command.argv.insert(command.argv.begin() + 1,
                        absl::StrCat("--report=", dir(), "/reports"));
    DriverProcess& driver = Start(std::move(command));
    bool now = false;
    const auto timer = loop_.After(moment, [&now] { now = true; });
    Await([&now] { return now; }, "the moment");
    driver.Signal(SIGKILL);
    Await([&driver] { return driver.over(); }, "the end");
    if (!fs::exists(dir() + "/reports")) return "";
    for (const auto& run : fs::directory_iterator(dir() + "/reports")) {
      return run.path().string() + "/events.jsonl";
    }
    return "";
  }

  // The page tells what its record has, and the record nothing that was not.
  void ExpectTruth(const std::string& events) {
    const std::string folder = fs::path(events).parent_path();
    const json data = DataOf(TextOf(folder + "/report.html"));
    ASSERT_TRUE(data.is_object());
    ASSERT_EQ(data["tasks"].size(), 6u);
    const std::multiset<std::string> log = LinesOf(dir() + "/log");
    std::map<int, int> ended;
    for (const json& bar : data["bars"]) {
      const int task = bar[0];
      const int kind = bar[1];
      // Waits, and the start of what goes on in the background.
      if (kind == 1 || kind == 3) continue;
      const int state = bar[5];
      EXPECT_TRUE(state == 0 || state == 1 || state == 4) << bar;
      // Only the first attempt of t1 fails.
      EXPECT_EQ(state == 1, task == 1 && bar[4] == 1 && state != 4) << bar;
      if (state == 0) ++ended[task];
    }
    for (const auto& [task, count] : ended) {
      EXPECT_EQ(count, 1) << task;
      EXPECT_TRUE(log.contains(absl::StrCat("e", task))) << task;
    }
    EXPECT_TRUE(data["bars"].empty() || !data["bars"].back()[2].is_null());
    const std::string text = TextOf(events);
    size_t begun = 0;
    size_t lines = 0;
    for (size_t at = 0; (at = text.find('\n', at)) != text.npos; ++at) ++lines;
    for (size_t at = 0;
         (at = text.find("\"event\":\"attempt\"", at)) != text.npos; ++at) {
      if (text.find('\n', at) != text.npos) ++begun;
    }
    size_t bars = 0;
    for (const json& bar : data["bars"]) {
      const int kind = bar[1];
      if (kind == 0 || kind == 2) ++bars;
    }
    EXPECT_EQ(bars, begun) << lines << " lines";
    EXPECT_TRUE(json::accept(TextOf(folder + "/trace.json")));
  }
};

TEST_F(RenderTest, AKilledRunHasATrueReport) {
  ConfigureTasks();
  std::minstd_rand random(RENDER_TRIES);
  std::uniform_int_distribution<int> micros(0, 160'000);
  int rendered = 0;
  for (int i = 0; i < RENDER_TRIES; ++i) {
    const absl::Duration moment = absl::Microseconds(micros(random));
    SCOPED_TRACE(
        absl::StrCat("try ", i, ", after ", absl::FormatDuration(moment)));
    const std::string events = KillAt(moment);
    const bool has_begun = TextOf(events).find('\n') != std::string::npos;
    if (!has_begun) {
      if (!events.empty()) {
        EXPECT_EQ(Render(events).code, 1);
      }
      continue;
    }
    const Rendered told = Render(events);
    EXPECT_EQ(told.code, 0) << told.output;
    EXPECT_THAT(told.output, HasSubstr("/report.html\n"));
    ExpectTruth(events);
    ++rendered;
    ForgetDrivers();
    if (HasFailure()) break;
  }
  AwaitNoProcesses();
  // Not all of them were killed before they had begun.
  EXPECT_GT(rendered, RENDER_TRIES / 4);
}

TEST_F(RenderTest, ARunLeavesItsReport) {
  ConfigureTasks();
  DriverCommand command = MeasureCommand(0.02);
  command.argv.insert(command.argv.begin() + 1,
                      {absl::StrCat("--report=", dir(), "/reports"),
                       "--run=0.02", "--only=t0", "--json"});
  DriverProcess& driver = Start(std::move(command));
  AwaitEnd(driver);
  int pages = 0;
  for (const auto& run : fs::directory_iterator(dir() + "/reports")) {
    const std::string folder = run.path();
    EXPECT_THAT(TextOf(folder + "/report.html"), HasSubstr("\u2713 Success"));
    EXPECT_TRUE(json::accept(TextOf(folder + "/trace.json")));
    EXPECT_EQ(fs::status(folder + "/report.html").permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
    ++pages;
  }
  EXPECT_EQ(pages, 1) << driver.errors();
}

}  // namespace
}  // namespace servo::e2e
