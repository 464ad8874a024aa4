// Every way out of a run that is not its end: contract.md section 2.

#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/runfiles.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/testing/loopback_server.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {
namespace {

using ::nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// A configuration with an event in each stage, in which the stage `stuck` does
// not end by itself. `background` runs in any case.
std::string ConfigStuckIn(absl::string_view stuck) {
  std::string yaml = "exec:\n";
  for (const std::string stage : {"pre", "start", "stop", "post"}) {
    absl::StrAppend(&yaml, "  ", stage, ":\n");
    if (stage == "pre") {
      absl::StrAppend(&yaml,
                      "    - async: true\n"
                      "      exec: [sleep, '1000']\n");
    }
    absl::StrAppend(&yaml, "    - shell_exec: echo ", stage, " > $EVENTS",
                    stage == stuck ? "; exec sleep 1000" : "", "\n",
                    "    - shell_exec: echo ", stage, " goes on > $EVENTS\n");
  }
  return yaml;
}

class CancelTest : public ScenarioTest {
 protected:
  // Starts a measurement that is stuck in `phase`, and waits until it is there.
  DriverProcess& StartAndWaitFor(const std::string& phase) {
    Configure(ConfigStuckIn(phase));
    DriverProcess& driver = Start(MeasureCommand(1000));
    if (phase == "window") {
      Await([&] { return driver.Said("Measuring"); }, "the window");
    } else {
      AwaitEvent(phase);
    }
    return driver;
  }

  // What follows in the events of a run that is cancelled in `phase`.
  std::vector<std::string> EventsOfCancelIn(const std::string& phase) {
    std::vector<std::string> expected;
    for (const std::string stage : {"pre", "start"}) {
      expected.push_back(stage);
      if (stage == phase) break;
      expected.push_back(stage + " goes on");
    }
    expected.push_back("post");
    expected.push_back("post goes on");
    return expected;
  }
};

// --- signals in each phase ---

struct SignalInPhase {
  int signal;
  const char* name;
  const char* phase;
};

class EachSignalInEachPhase
    : public CancelTest,
      public testing::WithParamInterface<SignalInPhase> {};

std::vector<SignalInPhase> AllSignalsInAllPhases() {
  std::vector<SignalInPhase> all;
  for (const char* phase : {"pre", "start", "window"}) {
    for (auto [signal, name] :
         {std::pair(SIGUSR1, "SIGUSR1"), std::pair(SIGTERM, "SIGTERM"),
          std::pair(SIGINT, "SIGINT"), std::pair(SIGHUP, "SIGHUP")}) {
      all.push_back({signal, name, phase});
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, EachSignalInEachPhase,
                         testing::ValuesIn(AllSignalsInAllPhases()),
                         [](const auto& test) {
                           return absl::StrCat(test.param.name, "In",
                                               test.param.phase);
                         });

TEST_P(EachSignalInEachPhase, EndsTheTaskAndRunsPostOnce) {
  DriverProcess& driver = StartAndWaitFor(GetParam().phase);
  driver.Signal(GetParam().signal);
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), CancelledBy(GetParam().name));
  EXPECT_EQ(driver.exit_code(), 3);
  EXPECT_EQ(events(), EventsOfCancelIn(GetParam().phase));
}

TEST_F(CancelTest, InStopLetsItRunToItsEnd) {
  Configure(R"(
exec:
  stop:
    - shell_exec: echo stop > $EVENTS; read go < $GATE; echo load is off > $EVENTS
    - shell_exec: echo stop goes on > $EVENTS
  post:
    - shell_exec: echo post > $EVENTS
)");
  DriverProcess& driver = Start(MeasureCommand(0));
  AwaitEvent("stop");
  driver.Signal(SIGUSR1);
  OpenGate();
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), CancelledBy("SIGUSR1"));
  EXPECT_EQ(driver.exit_code(), 3);
  EXPECT_THAT(events(),
              ElementsAre("stop", "load is off", "stop goes on", "post"));
}

TEST_F(CancelTest, InPostLetsItRunToItsEnd) {
  Configure(R"(
exec:
  post:
    - shell_exec: echo post > $EVENTS; read go < $GATE; echo gone on > $EVENTS
    - shell_exec: echo last > $EVENTS
)");
  DriverProcess& driver = Start(MeasureCommand(0));
  AwaitEvent("post");
  for (int i = 0; i < 5; ++i) driver.Signal(SIGUSR1);
  OpenGate();
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), CancelledBy("SIGUSR1"));
  EXPECT_THAT(events(), ElementsAre("post", "gone on", "last"));
}

