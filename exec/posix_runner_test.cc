// What a started program finds, and what comes back of it.
#include "exec/posix_runner.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "exec/command.h"
#include "exec/output_tap.h"
#include "exec/runner.h"
#include "exec/testing/probe.h"
#include "exec/testing/runner_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

using PosixRunnerTest = RunnerTest;

TEST_F(PosixRunnerTest, ReportsExitCodes) {
  for (int code : {0, 1, 127, 255}) {
    const Result result = RunChild({"exit", absl::StrCat(code)});
    EXPECT_EQ(result.ending, Ending::kExited);
    EXPECT_EQ(result.code, code);
    EXPECT_GT(result.elapsed, absl::ZeroDuration());
  }
}

TEST_F(PosixRunnerTest, ReportsSignalsThatWereNotOurs) {
  for (int signal : {SIGTERM, SIGKILL, SIGUSR1}) {
    const Result result = RunChild({"raise", absl::StrCat(signal)});
    EXPECT_EQ(result.ending, Ending::kSignaled);
    EXPECT_EQ(result.code, -signal);
  }
}

TEST_F(PosixRunnerTest, KeepsBothStreamsApart) {
  const Result result = RunChild({"out", "one", "err", "two", "out", "three"});
  EXPECT_EQ(result.out.Text(), "one\nthree\n");
  EXPECT_EQ(result.err.Text(), "two\n");
}

TEST_F(PosixRunnerTest, KeepsHeadAndTailUpToTheLimit) {
  const Result result =
      RunChild({"out", "abcdefgh", "out", "ijklmnop"}, {.output_limit = 4});
  EXPECT_EQ(result.out.total(), 18u);
  EXPECT_THAT(result.out.Text(), testing::StartsWith("abcd\n"));
  EXPECT_THAT(result.out.Text(), testing::EndsWith("\nnop\n"));
}

TEST_F(PosixRunnerTest, StartsInASessionAndGroupOfItsOwn) {
  Started& started = StartChild({"ids"});
  AwaitEnd(started);
  const pid_t pid = started.process->pid();
  EXPECT_EQ(started.result->out.Text(),
            absl::StrFormat("pid %d pgid %d sid %d\n", pid, pid, pid));
}

TEST_F(PosixRunnerTest, PassesArgumentsAsTheyAre) {
  const Result result =
      RunChild({"args", "", " a  b ", "*", "$HOME", "\"'\\", "\xff\xfe", "é"});
  std::string text;
  for (const char* arg : {"", " a  b ", "*", "$HOME", "\"'\\"}) {
    absl::StrAppend(&text, arg, "\n");
  }
  EXPECT_THAT(result.out.Text(), testing::StartsWith(text));
  EXPECT_EQ(result.out.total(), text.size() + 6);
}

TEST_F(PosixRunnerTest, ShellArgumentsStartWithDollarZero) {
  const Result result =
      Run(Shell("echo \"$0|$1|$#\"", {"zero", "one two", "three"}));
  EXPECT_EQ(result.out.Text(), "zero|one two|2\n");
}

TEST_F(PosixRunnerTest, StandardInputIsEmptyUnlessGiven) {
  EXPECT_EQ(RunChild({"stdin"}).out.total(), 0u);
  Command command = Child({"stdin"});
  for (const std::string& text :
       {std::string(), std::string("a\0b\n", 4), std::string(3 << 20, 'x')}) {
    command.stdin_text = text;
    EXPECT_EQ(Run(command).out.total(), text.size());
  }
  command.stdin_text = "hello";
  EXPECT_EQ(Run(command).out.Text(), "hello");
}

TEST_F(PosixRunnerTest, InheritsOnlyDescriptorsZeroToTwo) {
  // As a driver's parent might leave them behind: without close-on-exec.
  const base::UniqueFd low(open("/dev/null", O_RDONLY));
  const base::UniqueFd high(fcntl(low.get(), F_DUPFD, 200));
  ASSERT_TRUE(high.valid());
  EXPECT_EQ(RunChild({"fds"}).out.Text(), "0 1 2\n");
}

TEST_F(PosixRunnerTest, ResetsTheSignalMaskAndWhatIsIgnored) {
  const auto old_term = signal(SIGTERM, SIG_IGN);
  const auto old_pipe = signal(SIGPIPE, SIG_IGN);
  const auto old_real_time = signal(SIGRTMAX, SIG_IGN);
  const auto old_usr1 = signal(SIGUSR1, [](int) {});
  sigset_t all, old_mask;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &old_mask);

  const Result result = RunChild({"status", "SigBlk", "status", "SigIgn"});

  sigset_t mask_after;
  sigprocmask(SIG_SETMASK, &old_mask, &mask_after);
  signal(SIGTERM, old_term);
  signal(SIGPIPE, old_pipe);
  signal(SIGRTMAX, old_real_time);
  signal(SIGUSR1, old_usr1);
  EXPECT_EQ(result.out.Text(),
            "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
  EXPECT_EQ(sigismember(&mask_after, SIGUSR2), 1)
      << "the mask of this process has changed";
}

