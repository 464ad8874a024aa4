// Random measurements met by random accidents, and after each what must hold
// whatever has happened: one answer, `post` once, nothing left, no secret
// shown. Not in the ordinary suite:
//
//   ./bazelw test //cmd/e2e:soak_test                             # 2000 rounds
//   ./bazelw test --test_env=SOAK_ROUNDS=300 //cmd/e2e:soak_test
//
// Round N of seed S is round 0 of seed S + N, so that the round that failed can
// be had alone:
//
//   ./bazelw test --test_env=SOAK_SEED=1234 --test_env=SOAK_ROUNDS=1 ...
//
// The plan and the moments of the accidents are the same then; how processes
// and accidents fall together is the scheduler's choice.

#include <dirent.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/log/check.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "cmd/e2e/canary.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/scenario.h"
#include "cmd/e2e/soak_plan.h"
#include "gtest/gtest.h"
#include "http/testing/loopback_server.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {
namespace {

using ::servo::http::LoopbackServer;

// Far above what a driver needs that keeps 64 KiB of the head and of the tail
// of two streams of a handful of tasks; far below what a flood would fill.
constexpr int64_t kMaxResidentKib = 48 * 1024;

// The number in an environment variable, or `otherwise`.
uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = getenv(name);
  if (text == nullptr) return otherwise;
  uint64_t value = 0;
  CHECK(absl::SimpleAtoi(text, &value)) << name << " is no number: " << text;
  return value;
}

int CountOpenDescriptors() {
  int count = 0;
  DIR* directory = opendir("/proc/self/fd");
  PCHECK(directory != nullptr);
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

// What can be read of it: a process may end meanwhile.
std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string CommandLine(pid_t pid) {
  return ReadFile(absl::StrCat("/proc/", pid, "/cmdline"));
}

// What `text` shows of either secret.
std::string SecretsIn(absl::string_view text) {
  std::vector<std::string> shown = Shown(text);
  for (std::string& piece : ShownOf(kSession, text))
    shown.push_back(std::move(piece));
  return absl::StrJoin(shown, ", ");
}

bool IsVictim(pid_t pid) {
  const std::string words = CommandLine(pid);
  return absl::StrContains(words, kVictim) || absl::StartsWith(words, "sleep");
}

// By pidfd: a process id that has passed to another in between is not hit.
void SignalVictim(pid_t pid, int signal) {
  const base::UniqueFd process(
      static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!process.valid() || !IsVictim(pid)) return;
  syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0);
}

// --- accidents ---

class SoakTest : public ScenarioTest {
 protected:
  // One measurement, all of it decided by the seed.
  void Round(uint64_t seed);

 private:
  // What was done to the driver.
  struct Fate {
    int signals = 0;  // of those that cancel
    int terminations = 0;
    bool cancelled_by_core = false;
    bool reader_gone = false;

    bool interrupted() const {
      return signals > 0 || cancelled_by_core || reader_gone;
    }
    // Whether the cleanup may have been shortened.
    bool hurried() const {
      return terminations > 0 &&
             (signals > 1 || cancelled_by_core || reader_gone);
    }
  };

  // Each at a moment of its own, while the measurement runs.
  void PlanAccidents(Random& random, DriverProcess& driver);
  void At(absl::Duration moment, std::function<void()> action) {
    accidents_.push_back(loop_.After(moment, std::move(action)));
  }
  void SignalDriver(DriverProcess& driver, int signal);
  void HitVictim(uint64_t choice, int signal);
  void SearchCommandLines();

  bool EndedBeforeMain(const DriverProcess& driver);
  void CheckAnswer(const DriverProcess& driver) const;
  void CheckSecrets(const DriverProcess& driver) const;
  void CheckEvents(const DriverProcess& driver, const SoakPlan& plan);

  std::string reports() const { return dir() + "/reports"; }

  Fate fate_;
  std::vector<base::Loop::Registration> accidents_;
  size_t events_before_ = 0;
};

void SoakTest::SignalDriver(DriverProcess& driver, int signal) {
  if (driver.exited()) return;
  ++fate_.signals;
  if (signal == SIGTERM || signal == SIGINT) ++fate_.terminations;
  driver.Signal(signal);
}