TEST_F(CancelTest, TheCoresSignalForEveryProgressLineIsHarmless) {
  Configure(ConfigStuckIn("start"));
  DriverProcess& driver = Start(MeasureCommand(1000));
  AwaitEvent("start");
  driver.CancelAsTheCore();
  driver.Signal(SIGUSR1);
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), CancelledBy("SIGUSR1"));
  EXPECT_EQ(driver.exit_code(), 3);
  EXPECT_EQ(events(), EventsOfCancelIn("start"));
}

// The core answers each line with a signal, and the aggregator dies of two that
// come close together.
TEST_F(CancelTest, TheLastLineKeepsItsDistanceFromTheOneBeforeTheCancel) {
  Configure(R"(
exec:
  start:
    - exec: [sleep, '1000']
  post:
    - {name: tidy, exec: [echo, tidied], notify: true}
)");
  DriverProcess& driver = Start(MeasureCommand(0));
  std::vector<absl::Duration> lines;
  driver.OnLine([&](absl::string_view line) {
    if (!absl::StrContains(line, "\"progress\"")) return;
    lines.push_back(loop_.Now());
    if (absl::StrContains(line, "Stage start")) driver.Signal(SIGUSR1);
  });
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), CancelledBy("SIGUSR1"));
  EXPECT_THAT(driver.progress().back()["message"].get<std::string>(),
              HasSubstr("Task tidy completed. stdout: tidied"));
  ASSERT_GE(lines.size(), 3u);
  // A second, but for the time that the line before took to be read.
  EXPECT_GE(lines.back() - lines[lines.size() - 2], absl::Milliseconds(500));
}

TEST_F(CancelTest, BetweenTheAttemptsOfATask) {
  Configure(R"(
exec:
  pre:
    - name: flaky
      notify: true
      retries: 1000000
      shell_exec: echo try > $EVENTS; exit 1
  post:
    - shell_exec: echo post > $EVENTS
)");
  DriverProcess& driver = Start(MeasureCommand(0));
  AwaitEvent("try");
  driver.Signal(SIGUSR1);
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), CancelledBy("SIGUSR1"));
  EXPECT_EQ(events().back(), "post");
}

TEST_F(CancelTest, DuringARequest) {
  http::LoopbackServer server(&loop_);
  server.AnswerAlways("/stall", http::Reply().Stall());
  Configure(absl::StrCat("exec: {pre: [{request: {url: '", server.Url("/stall"),
                         "', http_timeout: 1000}}], post: [{shell_exec: echo "
                         "post > $EVENTS}]}"));
  DriverProcess& driver = Start(MeasureCommand(0));
  Await([&] { return !server.requests().empty(); }, "the request");
  driver.Signal(SIGUSR1);
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), CancelledBy("SIGUSR1"));
  EXPECT_EQ(driver.exit_code(), 3);
  EXPECT_THAT(events(), ElementsAre("post"));
}

TEST_F(CancelTest, WhileAStubbornTaskIsBeingEnded) {
  Configure(R"(
exec:
  pre:
    - kill_timeout: 0.2
      shell_exec: trap '' TERM; echo deaf > $EVENTS; while :; do sleep 1000; done
  post:
    - shell_exec: echo post > $EVENTS
)");
  DriverProcess& driver = Start(MeasureCommand(0));
  AwaitEvent("deaf");
  for (int i = 0; i < 5; ++i) driver.Signal(SIGUSR1);
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), CancelledBy("SIGUSR1"));
  EXPECT_THAT(events(), ElementsAre("deaf", "post"));
}

TEST_F(CancelTest, AFailureBeforeTheCancelStaysTheAnswer) {
  Configure(R"(
exec:
  pre:
    - {name: broken, exec: "false"}
  post:
    - shell_exec: echo post > $EVENTS; exec sleep 1000
      timeout: 0.5
)");
  DriverProcess& driver = Start(MeasureCommand(0));
  AwaitEvent("post");
  driver.Signal(SIGUSR1);
  AwaitEnd(driver);
  EXPECT_TRUE(FailedWith(driver.answer(), {"Task broken failed"}));
  EXPECT_EQ(driver.exit_code(), 1);
}

TEST_F(CancelTest, StopRunsBeforePostWhereTheConfigurationWantsIt) {
  Configure(
      absl::StrCat("exec:\n  stop_on_cancel: true\n",
                   absl::StripPrefix(ConfigStuckIn("window"), "exec:\n")));
  DriverProcess& driver = Start(MeasureCommand(1000));
  Await([&] { return driver.Said("Measuring"); }, "the window");
  driver.Signal(SIGUSR1);
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), CancelledBy("SIGUSR1"));
  EXPECT_THAT(events(),
              ElementsAre("pre", "pre goes on", "start", "start goes on",
                          "stop", "stop goes on", "post", "post goes on"));
}

