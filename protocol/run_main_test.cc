#include "protocol/run_main.h"

#include <fcntl.h>
#include <pty.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/ppoll_loop.h"
#include "base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "protocol/command_line.h"
#include "protocol/exit_codes.h"
#include "protocol/fake_driver.h"
#include "protocol/fake_signal_source.h"
#include "protocol/messages.h"
#include "protocol/standard_streams.h"

namespace servo::protocol {
namespace {

using ::nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using Mode = Arguments::Mode;

class RunMainTest : public testing::Test {
 protected:
  RunMainTest() {
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
  }

  // All that a pipe has; closes its write end.
  static std::string Drain(base::UniqueFd* read_end,
                           base::UniqueFd* write_end) {
    write_end->Reset();
    std::string text;
    char buffer[65536];
    for (ssize_t count;
         (count = read(read_end->get(), buffer, sizeof(buffer))) > 0;)
      text.append(buffer, count);
    return text;
  }

  std::string Out() { return Drain(&out_read_, &out_write_); }
  std::string Err() { return Drain(&err_read_, &err_write_); }

  Streams streams() const {
    return {in_read_.get(), out_write_.get(), err_write_.get()};
  }

  int Run(Mode mode) {
    Arguments arguments;
    arguments.mode = mode;
    arguments.app_id = "app";
    return RunMain(program_, arguments, streams(), &loop_, &signals_, &driver_);
  }

  // Writes a good request and runs the measurement.
  int RunMeasurement() {
    constexpr absl::string_view kRequest = R"({"control": {"duration": 2}})";
    EXPECT_GT(write(in_write_.get(), kRequest.data(), kRequest.size()), 0);
    in_write_.Reset();
    return Run(Mode::kMeasure);
  }

  // Calls `callback` in a turn of its own.
  void Later(base::Loop::TimerCallback callback) {
    later_ = loop_.After(absl::ZeroDuration(), std::move(callback));
  }

