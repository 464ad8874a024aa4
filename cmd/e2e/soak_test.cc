// Random measurements met by random accidents, and after each what must hold
// whatever has happened. Not in the ordinary suite:
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
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <optional>
#include <random>
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
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/scenario.h"
#include "gtest/gtest.h"
#include "http/testing/loopback_server.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {
namespace {

using ::servo::http::LoopbackServer;
using ::servo::http::Reply;

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

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  // From 0 to `end` - 1.
  int Below(int end) {
    return static_cast<int>(engine_() % static_cast<uint64_t>(end));
  }
  bool OneIn(int times) { return Below(times) == 0; }
  absl::Duration Moment(int end_ms) {
    return absl::Milliseconds(Below(end_ms));
  }

  template <typename T, size_t kSize>
  const T& Of(const T (&choices)[kSize]) {
    return choices[Below(kSize)];
  }

 private:
  std::mt19937_64 engine_;
};

// What tells processes that may be killed from those that tell events.
constexpr char kVictim[] = "soak-victim";

bool IsVictim(pid_t pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/cmdline"), std::ios::binary);
  const std::string words{std::istreambuf_iterator<char>(file),
                          std::istreambuf_iterator<char>()};
  return absl::StrContains(words, kVictim) || absl::StartsWith(words, "sleep");
}

// By pidfd: a process id that has passed to another in between is not hit.
void SignalVictim(pid_t pid, int signal) {
  const base::UniqueFd process(
      static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!process.valid() || !IsVictim(pid)) return;
  syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0);
}

// --- plans ---

// Scripts for /bin/sh, as harmless and as obstinate as they come.
constexpr const char* kScripts[] = {
    "exit 0",
    "exit 7",
    "echo out; echo err >&2",
    "printf \"\\377\\200\"; exit 1",
    "kill -KILL $$",
    "kill -TERM 0",
    "sleep 0.02",
    "sleep 1000",
    "trap \"\" TERM; sleep 1000; sleep 1000",
    "trap \"\" TERM HUP INT; while :; do sleep 0.01; done",
    "sleep 1000 & exit 0",
    "(setsid sleep 1000 > /dev/null 2>&1 &); exit 0",
    "(setsid sh -c \"trap : TERM; sleep 1000; sleep 1000\" &); exit 3",
    "head -c 300000 /dev/zero",
    "exec yes",
    "kill -STOP $$",
};

constexpr const char* kTargets[] = {"/ok",   "/failing",  "/reset", "/silent",
                                    "/slow", "/redirect", "/flood"};

struct Plan {
  std::string yaml;
  int attempts = 0;  // the most that there can be
};

std::string Seconds(int milliseconds) {
  return absl::StrCat(absl::ToDoubleSeconds(absl::Milliseconds(milliseconds)));
}

void AddProcess(Random& random, bool may_be_background, Plan* plan) {
  const char* script = random.Of(kScripts);
  // The script's $0 marks it.
  if (random.OneIn(2)) {
    absl::StrAppend(&plan->yaml, "      exec: [/bin/sh, -c, '", script, "', ",
                    kVictim, "]\n");
  } else {
    absl::StrAppend(&plan->yaml, "      shell_exec: ['", script, "', ", kVictim,
                    "]\n");
  }
  absl::StrAppend(&plan->yaml,
                  "      kill_timeout: ", Seconds(random.Below(60)), "\n");
  if (may_be_background && random.OneIn(3))
    absl::StrAppend(&plan->yaml, "      async: true\n");
}

