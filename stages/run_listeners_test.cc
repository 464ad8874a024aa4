#include "stages/run_listeners.h"

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/plan.h"
#include "stages/run_listener.h"
#include "stages/testing/recording_listener.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using ::testing::ElementsAre;

// Sends one of each event.
void TellEverything(RunListener& listener, const plan::Task& task) {
  listener.OnStageBegin({plan::Stage::kStart, 2, {}});
  listener.OnWindowBegin({absl::Seconds(3), {}});
  listener.OnAttemptBegin({{}, &task, 1, {}});
  listener.OnAttemptEnd({{}, &task, 1, {}, {}, absl::OkStatus(), {}});
  listener.OnRetryWait({{}, &task, 2, absl::Seconds(4), {}});
  listener.OnTaskEnd({{}, &task, TaskEnd::Effect::kIgnored, nullptr, {}});
  listener.OnBackgroundReady({{}, &task, 1, {}});
  listener.OnBackgroundEnd({{}, &task, exec::Result(), true, {}});
  listener.OnSample({{}, &task, 0, 1.5, {}});
  listener.OnSampleRejected({{}, &task, 1, absl::UnknownError("x"), {}});
  listener.OnCancelBegin({});
  listener.OnCleanupTimeout({absl::Seconds(5), {}});
  listener.OnRunEnd({Outcome(), {}});
}

TEST(RunListenersTest, EachHearsEverything) {
  RecordingListener first, second;
  RunListeners listeners;
  listeners.Add(&first);
  listeners.Add(&second);
  TellEverything(listeners, Exec("a"));
  EXPECT_THAT(first.events,
              ElementsAre("stage start: 2 tasks", "window 3s", "a begins 1",
                          "a ends 1: success", "a waits 4s for 2",
                          "a failed: ignored", "a is up", "a ended early: 0",
                          "a sample 0: 1.5", "a rejects 1: x", "cancel",
                          "cleanup timeout 5s", "run ends"));
  EXPECT_EQ(second.events, first.events);
}

TEST(RunListenersTest, TheFirstAddedHearsFirst) {
  struct Order final : RunListener {
    Order(std::string* o, char n) : order(o), name(n) {}
    void OnCancelBegin(const CancelBegin&) override { *order += name; }
    std::string* order;
    char name;
  };
  std::string order;
  Order a(&order, 'a'), b(&order, 'b');
  RunListeners listeners;
  listeners.Add(&a);
  listeners.Add(&b);
  listeners.OnCancelBegin({});
  EXPECT_EQ(order, "ab");
}

TEST(RunListenerTest, DoesNothingUnlessAMethodIsOverridden) {
  struct Deaf final : RunListener {
  } deaf;
  TellEverything(deaf, Exec("a"));
}

}  // namespace
}  // namespace servo::stages
