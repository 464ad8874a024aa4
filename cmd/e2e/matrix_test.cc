// Every kind of task, behaving in every way, in every phase, met by every
// interruption, under every limit: after each the environment must be as it
// was. The combinations are generated. A build with MATRIX_EVERY=1 runs all of
// them
// (//cmd/e2e:matrix_long_test), another every so many-th, so that from day to
// day each value of each dimension is met.

#include <dirent.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/matrix_combinations.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/testing/loopback_server.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {
namespace {

using ::servo::http::LoopbackServer;
using ::servo::http::Reply;

int CountOpenDescriptors() {
  int count = 0;
  DIR* directory = opendir("/proc/self/fd");
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

class MatrixTest : public ScenarioTest,
                   public testing::WithParamInterface<Combination> {
 protected:
  // The keys of the subject, one a line, to stand in a list of tasks.
  std::string Subject();
  std::string ProcessSubject();
  std::string BackgroundKeys() const;
  std::string RequestSubject();
  std::string Script() const;
  void ScriptServer();
  void ScriptHostileServer();

  std::string Hogs() const;

  // The whole configuration. Each stage tells that it has begun.
  std::string Configuration();

  DriverProcess& StartMeasuring();
  void AwaitSubject(DriverProcess& driver);
  void Interrupt(DriverProcess& driver);
  void ExpectOutcome(const DriverProcess& driver);
  bool SubjectSucceeds() const;
  bool StopIsDue() const;
  bool FailsFromTheBackground() const;
  bool TimesOut() const;

  // Whether the subject has to go on until it is interrupted.
  bool Endless() const {
    return GetParam().interrupted() && GetParam().phase != Phase::kStop &&
           GetParam().phase != Phase::kPost;
  }

  std::optional<LoopbackServer> server_;
};

bool MatrixTest::TimesOut() const {
  const Behaviour behaviour = GetParam().behaviour;
  return behaviour == Behaviour::kTimeoutObeying ||
         behaviour == Behaviour::kTimeoutStubborn ||
         behaviour == Behaviour::kBomb ||
         (GetParam().mode == Mode::kRequest &&
          behaviour == Behaviour::kPipeHeld);
}

std::string MatrixTest::Script() const {
  std::string script;
  switch (GetParam().behaviour) {
    case Behaviour::kTimeoutStubborn:
      script = "trap \"\" TERM; ";
      break;
    case Behaviour::kDoubleForked:
      script = "(setsid sleep 1000 > /dev/null 2>&1 &); ";
      break;
    case Behaviour::kPipeHeld:
      script = "sleep 1000 & ";
      break;
    default:
      break;
  }
  absl::StrAppend(&script, "echo up; echo subject > $EVENTS; ");
  if (GetParam().behaviour == Behaviour::kFlood)
    return script + (Endless() ? "exec yes" : "head -c 1000000 /dev/zero");
  // What ends at once may do so before anyone has looked whether it is ready.
  if (Endless() || TimesOut() || GetParam().behaviour == Behaviour::kReady)
    return script + "while :; do sleep 1000; done";
  switch (GetParam().behaviour) {
    case Behaviour::kFails:
    case Behaviour::kNeverReady:
    case Behaviour::kDiesAndFails:
      return script + "exit 5";
    case Behaviour::kKilled:
      return script + "kill -KILL $$";
    default:
      return script + "exit 0";
  }
}

std::string MatrixTest::ProcessSubject() {
  const std::string script = Script();
  std::string keys = GetParam().mode == Mode::kExec
                         ? absl::StrCat("exec: [/bin/sh, -c, '", script, "']\n")
                         : absl::StrCat("shell_exec: '", script, "'\n");
  absl::StrAppend(&keys, "kill_timeout: 0.1\n");
  if (GetParam().behaviour == Behaviour::kCannotStart)
    absl::StrAppend(&keys, "cwd: /does/not/exist\n");
  if (GetParam().phase == Phase::kWindow)
    absl::StrAppend(&keys, BackgroundKeys());
  return keys;
}

std::string MatrixTest::BackgroundKeys() const {
  switch (GetParam().behaviour) {
    case Behaviour::kReady:
      return "async: true\nready: {output: ^up$}\n";
    case Behaviour::kNeverReady:
      return "async: true\nready: {file: /does/not/exist}\n";
    case Behaviour::kDiesAndFails:
      return "async: true\non_exit: fail\n";
    case Behaviour::kSampled:
      return "every: 0.1\n";
    default:
      return "async: true\n";
  }
}

void MatrixTest::ScriptServer() {
  const std::string kHead = "HTTP/1.1 200 OK\r\n";
  const std::string kPiece(1000, 'x');
  switch (GetParam().behaviour) {
    case Behaviour::kTimeoutStubborn:
      server_->Answer(Reply()
                          .Send(kHead + "Content-Length: 1000000\r\n\r\n")
                          .Drip(kPiece, absl::Milliseconds(20)));
      break;
    case Behaviour::kDoubleForked:
      server_->Answer(Reply::Redirect(302, "/elsewhere"));
      server_->Answer(Endless() ? Reply().Stall() : Reply::Of(200));
      break;
    case Behaviour::kPipeHeld:
      server_->Answer(Reply().Send(kHead + "\r\nbody").Stall());
      break;
    case Behaviour::kFlood:
      if (Endless()) {
        server_->Answer(
            Reply().Send(kHead + "\r\n").SendTimes(kPiece, size_t{1} << 40));
      } else {
        server_->Answer(Reply()
                            .Send(kHead + "Content-Length: 1000000\r\n\r\n")
                            .SendTimes(kPiece, 1000));
      }
      break;
    default:
      if (Endless() || TimesOut())
        server_->Answer(Reply().Stall());
      else if (GetParam().behaviour == Behaviour::kFails)
        server_->Answer(Reply::Of(500));
      else if (GetParam().behaviour == Behaviour::kKilled)
        server_->Answer(Reply().Reset());
  }
}

// What has to go on until it is interrupted comes byte by byte.
void MatrixTest::ScriptHostileServer() {
  const std::string kHead = "HTTP/1.1 200 OK\r\n";
  const auto begins_with = [](const std::string& head) {
    return Reply().Send(head);
  };
  const auto endless = [&](const std::string& head, const std::string& piece) {
    server_->Answer(Endless()
                        ? begins_with(head)
                              .Drip(absl::StrCat(piece, piece, piece),
                                    absl::Milliseconds(20))
                              .Stall()
                        : begins_with(head).SendTimes(piece, size_t{1} << 40));
  };
  switch (GetParam().behaviour) {
    case Behaviour::kBomb:
      // A gzip header, and stored blocks of no bytes.
      return endless(
          absl::StrCat(kHead, "Content-Encoding: gzip\r\n\r\n",
                       absl::string_view("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10)),
          std::string("\0\0\0\xff\xff", 5));
    case Behaviour::kEndlessHeaders:
      return endless(kHead, "X-Header: and another one\r\n");
    case Behaviour::kEndlessInterim:
      return endless("", "HTTP/1.1 100 Continue\r\n\r\n");
    case Behaviour::kEndlessRedirects:
      server_->Answer(Reply::Redirect(302, "/elsewhere"));
      server_->AnswerAlways(
          "/elsewhere",
          Endless() ? Reply().Stall() : Reply::Redirect(302, "/elsewhere"));
      return;
    case Behaviour::kNoHttp:
      // As long as it may yet become HTTP, it is not judged.
      server_->Answer(Endless() ? Reply().Send("HT").Stall()
                                : Reply().Send("\x16\x03\x01\r\n\r\n").Close());
      return;
    default:
      server_->Answer(
          Endless()
              ? begins_with(kHead + "Content-Length: 9\r\n\r\nx").Stall()
              : begins_with(kHead + "Content-Length: 9\r\n\r\nx").Close());
  }
}

std::string MatrixTest::RequestSubject() {
  server_.emplace(&loop_);
  GetParam().is_hostile() ? ScriptHostileServer() : ScriptServer();
  const std::string url = server_->Url("/");
  if (GetParam().behaviour == Behaviour::kCannotStart) server_.reset();
  return absl::StrCat("request: {url: '", url, "', http_timeout: 1000}\n");
}

std::string MatrixTest::Subject() {
  std::string keys =
      GetParam().mode == Mode::kRequest ? RequestSubject() : ProcessSubject();
  if (TimesOut() && !Endless()) absl::StrAppend(&keys, "timeout: 0.1\n");
  // What cannot start is at work while it waits for its next attempt.
  if (GetParam().cannot_start() && Endless())
    absl::StrAppend(&keys, "notify: true\nretries: 1\nretry_delay: 1000\n");
  return absl::StrCat("    - name: subject\n      ",
                      absl::StrReplaceAll(keys, {{"\n", "\n      "}}), "\n");
}

// Tasks that are as many as descriptors last for, and more.
std::string MatrixTest::Hogs() const {
  std::string hogs;
  for (int i = 0; i < 45; ++i) {
    absl::StrAppend(&hogs,
                    "    - {exec: [sleep, 1000], async: true, "
                    "ignore_exitcode: true}\n");
  }
  return hogs;
}

std::string MatrixTest::Configuration() {
  const Phase phase = GetParam().phase;
  const std::string subject_stage =
      phase == Phase::kWindow ? "start" : kPhaseNames[static_cast<int>(phase)];
  std::string yaml = "exec:\n";
  for (const std::string stage : {"pre", "start", "stop", "post"}) {
    absl::StrAppend(&yaml, "  ", stage, ":\n    - shell_exec: echo ", stage,
                    " > $EVENTS\n");
    // What is interrupted in `stop` goes on, and meets the subject.
    if (stage == "stop" && phase == Phase::kStop && GetParam().interrupted())
      absl::StrAppend(&yaml, "    - shell_exec: read go < $GATE\n");
    const std::string hogs_stage =
        phase == Phase::kPost ? "stop" : subject_stage;
    if (stage == hogs_stage &&
        GetParam().behaviour == Behaviour::kDescriptorsGone) {
      absl::StrAppend(&yaml, Hogs());
    }
    if (stage == subject_stage) absl::StrAppend(&yaml, Subject());
    if (stage == "stop" && GetParam().behaviour == Behaviour::kAwaited)
      absl::StrAppend(&yaml, "    - await: subject\n");
  }
  // `post` does not end before the interruption has come.
  const bool held = GetParam().interruption == Interruption::kIntThenInt ||
                    (GetParam().interrupted() && phase == Phase::kPost);
  if (held) absl::StrAppend(&yaml, "    - shell_exec: read go < $GATE\n");
  return yaml;
}

DriverProcess& MatrixTest::StartMeasuring() {
  Configure(Configuration());
  const bool endless_window =
      GetParam().phase == Phase::kWindow && GetParam().interrupted();
  DriverCommand command = MeasureCommand(endless_window ? 1000 : 0.02);
  command.argv.insert(command.argv.begin() + 1, "--verbose");
  if (GetParam().limit != Limit::kNone) {
    command.argv.insert(
        command.argv.begin(),
        {"/bin/sh", "-c",
         absl::StrCat("ulimit ",
                      kLimitOptions[static_cast<int>(GetParam().limit)],
                      "; exec \"$@\""),
         "sh"});
  }
  if (GetParam().interruption == Interruption::kParentKilled) {
    // A parent that holds the other end of the driver's stdout, as the core
    // does.
    std::ofstream(dir() + "/request") << *command.input;
    command.argv.insert(
        command.argv.begin(),
        {"/bin/sh", "-c",
         "mkfifo $DIR/lines\n"
         "\"$@\" < $DIR/request > $DIR/lines 2> $DIR/errors &\n"
         "exec < $DIR/lines\n"
         "while read -r line; do printf '%s\\n' \"$line\"; done",
         "sh"});
  }
  return Start(command);
}

void MatrixTest::AwaitSubject(DriverProcess& driver) {
  if (GetParam().phase == Phase::kStop) {
    AwaitEvent("stop");
  } else if (GetParam().cannot_start()) {
    if (GetParam().phase == Phase::kPost)
      AwaitEvent("post");
    else
      Await([&] { return driver.Said("Task subject"); }, "the first attempt");
  } else if (GetParam().mode == Mode::kRequest) {
    const bool redirected =
        GetParam().behaviour == Behaviour::kDoubleForked ||
        GetParam().behaviour == Behaviour::kEndlessRedirects;
    const size_t due = redirected ? 2 : 1;
    Await([&] { return server_->requests().size() >= due; }, "the request");
  } else {
    AwaitEvent("subject");
  }
  // What is not ready holds up the window.
  if (GetParam().phase == Phase::kWindow &&
      GetParam().behaviour != Behaviour::kNeverReady)
    Await([&] { return driver.Said("Measuring"); }, "the window");
}

void MatrixTest::Interrupt(DriverProcess& driver) {
  auto heard = [&](absl::string_view what) {
    Await([&] { return absl::StrContains(driver.errors(), what); }, what);
  };
  switch (GetParam().interruption) {
    case Interruption::kNone:
      return;
    case Interruption::kUsr1:
      driver.Signal(SIGUSR1);
      heard("received SIGUSR1");
      break;
    case Interruption::kUsr1FiveTimes:
      for (int i = 0; i < 5; ++i) driver.Signal(SIGUSR1);
      heard("received SIGUSR1");
      break;
    case Interruption::kTerm:
      driver.Signal(SIGTERM);
      heard("received SIGTERM");
      break;
    case Interruption::kIntThenInt:
      driver.Signal(SIGINT);
      heard("received SIGINT");
      if (GetParam().phase == Phase::kStop) OpenGate();
      if (GetParam().phase != Phase::kPost) AwaitEvent("post");
      driver.Signal(SIGINT);
      return;
    case Interruption::kReaderGone:
      driver.CloseStdout();
      heard("stdout has no reader");
      break;
    case Interruption::kParentKilled:
      driver.Signal(SIGKILL);
      break;
  }
  if (GetParam().phase == Phase::kStop || GetParam().phase == Phase::kPost)
    OpenGate();
}

bool MatrixTest::SubjectSucceeds() const {
  switch (GetParam().behaviour) {
    case Behaviour::kOk:
    case Behaviour::kDoubleForked:
    case Behaviour::kFlood:
    case Behaviour::kReady:
    case Behaviour::kAwaited:
    case Behaviour::kSampled:
      return true;
    case Behaviour::kPipeHeld:
      return GetParam().mode != Mode::kRequest;
    default:
      return false;
  }
}

// Whether the subject fails the run although it is in the background.
bool MatrixTest::FailsFromTheBackground() const {
  const Behaviour behaviour = GetParam().behaviour;
  return GetParam().cannot_start() || behaviour == Behaviour::kNeverReady ||
         behaviour == Behaviour::kDiesAndFails;
}

// Whether the stage `stop` is reached.
bool MatrixTest::StopIsDue() const {
  switch (GetParam().phase) {
    case Phase::kStop:
    case Phase::kPost:
      return true;
    case Phase::kWindow:
      return !GetParam().interrupted() && !FailsFromTheBackground();
    default:
      return !GetParam().interrupted() && SubjectSucceeds();
  }
}

void MatrixTest::ExpectOutcome(const DriverProcess& driver) {
  const bool background_failure =
      GetParam().phase == Phase::kWindow && !FailsFromTheBackground();
  switch (GetParam().interruption) {
    case Interruption::kNone:
      if (SubjectSucceeds() || background_failure ||
          GetParam().phase == Phase::kPost) {
        EXPECT_EQ(driver.answer(), OkAnswer());
        EXPECT_EQ(driver.exit_code(), 0);
      } else {
        const bool dies = GetParam().behaviour == Behaviour::kDiesAndFails;
        EXPECT_TRUE(FailedWith(
            driver.answer(), {dies ? "Async task 'subject'" : "Task subject"}));
        EXPECT_EQ(driver.exit_code(), 1);
      }
      break;
    case Interruption::kUsr1:
    case Interruption::kUsr1FiveTimes:
      EXPECT_EQ(driver.answer(), CancelledBy("SIGUSR1"));
      EXPECT_EQ(driver.exit_code(), 3);
      break;
    case Interruption::kTerm:
      EXPECT_EQ(driver.answer(), CancelledBy("SIGTERM"));
      EXPECT_EQ(driver.exit_code(), 3);
      break;
    case Interruption::kIntThenInt:
      EXPECT_EQ(driver.answer(), CancelledBy("SIGINT"));
      EXPECT_EQ(driver.exit_code(), 3);
      break;
    case Interruption::kReaderGone:
      EXPECT_EQ(driver.exit_code(), 3);
      break;
    case Interruption::kParentKilled:
      break;  // nobody is there to hear it
  }
}

TEST_P(MatrixTest, LeavesNothingBehind) {
  const int descriptors = CountOpenDescriptors();
  {
    DriverProcess& driver = StartMeasuring();
    if (GetParam().interrupted()) {
      AwaitSubject(driver);
      Interrupt(driver);
    }
    if (GetParam().interruption == Interruption::kParentKilled) {
      Await([&] { return driver.over(); }, "the parent's end");
      AwaitNoProcesses();
    } else {
      AwaitEnd(driver);  // checks the lines, and that no process is left
    }
    ExpectOutcome(driver);
  }
  const std::vector<std::string>& told = events();
  EXPECT_EQ(std::count(told.begin(), told.end(), "post"), 1);
  if (GetParam().behaviour == Behaviour::kDescriptorsGone) {
    EXPECT_EQ(std::count(told.begin(), told.end(), "subject"),
              GetParam().phase == Phase::kPost ? 1 : 0);
  }
  EXPECT_EQ(std::count(told.begin(), told.end(), "stop"), StopIsDue() ? 1 : 0);
  server_.reset();
  ForgetDrivers();
  EXPECT_EQ(CountOpenDescriptors(), descriptors);
}

INSTANTIATE_TEST_SUITE_P(Generated, MatrixTest,
                         testing::ValuesIn(Combinations(MATRIX_EVERY)),
                         [](const auto& test) { return test.param.Name(); });

}  // namespace
}  // namespace servo::e2e