// A task that ends in less than a second, whatever it does.
void AddTask(Random& random, const LoopbackServer& server, bool background,
             Plan* plan) {
  absl::StrAppend(&plan->yaml, "    - name: task", random.Below(1000), "\n");
  if (random.OneIn(4)) {
    absl::StrAppend(&plan->yaml, "      request: {url: '",
                    server.Url(random.Of(kTargets)), "'}\n");
  } else {
    AddProcess(random, background, plan);
  }
  absl::StrAppend(&plan->yaml,
                  "      timeout: ", Seconds(20 + random.Below(200)), "\n");
  // Of both ends, and NUL as six characters: a line that still fits into the
  // buffer of a socket that keeps writes.
  absl::StrAppend(&plan->yaml, "      max_output: 8K\n");
  if (random.OneIn(4)) absl::StrAppend(&plan->yaml, "      notify: true\n");
  if (!random.OneIn(3))
    absl::StrAppend(&plan->yaml, "      ignore_exitcode: true\n");
  ++plan->attempts;
  if (random.OneIn(4)) {
    const int retries = 1 + random.Below(2);
    plan->attempts += retries;
    absl::StrAppend(&plan->yaml, "      retries: ", retries, "\n");
    absl::StrAppend(&plan->yaml,
                    "      retry_delay: ", Seconds(random.Below(30)), "\n");
  }
}

// Each stage begins by telling so, with the number of descriptors and the peak
// of memory that the driver has.
Plan RandomPlan(Random& random, const LoopbackServer& server) {
  constexpr char kTell[] =
      "    - shell_exec: |\n"
      "        set -- /proc/$PPID/fd/*\n"
      "        while read -r key value unit; do\n"
      "          case $key in VmHWM:) kib=$value ;; esac\n"
      "        done < /proc/$PPID/status\n";
  Plan plan = {.yaml = "exec:\n"};
  for (const std::string stage : {"pre", "start", "stop", "post"}) {
    absl::StrAppend(&plan.yaml, "  ", stage, ":\n", kTell, "        echo ",
                    stage, " $# $kib > $EVENTS\n");
    for (int i = random.Below(4); i > 0; --i)
      AddTask(random, server, stage != "post", &plan);
  }
  return plan;
}

void ScriptServer(LoopbackServer& server) {
  const std::string kHead = "HTTP/1.1 200 OK\r\n";
  server.AnswerAlways("/ok", Reply::Of(200, "fine"));
  server.AnswerAlways("/failing", Reply::Of(503, "not now"));
  server.AnswerAlways("/reset", Reply().Reset());
  server.AnswerAlways("/silent", Reply().Stall());
  server.AnswerAlways("/slow",
                      Reply()
                          .Send(kHead + "Content-Length: 1000\r\n\r\n")
                          .Drip(std::string(1000, 'x'), absl::Milliseconds(5)));
  server.AnswerAlways("/redirect", Reply::Redirect(302, "/ok"));
  server.AnswerAlways("/flood",
                      Reply()
                          .Send(kHead + "\r\n")
                          .SendTimes(std::string(1000, 'x'), size_t{1} << 30));
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

  bool EndedBeforeMain(const DriverProcess& driver);
  void CheckAnswer(const DriverProcess& driver) const;
  void CheckEvents(const DriverProcess& driver, const Plan& plan);

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

void SoakTest::PlanAccidents(Random& random, DriverProcess& driver) {
  constexpr int kCancels[] = {SIGUSR1, SIGTERM, SIGINT, SIGHUP};
  constexpr int kHits[] = {SIGKILL, SIGTERM, SIGSTOP, SIGCONT, SIGSEGV};
  for (int i = random.Below(4); i > 0; --i) {
    const int choice = random.Below(1 << 20);
    const int signal = random.Of(kHits);
    At(random.Moment(250), [=, this] { HitVictim(choice, signal); });
  }
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
  const std::string message = answer["message"];
  EXPECT_EQ(absl::StartsWith(message, "Exiting due to signal: "), code == 3)
      << message;
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

void SoakTest::CheckEvents(const DriverProcess& driver, const Plan& plan) {
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
  ScriptServer(*server);
  const Plan plan = RandomPlan(random, *server);
  Configure(plan.yaml);
  DriverCommand command =
      MeasureCommand(absl::ToDoubleSeconds(random.Moment(100)));
  command.stdout_keeps_writes = random.OneIn(2);
  DriverProcess& driver = Start(command);
  PlanAccidents(random, driver);
  AwaitEnd(driver);  // the lines, and that no process is left
  accidents_.clear();
  if (!EndedBeforeMain(driver)) CheckAnswer(driver);
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

TEST_F(SoakTest, NothingIsLostOrLeft) {
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
