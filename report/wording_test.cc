#include "report/wording.h"

#include <csignal>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/cancel_cause.h"
#include "base/code_ranges.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "http/request.h"
#include "plan/lookup.h"
#include "plan/plan.h"
#include "plan/readiness.h"
#include "stages/activity.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/testing/tasks.h"

namespace servo::report {
namespace {

using stages::Cause;
using ::testing::EndsWith;
using ::testing::HasSubstr;

exec::Result Ended(exec::Ending ending, int code, const std::string& out = "",
                   const std::string& err = "") {
  exec::Result result;
  result.ending = ending;
  result.code = code;
  result.out.Append(out);
  result.err.Append(err);
  return result;
}

exec::Result Exited(int code, const std::string& out = "",
                    const std::string& err = "") {
  return Ended(exec::Ending::kExited, code, out, err);
}

// The end of an attempt of `task`, judged as the engine does.
stages::AttemptEnd EndOf(const plan::Task& task, stages::AttemptResult result) {
  stages::AttemptEnd end;
  end.id.stage = plan::Stage::kStart;
  end.task = &task;
  end.attempt = 1;
  end.judgement = stages::Judge(task, result, absl::UnixEpoch());
  end.result = std::move(result);
  return end;
}

stages::AttemptEnd NotStarted(const plan::Task& task) {
  stages::AttemptEnd end =
      EndOf(task, absl::NotFoundError("no such program: foo"));
  end.judgement.cause = Cause::kNotStarted;
  return end;
}

http::Response Answer(int status, const std::string& line,
                      const std::string& body = "") {
  http::Response response = http::FakeResponse(status, body);
  response.status_line = line;
  response.url = "http://api:8080/start";
  return response;
}

TEST(FailureText, OfABodyThatCannotBeSavedSaysWhyWithoutItsGoodStatus) {
  plan::Task task = stages::Get("report");
  task.retry.retries = 1;
  stages::AttemptEnd end = EndOf(task, Answer(200, "HTTP/1.1 200 OK", "{}"));
  end.judgement.cause = Cause::kNotSaved;
  end.saved = absl::UnavailableError(
      "cannot save the body to out/a: No space left on device");
  EXPECT_EQ(FailureText(end),
            "Task report failed: cannot save the body to out/a: No space left "
            "on device; attempt 1 of 2");
}

// ---- What is not ready ----

// The failed attempt of a background task called load that waits for `sign`.
std::string UnreadyText(decltype(plan::Readiness::sign) sign, Cause cause,
                        stages::AttemptResult result,
                        const absl::Status& last_look = {},
                        std::optional<stages::GivenUp> given_up = std::nullopt,
                        bool begins_in_window = false) {
  plan::Task task = stages::Background("load");
  task.ready = plan::Readiness{.sign = std::move(sign),
                               .within = absl::Seconds(30),
                               .interval = absl::Seconds(1)};
  task.begins_in_window = begins_in_window;
  task.retry.retry_for = absl::Seconds(9);
  stages::AttemptEnd end = EndOf(task, std::move(result));
  end.judgement.cause = cause;
  end.last_look = last_look;
  end.given_up = given_up;
  return FailureText(end);
}

TEST(WordingTest, WhatWasReadyBeforehandIsNamed) {
  const absl::Status there = absl::AlreadyExistsError("there");
  EXPECT_EQ(UnreadyText(plan::Readiness::Tcp{"[::1]", 80}, Cause::kAlreadyReady,
                        there),
            "Task load failed: [::1]:80 accepts connections before the task is "
            "started: something else is there");
  EXPECT_EQ(
      UnreadyText(plan::Readiness::Http{"http://me:secret@h/"},
                  Cause::kAlreadyReady, there),
      "Task load failed: http://***@h/ answers before the task is started: "
      "something else is there");
  EXPECT_EQ(
      UnreadyText(plan::Readiness::File{"a.pid"}, Cause::kAlreadyReady, there),
      "Task load failed: the file \"a.pid\" is there before the task is "
      "started: something else is there");
}

TEST(WordingTest, AnEndBeforeItIsReadyTellsCodeAndLastWords) {
  const plan::Readiness::Tcp port = {"h", 80};
  EXPECT_EQ(UnreadyText(port, Cause::kEndedUnready, Exited(3, "", "no host\n")),
            "Task load failed with result 3: exit code 3 before it was ready; "
            "stderr: no host");
  EXPECT_EQ(UnreadyText(port, Cause::kEndedUnready,
                        Ended(exec::Ending::kTimedOut, -SIGTERM)),
            "Task load failed with result -15: killed by SIGTERM by its "
            "timeout before it was ready");
}

TEST(WordingTest, WhatIsNotReadyInTimeTellsWhatWasMissing) {
  const exec::Result stopped =
      Ended(exec::Ending::kStopped, -SIGTERM, "starting");
  EXPECT_EQ(UnreadyText(plan::Readiness::Tcp{"h", 80}, Cause::kNotReady,
                        stopped, absl::UnavailableError("h:80: refused")),
            "Task load failed: not ready within 30s: h:80: refused; stdout: "
            "starting");
  EXPECT_EQ(
      UnreadyText(plan::Readiness::Output{*plan::CompileRegex("^up$")},
                  Cause::kNotReady, stopped),
      "Task load failed: not ready within 30s: no line of its output has a "
      "match of the regex \"^up$\"; stdout: starting");
  EXPECT_EQ(
      UnreadyText(plan::Readiness::File{"a.pid"}, Cause::kNotReady, stopped,
                  absl::OkStatus(),
                  stages::GivenUp{.after = absl::Seconds(9), .attempts = 1}),
      "Task load failed: not ready: there is no file \"a.pid\"; given up "
      "after 9s and 1 attempt; stdout: starting");
}

TEST(WordingTest, WhatIsNotReadyAtTheWindowsEndTellsWhatWasMissing) {
  const exec::Result stopped = Ended(exec::Ending::kStopped, -SIGTERM);
  const absl::Status refused = absl::UnavailableError("h:80: refused");
  const plan::Readiness::Tcp port = {"h", 80};
  EXPECT_EQ(UnreadyText(port, Cause::kStopped, stopped, refused, std::nullopt,
                        /*begins_in_window=*/true),
            "Task load failed: not ready when the window ended: h:80: refused");
  EXPECT_EQ(UnreadyText(port, Cause::kStopped, stopped, refused),
            "Task load failed: not ready when it was told to end: h:80: "
            "refused");
  EXPECT_EQ(
      UnreadyText(port, Cause::kDropped, absl::CancelledError("cancelled"), {},
                  std::nullopt, /*begins_in_window=*/true),
      "Task load failed: the window ended before it was started");
}

TEST(WordingTest, AnAwaitTellsHowTheAwaitedTaskEnded) {
  plan::Task load = stages::Background("load");
  std::get<plan::ProcessAction>(load.action).success_exitcodes =
      base::CodeRanges(0, 2);
  plan::Task task;
  task.name = "wait";
  task.action = plan::AwaitAction{.name = "load"};
  stages::AttemptEnd end;
  end.task = &task;
  end.awaited = &load;
  end.result = Exited(3, "", "no target\n");
  end.judgement.cause = Cause::kExitCode;
  EXPECT_EQ(FailureText(end),
            "Task wait failed with result 3: exit code 3 (expected 0-2); "
            "stderr: no target");
  end.judgement.cause = Cause::kTimedOut;
  EXPECT_EQ(FailureText(end),
            "Task wait timed out. stdout :, stderr: no target");
  end.result = Ended(exec::Ending::kTimedOut, -SIGKILL);
  end.judgement.cause = Cause::kSignal;
  load.timeout = absl::Seconds(5);
  EXPECT_EQ(FailureText(end),
            "Task wait failed with result -9: killed by SIGKILL after its "
            "timeout of 5s");
}

// ---- What begins ----

TEST(WordingTest, AStageTellsHowManyTasksItHas) {
  EXPECT_EQ(Describe(stages::StageBegin{plan::Stage::kPre, 0, {}}),
            "Stage pre: 0 tasks");
  EXPECT_EQ(Describe(stages::StageBegin{plan::Stage::kPost, 1, {}}),
            "Stage post: 1 task");
}

TEST(WordingTest, TheWindowTellsItsLength) {
  EXPECT_EQ(Describe(stages::WindowBegin{absl::Seconds(100), {}}),
            "Measuring for 1m40s");
  EXPECT_EQ(Describe(stages::WindowBegin{absl::ZeroDuration(), {}}),
            "Measuring for 0s");
}

TEST(WordingTest, AnActivityNamesWhatGoesOn) {
  using Kind = stages::Activity::Kind;
  const plan::Task task = stages::Exec("load");
  EXPECT_EQ(Describe(stages::Activity()), "Idle");
  EXPECT_EQ(Describe(stages::Activity{.kind = Kind::kBetweenTasks,
                                      .stage = plan::Stage::kStop}),
            "Stage stop");
  EXPECT_EQ(Describe(stages::Activity{.kind = Kind::kTask, .task = &task}),
            "Executing task load");
  EXPECT_EQ(Describe(stages::Activity{.kind = Kind::kRetryWait, .task = &task}),
            "Waiting to retry task load");
  EXPECT_EQ(Describe(stages::Activity{.kind = Kind::kWindow,
                                      .elapsed = absl::Milliseconds(42900),
                                      .window = absl::Seconds(100)}),
            "Measuring: 42s of 1m40s");
  EXPECT_EQ(Describe(stages::Activity{.kind = Kind::kEnding}),
            "Ending what still runs");
}

// ---- Processes ----

TEST(CodeTextTest, ExitCodesAndSignals) {
  EXPECT_EQ(CodeText(0), "exit code 0");
  EXPECT_EQ(CodeText(127), "exit code 127");
  EXPECT_EQ(CodeText(-SIGSEGV), "killed by SIGSEGV");
}

TEST(FailureTextTest, HasTheCodeAndTheLastWords) {
  const plan::Task task = stages::Exec("ping");
  EXPECT_EQ(FailureText(EndOf(task, Exited(7, "progress\n", "no host\n"))),
            "Task ping failed with result 7: exit code 7; stderr: no host; "
            "stdout: progress");
}

TEST(FailureTextTest, HasStdoutWhereStderrIsEmpty) {
  const plan::Task task = stages::Exec("check");
  EXPECT_EQ(FailureText(EndOf(task, Exited(1, "FAIL: 3 of 9\n"))),
            "Task check failed with result 1: exit code 1; stdout: FAIL: 3 of "
            "9");
}

TEST(FailureTextTest, OfATaskWithRetriesTellsTheAttempt) {
  plan::Task task = stages::Exec("flaky");
  task.retry.retries = 9;
  stages::AttemptEnd end = EndOf(task, Exited(3, "", "oops"));
  end.attempt = 7;
  EXPECT_EQ(FailureText(end),
            "Task flaky failed with result 3: exit code 3; attempt 7 of 10; "
            "stderr: oops");
  end = EndOf(task, Ended(exec::Ending::kTimedOut, 0, "o", "e"));
  EXPECT_EQ(FailureText(end),
            "Task flaky timed out. stdout o:, stderr: e; attempt 1 of 10");
  end = EndOf(task, absl::NotFoundError("no such program"));
  EXPECT_EQ(FailureText(end),
            "Task flaky failed: no such program; attempt 1 of 10");
}

TEST(FailureTextTest, OfATaskWithRetryForTellsTimeAndAttempts) {
  plan::Task task = stages::Exec("flaky");
  task.retry.retry_for = absl::Minutes(10);
  task.retry.unlimited = true;
  stages::AttemptEnd end = EndOf(task, Exited(3, "", "oops"));
  end.attempt = 7;
  EXPECT_EQ(FailureText(end),
            "Task flaky failed with result 3: exit code 3; attempt 7; stderr: "
            "oops");
  end.given_up = {.after = absl::Microseconds(599000400), .attempts = 8};
  EXPECT_EQ(FailureText(end),
            "Task flaky failed with result 3: exit code 3; given up after "
            "9m59s and 8 attempts; stderr: oops");
  end.given_up->attempts = 1;
  EXPECT_THAT(FailureText(end), HasSubstr("and 1 attempt;"));
}

TEST(FailureTextTest, TellsThatTheServerAsksForALongerWait) {
  plan::Task task = stages::Get("api");
  task.retry.retry_for = absl::Seconds(60);
  task.retry.unlimited = true;
  stages::AttemptEnd end = EndOf(task, Answer(503, "HTTP/1.1 503 Busy"));
  end.judgement.retry_after = absl::Seconds(100);
  end.given_up = {.after = absl::Milliseconds(3), .attempts = 1};
  EXPECT_THAT(FailureText(end),
              HasSubstr("; given up after 3ms and 1 attempt: the server asks "
                        "to wait 1m40s, and 59.997s of retry_for are left"));
  // There is another reason.
  end.given_up->after = absl::Seconds(60);
  EXPECT_THAT(FailureText(end), EndsWith("; given up after 1m and 1 attempt"));
  end.given_up = {.after = absl::Seconds(3), .attempts = 2};
  EXPECT_THAT(FailureText(end), EndsWith(" after 3s and 2 attempts"));
  end.attempt = 2;
  task.retry.unlimited = false;
  task.retry.retries = 1;
  EXPECT_THAT(FailureText(end), EndsWith(" after 3s and 2 attempts"));
}

TEST(FailureTextTest, ShowsWhatATerminalWould) {
  const plan::Task task = stages::Exec("slow");
  EXPECT_EQ(FailureText(EndOf(task, Ended(exec::Ending::kTimedOut, 0,
                                          "\r 1%\r\x1b[32m99%\x1b[0m", "e"))),
            "Task slow timed out. stdout 99%:, stderr: e");
  const plan::Task request = stages::Get("api");
  EXPECT_THAT(FailureText(EndOf(request, Answer(500, "HTTP/1.1 500 No",
                                                "\x1b]0;title\abad\r\n"))),
              HasSubstr("; response: bad"));
}

TEST(FailureTextTest, ShowsALittleOfMuchOutput) {
  std::string much;
  for (int i = 0; i < 10000; ++i) much += "line\n";
  const plan::Task task = stages::Exec("loud");
  const stages::AttemptEnd end = EndOf(task, Exited(1, "", much));
  EXPECT_LT(FailureText(end).size(), 1200u);
  EXPECT_THAT(NotificationText(end), HasSubstr(much));
}

TEST(FailureTextTest, TellsWhatCodesWereExpectedIfNotTheUsualOne) {
  plan::Task task = stages::Exec("grep");
  std::get<plan::ProcessAction>(task.action).success_exitcodes =
      base::CodeRanges(1, 3);
  EXPECT_EQ(FailureText(EndOf(task, Exited(0))),
            "Task grep failed with result 0: exit code 0 (expected 1-3)");
}

TEST(FailureTextTest, NamesTheSignal) {
  const plan::Task task = stages::Exec("load");
  EXPECT_EQ(FailureText(EndOf(task, Ended(exec::Ending::kSignaled, -SIGKILL))),
            "Task load failed with result -9: killed by SIGKILL");
}

TEST(FailureTextTest, TellsThatTheProcessWasToldToEnd) {
  const plan::Task task = stages::Exec("load");
  EXPECT_EQ(FailureText(EndOf(task, Ended(exec::Ending::kStopped, 0))),
            "Task load failed with result 0: exit code 0 after it was told to "
            "end");
}

TEST(FailureTextTest, ATimeoutShowsBothStreamsWhateverTheCode) {
  const plan::Task task = stages::Exec("slow");
  const stages::AttemptEnd end =
      EndOf(task, Ended(exec::Ending::kTimedOut, 0, "o", "e"));
  EXPECT_EQ(FailureText(end), "Task slow timed out. stdout o:, stderr: e");
  EXPECT_EQ(NotificationText(end), "Task slow timed out. stdout o:, stderr: e");
}

TEST(FailureTextTest, WhatCouldNotStartHasNoResult) {
  const plan::Task task = stages::Exec("t");
  EXPECT_EQ(FailureText(NotStarted(task)),
            "Task t failed: no such program: foo");
  EXPECT_EQ(NotificationText(NotStarted(task)),
            "Task t completed. not started: no such program: foo");
  stages::AttemptEnd lacks_value = NotStarted(task);
  lacks_value.judgement.cause = Cause::kNoValue;
  EXPECT_EQ(NotificationText(lacks_value),
            "Task t completed. not started: no such program: foo");
}

TEST(NotificationTextTest, HasTheWholeOutput) {
  const plan::Task task = stages::Exec("t");
  EXPECT_EQ(NotificationText(EndOf(task, Exited(0, "o\n", "e"))),
            "Task t completed. stdout: o\n, stderr: e");
}

// ---- Requests ----

TEST(FailureTextTest, AnUnlistedStatusTellsWhatWasAskedAndAnswered) {
  const plan::Task task = stages::Get("api");
  EXPECT_EQ(
      FailureText(EndOf(
          task, Answer(503, "HTTP/1.1 503 Service Unavailable", "busy\n"))),
      "Task api failed with result 503: GET http://api:8080/start: HTTP/1.1 "
      "503 Service Unavailable (expected 200-399); response: busy");
}

TEST(FailureTextTest, WhatASecretParameterOfTheUrlSaysIsNotTold) {
  const plan::Task task = stages::Get("api");
  http::Response response = Answer(500, "HTTP/1.1 500 No", "");
  response.url = "http://api:8080/x?token=hunter2&a=b&password=hunter3";
  EXPECT_EQ(FailureText(EndOf(task, response)),
            "Task api failed with result 500: GET "
            "http://api:8080/x?token=***&a=b&password=***: HTTP/1.1 500 No "
            "(expected 200-399)");
}

TEST(FailureTextTest, OfALongBodyBothEndsAreTold) {
  const plan::Task task = stages::Get("api");
  const std::string body =
      absl::StrCat("<html>no\n", std::string(5000, 'x'), "\ncause: disk full");
  const std::string text =
      FailureText(EndOf(task, Answer(500, "HTTP/1.1 500 No", body)));
  EXPECT_THAT(text, HasSubstr("; response: <html>no\nxxx"));
  EXPECT_THAT(text, EndsWith("xxx...cause: disk full"));
}

TEST(FailureTextTest, WithoutAnAnswerThereIsNoResult) {
  const plan::Task task = stages::Get("api");
  const stages::AttemptEnd end =
      EndOf(task, absl::UnavailableError("GET http://api/: no route"));
  EXPECT_EQ(FailureText(end), "Task api failed: GET http://api/: no route");
  EXPECT_EQ(NotificationText(end),
            "Task api completed. no answer: GET http://api/: no route");
}

TEST(FailureTextTest, ARequestsDeadlineIsATimeout) {
  const plan::Task task = stages::Get("api");
  const stages::AttemptEnd end =
      EndOf(task, absl::DeadlineExceededError("GET http://api/: 5s over"));
  EXPECT_EQ(FailureText(end), "Task api timed out. GET http://api/: 5s over");
  EXPECT_EQ(NotificationText(end),
            "Task api timed out. no answer: GET http://api/: 5s over");
}

TEST(NotificationTextTest, HasStatusLineAndBody) {
  const plan::Task task = stages::Get("api");
  EXPECT_EQ(
      NotificationText(EndOf(task, Answer(200, "HTTP/1.1 200 OK", "fine"))),
      "Task api completed. status: HTTP/1.1 200 OK, response: fine");
}

// ---- Tasks and the run ----

TEST(WarningTextTest, TellsTheStageAndWhetherTheFailureIsIgnored) {
  const plan::Task task = stages::Exec("bad");
  const stages::AttemptEnd end = EndOf(task, Exited(1));
  stages::TaskEnd event = {.id = end.id,
                           .task = &task,
                           .effect = stages::TaskEnd::Effect::kIgnored,
                           .failure = &end,
                           .at = {}};
  EXPECT_EQ(WarningText(event),
            "start: Task bad failed with result 1: exit code 1 (ignored)");
  event.effect = stages::TaskEnd::Effect::kEndsStage;
  EXPECT_EQ(WarningText(event),
            "start: Task bad failed with result 1: exit code 1");
}

TEST(OutcomeTest, AFailureTellsTheStageAndWhatCouldNotBeKilled) {
  const plan::Task task = stages::Exec("bad");
  stages::Outcome outcome;
  outcome.kind = stages::Outcome::Kind::kFailed;
  outcome.failure = EndOf(task, Exited(1));
  EXPECT_EQ(FailureText(outcome),
            "start: Task bad failed with result 1: exit code 1");
  outcome.unkillable = {{12, "dd"}};
  EXPECT_EQ(FailureText(outcome),
            "start: Task bad failed with result 1: exit code 1; 1 process "
            "could not be killed: 12 (dd)");
}

TEST(OutcomeTest, HasAReason) {
  stages::Outcome outcome;
  EXPECT_EQ(ReasonOf(outcome), "");
  outcome.kind = stages::Outcome::Kind::kFailed;
  EXPECT_EQ(ReasonOf(outcome), "task-failed");
  outcome.kind = stages::Outcome::Kind::kCancelled;
  EXPECT_EQ(ReasonOf(outcome), "cancelled");
}

TEST(UnkillableTextTest, NamesProcessesIfTheyAreKnown) {
  EXPECT_EQ(UnkillableText({{12, "dd"}, {3456, "a\x01z"}}),
            "2 processes could not be killed: 12 (dd), 3456 (a\\x01z)");
  EXPECT_THAT(UnkillableText({{0, ""}}), HasSubstr("not known which"));
}

TEST(WordingTest, ACleanupTimeoutNamesItsKey) {
  EXPECT_EQ(Describe(stages::CleanupTimeout{absl::Minutes(1), {}}),
            "the cleanup was not over after 1m (cleanup_timeout): what still "
            "runs is killed");
  EXPECT_EQ(Describe(stages::CleanupTimeout{
                .limit = absl::Seconds(50), .at = {}, .post_follows = true}),
            "post had not begun after 50s, and the rest of cleanup_timeout is "
            "for it: what it waited for is killed");
}

// ---- Background tasks ----

TEST(BackgroundTest, TellsHowItEnded) {
  const plan::Task task = stages::Background("load");
  const stages::BackgroundEnd event = {.id = {},
                                       .task = &task,
                                       .result = Exited(3, "o", "e"),
                                       .early = true,
                                       .at = {}};
  EXPECT_EQ(EarlyEndText(event),
            "Async task 'load' ended: exit code 3; stderr: e; stdout: o");
  EXPECT_EQ(TimeoutText(event), "Task 'load' terminated due to timeout");
}

TEST(BackgroundTest, ItsEarlyEndIsTheMessageOfTheRunThatItFails) {
  const plan::Task task = stages::Background("load");
  stages::Outcome outcome;
  outcome.kind = stages::Outcome::Kind::kFailed;
  outcome.background_failure = {.id = {},
                                .task = &task,
                                .result = Exited(3, "", "AUTH_FAILED\n"),
                                .early = true,
                                .at = {}};
  EXPECT_EQ(FailureText(outcome),
            "Async task 'load' ended: exit code 3; stderr: AUTH_FAILED");
  EXPECT_EQ(ReasonOf(outcome), "task-failed");
}

TEST(BackgroundTest, TheMessageTellsThatItsTimeoutEndedIt) {
  const plan::Task task = stages::Background("load");
  stages::Outcome outcome;
  outcome.kind = stages::Outcome::Kind::kFailed;
  outcome.background_failure = {
      .id = {},
      .task = &task,
      .result = Ended(exec::Ending::kTimedOut, -SIGTERM, "", "slow\n"),
      .early = true,
      .at = {}};
  EXPECT_EQ(FailureText(outcome),
            "Task 'load' terminated due to timeout; Async task 'load' ended: "
            "killed by SIGTERM; stderr: slow");
}

TEST(BackgroundTest, ItsNotificationHasACodeOnlyIfItEndedByItself) {
  const plan::Task task = stages::Background("load");
  stages::BackgroundEnd event = {.id = {},
                                 .task = &task,
                                 .result = Exited(0, "rate 9\n", "warm"),
                                 .early = true,
                                 .at = {}};
  EXPECT_EQ(NotificationText(event),
            "Async task 'load' status: stdout rate 9\n:, stderr: warm (exit "
            "code 0)");
  event.result.ending = exec::Ending::kStopped;
  EXPECT_EQ(NotificationText(event),
            "Async task 'load' status: stdout rate 9\n:, stderr: warm");
}

// ---- Details ----

TEST(DetailTest, AttemptsAreCounted) {
  plan::Task task = stages::Exec("a");
  task.location = "config.yaml:7:3";
  task.retry.retries = 2;
  EXPECT_EQ(Detail(stages::AttemptBegin{{}, &task, 2, {}}),
            "config.yaml:7:3: attempt 2 of 3 of task a");
  EXPECT_EQ(Detail(EndOf(task, Exited(0))), "Task a succeeded");
}

TEST(DetailTest, BackgroundTasksTellHowLongTheyRan) {
  const plan::Task task = stages::Background("load");
  stages::BackgroundEnd event = {
      .id = {}, .task = &task, .result = Exited(3), .early = true, .at = {}};
  event.result.elapsed = absl::Seconds(2);
  EXPECT_EQ(Detail(event), "Async task 'load' ended after 2s: exit code 3");
}

TEST(DetailTest, ACancelTellsItsCause) {
  EXPECT_EQ(Detail(stages::CancelBegin{base::CancelCause::Signal(SIGUSR1), {}}),
            "Cancelled: SIGUSR1");
  EXPECT_EQ(Detail(stages::CancelBegin{base::CancelCause::ReaderGone(), {}}),
            "Cancelled: nobody reads stdout");
}

}  // namespace
}  // namespace servo::report
