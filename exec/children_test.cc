#include "exec/children.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <vector>

#include "exec/testing/probe.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

// A child in a group of its own that waits to be killed.
pid_t ForkWaiting() {
  const pid_t pid = fork();
  if (pid == 0) {
    for (;;) pause();
  }
  setpgid(pid, pid);
  return pid;
}

pid_t ForkExiting(int code) {
  const pid_t pid = fork();
  if (pid == 0) _exit(code);
  EXPECT_TRUE(ProcessProbe(pid).WaitForEnd());
  return pid;
}

void KillAndReap(pid_t pid) {
  kill(pid, SIGKILL);
  EXPECT_TRUE(ProcessProbe(pid).WaitForEnd());
  EXPECT_EQ(ReapChild(pid), -SIGKILL);
}

TEST(ChildrenTest, NoneExist) {
  EXPECT_FALSE(LookAtAllChildren().exist);
  EXPECT_FALSE(LookAtChild(getppid()).exist);
  EXPECT_FALSE(LookAtGroup(getpid()).exist);
  EXPECT_THAT(ListChildren(), ElementsAre());
  EXPECT_THAT(ListChildrenByStat(), ElementsAre());
}

TEST(ChildrenTest, LooksWithoutReaping) {
  const pid_t running = ForkWaiting();
  EXPECT_TRUE(LookAtAllChildren().exist);
  EXPECT_EQ(LookAtAllChildren().ended, 0);
  EXPECT_EQ(LookAtChild(running).ended, 0);
  EXPECT_EQ(ReapChild(running), std::nullopt);
  const pid_t ended = ForkExiting(7);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(LookAtAllChildren().ended, ended);
    EXPECT_EQ(LookAtChild(ended).ended, ended);
    EXPECT_TRUE(LookAtGroup(running).exist);
    EXPECT_EQ(LookAtGroup(running).ended, 0);
  }
  EXPECT_EQ(ReapChild(ended), 7);
  EXPECT_FALSE(LookAtChild(ended).exist);
  KillAndReap(running);
  EXPECT_FALSE(LookAtGroup(running).exist);
}

TEST(ChildrenTest, ListsChildrenAndNoOthers) {
  const pid_t one = ForkWaiting(), two = ForkWaiting(), ended = ForkExiting(0);
  EXPECT_THAT(ListChildren(), UnorderedElementsAre(one, two, ended));
  EXPECT_THAT(ListChildrenByStat(), UnorderedElementsAre(one, two, ended));
  ReapChild(ended);
  KillAndReap(one);
  KillAndReap(two);
}

TEST(ChildrenTest, ListsMoreThanOneReadShows) {
  std::vector<pid_t> children;
  for (int i = 0; i < 1200; ++i) {
    const pid_t pid = vfork();  // cheap also under the address sanitizer
    if (pid == 0) _exit(0);
    ASSERT_GT(pid, 0);
    children.push_back(pid);
  }
  std::vector<pid_t> listed = ListChildren();
  std::sort(listed.begin(), listed.end());
  std::sort(children.begin(), children.end());
  EXPECT_EQ(listed, children);
  for (pid_t pid : children) waitpid(pid, nullptr, 0);
}

TEST(ChildrenDeathTest, AChildThatSomeoneElseReapedIsAnError) {
  EXPECT_DEATH(ReapChild(getppid()), "reaped by someone else");
}

}  // namespace
}  // namespace servo::exec
