#include "stages/attempt.h"

#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "exec/fake_runner.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "http/request.h"
#include "plan/plan.h"
#include "stages/judge.h"
#include "stages/services.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class AttemptTest : public ::testing::Test {
 protected:
  absl::Status Start(const plan::Task& task) {
    auto attempt = StartAttempt({&loop_, &runner_, &client_}, task, task.action,
                                [this](AttemptResult r) {
                                  ++done_calls_;
                                  result_ = std::move(r);
                                  attempt_.reset();  // as its owner does
                                });
    EXPECT_EQ(done_calls_, 0) << "from inside the call";
    if (!attempt.ok()) return attempt.status();
    attempt_ = *std::move(attempt);
    loop_.RunPending();
    return absl::OkStatus();
  }

  base::FakeLoop loop_;
  exec::FakeRunner runner_{&loop_};
  http::FakeClient client_{&loop_};
  std::unique_ptr<Attempt> attempt_;
  std::optional<AttemptResult> result_;
  int done_calls_ = 0;
};

TEST_F(AttemptTest, AProcessEndsWithItsResult) {
  plan::Task task = Exec("a");
  task.timeout = absl::Seconds(7);
  std::get<plan::ProcessAction>(task.action).command.env = {{"NAME", "value"}};
  exec::FakeRunner::Script script = Exits(3);
  script.out = "text";
  runner_.On("a", script);
  ASSERT_TRUE(Start(task).ok());
  ASSERT_EQ(done_calls_, 1);
  EXPECT_EQ(std::get<exec::Result>(*result_).code, 3);
  EXPECT_EQ(std::get<exec::Result>(*result_).out.Text(), "text");
  EXPECT_EQ(runner_.records()[0].options.timeout, absl::Seconds(7));
  EXPECT_THAT(runner_.records()[0].command.env,
              ElementsAre(Pair("NAME", "value")));
}

TEST_F(AttemptTest, ARequestEndsWithItsResponse) {
  plan::Task task = Get("a");
  task.timeout = absl::Seconds(7);
  client_.Answer(http::FakeResponse(503, "busy"));
  ASSERT_TRUE(Start(task).ok());
  ASSERT_EQ(done_calls_, 1);
  EXPECT_EQ(std::get<http::Response>(*result_).status, 503);
  EXPECT_EQ(client_.records()[0].request.timeout, absl::Seconds(7));
}

TEST_F(AttemptTest, WithoutAnAnswerTheResultIsTheStatus) {
  const plan::Task task = Get("a");
  client_.Answer(absl::UnavailableError("no route"));
  ASSERT_TRUE(Start(task).ok());
  EXPECT_EQ(std::get<absl::Status>(*result_),
            absl::UnavailableError("no route"));
}

TEST_F(AttemptTest, WhatCannotStartIsAnError) {
  runner_.On("a", CannotStart());
  EXPECT_EQ(Start(Exec("a")), absl::NotFoundError("no such program"));
  client_.RefuseStart(absl::InvalidArgumentError("no URL"));
  EXPECT_EQ(Start(Get("a")), absl::InvalidArgumentError("no URL"));
  loop_.Advance(absl::Hours(1));
  EXPECT_EQ(done_calls_, 0);
}

TEST_F(AttemptTest, StopGivesAProcessTime) {
  const plan::Task task = Exec("a");
  runner_.On("a", Stubborn());
  ASSERT_TRUE(Start(task).ok());
  attempt_->Stop();
  loop_.Advance(absl::Milliseconds(499));
  EXPECT_EQ(done_calls_, 0);
  loop_.Advance(absl::Milliseconds(1));
  ASSERT_EQ(done_calls_, 1);
  EXPECT_EQ(std::get<exec::Result>(*result_).ending, exec::Ending::kStopped);
}

TEST_F(AttemptTest, KillGivesAProcessNone) {
  const plan::Task task = Exec("a");
  runner_.On("a", Stubborn());
  ASSERT_TRUE(Start(task).ok());
  attempt_->Kill();
  loop_.RunPending();
  ASSERT_EQ(done_calls_, 1);
  EXPECT_EQ(std::get<exec::Result>(*result_).ending, exec::Ending::kStopped);
}

TEST_F(AttemptTest, StopDropsARequestAtOnce) {
  const plan::Task task = Get("a");
  client_.Answer(http::FakeResponse(200), absl::InfiniteDuration());
  ASSERT_TRUE(Start(task).ok());
  attempt_->Stop();
  EXPECT_TRUE(client_.records()[0].dropped);
  ASSERT_EQ(done_calls_, 1);
  EXPECT_TRUE(absl::IsCancelled(std::get<absl::Status>(*result_)));
}

TEST_F(AttemptTest, DestructionDropsWhatIsUnderWay) {
  const plan::Task process = Exec("a");
  const plan::Task request = Get("a");
  runner_.On("a", RunsOn());
  ASSERT_TRUE(Start(process).ok());
  attempt_.reset();
  EXPECT_TRUE(runner_.records()[0].dropped);
  client_.Answer(http::FakeResponse(200), absl::InfiniteDuration());
  ASSERT_TRUE(Start(request).ok());
  attempt_.reset();
  EXPECT_TRUE(client_.records()[0].dropped);
  loop_.Advance(absl::Hours(1));
  EXPECT_EQ(done_calls_, 0);
}

}  // namespace
}  // namespace servo::stages