TEST_F(CancelTest, EverySignalWhoseDefaultEndsAProcess) {
  Configure(ConfigStuckIn("start"));
  for (auto [signal, name] :
       {std::pair(SIGQUIT, "SIGQUIT"), std::pair(SIGUSR2, "SIGUSR2"),
        std::pair(SIGALRM, "SIGALRM"), std::pair(SIGVTALRM, "SIGVTALRM"),
        std::pair(SIGPROF, "SIGPROF"), std::pair(SIGIO, "SIGPOLL"),
        std::pair(SIGXCPU, "SIGXCPU"), std::pair(SIGPWR, "SIGPWR"),
        std::pair(SIGSTKFLT, "SIGSTKFLT"), std::pair(32, "signal 32"),
        std::pair(SIGRTMIN, "SIGRTMIN+0"),
        std::pair(SIGRTMAX, "SIGRTMIN+30")}) {
    SCOPED_TRACE(name);
    const size_t before = events().size();
    DriverProcess& driver = Start(MeasureCommand(1000));
    AwaitEvent("start");
    driver.Signal(signal);
    AwaitEnd(driver);
    EXPECT_EQ(driver.answer(), CancelledBy(name));
    EXPECT_EQ(driver.exit_code(), 3);
    EXPECT_EQ(
        std::vector<std::string>(events().begin() + before, events().end()),
        EventsOfCancelIn("start"));
  }
}

// --- before measuring ---

TEST_F(CancelTest, BeforeTheInputIsThereNothingRuns) {
  Configure(ConfigStuckIn(""));
  for (auto [signal, name] :
       {std::pair(SIGUSR1, "SIGUSR1"), std::pair(SIGTERM, "SIGTERM")}) {
    DriverCommand command = MeasureCommand();
    // More than a pipe holds: once all is written, the driver is reading.
    command.input = std::string(200 * 1024, ' ');
    command.keeps_stdin_open = true;
    DriverProcess& driver = Start(command);
    Await([&] { return driver.has_taken_input(); }, "the driver to read");
    driver.Signal(signal);
    AwaitEnd(driver);
    EXPECT_EQ(driver.answer(), CancelledBy(name));
    EXPECT_EQ(driver.exit_code(), 3);
  }
  EXPECT_THAT(events(), IsEmpty());
}

// --- the second signal ---

TEST_F(CancelTest, ASecondSigtermOrSigintShortensTheCleanup) {
  for (auto [first, second] :
       {std::pair(SIGTERM, SIGTERM), std::pair(SIGINT, SIGINT),
        std::pair(SIGINT, SIGTERM)}) {
    Configure(
        "exec: {pre: [{shell_exec: echo pre > $EVENTS; sleep 1000}], "
        "post: [{shell_exec: echo post > $EVENTS; sleep 1000}]}");
    DriverProcess& driver = Start(MeasureCommand(0));
    AwaitEvent("pre");
    driver.Signal(first);
    AwaitEvent("post");
    driver.Signal(second);
    AwaitEnd(driver);
    EXPECT_EQ(driver.exit_code(), 3);
    EXPECT_THAT(driver.answer()["message"].get<std::string>(),
                StartsWith("Exiting due to signal: SIG"));
  }
}

// --- the reader of stdout ---

TEST_F(CancelTest, TheLossOfTheReaderIsACancel) {
  for (const std::string phase : {"pre", "start", "window"}) {
    const size_t before = events().size();
    DriverProcess& driver = StartAndWaitFor(phase);
    driver.CloseStdout();
    AwaitEnd(driver);
    EXPECT_EQ(driver.exit_code(), 3);
    EXPECT_THAT(driver.errors(), HasSubstr("stdout"));
    EXPECT_EQ(
        std::vector<std::string>(events().begin() + before, events().end()),
        EventsOfCancelIn(phase));
  }
}

// `measure` under `ulimit -f 0`, with `redirection` for the shell.
DriverCommand WithoutFileSize(DriverCommand command,
                              const std::string& redirection) {
  command.argv.insert(
      command.argv.begin(),
      {"/bin/sh", "-c", absl::StrCat("ulimit -f 0; exec \"$@\"", redirection),
       "sh"});
  return command;
}

TEST_F(CancelTest, AFileAtItsLimitAsStdoutIsTheLossOfTheReader) {
  Configure(ConfigStuckIn("start"));
  DriverProcess& driver =
      Start(WithoutFileSize(MeasureCommand(1000), " > $DIR/out"));
  AwaitEnd(driver);
  EXPECT_EQ(driver.exit_code(), 3);
  EXPECT_THAT(driver.errors(), HasSubstr("File too large"));
  EXPECT_EQ(events().back(), "post goes on");
}