TEST_F(PosixRunnerTest, WorksInTheWorkingDirectoryGiven) {
  const std::string here = std::filesystem::current_path().string();
  EXPECT_EQ(RunChild({"cwd"}).out.Text(), here + "\n");
  Command command = Child({"cwd"});
  command.cwd = "/";
  EXPECT_EQ(Run(command).out.Text(), "/\n");
}

TEST_F(PosixRunnerTest, ResolvesRelativeProgramsInTheWorkingDirectory) {
  const std::filesystem::path script =
      MakeFile("#!/bin/sh\necho found\n", 0755);
  Command command;
  command.argv = {"./" + script.filename().string()};
  command.cwd = script.parent_path().string();
  EXPECT_EQ(Run(command).out.Text(), "found\n");
}

TEST_F(PosixRunnerTest, LooksProgramsUpInThePathThatTheProgramGets) {
  const std::filesystem::path script =
      MakeFile("#!/bin/sh\necho found\n", 0755);
  Command command;
  command.argv = {script.filename().string()};
  command.env = {{"PATH", "/nonexistent:" + script.parent_path().string()}};
  EXPECT_EQ(Run(command).out.Text(), "found\n");
  // An empty entry of PATH is the working directory.
  command.env = {{"PATH", "/nonexistent:"}};
  command.cwd = script.parent_path().string();
  EXPECT_EQ(Run(command).out.Text(), "found\n");
}

TEST_F(PosixRunnerTest, LooksInTheSystemsDirectoriesWithoutAPath) {
  Command command;
  command.argv = {"sh", "-c", "echo found"};
  command.clear_env = true;
  EXPECT_EQ(Run(command).out.Text(), "found\n");
}

TEST_F(PosixRunnerTest, SearchGoesOnPastWhatIsNotExecutable) {
  const std::filesystem::path unusable = MakeFile("", 0644);
  const std::string directory = NewPath();
  std::filesystem::create_directory(directory);
  std::filesystem::create_symlink(Child({}).argv[0],
                                  directory / unusable.filename());
  Command command = Child({"out", "found"});
  command.argv[0] = unusable.filename().string();
  command.env = {{"PATH", unusable.parent_path().string() + ":" + directory}};
  EXPECT_EQ(Run(command).out.Text(), "found\n");
}

TEST_F(PosixRunnerTest, EditsTheEnvironment) {
  setenv("EXEC_TEST_INHERITED", "i", 1);
  setenv("EXEC_TEST_REPLACED", "old", 1);
  Command command = Child({"env", "EXEC_TEST_INHERITED", "env",
                           "EXEC_TEST_REPLACED", "env", "EXEC_TEST_ADDED"});
  EXPECT_EQ(Run(command).out.Text(),
            "EXEC_TEST_INHERITED=i\nEXEC_TEST_REPLACED=old\n"
            "EXEC_TEST_ADDED unset\n");
  command.env = {{"EXEC_TEST_REPLACED", "between"},
                 {"EXEC_TEST_ADDED", "a=b\nc"},
                 {"EXEC_TEST_REPLACED", "new"}};
  EXPECT_EQ(Run(command).out.Text(),
            "EXEC_TEST_INHERITED=i\nEXEC_TEST_REPLACED=new\n"
            "EXEC_TEST_ADDED=a=b\nc\n");
  command = Child({"env-names"});
  command.env = {{"B", "1"}, {"A", ""}, {"B", "2"}};
  command.clear_env = true;
  EXPECT_EQ(Run(command).out.Text(), "A\nB\n");
  unsetenv("EXEC_TEST_INHERITED");
  unsetenv("EXEC_TEST_REPLACED");
}

TEST_F(PosixRunnerTest, DrainsBothStreamsOf200000LinesAtOnce) {
  const Result result = RunChild({"lines", "200000"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out.total(), result.err.total());
  EXPECT_EQ(result.out.Text(), result.err.Text());
  EXPECT_THAT(result.out.Text(), testing::StartsWith("line 0\nline 1\n"));
  EXPECT_THAT(result.out.Text(), testing::EndsWith("\nline 199999\n"));
}

// The value of a field in kB, or 0.
int64_t MemoryField(absl::string_view field) {
  const base::UniqueFd fd(open("/proc/self/status", O_RDONLY | O_CLOEXEC));
  std::string text(8192, '\0');
  text.resize(static_cast<size_t>(read(fd.get(), text.data(), text.size())));
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::StartsWith(line, field)) continue;
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    int64_t value = 0;
    if (words.size() > 1 && absl::SimpleAtoi(words[1], &value)) return value;
  }
  return 0;
}

TEST_F(PosixRunnerTest, AFloodCostsNoMemoryAndStarvesNoTimer) {
  RunChild({"flood", "10000000"});
  const int64_t before = MemoryField("VmHWM");
  ASSERT_GT(before, 0);
  Started& started = StartChild({"flood", "500000000"});
  int ticks = 0;
  base::Loop::Registration timer;
  const std::function<void()> tick = [&] {
    ++ticks;
    timer = loop_.After(absl::Milliseconds(5), tick);
  };
  tick();
  AwaitEnd(started);
  EXPECT_EQ(started.result->out.total(), 500000000u);
  EXPECT_GT(ticks, 2);
  EXPECT_LT(MemoryField("VmHWM") - before, 4096);
}

