// The live view of `measure --run` on a real terminal, a pseudo-terminal whose
// screen the test reads.

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cmd/e2e/runfiles.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "report/fake_screen.h"

namespace servo::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class TerminalTest : public testing::Test {
 protected:
  TerminalTest() {
    std::string form = testing::TempDir() + "/terminal_XXXXXX";
    dir_ = mkdtemp(form.data());
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
  }

  ~TerminalTest() override {
    if (pid_ > 0) kill(pid_, SIGKILL);
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
    if (master_ >= 0) close(master_);
  }

  // Starts `measure --run=RUN` with the terminal as its controlling one.
  void Start(absl::string_view yaml, const std::string& run,
             unsigned short columns = 80) {
    const std::string config = dir_ + "/config.yaml";
    std::ofstream(config) << yaml;
    winsize size = {.ws_row = 24, .ws_col = columns};
    const std::string measure = RunfilePath("cmd/measure");
    const std::string config_option = "--config=" + config;
    const std::string run_option = "--run=" + run;
    const char* const argv[] = {measure.c_str(), run_option.c_str(),
                                config_option.c_str(), nullptr};
    pid_ = forkpty(&master_, nullptr, nullptr, &size);
    ASSERT_GE(pid_, 0);
    if (pid_ == 0) {
      if (chdir(dir_.c_str()) != 0) _exit(126);
      execv(measure.c_str(), const_cast<char**>(argv));
      _exit(127);
    }
  }

  // Reads until the terminal has been written `text`.
  bool AwaitText(absl::string_view text) {
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    while (!absl::StrContains(written_, text)) {
      if (absl::Now() > deadline || !ReadSome()) {
        ADD_FAILURE() << "never written: " << text << "\n" << written_;
        return false;
      }
    }
    return true;
  }

  // Reads what is there already.
  void Drain() {
    pollfd readable = {master_, POLLIN, 0};
    while (poll(&readable, 1, 0) == 1 && ReadSome()) {
    }
  }