TEST_F(CancelTest, AFileSizeLimitBelowATasksStdinDoesNotKillTheDriver) {
  Configure(R"(
exec:
  pre: [{stdin: hello, exec: [cat]}]
  post: [{shell_exec: echo post > $EVENTS}]
)");
  DriverProcess& driver = Start(WithoutFileSize(MeasureCommand(0), ""));
  AwaitEnd(driver);
  EXPECT_TRUE(driver.answer().is_object());
  EXPECT_THAT(events(), ElementsAre("post"));
}

TEST_F(CancelTest, AStuckReaderStopsNothing) {
  Configure(R"(
exec:
  pre:
    - {notify: true, shell_exec: head -c 200000 /dev/zero}
    - {notify: true, shell_exec: head -c 200000 /dev/zero}
    - {shell_exec: echo pre > $EVENTS}
  post:
    - {shell_exec: echo post > $EVENTS}
)");
  DriverProcess& driver = Start(MeasureCommand(0));
  driver.StopReading();
  AwaitEvent("pre");
  AwaitEvent("post");
  driver.GoOnReading();
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), OkAnswer());
  EXPECT_EQ(driver.exit_code(), 0);
}

TEST_F(CancelTest, ClosedStreamsAreNotMistakenForOthers) {
  Configure("exec: {pre: [{shell_exec: echo pre > $EVENTS}]}");
  DriverCommand command = MeasureCommand();
  command.closed_streams = {2};
  DriverProcess& driver = Start(command);
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), OkAnswer());
  EXPECT_THAT(events(), ElementsAre("pre"));

  command.closed_streams = {0};
  DriverProcess& without_stdin = Start(command);
  AwaitEnd(without_stdin);
  EXPECT_EQ(without_stdin.answer()["status"], "bad-request");

  command.closed_streams = {1};
  DriverProcess& without_stdout = Start(command);
  AwaitEnd(without_stdout);
  EXPECT_EQ(without_stdout.exit_code(), 3);
  EXPECT_THAT(events(), ElementsAre("pre"));
}

// --- want ---

TEST_F(CancelTest, WithoutDescriptorsThereIsAnAnswerAllTheSame) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's program needs descriptors for its libraries";
#endif
  http::LoopbackServer server(&loop_);
  Configure(absl::StrCat(R"(
exec:
  pre:
    - {shell_exec: echo pre > $EVENTS}
    - {request: {url: ')",
                         server.Url("/"), R"('}}
  start: [{async: true, exec: [sleep, "1000"]}]
  post: [{exec: "true"}]
)"));
  bool ever_ok = false;
  for (int limit = 3; limit <= 32; ++limit) {
    SCOPED_TRACE(limit);
    DriverCommand command = MeasureCommand(0);
    command.argv.insert(
        command.argv.begin(),
        {"/bin/sh", "-c", absl::StrCat("ulimit -n ", limit, "; exec \"$@\""),
         "sh"});
    DriverProcess& driver = Start(command);
    AwaitEnd(driver);
    ASSERT_TRUE(driver.answer().is_object()) << driver.errors();
    const bool ok = driver.answer()["status"] == "ok";
    EXPECT_EQ(driver.exit_code(), ok ? 0 : 1) << driver.answer();
    EXPECT_TRUE(ok || FailedWith(driver.answer(), {""}));
    ever_ok = ever_ok || ok;
  }
  EXPECT_TRUE(ever_ok);
}

// --- the death of others ---

TEST_F(CancelTest, ASigkilledParentLeavesACleanedUpEnvironment) {
  Configure(ConfigStuckIn("window"));
  // A parent that holds the other ends of the driver's streams, as the core
  // does, and tells its own number and the driver's.
  DriverCommand parent = MeasureCommand(1000);
  parent.argv = {"/bin/sh",
                 "-c",
                 "cat > $DIR/request\n"
                 "mkfifo $DIR/lines\n"
                 "\"$@\" < $DIR/request > $DIR/lines 2> $DIR/errors &\n"
                 "exec < $DIR/lines\n"
                 "while read line; do\n"
                 "  case $line in *Measuring*) echo window > $EVENTS;; esac\n"
                 "done",
                 "sh",
                 RunfilePath("cmd/measure"),
                 "--config",
                 dir() + "/config.yaml",
                 "app"};
  DriverProcess& shell = Start(parent);
  AwaitEvent("window");
  shell.Signal(SIGKILL);
  AwaitEvent("post goes on");
  AwaitNoProcesses();
}

TEST_F(CancelTest, ASigkilledDriverTakesItsTasksWithIt) {
  DriverProcess& driver = StartAndWaitFor("start");
  driver.Signal(SIGKILL);
  Await([&] { return driver.over(); }, "the driver's end");
  AwaitNoProcesses();
  EXPECT_EQ(driver.exit_code(), -SIGKILL);
}

}  // namespace
}  // namespace servo::e2e
