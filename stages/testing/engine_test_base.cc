#include "stages/testing/engine_test_base.h"

#include "stages/testing/tasks.h"

namespace servo::stages {

void EngineTestBase::FillAllStages() {
  for (plan::Stage stage : plan::kStages) {
    Tasks(stage).push_back(Exec(plan::StageName(stage)));
  }
}

void EngineTestBase::Start(absl::Duration window) {
  engine_.emplace(Services{&loop_, &runner_, &client_}, &plan_, options_);
  engine_->AddListener(&listener_);
  engine_->Start(window, [this](const Outcome& outcome) {
    ++done_calls_;
    outcome_ = outcome;
    EXPECT_FALSE(inside_call_) << "done came from inside a call";
  });
  loop_.RunPending();
}

void EngineTestBase::Cancel(int signal) {
  inside_call_ = true;
  engine_->Cancel(base::CancelCause::Signal(signal));
  inside_call_ = false;
  loop_.RunPending();
}

void EngineTestBase::Hurry() {
  inside_call_ = true;
  engine_->Hurry(base::CancelCause::Signal(SIGTERM));
  inside_call_ = false;
  loop_.RunPending();
}

void EngineTestBase::ExpectOver(Outcome::Kind kind) {
  ASSERT_EQ(done_calls_, 1);
  EXPECT_EQ(outcome_.kind, kind);
  EXPECT_GT(runner_.end_alls(), 0);
  for (const auto& record : runner_.records()) {
    EXPECT_FALSE(record.running()) << record.command.argv[0];
  }
}

void EngineTestBase::ExpectSuccess() {
  ExpectOver(Outcome::Kind::kSuccess);
  EXPECT_FALSE(outcome_.failure.has_value());
}

void EngineTestBase::ExpectCancelled(int signal) {
  ExpectOver(Outcome::Kind::kCancelled);
  EXPECT_EQ(outcome_.cancel_cause, base::CancelCause::Signal(signal));
  EXPECT_FALSE(outcome_.failure.has_value());
}

void EngineTestBase::ExpectFailed(const std::string& task, Cause cause) {
  ExpectOver(Outcome::Kind::kFailed);
  ASSERT_TRUE(outcome_.failure.has_value());
  EXPECT_EQ(outcome_.failure->task->name, task);
  EXPECT_STREQ(Word(outcome_.failure->judgement.cause), Word(cause));
}

}  // namespace servo::stages
