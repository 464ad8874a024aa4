#include "protocol/hand_run.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protocol/driver_run.h"
#include "protocol/exit_codes.h"
#include "protocol/fake_driver.h"
#include "protocol/fake_signal_source.h"
#include "protocol/messages.h"
#include "protocol/request.h"

namespace servo::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FakeDisplay final : public HandRunDisplay {
 public:
  void Stage(std::string text) override { Take("stage", text); }
  void Notify(std::string text) override { Take("notify", text); }
  void Warn(std::string text) override { Take("warn", text); }
  void Detail(absl::string_view text) override { Take("detail", text); }
  void CleaningUp(const CancelCause& cause) override {
    Take("cleaning up", ToString(cause));
  }
  void Close() override { shown.push_back("close"); }
  std::string Summary(const Answer& answer) override {
    return absl::StrCat(answer.status, ":", answer.message, "\n");
  }
  bool idle() const override { return is_idle; }

  std::vector<std::string> shown;
  bool is_idle = true;

 private:
  void Take(absl::string_view kind, absl::string_view text) {
    shown.push_back(absl::StrCat(kind, " ", text));
  }
};

class HandRunTest : public testing::Test {
 protected:
  HandRunTest() {
    std::signal(SIGPIPE, SIG_IGN);
    int fds[2];
    EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    read_end_.Reset(fds[0]);
    write_end_.Reset(fds[1]);
    run_.emplace(&loop_, write_end_.get(), &signals_, &display_, &driver_);
  }

  void Begin() {
    run_->Begin("local", {.duration = absl::Seconds(5)});
    loop_.RunPending();
  }

  void Raise(int signal) {
    signals_.Raise(signal);
    loop_.RunPending();
  }

  void Finish(Answer answer) {
    driver_.Finish(std::move(answer));
    loop_.RunPending();
  }

  std::string Output() {
    char buffer[4096];
    const ssize_t count = read(read_end_.get(), buffer, sizeof(buffer));
    return count <= 0 ? "" : std::string(buffer, count);
  }

  base::FakeLoop loop_;
  base::UniqueFd read_end_, write_end_;
  FakeSignalSource signals_;
  FakeDisplay display_;
  FakeDriver driver_;
  std::optional<HandRun> run_;
};

TEST_F(HandRunTest, StdoutHasTheSummaryAlone) {
  Begin();
  EXPECT_THAT(driver_.calls, ElementsAre("Measure local 5s"));
  driver_.reporter->Stage("Stage pre: 1 task");
  driver_.reporter->Notify("hello");
  EXPECT_EQ(Output(), "");
  Finish(Answer());
  EXPECT_THAT(display_.shown,
              ElementsAre("stage Stage pre: 1 task", "notify hello", "close"));
  EXPECT_EQ(Output(), "ok:\n");
  EXPECT_TRUE(run_->over());
  EXPECT_EQ(run_->exit_code(), kExitOk);
  EXPECT_EQ(driver_.told, "ok ");
}

TEST_F(HandRunTest, AFailureIsTheAnswersExitCode) {
  Begin();
  Finish(Answer::Failed("pre: broken", "task-failed"));
  EXPECT_EQ(Output(), "failed:pre: broken\n");
  EXPECT_EQ(run_->exit_code(), kExitFailed);
  EXPECT_EQ(driver_.told, "failed task-failed");
}

TEST_F(HandRunTest, TheFirstInterruptCleansUpAndSaysSoTheSecondHurries) {
  Begin();
  Raise(SIGINT);
  EXPECT_THAT(display_.shown, ElementsAre("cleaning up SIGINT"));
  Raise(SIGINT);
  EXPECT_THAT(display_.shown, ElementsAre("cleaning up SIGINT"));
  EXPECT_THAT(driver_.calls,
              ElementsAre("Measure local 5s", "Cancel SIGINT", "Hurry SIGINT"));
  EXPECT_FALSE(run_->over());
  Finish(Answer::Cancelled());
  EXPECT_EQ(Output(), "failed:Exiting due to signal: SIGINT\n");
  EXPECT_EQ(run_->exit_code(), kExitCancelled);
  EXPECT_EQ(driver_.told, "failed cancelled");
}

TEST_F(HandRunTest, ASignalBeforeTheBeginRunsNothing) {
  run_->Begin("local", {.duration = absl::Seconds(5)});
  Raise(SIGTERM);
  EXPECT_THAT(driver_.calls, IsEmpty());
  EXPECT_THAT(display_.shown, ElementsAre("close"));
  EXPECT_TRUE(run_->over());
  EXPECT_EQ(run_->exit_code(), kExitCancelled);
}

TEST_F(HandRunTest, TheLossOfStdoutIsACancel) {
  Begin();
  read_end_.Reset();
  loop_.RunPending();
  EXPECT_EQ(driver_.calls.back(), "Cancel nobody reads stdout");
  Finish(Answer::Cancelled());
  EXPECT_TRUE(run_->over());
  EXPECT_EQ(run_->exit_code(), kExitCancelled);
}

TEST_F(HandRunTest, TheSummaryWaitsForTheDisplayButNotForEver) {
  Begin();
  display_.is_idle = false;
  Finish(Answer());
  EXPECT_EQ(Output(), "");
  EXPECT_FALSE(run_->over());
  loop_.Advance(absl::Seconds(2));
  EXPECT_EQ(Output(), "ok:\n");
  EXPECT_TRUE(run_->over());
}

TEST_F(HandRunTest, AThirdExceptionGivesTheDriverUp) {
  Begin();
  run_->OnException("first");
  run_->OnException("second");
  EXPECT_FALSE(run_->over());
  run_->OnException("third");
  loop_.RunPending();
  EXPECT_EQ(Output(), "failed:internal error: first\n");
  EXPECT_EQ(run_->exit_code(), kExitFailed);
}

TEST_F(HandRunTest, WhatTheDriverCannotDoWithTheAnswerIsAWarning) {
  driver_.before_answer = absl::UnavailableError("the disk is full");
  Begin();
  Finish(Answer());
  EXPECT_THAT(display_.shown, ElementsAre("warn the disk is full", "close"));
  EXPECT_EQ(run_->exit_code(), kExitOk);
}

}  // namespace
}  // namespace servo::protocol
