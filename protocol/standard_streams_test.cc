#include "protocol/standard_streams.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "gtest/gtest.h"

namespace servo::protocol {
namespace {

// What is wrong with the streams, in bits; stderr can't be used to tell.
int Problems(int closed_streams) {
  std::signal(SIGPIPE, SIG_IGN);
  for (int fd : {0, 1, 2}) {
    if (closed_streams & (1 << fd)) close(fd);
  }
  OpenMissingStandardStreams();
  int problems = 0;
  char byte = 'x';
  if (closed_streams & 1) problems |= read(0, &byte, 1) == 0 ? 0 : 1;
  for (int fd : {1, 2}) {
    if (closed_streams & (1 << fd))
      problems |= write(fd, &byte, 1) == -1 && errno == EPIPE ? 0 : 1 << fd;
    else
      problems |= fcntl(fd, F_GETFD) < 0 ? 1 << fd : 0;
  }
  return problems;
}

// Each set of closed streams.
class OpenMissing : public testing::TestWithParam<int> {};

TEST_P(OpenMissing, FillsTheNumbers) {
  pid_t child = fork();
  if (child == 0) _exit(Problems(GetParam()));
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

INSTANTIATE_TEST_SUITE_P(EachSet, OpenMissing, testing::Range(0, 8));

TEST(OpenMissing, LeavesNoDescriptorBehind) {
  pid_t child = fork();
  if (child == 0) {
    const int next_before = dup(0);
    close(next_before);
    for (int fd : {0, 1, 2}) close(fd);
    OpenMissingStandardStreams();
    const int next = dup(0);
    // The numbers below 3 were free before, and are taken now.
    _exit(next == next_before ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace servo::protocol
