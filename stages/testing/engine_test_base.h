// A run on fakes and a clock that the test moves.
#ifndef STAGES_TESTING_ENGINE_TEST_BASE_H_
#define STAGES_TESTING_ENGINE_TEST_BASE_H_

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/cancel_cause.h"
#include "base/fake_loop.h"
#include "exec/fake_runner.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "plan/plan.h"
#include "stages/engine.h"
#include "stages/judge.h"
#include "stages/testing/recording_listener.h"

namespace servo::stages {

// Fill in `plan_`, script `runner_` and `client_`, then Start().
class EngineTestBase : public ::testing::Test {
 protected:
  std::vector<plan::Task>& Tasks(plan::Stage stage) {
    return plan_.stages[static_cast<size_t>(stage)];
  }

  // One task a stage, called like it.
  void FillAllStages();

  void Start(absl::Duration window = absl::Seconds(10));
  void Cancel(int signal = SIGUSR1);
  void Hurry();
  void Advance(absl::Duration time) { loop_.Advance(time); }

  // The run is over, once, like this; nothing runs any more.
  void ExpectSuccess();
  void ExpectCancelled(int signal = SIGUSR1);
  void ExpectFailed(const std::string& task, Cause cause);

  base::FakeLoop loop_;
  exec::FakeRunner runner_{&loop_};
  http::FakeClient client_{&loop_};
  RecordingListener listener_;
  plan::Plan plan_;
  Engine::Options options_ = {.app_id = "app"};
  std::optional<Engine> engine_;
  Outcome outcome_;
  int done_calls_ = 0;
  bool inside_call_ = false;

 private:
  void ExpectOver(Outcome::Kind kind);
};

}  // namespace servo::stages

#endif  // STAGES_TESTING_ENGINE_TEST_BASE_H_