  // Reads to the end, and returns the exit code.
  int AwaitEnd() {
    while (ReadSome()) {
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  // What a terminal of that width shows in the end.
  std::string Screen(size_t columns = 80) {
    report::FakeScreen screen(columns, 24);
    screen.Write(written_);
    EXPECT_THAT(screen.unknown(), IsEmpty());
    return absl::StrCat(absl::StrJoin(screen.Rows(), "\n"), "\n");
  }

  void Type(char key) { ASSERT_EQ(write(master_, &key, 1), 1); }

  pid_t pid_ = -1;
  int master_ = -1;
  std::string dir_;
  std::string written_;

 private:
  // False at the end.
  bool ReadSome() {
    pollfd readable = {master_, POLLIN, 0};
    if (poll(&readable, 1, 30000) != 1) return false;
    char buffer[65536];
    const ssize_t count = read(master_, buffer, sizeof(buffer));
    if (count <= 0) return false;  // EIO: nobody has the terminal open
    written_.append(buffer, count);
    return true;
  }
};

constexpr char kConfig[] = R"(
exec:
  pre: [{name: prepare, shell_exec: 'echo "\033[2Jhello"', notify: true}]
  start:
    - {name: load, async: true, shell_exec: echo 7 requests; exec sleep 1000}
  stop:
    - {name: count, shell_exec: 'echo 12', metrics: {n: {at_most: 9}}}
  post: [{name: clean, shell_exec: 'true'}]
)";

TEST_F(TerminalTest, ShowsTheRunAndThenTheTable) {
  Start(kConfig, "0.5");
  EXPECT_EQ(AwaitEnd(), 4);
  const std::string screen = Screen();
  EXPECT_THAT(screen, HasSubstr("Task prepare completed. stdout: hello\n"));
  EXPECT_THAT(screen, HasSubstr("\npre     1 of 1\n  ok    prepare  "));
  EXPECT_THAT(screen, HasSubstr("\n  ok    load  "));
  EXPECT_THAT(screen, HasSubstr("\n          | 7 requests\n"));
  EXPECT_THAT(screen, HasSubstr("\nwindow  [####"));
  EXPECT_THAT(screen, HasSubstr("] over after 0.5s\n"));
  EXPECT_THAT(screen, HasSubstr("\nMETRIC  VALUE  AT MOST\n"
                                "n          12        9  BROKEN\n"));
  // The whole frame once, whatever number of times it was painted.
  EXPECT_EQ(screen.find("\npre  "), screen.rfind("\npre  ")) << screen;
  EXPECT_THAT(written_, HasSubstr("\x1b[32mok"));
  EXPECT_THAT(written_, HasSubstr("left"));
  EXPECT_THAT(written_, Not(HasSubstr("\x1b[2J")));
  // The cursor is never hidden, so it is always there.
  EXPECT_THAT(written_, Not(HasSubstr("\x1b[?25")));
}

TEST_F(TerminalTest, CtrlCCleansUpAndSaysSo) {
  Start(kConfig, "1000");
  ASSERT_TRUE(AwaitText("7 requests"));
  ASSERT_TRUE(AwaitText("s left"));
  Type('\x03');
  EXPECT_EQ(AwaitEnd(), 3);
  const std::string screen = Screen();
  EXPECT_THAT(screen, HasSubstr("\ninterrupted: cleaning up; Ctrl-C again "
                                "kills what still runs\n"));
  EXPECT_THAT(screen, HasSubstr("\n  ok    clean  "));
  EXPECT_THAT(screen, HasSubstr("\ncancelled after "));
}

TEST_F(TerminalTest, TwentyColumnsAreEnough) {
  Start(kConfig, "0.3", 20);
  EXPECT_EQ(AwaitEnd(), 4);
  const std::string screen = Screen(20);
  EXPECT_EQ(screen.find("\npre  "), screen.rfind("\npre  ")) << screen;
  EXPECT_THAT(screen, HasSubstr("\n  ok    prepare "));
}

TEST_F(TerminalTest, ANewWidthIsHeardOf) {
  Start(kConfig, "1000");
  ASSERT_TRUE(AwaitText("----] "));
  const winsize size = {.ws_row = 24, .ws_col = 30};
  ASSERT_EQ(ioctl(master_, TIOCSWINSZ, &size), 0);
  written_.clear();
  // No room for a bar.
  ASSERT_TRUE(AwaitText("window  16m"));
  Type('\x03');
  EXPECT_EQ(AwaitEnd(), 3);
}

TEST_F(TerminalTest, WhenItGoesOnTheFrameBeginsAnew) {
  Start(kConfig, "1000");
  ASSERT_TRUE(AwaitText("s left"));
  // Nobody is there to stop for: the test is its shell.
  ASSERT_EQ(kill(pid_, SIGSTOP), 0);
  int status = 0;
  ASSERT_EQ(waitpid(pid_, &status, WUNTRACED), pid_);
  ASSERT_TRUE(WIFSTOPPED(status));
  Drain();
  written_.clear();
  ASSERT_EQ(kill(pid_, SIGCONT), 0);
  ASSERT_TRUE(AwaitText("s left"));
  // Not above what a shell has written meanwhile.
  EXPECT_THAT(written_, StartsWith("pre "));
  Type('\x03');
  EXPECT_EQ(AwaitEnd(), 3);
}

TEST_F(TerminalTest, NoColorHasNoColours) {
  setenv("NO_COLOR", "1", 1);
  Start(kConfig, "0");
  EXPECT_EQ(AwaitEnd(), 4);
  report::FakeScreen screen(80, 24);
  screen.Write(written_);
  EXPECT_FALSE(screen.colored());
  EXPECT_THAT(written_, HasSubstr("\x1b["));
}

TEST_F(TerminalTest, ADumbTerminalGetsPlainLines) {
  setenv("TERM", "dumb", 1);
  Start(kConfig, "0");
  EXPECT_EQ(AwaitEnd(), 4);
  EXPECT_THAT(written_, Not(HasSubstr("\x1b")));
  EXPECT_THAT(written_, HasSubstr("measure: Stage pre: 1 task\r\n"));
}

}  // namespace
}  // namespace servo::e2e
