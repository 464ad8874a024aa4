#include "protocol/driver_main.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/loop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protocol/cancel_cause.h"
#include "protocol/command_line.h"
#include "protocol/driver.h"
#include "protocol/exit_codes.h"
#include "protocol/messages.h"

namespace servo::protocol {
namespace {

using ::testing::HasSubstr;

// A small real driver: waits for the time that it is told.
class WaitingDriver final : public Driver {
 public:
  explicit WaitingDriver(base::Loop* loop) : loop_(loop) {}

  void Measure(const Session& session, Done done) override {
    done_ = std::move(done);
    session.reporter->Stage("waiting");
    wait_ = loop_->After(session.control.Total(), [this] { done_(Answer()); });
  }

  void Cancel(const CancelCause&) override {
    wait_ = loop_->After(absl::ZeroDuration(),
                         [this] { done_(Answer::Cancelled()); });
  }

  int Progress() const override { return 50; }
  std::string Activity() const override { return "waiting"; }

 private:
  base::Loop* const loop_;
  Done done_;
  base::Loop::Registration wait_;
};

struct Ended {
  int exit_code;
  std::string out;
};

// Runs a driver's main() in a child, which reads `input`, and sends `signal`
// (if not 0) as soon as the child has written something.
Ended RunChild(std::vector<std::string> args, const std::string& input,
               int signal = 0, std::string called = "wait") {
  int in[2], out[2];
  EXPECT_EQ(pipe(in), 0);
  EXPECT_EQ(pipe(out), 0);
  pid_t child = fork();
  if (child == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    for (int fd : {in[0], in[1], out[0], out[1]}) close(fd);
    std::vector<char*> argv = {called.data()};
    for (std::string& arg : args) argv.push_back(arg.data());
    argv.push_back(nullptr);
    const Program program = {
        .name = "wait",
        .version = "1.0.0",
        .summary = "Waits.",
        .options = {{.name = "mode", .help = "Another.", .is_mode = true}}};
    _exit(DriverMain(
        program, static_cast<int>(argv.size()) - 1, argv.data(),
        [](const Arguments&, base::Loop* loop) {
          return std::make_unique<WaitingDriver>(loop);
        },
        [](const std::string& name, const Arguments& arguments) {
          dprintf(STDOUT_FILENO, "mode of %s", name.c_str());
          return arguments.Has("mode") ? 42 : 43;
        }));
  }
  close(in[0]);
  close(out[1]);
  EXPECT_EQ(write(in[1], input.data(), input.size()),
            static_cast<ssize_t>(input.size()));
  close(in[1]);
  Ended ended;
  char buffer[4096];
  for (ssize_t count; (count = read(out[0], buffer, sizeof(buffer))) > 0;) {
    ended.out.append(buffer, count);
    if (signal != 0) kill(child, std::exchange(signal, 0));
  }
  close(out[0]);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  ended.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

TEST(DriverMain, MeasuresInAProcess) {
  Ended ended = RunChild({"app"}, R"({"control": {"duration": 0.01}})");
  EXPECT_EQ(ended.exit_code, kExitOk);
  EXPECT_EQ(ended.out,
            "{\"progress\":0,\"message\":\"measurement started\"}\n"
            "{\"status\":\"ok\",\"metrics\":{},\"annotations\":{}}\n");
}

TEST(DriverMain, IsCancelledByARealSignal) {
  Ended ended =
      RunChild({"app"}, R"({"control": {"duration": 1000}})", SIGUSR1);
  EXPECT_EQ(ended.exit_code, kExitCancelled);
  EXPECT_THAT(ended.out, HasSubstr("Exiting due to signal: SIGUSR1"));
}

TEST(DriverMain, TellsOfItself) {
  EXPECT_EQ(RunChild({"--info"}, "").out,
            "{\"has_cancel\":true,\"version\":\"1.0.0\"}\n");
}

TEST(DriverMain, HelpUsesTheNameThatItWasCalledBy) {
  EXPECT_THAT(RunChild({"--help"}, "", 0, "/opt/bin/measure-exec").out,
              testing::StartsWith("Usage: measure-exec [OPTION]"));
  EXPECT_THAT(RunChild({"--help"}, "", 0, "").out,
              testing::StartsWith("Usage: wait [OPTION]"));
  EXPECT_EQ(RunChild({"--version"}, "", 0, "measure-exec").out, "wait 1.0.0\n");
}

TEST(DriverMain, RunsAModeOfTheDriversOwn) {
  const Ended ended = RunChild({"--mode"}, "", 0, "/opt/bin/measure-exec");
  EXPECT_EQ(ended.exit_code, 42);
  EXPECT_EQ(ended.out, "mode of measure-exec");
}

TEST(DriverMain, RefusesAWrongCommandLine) {
  Ended ended = RunChild({"--nonsense"}, "");
  EXPECT_EQ(ended.exit_code, kExitUsage);
  EXPECT_EQ(ended.out, "");
}

}  // namespace
}  // namespace servo::protocol