  Program program_ = {
      .name = "measure", .version = "1.2.3", .summary = "Measures."};
  base::PpollLoop loop_;
  base::UniqueFd in_read_, in_write_;
  base::UniqueFd out_read_, out_write_;
  base::UniqueFd err_read_, err_write_;
  FakeSignalSource signals_;
  FakeDriver driver_;
  base::Loop::Registration later_;
};

TEST_F(RunMainTest, Info) {
  EXPECT_EQ(Run(Mode::kInfo), kExitOk);
  EXPECT_EQ(json::parse(Out()),
            json::parse(R"({"has_cancel": true, "version": "1.2.3"})"));
}

TEST_F(RunMainTest, Describe) {
  driver_.description = json{{"rate", {{"unit", "1/s"}}}};
  EXPECT_EQ(Run(Mode::kDescribe), kExitOk);
  EXPECT_EQ(json::parse(Out()), json::parse(R"({"status": "ok",
                            "metrics": {"rate": {"unit": "1/s"}}})"));
}

TEST_F(RunMainTest, ADescriptionThatIsNoObjectIsAnInternalError) {
  driver_.description = json::array();
  EXPECT_EQ(Run(Mode::kDescribe), kExitFailed);
  EXPECT_EQ(json::parse(Out())["reason"], "internal-error");
}

TEST_F(RunMainTest, ADescriptionThatFailsIsAFailure) {
  driver_.description = absl::InvalidArgumentError("the file is broken");
  EXPECT_EQ(Run(Mode::kDescribe), kExitFailed);
  EXPECT_EQ(json::parse(Out()), json::parse(R"({"status": "failed",
      "message": "the file is broken", "reason": "failed"})"));
}

TEST_F(RunMainTest, HelpAndVersionGoToStdout) {
  EXPECT_EQ(Run(Mode::kVersion), kExitOk);
  EXPECT_EQ(Out(), "measure 1.2.3\n");
  MakePipe(&out_read_, &out_write_);
  EXPECT_EQ(Run(Mode::kHelp), kExitOk);
  EXPECT_EQ(Out(), HelpText(program_));
}

TEST_F(RunMainTest, TextThatNobodyTakesIsAFailure) {
  out_read_.Reset();
  EXPECT_EQ(Run(Mode::kInfo), kExitFailed);
}

TEST_F(RunMainTest, UsageErrorsGoToStderrAlone) {
  EXPECT_EQ(
      UsageError(program_, absl::InvalidArgumentError("APP_ID is missing"),
                 streams()),
      kExitUsage);
  EXPECT_EQ(Err(), "measure: APP_ID is missing\nTry 'measure --help'.\n");
  EXPECT_EQ(Out(), "");
}

TEST_F(RunMainTest, MeasuresAndAnswers) {
  driver_.on_measure = [this] { Later([this] { driver_.Finish(Answer()); }); };
  EXPECT_EQ(RunMeasurement(), kExitOk);
  EXPECT_EQ(Out(),
            "{\"progress\":0,\"message\":\"measurement started\"}\n"
            "{\"status\":\"ok\",\"metrics\":{},\"annotations\":{}}\n");
}

TEST_F(RunMainTest, APersonIsToldThatTheRequestIsTyped) {
  int terminal = -1;
  int line = -1;
  ASSERT_EQ(openpty(&terminal, &line, nullptr, nullptr, nullptr), 0);
  in_read_.Reset(line);
  in_write_.Reset(terminal);
  ASSERT_EQ(write(terminal, "\x04", 1), 1);  // Ctrl-D
  program_.options = {{.name = "run", .value = "DURATION", .is_run = true}};
  EXPECT_EQ(Run(Mode::kMeasure), kExitFailed);
  EXPECT_THAT(Out(), HasSubstr("bad-request"));
  EXPECT_THAT(Err(), HasSubstr("from the terminal, up to Ctrl-D; to measure by "
                               "hand give --run=DURATION"));
}

TEST_F(RunMainTest, WhatIsDoneAfterTheAnswerChangesItNoMore) {
  driver_.on_measure = [this] { Later([this] { driver_.Finish(Answer()); }); };
  std::string given;
  driver_.after_answer = [this, &given] {
    char buffer[65536];
    const ssize_t count = read(out_read_.get(), buffer, sizeof(buffer));
    if (count > 0) given.assign(buffer, count);
    return absl::UnavailableError("the disk is full");
  };
  EXPECT_EQ(RunMeasurement(), kExitOk);
  EXPECT_THAT(given, EndsWith("\"annotations\":{}}\n"));
  EXPECT_EQ(Out(), "");
  EXPECT_EQ(Err(), "measure: the disk is full\n");
}

TEST_F(RunMainTest, AnExceptionAfterTheAnswerIsAWarning) {
  driver_.on_measure = [this] { Later([this] { driver_.Finish(Answer()); }); };
  driver_.after_answer = []() -> absl::Status {
    throw std::runtime_error("out of luck");
  };
  EXPECT_EQ(RunMeasurement(), kExitOk);
  EXPECT_EQ(Err(), "measure: internal error: out of luck\n");
}

TEST_F(RunMainTest, ASignalCancels) {
  driver_.on_measure = [this] { Later([this] { signals_.Raise(SIGUSR1); }); };
  driver_.on_cancel = [this] {
    Later([this] { driver_.Finish(Answer::Cancelled()); });
  };
  EXPECT_EQ(RunMeasurement(), kExitCancelled);
  EXPECT_THAT(Out(), HasSubstr("\"Exiting due to signal: SIGUSR1\""));
}

TEST_F(RunMainTest, AnExceptionInACallbackEndsInCleanupAndAnAnswer) {
  driver_.on_measure = [this] {
    Later([] { throw std::runtime_error("out of luck"); });
  };
  driver_.on_cancel = [this] {
    Later([this] { driver_.Finish(Answer::Cancelled()); });
  };
  EXPECT_EQ(RunMeasurement(), kExitFailed);
  EXPECT_THAT(Out(), HasSubstr("\"internal error: out of luck\""));
  EXPECT_EQ(driver_.calls.back(), "Cancel internal error");
}

TEST_F(RunMainTest, WhatIsThrownNeedNotBeAnException) {
  driver_.on_measure = [] { throw 7; };
  EXPECT_EQ(RunMeasurement(), kExitFailed);
  EXPECT_THAT(Out(), HasSubstr("\"internal error: unknown exception\""));
}

}  // namespace
}  // namespace servo::protocol
