#include "exec/process_info.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "exec/testing/probe.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

std::string Stat(const std::string& name, char state, int threads) {
  return absl::StrCat("12 (", name, ") ", std::string(1, state),
                      " 3 4 5 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 ", threads,
                      " 0 98765 1 2 3 4 5\n");
}

TEST(ProcessInfoTest, ReadsTheFields) {
  const std::optional<ProcessInfo> process = ParseStat(Stat("sh", 'S', 1));
  ASSERT_TRUE(process.has_value());
  EXPECT_EQ(process->pid, 12);
  EXPECT_EQ(process->parent, 3);
  EXPECT_EQ(process->group, 4);
  EXPECT_EQ(process->session, 5);
  EXPECT_EQ(process->started, 98765u);
  EXPECT_FALSE(process->ended);
  EXPECT_EQ(process->name, "sh");
}

TEST(ProcessInfoTest, ANameMayHoldAnything) {
  for (const char* name : {"", "a b", ") R 1 1 1", "((", "a\n)"}) {
    const std::optional<ProcessInfo> process = ParseStat(Stat(name, 'R', 1));
    ASSERT_TRUE(process.has_value()) << name;
    EXPECT_EQ(process->name, name);
    EXPECT_EQ(process->parent, 3);
  }
}

TEST(ProcessInfoTest, AZombieWithThreadsLives) {
  EXPECT_TRUE(ParseStat(Stat("sh", 'Z', 1))->ended);
  EXPECT_TRUE(ParseStat(Stat("sh", 'X', 0))->ended);
  EXPECT_FALSE(ParseStat(Stat("java", 'Z', 2))->ended);
}

TEST(ProcessInfoTest, RefusesWhatIsNoSuchLine) {
  for (const char* text :
       {"", "12 (sh", ")12(", "12 (sh) S 1 2 3", "x (sh) S"}) {
    EXPECT_FALSE(ParseStat(text).has_value()) << text;
  }
}

TEST(ProcessInfoTest, SignalsAProcessAndNoOtherOfItsNumber) {
  const pid_t pid = fork();
  if (pid == 0) {
    for (;;) pause();
  }
  std::optional<ProcessInfo> process = ReadProcess(pid);
  ASSERT_TRUE(process.has_value());
  EXPECT_EQ(process->parent, getpid());
  ProcessInfo earlier = *process;
  --earlier.started;
  EXPECT_FALSE(SignalProcess(earlier, SIGKILL));
  EXPECT_FALSE(ProcessProbe(pid).HasEnded());
  EXPECT_TRUE(SignalProcess(*process, SIGKILL));
  EXPECT_TRUE(ProcessProbe(pid).WaitForEnd());
  EXPECT_TRUE(ReadProcess(pid)->ended);
  EXPECT_EQ(waitpid(pid, nullptr, 0), pid);
  EXPECT_FALSE(ReadProcess(pid).has_value());
  EXPECT_FALSE(SignalProcess(*process, SIGKILL));
}

TEST(ProcessInfoTest, ReadsAVariableOfAProgram) {
  EXPECT_NE(ReadVariable(getpid(), "TEST_TMPDIR"), "");
  EXPECT_EQ(ReadVariable(getpid(), "TEST_TMPDI"), "");
}

}  // namespace
}  // namespace servo::exec