void SoakTest::HitVictim(uint64_t choice, int signal) {
  std::vector<pid_t> victims = LeftProcesses();
  std::erase_if(victims, [](pid_t pid) { return !IsVictim(pid); });
  if (!victims.empty()) SignalVictim(victims[choice % victims.size()], signal);
}

// A process that runs has no secret in its arguments.
void SoakTest::SearchCommandLines() {
  for (const pid_t pid : LeftProcesses())
    EXPECT_EQ(SecretsIn(CommandLine(pid)), "") << CommandLine(pid);
}

void SoakTest::PlanAccidents(Random& random, DriverProcess& driver) {
  constexpr int kCancels[] = {SIGUSR1, SIGTERM, SIGINT, SIGHUP};
  constexpr int kHits[] = {SIGKILL, SIGTERM, SIGSTOP, SIGCONT, SIGSEGV};
  for (int i = random.Below(4); i > 0; --i) {
    const int choice = random.Below(1 << 20);
    const int signal = random.Of(kHits);
    At(random.Moment(250), [=, this] { HitVictim(choice, signal); });
  }
  At(random.Moment(250), [this] { SearchCommandLines(); });
  if (random.OneIn(4)) {
    const absl::Duration from = random.Moment(200);
    At(from, [&] {
      if (!fate_.reader_gone && !driver.over()) driver.StopReading();
    });
    At(from + random.Moment(300), [&] {
      if (!fate_.reader_gone && !driver.over()) driver.GoOnReading();
    });
  }
  if (random.OneIn(2)) return;
  for (int i = 1 + random.Below(3); i > 0; --i) {
    const int signal = random.Of(kCancels);
    At(random.Moment(300),
       [=, this, &driver] { SignalDriver(driver, signal); });
  }
  if (random.OneIn(4)) {
    At(random.Moment(300), [&] {
      fate_.cancelled_by_core = true;
      driver.CancelAsTheCore();
    });
  }
  if (random.OneIn(8)) {
    At(random.Moment(300), [&] {
      fate_.reader_gone = true;
      driver.CloseStdout();
    });
  }
}

// --- what must hold ---

// That there is one answer, and that it is the last line, DriverProcess sees.
void SoakTest::CheckAnswer(const DriverProcess& driver) const {
  const int code = driver.exit_code();
  const nlohmann::json& answer = driver.answer();
  EXPECT_TRUE(code == 0 || code == 1 || code == 3) << code;
  EXPECT_TRUE(code != 3 || fate_.interrupted());
  if (fate_.reader_gone) return;
  ASSERT_TRUE(answer.is_object());
  EXPECT_EQ(answer["status"], code == 0 ? "ok" : "failed");
  if (code == 0) return;
  EXPECT_NE(answer["reason"], "invalid-config");
  const std::string message = answer["message"];
  EXPECT_EQ(absl::StartsWith(message, "Exiting due to signal: "), code == 3)
      << message;
}

// Everything that the driver has written, and what it has told its tasks.
void SoakTest::CheckSecrets(const DriverProcess& driver) const {
  for (const nlohmann::json& line : driver.progress())
    EXPECT_EQ(SecretsIn(line.dump()), "") << line;
  EXPECT_EQ(SecretsIn(driver.answer().dump()), "");
  EXPECT_EQ(SecretsIn(driver.errors()), "");
  EXPECT_EQ(SecretsIn(ReadFile(dir() + "/failure")), "");
  if (!std::filesystem::exists(reports())) return;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(reports())) {
    EXPECT_EQ(SecretsIn(ReadFile(entry.path())), "") << entry.path();
  }
}

// Whether a signal came before the program's first instruction, when nobody can
// have a handler for it. Nothing has been said or done then.
bool SoakTest::EndedBeforeMain(const DriverProcess& driver) {
  constexpr int kEnds[] = {-SIGUSR1, -SIGTERM, -SIGINT, -SIGHUP};
  return fate_.signals > 0 &&
         std::find(std::begin(kEnds), std::end(kEnds), driver.exit_code()) !=
             std::end(kEnds) &&
         driver.progress().empty() && driver.answer().is_null() &&
         driver.errors().empty() && events().size() == events_before_;
}

