// The live view: its lines, the state behind them, and how they are repainted.
#include "report/live_view.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/redactor.h"
#include "exec/output_tap.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/plan.h"
#include "report/fake_screen.h"
#include "report/frame_painter.h"
#include "report/live_listener.h"
#include "stages/conditions.h"
#include "stages/early_end.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/testing/tasks.h"

namespace servo::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using State = LiveTask::State;

constexpr absl::Duration kNow = absl::Seconds(100);

LiveTask TaskIn(State state, const std::string& name) {
  LiveTask task;
  task.name = name;
  task.state = state;
  task.attempt = state == State::kWaiting ? 0 : 1;
  task.attempts = 1;
  task.begin = absl::Seconds(90);
  task.end = absl::Seconds(92.25);
  return task;
}

// A run in its window, with a task of each kind.
LiveState Example() {
  LiveState state;
  state.tasks[0] = {TaskIn(State::kDone, "target is there"),
                    TaskIn(State::kIgnored, "warm cache")};
  state.tasks[1] = {TaskIn(State::kUp, "load"), TaskIn(State::kUp, "watch")};
  state.tasks[1][0].last_line = "\x1b[32m12 %\r13 %\a";
  state.tasks[1][1].rounds = true;
  state.tasks[1][1].attempt = 7;
  state.tasks[2] = {TaskIn(State::kWaiting, "report")};
  state.tasks[3] = {TaskIn(State::kWaiting, "clean up")};
  state.window = LiveState::Window{.begin = absl::Seconds(94),
                                   .length = absl::Seconds(24)};
  return state;
}

std::string Text(const std::vector<std::string>& lines) {
  return absl::StrCat("\n", absl::StrJoin(lines, "\n"), "\n");
}

