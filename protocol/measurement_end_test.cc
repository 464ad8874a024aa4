// Each way out of a measurement that is not its end: cancels, a reader that is
// gone or stuck, exceptions.

#include <climits>
#include <csignal>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "protocol/driver_run.h"
#include "protocol/exit_codes.h"
#include "protocol/measurement.h"
#include "protocol/measurement_fixture.h"
#include "protocol/messages.h"
#include "protocol/pacer.h"

namespace servo::protocol {
namespace {

using ::nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// --- cancel ---

class EachSignal
    : public MeasurementTest,
      public testing::WithParamInterface<std::pair<int, const char*>> {};

INSTANTIATE_TEST_SUITE_P(All, EachSignal,
                         testing::Values(std::pair(SIGUSR1, "SIGUSR1"),
                                         std::pair(SIGTERM, "SIGTERM"),
                                         std::pair(SIGINT, "SIGINT"),
                                         std::pair(SIGHUP, "SIGHUP")),
                         [](const auto& test) { return test.param.second; });

TEST_P(EachSignal, BeforeTheInputEndsItAll) {
  Start();
  Input("{\"control\"");
  Raise(GetParam().first);
  EXPECT_THAT(driver_.calls, IsEmpty());
  ExpectOver(Cancelled(GetParam().second), kExitCancelled);
}

TEST_P(EachSignal, CancelsTheDriverAndWaitsForItsCleanup) {
  StartMeasuring();
  Raise(GetParam().first);
  EXPECT_THAT(driver_.calls,
              ElementsAre("Measure app 2s",
                          absl::StrCat("Cancel ", GetParam().second)));
  EXPECT_FALSE(measurement_->over());
  Finish(Answer::Cancelled());
  ExpectOver(Cancelled(GetParam().second), kExitCancelled);
}

TEST_F(MeasurementTest, RepeatsOfSigusr1AndSighupAreHarmless) {
  StartMeasuring();
  for (int i = 0; i < 5; ++i) Raise(SIGUSR1);
  for (int i = 0; i < 5; ++i) Raise(SIGHUP);
  EXPECT_THAT(driver_.calls, ElementsAre("Measure app 2s", "Cancel SIGUSR1"));
  Finish(Answer::Cancelled());
  ExpectOver(Cancelled("SIGUSR1"), kExitCancelled);
  Raise(SIGUSR1);
  EXPECT_EQ(measurement_->exit_code(), kExitCancelled);
}

TEST_F(MeasurementTest, ASecondSigtermOrSigintHurries) {
  StartMeasuring();
  Raise(SIGTERM);
  Raise(SIGINT);
  Raise(SIGTERM);
  EXPECT_THAT(driver_.calls, ElementsAre("Measure app 2s", "Cancel SIGTERM",
                                         "Hurry SIGINT", "Hurry SIGTERM"));
  Finish(Answer::Cancelled());
  ExpectOver(Cancelled("SIGTERM"), kExitCancelled);
}

TEST_F(MeasurementTest, TheFirstSigtermAfterACancelByTheCoreDoesNotHurry) {
  StartMeasuring();
  Raise(SIGUSR1);
  Raise(SIGTERM);
  EXPECT_THAT(driver_.calls, ElementsAre("Measure app 2s", "Cancel SIGUSR1"));
  Raise(SIGTERM);
  EXPECT_THAT(driver_.calls,
              ElementsAre("Measure app 2s", "Cancel SIGUSR1", "Hurry SIGTERM"));
}

TEST_F(MeasurementTest, AnOkAnswerAfterACancelIsTheCancels) {
  StartMeasuring();
  Raise(SIGUSR1);
  Finish(Answer());
  ExpectOver(Cancelled("SIGUSR1"), kExitCancelled);
}

TEST_F(MeasurementTest, AFailureOfItsOwnOutlivesACancel) {
  StartMeasuring();
  Raise(SIGUSR1);
  Finish(Answer::Failed("Task x failed", "task-failed"));
  ExpectOver(Failed("Task x failed", "task-failed"), kExitFailed);
}

TEST_F(MeasurementTest, TheLastLineAfterACancelKeepsItsDistance) {
  StartMeasuring();
  loop_.Advance(kPace);
  driver_.reporter->Stage("pre");
  Raise(SIGUSR1);
  driver_.reporter->Notify("news");
  Finish(Answer::Cancelled());
  EXPECT_THAT(Output(), ElementsAre(Progress(0, "pre")));
  Raise(SIGUSR1);
  loop_.Advance(kPace - absl::Milliseconds(1));
  EXPECT_FALSE(measurement_->over());
  EXPECT_THAT(Output(), IsEmpty());
  loop_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(Output(), ElementsAre(Progress(0, "news"), Cancelled("SIGUSR1")));
  EXPECT_TRUE(measurement_->over());
  EXPECT_EQ(measurement_->exit_code(), kExitCancelled);
}

TEST_F(MeasurementTest, AnImpatientSignalEndsTheWaitForTheLastLine) {
  for (const bool before_the_answer : {true, false}) {
    StartMeasuring();
    Raise(SIGTERM);
    driver_.reporter->Notify("news");
    if (before_the_answer) Raise(SIGINT);
    Finish(Answer::Cancelled());
    if (!before_the_answer) {
      EXPECT_FALSE(measurement_->over());
      Raise(SIGTERM);
    }
    EXPECT_THAT(Output(),
                ElementsAre(Progress(0, "news"), Cancelled("SIGTERM")));
    EXPECT_TRUE(measurement_->over());
    measurement_.reset();
    driver_ = FakeDriver();
    MakePipe(&in_read_, &in_write_);
  }
}

TEST_F(MeasurementTest, TheLossOfTheReaderEndsTheWaitForTheLastLine) {
  StartMeasuring();
  Raise(SIGUSR1);
  driver_.reporter->Notify("news");
  Finish(Answer::Cancelled());
  EXPECT_FALSE(measurement_->over());
  out_read_.Reset();
  loop_.RunPending();
  EXPECT_TRUE(measurement_->over());
  EXPECT_EQ(measurement_->exit_code(), kExitCancelled);
}

TEST_F(MeasurementTest, ExceptionsDoNotCostTheAnswerThatWaits) {
  StartMeasuring();
  Raise(SIGUSR1);
  driver_.reporter->Notify("news");
  Finish(Answer::Cancelled());
  for (int i = 0; i < 3; ++i) measurement_->OnException("lost");
  EXPECT_THAT(Output(), ElementsAre(Progress(0, "news"), Cancelled("SIGUSR1")));
  EXPECT_TRUE(measurement_->over());
}

TEST_F(MeasurementTest, ASignalAfterTheAnswerChangesNothing) {
  StartMeasuring();
  Finish(Answer());
  Raise(SIGTERM);
  ExpectOver(OkAnswer(), kExitOk);
}

// --- the reader of stdout ---

TEST_F(MeasurementTest, TheLossOfTheReaderCancelsAndTheCleanupRuns) {
  StartMeasuring();
  out_read_.Reset();
  loop_.RunPending();
  EXPECT_THAT(driver_.calls,
              ElementsAre("Measure app 2s", "Cancel nobody reads stdout"));
  EXPECT_EQ(Errors(), "measure: stdout has no reader any more\n");
  EXPECT_FALSE(measurement_->over());
  loop_.Advance(absl::Minutes(2));
  driver_.reporter->Notify("cleaning up");
  EXPECT_FALSE(measurement_->over());
  Finish(Answer::Cancelled());
  EXPECT_TRUE(measurement_->over());
  EXPECT_EQ(measurement_->exit_code(), kExitCancelled);
}

TEST_F(MeasurementTest, TheLossOfTheReaderBeforeTheInputEndsItAll) {
  Start();
  out_read_.Reset();
  loop_.RunPending();
  EXPECT_TRUE(measurement_->over());
  EXPECT_EQ(measurement_->exit_code(), kExitCancelled);
  EXPECT_THAT(driver_.calls, IsEmpty());
}

TEST_F(MeasurementTest, AReaderThatLeavesWithTheAnswerReadIsNoLoss) {
  StartMeasuring();
  Finish(Answer());
  Output();
  out_read_.Reset();
  loop_.RunPending();
  EXPECT_EQ(measurement_->exit_code(), kExitOk);
  EXPECT_EQ(Errors(), "");
}

TEST_F(MeasurementTest, AStuckReaderStopsNothingAndGetsTheAnswerAtLast) {
  StartMeasuring();
  FillStdout();
  loop_.Advance(absl::Minutes(10));
  driver_.activity = "still busy";
  driver_.reporter->Notify("news");
  loop_.Advance(absl::Minutes(10));
  Finish(Answer());
  loop_.Advance(absl::Minutes(1));
  EXPECT_FALSE(measurement_->over());
  Raise(SIGUSR1);
  EXPECT_FALSE(measurement_->over());

  std::string text;
  while (!measurement_->over()) {
    text += ReadAll(out_read_.get());
    loop_.RunPending();
  }
  text += ReadAll(out_read_.get());
  const std::vector<json> lines = Lines(text);
  EXPECT_EQ(measurement_->exit_code(), kExitOk);
  ASSERT_GT(lines.size(), 3u);
  EXPECT_EQ(lines.back(), OkAnswer());
  // The beats that were overtaken are gone.
  EXPECT_EQ(lines[lines.size() - 2], Progress(0, "news"));
  EXPECT_EQ(lines[lines.size() - 3],
            Progress(0, std::string(2 * PIPE_BUF, 'x')));
}

TEST_F(MeasurementTest, ASigtermEndsTheWaitForAStuckReader) {
  StartMeasuring();
  FillStdout();
  Finish(Answer());
  EXPECT_FALSE(measurement_->over());
  Raise(SIGTERM);
  EXPECT_TRUE(measurement_->over());
  EXPECT_EQ(measurement_->exit_code(), kExitCancelled);
}

TEST_F(MeasurementTest, TheWaitForAStuckReaderIsBoundedAfterACancel) {
  StartMeasuring();
  FillStdout();
  Raise(SIGUSR1);
  Finish(Answer::Cancelled());
  loop_.Advance(kCancelledAnswerGrace - absl::Seconds(1));
  EXPECT_FALSE(measurement_->over());
  loop_.Advance(absl::Seconds(1));
  EXPECT_TRUE(measurement_->over());
  EXPECT_EQ(measurement_->exit_code(), kExitCancelled);
}

TEST_F(MeasurementTest, AStuckReaderThatGoesEndsTheWait) {
  StartMeasuring();
  FillStdout();
  Finish(Answer());
  out_read_.Reset();
  loop_.RunPending();
  EXPECT_TRUE(measurement_->over());
  EXPECT_EQ(measurement_->exit_code(), kExitCancelled);
}

TEST_F(MeasurementTest, DroppedMessagesAreCounted) {
  StartMeasuring();
  for (int i = 0; i < 8; ++i) {
    driver_.reporter->Notify(std::string(1000 * 1000, 'x'));
    loop_.Advance(kPace);
  }
  Finish(Answer());
  EXPECT_THAT(Errors(), HasSubstr("progress messages were dropped"));
}

TEST_F(MeasurementTest, AStuckReaderOfStderrDelaysTheEndBriefly) {
  StartMeasuring();
  log_->Warn(std::string(1000 * 1000, 'x'));
  Finish(Answer());
  EXPECT_FALSE(measurement_->over());
  loop_.Advance(kLogGrace);
  ExpectOver(OkAnswer(), kExitOk);
}

// --- internal errors ---

TEST_F(MeasurementTest, AnExceptionCancelsTheDriverAndIsTheAnswer) {
  StartMeasuring();
  measurement_->OnException("out of luck");
  EXPECT_THAT(driver_.calls,
              ElementsAre("Measure app 2s", "Cancel internal error"));
  Raise(SIGUSR1);
  EXPECT_FALSE(measurement_->over());
  Finish(Answer::Cancelled());
  ExpectOver(Failed("internal error: out of luck", "internal-error"),
             kExitFailed);
  EXPECT_EQ(Errors(), "measure: internal error: out of luck\n");
}

TEST_F(MeasurementTest, ASecondExceptionHurriesAThirdGivesUp) {
  StartMeasuring();
  measurement_->OnException("one");
  measurement_->OnException("two");
  EXPECT_THAT(driver_.calls,
              ElementsAre("Measure app 2s", "Cancel internal error",
                          "Hurry internal error"));
  EXPECT_FALSE(measurement_->over());
  measurement_->OnException("three");
  ExpectOver(Failed("internal error: one", "internal-error"), kExitFailed);
}

TEST_F(MeasurementTest, ADriverThatNeverAnswersAfterAnExceptionIsGivenUp) {
  StartMeasuring();
  measurement_->OnException("lost");
  loop_.Advance(kInternalErrorGrace);
  EXPECT_EQ(Output().back(), Failed("internal error: lost", "internal-error"));
  EXPECT_TRUE(measurement_->over());
}

TEST_F(MeasurementTest, ExceptionsOfTheCleanupItselfGiveUp) {
  driver_.on_cancel = [] { throw std::runtime_error("cancel"); };
  driver_.on_hurry = [] { throw std::runtime_error("hurry"); };
  StartMeasuring();
  measurement_->OnException("one");
  ExpectOver(Failed("internal error: one", "internal-error"), kExitFailed);
}

TEST_F(MeasurementTest, AnExceptionAfterACancelLeavesTheCancelsAnswer) {
  StartMeasuring();
  Raise(SIGUSR1);
  measurement_->OnException("late");
  Finish(Answer::Cancelled());
  ExpectOver(Cancelled("SIGUSR1"), kExitCancelled);
  EXPECT_THAT(Errors(), HasSubstr("internal error: late"));
}

TEST_F(MeasurementTest, AnExceptionOfMeasureItselfGivesUpAtOnce) {
  driver_.on_measure = [] { throw std::runtime_error("no memory"); };
  Start();
  Input(kRequest);
  in_write_.Reset();
  try {
    loop_.RunPending();
    FAIL() << "nothing was thrown";
  } catch (const std::exception& error) {
    measurement_->OnException(error.what());
  }
  EXPECT_EQ(Output().back(),
            Failed("internal error: no memory", "internal-error"));
  EXPECT_TRUE(measurement_->over());
  EXPECT_EQ(measurement_->exit_code(), kExitFailed);
}

TEST_F(MeasurementTest, MetricsThatAreNoObjectAreAnInternalError) {
  StartMeasuring();
  Answer answer;
  answer.metrics = json::array();
  Finish(answer);
  ExpectOver(Failed("internal error: the driver's metrics or annotations are "
                    "not an object",
                    "internal-error"),
             kExitFailed);
}

TEST_F(MeasurementTest, EndsTheListeningForSignals) {
  Start();
  EXPECT_TRUE(signals_.has_listener());
  measurement_.reset();
  EXPECT_FALSE(signals_.has_listener());
}

TEST_F(MeasurementTest, TheDriverHearsOfEveryAnswer) {
  Start();
  Input("{");
  EndOfInput();
  EXPECT_EQ(driver_.told, "bad-request bad-request");
}

TEST_F(MeasurementTest, WhatTheDriverCannotDoWithItIsAWarning) {
  StartMeasuring();
  driver_.before_answer = absl::UnavailableError("the disk is full");
  Finish(Answer());
  EXPECT_EQ(driver_.told, "ok ");
  EXPECT_THAT(Output(),
              ElementsAre(Progress(0, "the disk is full"), OkAnswer()));
  EXPECT_THAT(Errors(), HasSubstr("the disk is full"));
}

}  // namespace
}  // namespace servo::protocol