void SoakTest::CheckEvents(const DriverProcess& driver, const SoakPlan& plan) {
  std::vector<std::string> told(events().begin() + events_before_,
                                events().end());
  events_before_ = events().size();
  constexpr const char* kStages[] = {"pre", "start", "stop", "post"};
  size_t stage = 0;
  int posts = 0;
  int64_t first_descriptors = -1;
  for (const std::string& event : told) {
    const std::vector<std::string> words = absl::StrSplit(event, ' ');
    ASSERT_EQ(words.size(), 3u) << event;
    while (stage < std::size(kStages) && kStages[stage] != words[0]) ++stage;
    ASSERT_LT(stage, std::size(kStages))
        << "out of order, or twice: " << absl::StrJoin(told, ", ");
    ++stage;
    posts += words[0] == "post";

    int64_t descriptors = 0, kib = 0;
    ASSERT_TRUE(absl::SimpleAtoi(words[1], &descriptors)) << event;
    ASSERT_TRUE(absl::SimpleAtoi(words[2], &kib)) << event;
    if (first_descriptors < 0) first_descriptors = descriptors;
    // Of an attempt in the background a pidfd and two pipes, of one that left a
    // helper behind the pipes that it holds; of HTTP connections that are kept.
    EXPECT_LE(descriptors, first_descriptors + 3 * plan.attempts + 8) << event;
#ifndef __SANITIZE_ADDRESS__
    EXPECT_LE(kib, kMaxResidentKib) << event;
#endif
  }
  if (fate_.hurried()) return;
  // A cancel before the first line of progress comes before all measuring.
  const bool began = !driver.progress().empty();
  if (began) {
    EXPECT_EQ(posts, 1) << absl::StrJoin(told, ", ");
  } else if (!fate_.reader_gone) {
    EXPECT_EQ(absl::StrJoin(told, ", "), "");
  }
}

void SoakTest::Round(uint64_t seed) {
  Random random(seed);
  const int descriptors = CountOpenDescriptors();
  fate_ = {};
  std::optional<LoopbackServer> server(&loop_);
  ScriptSoakServer(*server);
  const SoakPlan plan = RandomSoakPlan(random, *server, dir());
  Configure(plan.yaml);
  DriverCommand command =
      MeasureCommand(absl::ToDoubleSeconds(random.Moment(100)));
  command.stdout_keeps_writes = random.OneIn(2);
  if (random.OneIn(4))
    command.argv.insert(command.argv.begin() + 1, "--verbose");
  std::filesystem::remove_all(reports());
  if (random.OneIn(4)) {
    command.argv.insert(command.argv.begin() + 1,
                        absl::StrCat("--report=", reports()));
  }
  DriverProcess& driver = Start(command);
  PlanAccidents(random, driver);
  AwaitEnd(driver);  // the lines, and that no process is left
  accidents_.clear();
  if (!EndedBeforeMain(driver)) CheckAnswer(driver);
  CheckSecrets(driver);
  CheckEvents(driver, plan);
  if (HasFailure()) {
    std::cerr << "the plan:\n"
              << plan.yaml << "its exit code: " << driver.exit_code()
              << "\nits answer: " << driver.answer()
              << "\nits stderr: " << driver.errors() << "\n";
  }
  server.reset();
  ForgetDrivers();
  EXPECT_EQ(CountOpenDescriptors(), descriptors);
}

TEST_F(SoakTest, NothingIsLostLeftOrShown) {
  std::ofstream(dir() + "/token") << kCanary << "\n";
  const uint64_t seed = FromEnvironment("SOAK_SEED", std::random_device()());
  const uint64_t rounds = FromEnvironment("SOAK_ROUNDS", 2000);
  std::cerr << "SOAK_SEED=" << seed << " SOAK_ROUNDS=" << rounds << "\n";
  for (uint64_t round = 0; round < rounds; ++round) {
    Round(seed + round);
    ASSERT_FALSE(HasFailure())
        << "again with --test_env=SOAK_SEED=" << seed + round
        << " --test_env=SOAK_ROUNDS=1";
  }
}

}  // namespace
}  // namespace servo::e2e
