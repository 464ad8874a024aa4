#include "exec/fake_runner.h"

#include <csignal>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "exec/command.h"
#include "exec/output_tap.h"
#include "exec/runner.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

using Script = FakeRunner::Script;

class FakeRunnerTest : public testing::Test {
 protected:
  void Start(const Command& command, const Options& options = {}) {
    absl::StatusOr<std::unique_ptr<Process>> process = runner_.Start(
        command, options,
        [this](const Result& result) { results_.push_back(result); });
    ASSERT_TRUE(process.ok()) << process.status();
    processes_.push_back(*std::move(process));
  }

  base::FakeLoop loop_;
  FakeRunner runner_{&loop_};
  std::vector<std::unique_ptr<Process>> processes_;
  std::vector<Result> results_;
};

TEST_F(FakeRunnerTest, ExitsWithZeroInTheNextTurnUnlessScripted) {
  Start(Shell("echo a", {"b"}));
  EXPECT_TRUE(results_.empty());
  loop_.RunPending();
  ASSERT_EQ(results_.size(), 1u);
  EXPECT_EQ(results_[0].ending, Ending::kExited);
  EXPECT_EQ(results_[0].code, 0);
  EXPECT_EQ(runner_.lines(), std::vector<std::string>{"/bin/sh -c echo a b"});
}

TEST_F(FakeRunnerTest, FollowsItsScriptsOneStartAfterTheOther) {
  runner_.On("job", {Script{.runs_for = absl::Seconds(3), .code = 7},
                     Script{.code = -SIGSEGV, .out = "o", .err = "e"}});
  Start({.argv = {"job"}});
  loop_.Advance(absl::Seconds(2));
  EXPECT_TRUE(results_.empty());
  loop_.Advance(absl::Seconds(1));
  Start({.argv = {"job"}});
  Start({.argv = {"job"}});
  loop_.RunPending();
  ASSERT_EQ(results_.size(), 3u);
  EXPECT_EQ(results_[0].code, 7);
  EXPECT_EQ(results_[0].elapsed, absl::Seconds(3));
  EXPECT_EQ(results_[1].ending, Ending::kSignaled);
  EXPECT_EQ(results_[1].code, -SIGSEGV);
  EXPECT_EQ(results_[1].out.Text(), "o");
  EXPECT_EQ(results_[2].err.Text(), "e");
}

TEST_F(FakeRunnerTest, FailsToStartAsScripted) {
  runner_.On("job", Script{.start = absl::NotFoundError("gone")});
  EXPECT_EQ(runner_.Start({.argv = {"job"}}, {}, [](const Result&) {}).status(),
            absl::NotFoundError("gone"));
  EXPECT_TRUE(runner_.records().empty());
  EXPECT_EQ(runner_.lines().size(), 1u);
}

TEST_F(FakeRunnerTest, TimesOutAndObeys) {
  runner_.On("job",
             Script{.runs_for = absl::InfiniteDuration(), .obeys_with = 0});
  Start({.argv = {"job"}}, {.timeout = absl::Seconds(1)});
  loop_.Advance(absl::Seconds(1));
  ASSERT_EQ(results_.size(), 1u);
  EXPECT_EQ(results_[0].ending, Ending::kTimedOut);
  EXPECT_EQ(results_[0].code, 0);
}

TEST_F(FakeRunnerTest, KillsTheStubbornAfterTheKillTimeout) {
  runner_.On("job",
             Script{.runs_for = absl::InfiniteDuration(), .obeys = false});
  Start({.argv = {"job"}}, {.kill_timeout = absl::Seconds(2)});
  processes_[0]->Stop();
  processes_[0]->Stop();
  loop_.Advance(absl::Seconds(1));
  EXPECT_TRUE(results_.empty());
  loop_.Advance(absl::Seconds(1));
  ASSERT_EQ(results_.size(), 1u);
  EXPECT_EQ(results_[0].ending, Ending::kStopped);
  EXPECT_EQ(results_[0].code, -SIGKILL);
  EXPECT_EQ(runner_.records()[0].stops, 2);
}

TEST_F(FakeRunnerTest, EndsWhatTheTestEnds) {
  runner_.On("job", Script{.runs_for = absl::InfiniteDuration()});
  Start({.argv = {"job"}});
  runner_.End(0, 3);
  EXPECT_TRUE(results_.empty());
  loop_.RunPending();
  ASSERT_EQ(results_.size(), 1u);
  EXPECT_EQ(results_[0].code, 3);
}

struct RecordingTap final : OutputTap {
  void OnOutput(Stream stream, absl::string_view bytes) override {
    absl::StrAppend(&heard, stream == Stream::kStdout ? "o:" : "e:", bytes,
                    ";");
  }
  std::string heard;
};

TEST_F(FakeRunnerTest, WhatIsEmittedIsHeardAtOnceAndCaptured) {
  RecordingTap tap;
  runner_.On("job", Script{.runs_for = absl::Seconds(1), .out = "last"});
  Start({.argv = {"job"}}, {.tap = &tap});
  runner_.Emit(0, Stream::kStdout, "one ");
  runner_.Emit(0, Stream::kStderr, "bad");
  EXPECT_EQ(tap.heard, "o:one ;e:bad;");
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(tap.heard, "o:one ;e:bad;o:last;");
  ASSERT_EQ(results_.size(), 1u);
  EXPECT_EQ(results_[0].out.Raw(), "one last");
  EXPECT_EQ(results_[0].err.Raw(), "bad");
}

TEST_F(FakeRunnerTest, DroppedHandlesNeverCallBack) {
  Start({.argv = {"job"}});
  processes_.clear();
  loop_.RunPending();
  EXPECT_TRUE(results_.empty());
  EXPECT_TRUE(runner_.records()[0].dropped);
}

TEST_F(FakeRunnerTest, EndAllWaitsForEveryProcessAndOrphan) {
  runner_.On("quick", Script{.runs_for = absl::InfiniteDuration()});
  runner_.On("slow",
             Script{.runs_for = absl::InfiniteDuration(), .obeys = false});
  runner_.set_orphans_take(absl::Seconds(1));
  runner_.set_unkillable({{7, "dd"}, {8, "cp"}});
  Start({.argv = {"quick"}});
  Start({.argv = {"slow"}});
  std::optional<size_t> left;
  runner_.EndAll(absl::Seconds(9), [&](const std::vector<Unkillable>& list) {
    left = list.size();
  });
  EXPECT_EQ(runner_.Start({.argv = {"late"}}, {}, [](const Result&) {})
                .status()
                .code(),
            absl::StatusCode::kFailedPrecondition);
  loop_.RunPending();
  EXPECT_EQ(results_.size(), 1u);
  loop_.Advance(absl::Milliseconds(500));
  EXPECT_EQ(results_.size(), 2u);
  EXPECT_EQ(left, std::nullopt);
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(left, 2u);
}

TEST_F(FakeRunnerTest, SecondEndAllKillsAndReplacesTheCallback) {
  runner_.On("job",
             Script{.runs_for = absl::InfiniteDuration(), .obeys = false});
  Start({.argv = {"job"}});
  int first = 0, second = 0;
  runner_.EndAll(absl::Seconds(9),
                 [&](const std::vector<Unkillable>&) { ++first; });
  runner_.EndAll(absl::ZeroDuration(),
                 [&](const std::vector<Unkillable>&) { ++second; });
  EXPECT_EQ(second, 0);
  loop_.RunPending();
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
  EXPECT_EQ(runner_.records()[0].kills, 1);
}

}  // namespace
}  // namespace servo::exec
