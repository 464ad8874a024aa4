#include "base/loop.h"

#include <fcntl.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "base/ppoll_loop.h"
#include "base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::base {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Pipe MakePipe() {
  int fds[2];
  EXPECT_EQ(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
  return Pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

void WriteByte(const Pipe& pipe) {
  EXPECT_EQ(write(pipe.write_end.get(), "x", 1), 1);
}

void ReadByte(const Pipe& pipe) {
  char byte;
  EXPECT_EQ(read(pipe.read_end.get(), &byte, 1), 1);
}

TEST(LoopTest, TimersFireInOrderOfDeadlineThenRegistration) {
  FakeLoop loop;
  std::vector<std::string> fired;
  auto note = [&](const char* name) {
    return [&fired, name] { fired.push_back(name); };
  };
  auto late = loop.After(absl::Seconds(2), note("late"));
  auto first = loop.After(absl::Seconds(1), note("first"));
  auto second = loop.After(absl::Seconds(1), note("second"));

  loop.Advance(absl::Milliseconds(999));
  EXPECT_THAT(fired, IsEmpty());
  loop.Advance(absl::Milliseconds(1));
  EXPECT_THAT(fired, ElementsAre("first", "second"));
  loop.Advance(absl::Seconds(1));
  EXPECT_THAT(fired, ElementsAre("first", "second", "late"));
}

TEST(LoopTest, TimerNeverFiresInsideItsRegistration) {
  FakeLoop loop;
  bool fired = false;
  auto timer = loop.After(absl::ZeroDuration(), [&] { fired = true; });
  EXPECT_FALSE(fired);
  EXPECT_TRUE(timer.active());
  loop.RunPending();
  EXPECT_TRUE(fired);
  EXPECT_FALSE(timer.active());
}

TEST(LoopTest, NegativeDelayIsZero) {
  FakeLoop loop;
  bool fired = false;
  auto timer = loop.After(-absl::Hours(1), [&] { fired = true; });
  loop.RunPending();
  EXPECT_TRUE(fired);
}

TEST(LoopTest, InfiniteDelayRegistersNothing) {
  FakeLoop loop;
  auto timer = loop.After(absl::InfiniteDuration(), [] { FAIL(); });
  EXPECT_FALSE(timer.active());
  EXPECT_FALSE(loop.RunUntil([] { return false; }));
}

TEST(LoopTest, ResetTimerDoesNotFire) {
  FakeLoop loop;
  auto timer = loop.After(absl::Seconds(1), [] { FAIL(); });
  timer.Reset();
  EXPECT_FALSE(timer.active());
  loop.Advance(absl::Seconds(2));
}

TEST(LoopTest, TimerMayResetALaterTimerOfTheSameTurn) {
  FakeLoop loop;
  Loop::Registration second;
  auto first = loop.After(absl::Seconds(1), [&] { second.Reset(); });
  second = loop.After(absl::Seconds(1), [] { FAIL(); });
  loop.Advance(absl::Seconds(2));
}

TEST(LoopTest, TimerThatRearmsWithZeroDelayLetsOthersRun) {
  FakeLoop loop;
  int turns = 0;
  Loop::Registration timer;
  std::function<void()> again = [&] {
    if (++turns < 3) timer = loop.After(absl::ZeroDuration(), again);
  };
  timer = loop.After(absl::ZeroDuration(), again);
  loop.RunOnce();
  EXPECT_EQ(turns, 1);
  loop.RunPending();
  EXPECT_EQ(turns, 3);
}

TEST(LoopTest, PostedCallbacksRunInOrderAndInTheSameTurnAsWhatTheyPost) {
  FakeLoop loop;
  std::vector<std::string> ran;
  Loop::Registration inner;
  auto timer = loop.After(absl::ZeroDuration(), [&] {
    ran.push_back("timer");
    inner = loop.Post([&] { ran.push_back("posted by the timer"); });
    EXPECT_TRUE(inner.active());
  });
  auto first = loop.Post([&] { ran.push_back("first"); });
  auto second = loop.Post([&] { ran.push_back("second"); });
  EXPECT_THAT(ran, IsEmpty());
  loop.RunOnce();
  EXPECT_THAT(ran,
              ElementsAre("timer", "first", "second", "posted by the timer"));
  EXPECT_FALSE(first.active());
  EXPECT_FALSE(inner.active());
}

// A cancel that is under way comes before the next step.
TEST(LoopTest, TimerOfNoDelayComesBeforeWhatIsPostedAfterIt) {
  FakeLoop loop;
  Pipe pipe = MakePipe();
  std::vector<std::string> ran;
  Loop::Registration timer, posted;
  auto watch = loop.Watch(pipe.read_end.get(), POLLIN, [&](short) {
    ReadByte(pipe);
    timer = loop.After(absl::ZeroDuration(), [&] { ran.push_back("timer"); });
    posted = loop.Post([&] { ran.push_back("posted"); });
  });
  WriteByte(pipe);
  loop.RunPending();
  EXPECT_THAT(ran, ElementsAre("timer", "posted"));
}

TEST(LoopTest, PostedCallbackAloneKeepsTheLoopGoing) {
  FakeLoop loop;
  bool ran = false;
  auto posted = loop.Post([&] { ran = true; });
  EXPECT_TRUE(loop.RunUntil([&] { return ran; }));
  EXPECT_FALSE(loop.RunUntil([] { return false; }));
}

TEST(LoopTest, ResetPostedCallbackDoesNotRun) {
  FakeLoop loop;
  Loop::Registration second;
  auto first = loop.Post([&] { second.Reset(); });
  second = loop.Post([] { FAIL(); });
  {
    auto dropped = loop.Post([] { FAIL(); });
  }
  loop.RunPending();
}

TEST(LoopTest, CallbacksThatPostOneAnotherForEverLetDescriptorsBeHeard) {
  FakeLoop loop;
  Pipe pipe = MakePipe();
  bool heard = false;
  int calls = 0;
  Loop::Registration posted;
  std::function<void()> again = [&] {
    if (++calls == 3) WriteByte(pipe);
    posted = loop.Post(again);
  };
  posted = loop.Post(again);
  auto watch = loop.Watch(pipe.read_end.get(), POLLIN, [&](short) {
    heard = true;
    posted.Reset();
  });
  for (int turn = 0; turn < 3; ++turn) loop.RunOnce();
  EXPECT_TRUE(heard);
  EXPECT_GE(calls, 3);
}

TEST(LoopTest, AdvanceStopsAtEachDeadline) {
  FakeLoop loop;
  const absl::Duration start = loop.Now();
  std::vector<absl::Duration> times;
  Loop::Registration timer;
  std::function<void()> beat = [&] {
    times.push_back(loop.Now() - start);
    timer = loop.After(absl::Seconds(30), beat);
  };
  timer = loop.After(absl::Seconds(30), beat);
  loop.Advance(absl::Seconds(100));
  EXPECT_THAT(times, ElementsAre(absl::Seconds(30), absl::Seconds(60),
                                 absl::Seconds(90)));
  EXPECT_EQ(loop.Now() - start, absl::Seconds(100));
}

TEST(LoopTest, ReadyDescriptorIsHeardBeforeATimerOfTheSameTurn) {
  FakeLoop loop;
  Pipe pipe = MakePipe();
  std::vector<std::string> heard;
  auto timer = loop.After(absl::Seconds(1), [&] { heard.push_back("timer"); });
  auto watch = loop.Watch(pipe.read_end.get(), POLLIN, [&](short) {
    heard.push_back("descriptor");
    ReadByte(pipe);
  });
  // Both become due between two turns.
  auto wake = loop.After(absl::Seconds(1) - absl::Nanoseconds(1),
                         [&] { WriteByte(pipe); });
  loop.Advance(absl::Seconds(1));
  EXPECT_THAT(heard, ElementsAre("descriptor", "timer"));
}

TEST(LoopTest, WatchersAreCalledInOrderOfRegistration) {
  FakeLoop loop;
  Pipe first = MakePipe();
  Pipe second = MakePipe();
  std::vector<int> heard;
  auto watch_second = loop.Watch(second.read_end.get(), POLLIN, [&](short) {
    heard.push_back(2);
    ReadByte(second);
  });
  auto watch_first = loop.Watch(first.read_end.get(), POLLIN, [&](short) {
    heard.push_back(1);
    ReadByte(first);
  });
  WriteByte(first);
  WriteByte(second);
  loop.RunPending();
  EXPECT_THAT(heard, ElementsAre(2, 1));
}

TEST(LoopTest, WatcherMayResetItselfAndOthersOfTheTurn) {
  FakeLoop loop;
  Pipe first = MakePipe();
  Pipe second = MakePipe();
  Loop::Registration watch_first, watch_second;
  int calls = 0;
  watch_first = loop.Watch(first.read_end.get(), POLLIN, [&](short) {
    ++calls;
    watch_second.Reset();
    watch_first.Reset();
  });
  watch_second =
      loop.Watch(second.read_end.get(), POLLIN, [](short) { FAIL(); });
  WriteByte(first);
  WriteByte(second);
  loop.RunPending();
  EXPECT_EQ(calls, 1);
}

TEST(LoopTest, HangUpIsReportedWithoutBeingAskedFor) {
  FakeLoop loop;
  Pipe pipe = MakePipe();
  pipe.read_end.Reset();
  short seen = 0;
  Loop::Registration watch;
  watch = loop.Watch(pipe.write_end.get(), 0, [&](short revents) {
    seen = revents;
    watch.Reset();
  });
  loop.RunPending();
  EXPECT_TRUE(seen & POLLERR);
}

TEST(LoopTest, MovedRegistrationKeepsTheCallback) {
  FakeLoop loop;
  bool fired = false;
  Loop::Registration outer;
  {
    auto inner = loop.After(absl::Seconds(1), [&] { fired = true; });
    outer = std::move(inner);
  }
  loop.Advance(absl::Seconds(1));
  EXPECT_TRUE(fired);
}

TEST(LoopTest, RunUntilReturnsFalseWhenNothingCanHappenAnyMore) {
  FakeLoop loop;
  EXPECT_FALSE(loop.RunUntil([] { return false; }));
  EXPECT_TRUE(loop.RunUntil([] { return true; }));
}

TEST(PpollLoopTest, WaitsForTheTimerAndNoLess) {
  PpollLoop loop;
  const absl::Duration start = loop.Now();
  bool fired = false;
  auto timer = loop.After(absl::Milliseconds(20), [&] { fired = true; });
  EXPECT_TRUE(loop.RunUntil([&] { return fired; }));
  EXPECT_GE(loop.Now() - start, absl::Milliseconds(20));
}

TEST(PpollLoopTest, AsksForLessWhereTheKernelMayBeLate) {
  EXPECT_EQ(PpollLoop::Request(absl::ZeroDuration()), absl::ZeroDuration());
  EXPECT_EQ(PpollLoop::Request(absl::Milliseconds(10)), absl::Milliseconds(10));
  EXPECT_EQ(PpollLoop::Request(absl::Seconds(1)), absl::Milliseconds(995));
  EXPECT_EQ(PpollLoop::Request(absl::Hours(1)),
            absl::Hours(1) - absl::Milliseconds(100));
  EXPECT_EQ(PpollLoop::Request(absl::InfiniteDuration()),
            absl::InfiniteDuration());
}

TEST(PpollLoopTest, DescriptorEndsAnEndlessWait) {
  PpollLoop loop;
  Pipe pipe = MakePipe();
  bool ready = false;
  auto watch =
      loop.Watch(pipe.read_end.get(), POLLIN, [&](short) { ready = true; });
  auto timer = loop.After(absl::Milliseconds(5), [&] { WriteByte(pipe); });
  EXPECT_TRUE(loop.RunUntil([&] { return ready; }));
}

}  // namespace
}  // namespace servo::base