TEST_F(PosixRunnerTest, ClosedStreamsAreNotTheEnd) {
  Fifo fifo;
  Started& started = StartChild(
      {"close", "1", "close", "2", "await", fifo.path(), "exit", "3"});
  // Both ends are seen; the process waits.
  for (int i = 0; i < 3; ++i) {
    base::Loop::Registration turn = loop_.After(absl::Milliseconds(1), [] {});
    loop_.RunOnce();
  }
  EXPECT_FALSE(started.over());
  fifo.LetGo();
  AwaitEnd(started);
  EXPECT_EQ(started.result->code, 3);
}

TEST_F(PosixRunnerTest, TakesAllThatWasWrittenBeforeTheEnd) {
  // More than a pipe holds by default, so that the end and the last output meet
  // in all ways.
  for (int size : {1, 65535, 65536, 65537, 262144, 300000}) {
    const Result result = RunChild({"flood", absl::StrCat(size), "err", "end"});
    EXPECT_EQ(result.out.total(), static_cast<uint64_t>(size));
    EXPECT_EQ(result.err.Text(), "end\n");
  }
}

TEST_F(PosixRunnerTest, ACallbackMayDestroyItsProcessAndStartTheNext) {
  int runs = 0;
  std::unique_ptr<Process> process;
  std::function<void()> start_next = [&] {
    absl::StatusOr<std::unique_ptr<Process>> next =
        runner_->Start(Child({"out", "x"}), {}, [&](const Result& result) {
          EXPECT_EQ(result.out.Text(), "x\n");
          process.reset();
          if (++runs < 20) start_next();
        });
    ASSERT_TRUE(next.ok()) << next.status();
    process = *std::move(next);
  };
  start_next();
  Await([&] { return runs == 20; });
}

TEST_F(PosixRunnerTest, RunsManyAtOnce) {
  for (int i = 0; i < 50; ++i) {
    StartChild({"lines", "100", "exit", absl::StrCat(i)});
  }
  int expected = 0;
  for (const Started& started : started_) {
    AwaitEnd(started);
    EXPECT_EQ(started.result->code, expected++);
    EXPECT_EQ(started.result->err.total(), 790u);
  }
}

TEST_F(PosixRunnerTest, ReportsTheEndOfAProcessWhoseHandleIsKept) {
  Started& started = StartChild({});
  AwaitEnd(started);
  started.process->Stop();
  started.process->Kill();
  EXPECT_EQ(started.calls, 1);
  EXPECT_EQ(started.result->ending, Ending::kExited);
}

class TapTest : public RunnerTest, public OutputTap {
 protected:
  void OnOutput(Stream stream, absl::string_view bytes) override {
    EXPECT_FALSE(bytes.empty());
    (stream == Stream::kStdout ? out_ : err_).append(bytes);
  }

  std::string out_;
  std::string err_;
};

TEST_F(TapTest, HearsOutputWhileTheProcessRuns) {
  Started& started =
      StartChild({"out", "ready", "err", "warm", "pause"}, {.tap = this});
  Await([&] { return out_ == "ready\n" && err_ == "warm\n"; });
  EXPECT_FALSE(started.over());
  started.process->Stop();
  AwaitEnd(started);
  EXPECT_EQ(started.result->out.Raw(), out_);
  EXPECT_EQ(started.result->err.Raw(), err_);
}

TEST_F(TapTest, HearsAllThatIsNotKept) {
  const Result result =
      RunChild({"flood", "1000000"}, {.output_limit = 10, .tap = this});
  EXPECT_EQ(result.out.omitted(), 1000000u - 20);
  EXPECT_EQ(out_.size(), 1000000u);
}

TEST_F(TapTest, HearsNothingOnceTheProcessIsOver) {
  Fifo ready, go, done;
  RunChild({"fork", "{", "tell", ready.path(), "await", go.path(), "out",
            "late", "tell", done.path(), "}", "out", "early"},
           {.tap = this});
  ready.WaitForPid();
  go.LetGo();
  bool written = false;
  const base::Loop::Registration watch =
      loop_.Watch(done.fd(), POLLIN, [&](short) { written = true; });
  Await([&] { return written; });
  loop_.RunOnce();
  EXPECT_EQ(out_, "early\n");
}

TEST_F(TapTest, HearsNothingOnceTheHandleIsDropped) {
  Started& started = StartChild({"lines", "100000", "pause"}, {.tap = this});
  Await([&] { return !out_.empty(); });
  started.process.reset();
  const size_t heard = out_.size();
  Await([&] { return !HasChildren(); });
  EXPECT_EQ(out_.size(), heard);
}

}  // namespace
}  // namespace servo::exec
