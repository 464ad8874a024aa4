// A measurement from its request to its answer. Ways out of it that are not its
// end: measurement_end_test.cc.
#include "protocol/measurement.h"

#include <fcntl.h>

#include <csignal>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "protocol/exit_codes.h"
#include "protocol/measurement_fixture.h"
#include "protocol/messages.h"
#include "protocol/pacer.h"
#include "protocol/request.h"
#include "protocol/standard_streams.h"

namespace servo::protocol {
namespace {

using ::nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(MeasurementTest, MeasuresAndAnswers) {
  Start();
  Input(R"({"control": {"duration": 2, )");
  Input(R"("warmup": 1}})");
  EXPECT_FALSE(driver_.measuring());
  EndOfInput();
  EXPECT_THAT(driver_.calls, ElementsAre("Measure app 3s"));
  EXPECT_THAT(Output(), ElementsAre(Progress(0, "measurement started")));
  EXPECT_FALSE(measurement_->over());

  Answer answer;
  answer.metrics["rate"] = {{"value", 1}};
  answer.annotations["note"] = "n";
  Finish(answer);
  ExpectOver({{"status", "ok"},
              {"metrics", {{"rate", {{"value", 1}}}}},
              {"annotations", {{"note", "n"}}}},
             kExitOk);
  EXPECT_EQ(Errors(), "");
}

TEST_F(MeasurementTest, AFailureIsTheDriversOwnWords) {
  StartMeasuring();
  Finish(Answer::Failed("Task x failed", "task-failed"));
  ExpectOver(Failed("Task x failed", "task-failed"), kExitFailed);
}

TEST_F(MeasurementTest, ABadRequestIsAnsweredAndNothingRuns) {
  Start();
  Input("{}");
  EndOfInput();
  EXPECT_THAT(driver_.calls, IsEmpty());
  ExpectOver({{"status", "bad-request"},
              {"message",
               "control: expected an object with the key \"duration\", found "
               "nothing"},
              {"reason", "bad-request"}},
             kExitFailed);
}

TEST_F(MeasurementTest, InputThatCannotBeReadIsABadRequest) {
  in_read_.Reset(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  Start();
  ExpectOver({{"status", "bad-request"},
              {"message", "failed to read input: Is a directory"},
              {"reason", "bad-request"}},
             kExitFailed);
}

TEST_F(MeasurementTest, ClosedStdinIsABadRequest) {
  constexpr int kClosed = 987;
  log_.emplace(&loop_, err_write_.get(), "measure", false);
  measurement_.emplace(&loop_, Streams{kClosed, out_write_.get(), 2}, &signals_,
                       &*log_, &driver_, "app");
  loop_.RunPending();
  EXPECT_THAT(
      Output(),
      ElementsAre(json{{"status", "bad-request"},
                       {"message", "failed to read input: Bad file descriptor"},
                       {"reason", "bad-request"}}));
  EXPECT_EQ(measurement_->exit_code(), kExitFailed);
}

TEST_F(MeasurementTest, InputIsBounded) {
  Start();
  const std::string chunk(64 * 1024, ' ');
  for (size_t sent = 0; sent < kMaxRequestBytes; sent += chunk.size())
    Input(chunk);
  EXPECT_FALSE(measurement_->over());
  Input(" ");
  ExpectOver({{"status", "bad-request"},
              {"message", "failed to read input: more than 16777216 bytes"},
              {"reason", "bad-request"}},
             kExitFailed);
}

TEST_F(MeasurementTest, ReportsWithTheDriversProgressWhichNeverFalls) {
  StartMeasuring();
  for (int progress : {0, 7, 5, 100, 130, -3}) {
    driver_.progress = progress;
    driver_.reporter->Notify("m");
    loop_.Advance(kPace);
  }
  EXPECT_THAT(Output(), ElementsAre(Progress(0, "m"), Progress(7, "m"),
                                    Progress(7, "m"), Progress(100, "m"),
                                    Progress(100, "m"), Progress(100, "m")));
}

TEST_F(MeasurementTest, LinesAreASecondApartAndTheNewestStageWins) {
  StartMeasuring();
  driver_.reporter->Stage("Stage pre");
  driver_.reporter->Notify("Task a completed");
  driver_.reporter->Stage("Stage start");
  driver_.reporter->Notify("Task b completed");
  loop_.Advance(kPace - absl::Milliseconds(1));
  EXPECT_THAT(Output(), IsEmpty());
  loop_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(Output(),
              ElementsAre(Progress(
                  0, "Task a completed\nStage start\nTask b completed")));
}

TEST_F(MeasurementTest, BeatsEvery20SecondsAfterTheLastLine) {
  StartMeasuring();
  driver_.activity = "Executing task load";
  driver_.progress = 12;
  loop_.Advance(absl::Seconds(19));
  EXPECT_THAT(Output(), IsEmpty());
  loop_.Advance(absl::Seconds(1));
  EXPECT_THAT(Output(), ElementsAre(Progress(12, "Executing task load")));
  loop_.Advance(absl::Minutes(5));
  EXPECT_THAT(Output(), SizeIs(15));
}

TEST_F(MeasurementTest, AfterACancelOnlyTheBeatIsSentUntilTheAnswer) {
  StartMeasuring();
  driver_.reporter->Notify("before");
  Raise(SIGUSR1);
  driver_.reporter->Stage("Stage post");
  driver_.reporter->Notify("after");
  loop_.Advance(absl::Seconds(19));
  EXPECT_THAT(Output(), IsEmpty());
  loop_.Advance(absl::Seconds(21));
  EXPECT_THAT(Output(), ElementsAre(Progress(0, "busy"), Progress(0, "busy")));
  loop_.Advance(kPace);
  Finish(Answer::Cancelled());
  EXPECT_THAT(Output(),
              ElementsAre(Progress(0, "before\nafter"), Cancelled("SIGUSR1")));
}

TEST_F(MeasurementTest, TheAnswerWaitsForWhatIsToBeToldNotForTheSecond) {
  StartMeasuring();
  driver_.reporter->Notify("one");
  driver_.reporter->Notify("two");
  Finish(Answer());
  EXPECT_THAT(Output(), ElementsAre(Progress(0, "one\ntwo"), OkAnswer()));
  EXPECT_TRUE(measurement_->over());
}

TEST_F(MeasurementTest, NothingFollowsTheAnswer) {
  StartMeasuring();
  Finish(Answer());
  driver_.reporter->Notify("late");
  driver_.reporter->Stage("late");
  loop_.Advance(absl::Minutes(5));
  ExpectOver(OkAnswer(), kExitOk);
}

TEST_F(MeasurementTest, WarningsGoToStderrAndIntoProgressDetailsNowhere) {
  StartMeasuring();
  driver_.reporter->Warn("careful");
  driver_.reporter->Detail("boring");
  EXPECT_EQ(Errors(), "measure: careful\n");
  loop_.Advance(kPace);
  EXPECT_THAT(Output(), ElementsAre(Progress(0, "careful")));
}

TEST_F(MeasurementTest, TheRequestsListOfMetricsRestrictsTheAnswer) {
  Start();
  Input(R"({"control": {"duration": 2}, "metrics": ["rate", "nonsense"]})");
  EndOfInput();
  Output();
  Answer answer;
  answer.metrics = {{"rate", {{"value", 1}}}, {"errors", {{"value", 0}}}};
  Finish(answer);
  ExpectOver({{"status", "ok"},
              {"metrics", {{"rate", {{"value", 1}}}}},
              {"annotations", json::object()}},
             kExitOk);
}

TEST_F(MeasurementTest, AFailureMayCarryMetricsAndTheyAreRestrictedToo) {
  Start();
  Input(R"({"control": {"duration": 2}, "metrics": ["p99"]})");
  EndOfInput();
  Output();
  Answer answer = Answer::Failed("p99 is too high", "slo-violation");
  answer.metrics = {{"p99", {{"value", 312}}}, {"errors", {{"value", 0}}}};
  Finish(answer);
  ExpectOver({{"status", "failed"},
              {"message", "p99 is too high"},
              {"reason", "slo-violation"},
              {"metrics", {{"p99", {{"value", 312}}}}}},
             kExitFailed);
}

TEST_F(MeasurementTest, WarningsBeyondABoundAreSentAsProgressAlone) {
  StartMeasuring();
  constexpr int kWarnings = 500;
  const std::string words(1024, 'x');
  for (int i = 0; i < kWarnings; ++i) {
    driver_.reporter->Warn(absl::StrCat("warning ", i, " ", words));
  }
  Finish(Answer());
  std::string errors;
  std::string output;
  while (!measurement_->over()) {
    errors += Errors();
    output += ReadAll(out_read_.get());
    loop_.RunPending();
  }
  errors += Errors();
  output += ReadAll(out_read_.get());

  EXPECT_GT(errors.size(), kStderrBytes);
  EXPECT_LT(errors.size(), kStderrBytes + 2048);
  const int written = static_cast<int>(absl::c_count(errors, '\n')) - 1;
  EXPECT_THAT(errors,
              EndsWith(absl::StrCat("x\nmeasure: ", kWarnings - written,
                                    " more warnings were sent as progress "
                                    "alone\n")));
  const std::vector<json> lines = Lines(output);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[0]["message"].get<std::string>(),
              AllOf(HasSubstr("warning 0 x"), HasSubstr("warning 499 x")));
}

}  // namespace
}  // namespace servo::protocol
