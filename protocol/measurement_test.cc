#include "protocol/measurement.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <climits>
#include <csignal>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "protocol/exit_codes.h"
#include "protocol/fake_driver.h"
#include "protocol/fake_signal_source.h"
#include "protocol/log.h"
#include "protocol/messages.h"
#include "protocol/pacer.h"
#include "protocol/request.h"
#include "protocol/standard_streams.h"

namespace servo::protocol {
namespace {

using ::nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const json kOkAnswer = {{"status", "ok"},
                        {"metrics", json::object()},
                        {"annotations", json::object()}};

constexpr char kRequest[] = R"({"control": {"duration": 2}})";

// The other side of a measurement: what the core sees, on a clock that stands.
class MeasurementTest : public testing::Test {
 protected:
  MeasurementTest() {
    std::signal(SIGPIPE, SIG_IGN);
    MakePipe(&in_read_, &in_write_);
    MakePipe(&out_read_, &out_write_);
    MakePipe(&err_read_, &err_write_);
  }

  static void MakePipe(base::UniqueFd* read_end, base::UniqueFd* write_end) {
    int fds[2];
    ASSERT_EQ(pipe2(fds, O_CLOEXEC), 0);
    read_end->Reset(fds[0]);
    write_end->Reset(fds[1]);
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
  }

  void Start() {
    log_.emplace(&loop_, err_write_.get(), "measure", /*verbose=*/false);
    const Streams streams = {in_read_.get(), out_write_.get(),
                             err_write_.get()};
    measurement_.emplace(&loop_, streams, &signals_, &*log_, &driver_, "app");
    loop_.RunPending();
  }

  void Input(absl::string_view text) {
    ASSERT_EQ(write(in_write_.get(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
    loop_.RunPending();
  }

  void EndOfInput() {
    in_write_.Reset();
    loop_.RunPending();
  }

  // A measurement under way whose first line was read.
  void StartMeasuring() {
    Start();
    Input(kRequest);
    EndOfInput();
    ASSERT_TRUE(driver_.measuring());
    Output();
  }

  void Finish(Answer answer) {
    driver_.Finish(std::move(answer));
    loop_.RunPending();
  }

  void Raise(int signal) {
    signals_.Raise(signal);
    loop_.RunPending();
  }

  static std::string ReadAll(int fd) {
    std::string text;
    char buffer[65536];
    for (ssize_t count; (count = read(fd, buffer, sizeof(buffer))) > 0;)
      text.append(buffer, count);
    return text;
  }

  // The lines on stdout since the last call, each checked to be an object.
  std::vector<json> Output() { return Lines(ReadAll(out_read_.get())); }

  static std::vector<json> Lines(const std::string& text) {
    std::vector<json> lines;
    EXPECT_TRUE(text.empty() || text.back() == '\n');
    for (absl::string_view line :
         absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      lines.push_back(json::parse(line));
      EXPECT_TRUE(lines.back().is_object()) << line;
    }
    return lines;
  }

  std::string Errors() { return ReadAll(err_read_.get()); }

  // Makes stdout take nothing more until it is read.
  void FillStdout() {
    while (true) {
      driver_.reporter->Notify(std::string(1000, 'x'));
      loop_.Advance(kPace);
      pollfd writable = {out_write_.get(), POLLOUT, 0};
      if (poll(&writable, 1, 0) == 0) break;
    }
    // The last page has room for short lines still.
    driver_.reporter->Notify(std::string(2 * PIPE_BUF, 'x'));
    loop_.Advance(kPace);
  }

  static json Progress(int progress, absl::string_view message) {
    return {{"progress", progress}, {"message", std::string(message)}};
  }

  static json Failed(absl::string_view message, absl::string_view reason) {
    return {{"status", "failed"},
            {"message", std::string(message)},
            {"reason", std::string(reason)}};
  }

  static json Cancelled(absl::string_view cause) {
    return Failed(absl::StrCat("Exiting due to signal: ", cause), "cancelled");
  }

  // The measurement is over with `answer` as its only line and `exit_code`.
  void ExpectOver(const json& answer, int exit_code) {
    EXPECT_THAT(Output(), ElementsAre(answer));
    ASSERT_TRUE(measurement_->over());
    EXPECT_EQ(measurement_->exit_code(), exit_code);
  }

  base::FakeLoop loop_;
  base::UniqueFd in_read_, in_write_;
  base::UniqueFd out_read_, out_write_;
  base::UniqueFd err_read_, err_write_;
  FakeSignalSource signals_;
  FakeDriver driver_;
  std::optional<Log> log_;
  std::optional<Measurement> measurement_;
};

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
  Finish(Answer::Cancelled());
  EXPECT_THAT(Output(),
              ElementsAre(Progress(0, "before\nafter"), Cancelled("SIGUSR1")));
}

TEST_F(MeasurementTest, TheAnswerWaitsForWhatIsToBeToldNotForTheSecond) {
  StartMeasuring();
  driver_.reporter->Notify("one");
  driver_.reporter->Notify("two");
  Finish(Answer());
  EXPECT_THAT(Output(), ElementsAre(Progress(0, "one\ntwo"), kOkAnswer));
  EXPECT_TRUE(measurement_->over());
}

TEST_F(MeasurementTest, NothingFollowsTheAnswer) {
  StartMeasuring();
  Finish(Answer());
  driver_.reporter->Notify("late");
  driver_.reporter->Stage("late");
  loop_.Advance(absl::Minutes(5));
  ExpectOver(kOkAnswer, kExitOk);
}

TEST_F(MeasurementTest, WarningsGoToStderrAndIntoProgressDetailsNowhere) {
  StartMeasuring();
  driver_.reporter->Warn("careful");
  driver_.reporter->Detail("boring");
  EXPECT_EQ(Errors(), "measure: careful\n");
  loop_.Advance(kPace);
  EXPECT_THAT(Output(), ElementsAre(Progress(0, "careful")));
}

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

TEST_F(MeasurementTest, ASignalAfterTheAnswerChangesNothing) {
  StartMeasuring();
  Finish(Answer());
  Raise(SIGTERM);
  ExpectOver(kOkAnswer, kExitOk);
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
  EXPECT_EQ(lines.back(), kOkAnswer);
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
  ExpectOver(kOkAnswer, kExitOk);
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

}  // namespace
}  // namespace servo::protocol