TEST(RenderLiveTest, ShowsStagesTasksAndTheWindow) {
  EXPECT_EQ(Text(RenderLive(Example(), kNow, {})), R"(
pre     2 of 2
  ok    target is there  2.2s
  warn  warm cache  2.2s
start   2 of 2
  up    load  10s
          | 13 %
  up    watch  10s  round 7
window  [#########-----------------------------] 18s left
stop    0 of 1
  wait  report
post    0 of 1
  wait  clean up
)");
}

TEST(RenderLiveTest, TwentyColumnsAreEnough) {
  EXPECT_EQ(Text(RenderLive(Example(), kNow, {.columns = 20})), R"(
pre     2 of 2
  ok    target i...
  warn  warm cac...
start   2 of 2
  up    load  10s
          | 13 %
  up    watch  1...
window  18s left
stop    0 of 1
  wait  report
post    0 of 1
  wait  clean up
)");
}

TEST(RenderLiveTest, WhatDoesNotFitGoesByItsWorth) {
  EXPECT_EQ(Text(RenderLive(Example(), kNow, {.rows = 11})), R"(
pre     2 of 2
  ok    target is there  2.2s
  warn  warm cache  2.2s
start   2 of 2
  up    load  10s
          | 13 %
  up    watch  10s  round 7
window  [#########-----------------------------] 18s left
stop    0 of 1
post    0 of 1
)");
  EXPECT_EQ(RenderLive(Example(), kNow, {.rows = 9}).size(), 8u);
  EXPECT_THAT(RenderLive(Example(), kNow, {.rows = 2}),
              ElementsAre("post    0 of 1"));
  EXPECT_THAT(RenderLive(Example(), kNow, {.rows = 1}).size(), 1u);
  EXPECT_THAT(RenderLive({}, kNow, {}), IsEmpty());
}

TEST(RenderLiveTest, WhatADoneTaskSaidLastGoesWithIt) {
  LiveState state;
  state.tasks[1] = {TaskIn(State::kDone, "load"), TaskIn(State::kUp, "watch")};
  state.tasks[1][0].last_line = "all sent";
  state.tasks[1][1].last_line = "13 %";
  EXPECT_EQ(Text(RenderLive(state, kNow, {.rows = 5})), R"(
start   2 of 2
  ok    load  2.2s
  up    watch  10s
          | 13 %
)");
  EXPECT_EQ(Text(RenderLive(state, kNow, {.rows = 4})), R"(
start   2 of 2
  up    watch  10s
          | 13 %
)");
}

TEST(RenderLiveTest, TenThousandTasksLeaveTheScreenAsItIs) {
  LiveState state;
  state.tasks[0].assign(10000, TaskIn(State::kDone, "done"));
  state.tasks[0][5000].state = State::kFailed;
  EXPECT_THAT(RenderLive(state, kNow, {.rows = 3}),
              ElementsAre("pre     10000 of 10000", "  FAIL  done  2.2s"));
}

TEST(RenderLiveTest, AttemptsRetriesAndFailures) {
  LiveState state;
  state.tasks[0] = {
      TaskIn(State::kRunning, "a"), TaskIn(State::kRetrying, "b"),
      TaskIn(State::kFailed, "c"),  TaskIn(State::kInterrupted, "d"),
      TaskIn(State::kEnded, "e"),   TaskIn(State::kSkipped, "f")};
  state.tasks[0][0].attempt = 2;
  state.tasks[0][0].attempts = 5;
  state.tasks[0][1].attempt = 3;
  state.tasks[0][1].attempts = 0;
  state.tasks[0][2].end = absl::Seconds(90 + 3725);
  state.note = "interrupted: cleaning up";
  EXPECT_EQ(Text(RenderLive(state, kNow, {})), R"(
pre     3 of 6
  run   a  10s  attempt 2 of 5
  retry b  10s  attempt 3
  FAIL  c  1h02m
  stop  d  2.2s
  ended e  2.2s
  skip  f
interrupted: cleaning up
)");
}

TEST(RenderLiveTest, TheWindowTellsOfTheWarmUpAndOfItsEnd) {
  LiveState state;
  state.window = LiveState::Window{.begin = absl::Seconds(99),
                                   .length = absl::Seconds(65),
                                   .lead = absl::Seconds(5)};
  EXPECT_THAT(RenderLive(state, kNow, {.columns = 40}),
              ElementsAre("window  [--------] 1m04s left, warm-up"));
  state.window->end = absl::Seconds(101);
  EXPECT_THAT(RenderLive(state, kNow, {.columns = 40}),
              ElementsAre("window  [--------] over after 2.0s"));
}

TEST(RenderLiveTest, ColoursAreOfTheStateAlone) {
  LiveState state;
  state.tasks[0] = {TaskIn(State::kFailed, "a")};
  EXPECT_THAT(
      RenderLive(state, kNow, {.color = true}),
      ElementsAre("pre     1 of 1", "  \x1b[1;31mFAIL\x1b[0m  a  2.2s"));
}

// --- the state ---

class LiveListenerTest : public testing::Test {
 protected:
  LiveListenerTest() {
    plan_.stages[1] = {stages::Background("load"), stages::Exec("check")};
    plan_.stages[1][1].retry.retries = 2;
    listener_.SetPlan(plan_);
  }

  const plan::Task* task(size_t index) const { return &plan_.stages[1][index]; }
  static stages::TaskId Id(size_t index) {
    return {plan::Stage::kStart, index};
  }
  const LiveTask& live(size_t index) const {
    return listener_.state().tasks[1][index];
  }

  plan::Plan plan_;
  LiveListener listener_;
};

TEST_F(LiveListenerTest, FollowsATaskThroughItsAttempts) {
  EXPECT_EQ(live(1).state, State::kWaiting);
  EXPECT_EQ(live(1).attempts, 3);
  listener_.OnAttemptBegin({Id(1), task(1), 1, absl::Seconds(5)});
  EXPECT_EQ(live(1).state, State::kRunning);
  listener_.OnRetryWait(
      {Id(1), task(1), 2, absl::Seconds(1), absl::Seconds(6)});
  EXPECT_EQ(live(1).state, State::kRetrying);
  listener_.OnAttemptBegin({Id(1), task(1), 2, absl::Seconds(7)});
  EXPECT_EQ(live(1).state, State::kRunning);
  EXPECT_EQ(live(1).attempt, 2);
  EXPECT_EQ(live(1).begin, absl::Seconds(5));
  listener_.OnTaskEnd({Id(1), task(1), stages::TaskEnd::Effect::kNone, nullptr,
                       absl::Seconds(9)});
  EXPECT_EQ(live(1).state, State::kDone);
  EXPECT_EQ(live(1).end, absl::Seconds(9));
}

TEST_F(LiveListenerTest, FollowsABackgroundTask) {
  listener_.OnAttemptBegin({Id(0), task(0), 1, absl::Seconds(5)});
  listener_.OnBackgroundReady({Id(0), task(0), 1, absl::Seconds(5)});
  listener_.OnTaskEnd({Id(0), task(0), stages::TaskEnd::Effect::kNone, nullptr,
                       absl::Seconds(5)});
  EXPECT_EQ(live(0).state, State::kUp);
  listener_.OnBackgroundOutput(
      {Id(0), task(0), exec::Stream::kStdout, "one\ntw"});
  EXPECT_EQ(live(0).last_line, "tw");
  listener_.OnBackgroundOutput({Id(0), task(0), exec::Stream::kStderr, "err"});
  EXPECT_EQ(live(0).last_line, "err");
  listener_.OnBackgroundOutput({Id(0), task(0), exec::Stream::kStdout, "o\n"});
  EXPECT_EQ(live(0).last_line, "two");
  listener_.OnBackgroundEnd({.id = Id(0),
                             .task = task(0),
                             .result = exec::Result(),
                             .early = true,
                             .at = absl::Seconds(8),
                             .meaning = stages::EarlyEnd::kTold});
  EXPECT_EQ(live(0).state, State::kEnded);
}

TEST_F(LiveListenerTest, WhatATaskSaysHasNoSecrets) {
  base::Redactor redactor;
  ASSERT_TRUE(redactor.Add("hunter2-hunter2"));
  std::get<plan::ProcessAction>(plan_.stages[1][0].action).options.redactor =
      &redactor;
  listener_.OnBackgroundOutput(
      {Id(0), task(0), exec::Stream::kStdout, "key hunter2-hun"});
  EXPECT_EQ(live(0).last_line, "key ***");
  listener_.OnBackgroundOutput(
      {Id(0), task(0), exec::Stream::kStdout, "ter2 accepted\n"});
  EXPECT_EQ(live(0).last_line, "key *** accepted");
}

TEST_F(LiveListenerTest, NamesHaveNoSecrets) {
  base::Redactor redactor;
  ASSERT_TRUE(redactor.Add("hunter2"));
  plan::Plan plan;
  plan.stages[0] = {stages::Exec("x hunter2"), stages::Get("hunter2")};
  std::get<plan::ProcessAction>(plan.stages[0][0].action).options.redactor =
      &redactor;
  std::get<plan::RequestAction>(plan.stages[0][1].action).request.redactor =
      &redactor;
  LiveListener listener;
  listener.SetPlan(plan);
  EXPECT_EQ(listener.state().tasks[0][0].name, "x ***");
  EXPECT_EQ(listener.state().tasks[0][1].name, "***");
}

// `start` of this plan has one.
class LiveSamplerTest : public LiveListenerTest {
 protected:
  LiveSamplerTest() {
    plan_.stages[1].push_back(stages::Exec("watch"));
    plan_.stages[1][2].every = absl::Seconds(5);
    listener_ = LiveListener();
    listener_.SetPlan(plan_);
    BeginRound(1, absl::Seconds(5));
    listener_.OnTaskEnd({Id(2), task(2), stages::TaskEnd::Effect::kNone,
                         nullptr, absl::Seconds(5)});
  }

  void BeginRound(int number, absl::Duration at) {
    listener_.OnAttemptBegin({Id(2), task(2), number, at});
  }

  void EndRound(int number, stages::Cause cause, stages::Verdict verdict = {}) {
    stages::AttemptEnd end;
    end.id = Id(2);
    end.task = task(2);
    end.attempt = number;
    end.judgement.cause = cause;
    end.verdict = std::move(verdict);
    listener_.OnAttemptEnd(end);
  }
};

TEST_F(LiveSamplerTest, IsUpFromItsFirstRoundToTheWindowsEnd) {
  EXPECT_EQ(live(2).state, State::kUp);
  EndRound(1, stages::Cause::kExitCode);
  EXPECT_EQ(live(2).state, State::kUp);
  BeginRound(2, absl::Seconds(10));
  EXPECT_EQ(live(2).state, State::kUp);
  EXPECT_EQ(live(2).begin, absl::Seconds(5));
  listener_.OnWindowEnd({absl::Seconds(12)});
  EXPECT_EQ(live(2).state, State::kDone);
  EXPECT_EQ(live(2).end, absl::Seconds(12));
}

TEST_F(LiveSamplerTest, EndsWithoutAWindowToo) {
  listener_.OnStageBegin({plan::Stage::kPost, 0, absl::Seconds(7)});
  EXPECT_EQ(live(2).state, State::kDone);
  EXPECT_EQ(live(2).end, absl::Seconds(7));
}

TEST_F(LiveSamplerTest, ARoundThatFailsTheRunIsAFailure) {
  EndRound(1, stages::Cause::kGivenUp, {.gives_up = stages::ConditionResult()});
  BeginRound(2, absl::Seconds(10));
  listener_.OnWindowEnd({absl::Seconds(12)});
  EXPECT_EQ(live(2).state, State::kFailed);
}

TEST_F(LiveListenerTest, WhatNeverBeganWasSkipped) {
  plan_.stages[3] = {stages::Exec("clean"), stages::Exec("tell")};
  listener_ = LiveListener();
  listener_.SetPlan(plan_);
  listener_.OnStageBegin({plan::Stage::kStart, 2, absl::Seconds(1)});
  EXPECT_EQ(live(0).state, State::kWaiting);
  listener_.OnStageBegin({plan::Stage::kPost, 2, absl::Seconds(2)});
  EXPECT_EQ(live(0).state, State::kSkipped);
  const std::vector<LiveTask>& post = listener_.state().tasks[3];
  const plan::TaskId tell = {plan::Stage::kPost, 1};
  listener_.OnTaskSkipped({tell, &plan_.stages[3][1], task(0), "job", {}});
  EXPECT_EQ(post[1].state, State::kSkipped);
  EXPECT_EQ(post[0].state, State::kWaiting);
  const stages::Outcome outcome;
  listener_.OnRunEnd({outcome, absl::Seconds(9)});
  EXPECT_EQ(post[0].state, State::kSkipped);
}

TEST_F(LiveListenerTest, NothingRunsAtTheEnd) {
  listener_.OnAttemptBegin({Id(0), task(0), 1, absl::Seconds(5)});
  listener_.OnAttemptBegin({Id(1), task(1), 1, absl::Seconds(5)});
  listener_.OnBackgroundReady({Id(0), task(0), 1, absl::Seconds(5)});
  const stages::Outcome outcome;
  listener_.OnRunEnd({outcome, absl::Seconds(9)});
  EXPECT_EQ(live(0).state, State::kDone);
  EXPECT_EQ(live(1).state, State::kInterrupted);
}

TEST(LastLineTest, KeepsABoundedPart) {
  LastLine last;
  last.Add(std::string(1000000, 'x'));
  last.Add("end");
  EXPECT_EQ(last.text().size(), LastLine::kMaxBytes);
  EXPECT_THAT(last.text(), HasSubstr("xend"));
  last.Add("\n\n  \n");
  EXPECT_THAT(last.text(), HasSubstr("xend"));
}

// --- repainting ---

class FramePainterTest : public testing::Test {
 protected:
  void Paint(const std::vector<std::string>& messages,
             const std::vector<std::string>& lines) {
    screen_.Write(painter_.Paint(messages, lines, columns_));
  }

  size_t columns_ = 20;
  FakeScreen screen_{20, 10};
  FramePainter painter_;
};

TEST_F(FramePainterTest, TheFrameStaysBelowTheMessages) {
  Paint({}, {"one", "two longer"});
  Paint({"hello"}, {"one", "two"});
  EXPECT_THAT(screen_.Rows(), ElementsAre("hello", "one", "two"));
  Paint({"a message that is wider than the screen", "b"}, {"1"});
  EXPECT_THAT(screen_.Rows(), ElementsAre("hello", "a message that is wi",
                                          "der than the screen", "b", "1"));
  EXPECT_THAT(screen_.unknown(), IsEmpty());
}

TEST_F(FramePainterTest, WhatHasNotChangedIsNotWritten) {
  EXPECT_NE(painter_.Paint({}, {"one"}, 20), "");
  EXPECT_EQ(painter_.Paint({}, {"one"}, 20), "");
}

TEST_F(FramePainterTest, NoLineIsErasedBeforeItsSuccessorIsThere) {
  painter_.Paint({}, {"one", "two"}, 20);
  EXPECT_EQ(painter_.Paint({}, {"one", "2"}, 20),
            "\x1b[2A\rone\x1b[K\r\n2\x1b[K\r\n\x1b[J");
  EXPECT_EQ(painter_.Paint({}, {"1"}, 20), "\x1b[2A\r1\x1b[K\r\n\x1b[J");
}

TEST_F(FramePainterTest, ANarrowerTerminalHasBrokenTheLines) {
  Paint({"message"}, {"a line of nineteen.", "\x1b[32mgreen\x1b[0m"});
  columns_ = 8;
  screen_.Resize(8);
  Paint({}, {"a li...", "\x1b[32mgreen\x1b[0m"});
  EXPECT_THAT(screen_.Rows(), ElementsAre("message", "a li...", "green"));
  columns_ = 30;
  screen_.Resize(30);
  Paint({}, {"a line of nineteen.", "green"});
  EXPECT_THAT(screen_.Rows(),
              ElementsAre("message", "a line of nineteen.", "green"));
}

TEST_F(FramePainterTest, AfterForgetTheFrameBeginsAnew) {
  Paint({}, {"one"});
  screen_.Write("[1]+ Stopped\r\n");
  painter_.Forget();
  Paint({}, {"one"});
  EXPECT_THAT(screen_.Rows(), ElementsAre("one", "[1]+ Stopped", "one"));
}

}  // namespace
}  // namespace servo::report
