#include "exec/close_fds.h"

#include <fcntl.h>

#include <set>

#include "exec/testing/probe.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

class CloseFdsTest : public testing::TestWithParam<int (*)(int)> {};

INSTANTIATE_TEST_SUITE_P(, CloseFdsTest,
                         testing::Values(CloseFdsFrom, CloseFdsFromByProc),
                         [](const auto& test) {
                           return test.index == 0 ? "Default" : "ByProc";
                         });

TEST_P(CloseFdsTest, ClosesAllFromTheFirst) {
  EXPECT_EQ(RunInFork([] {
              // More than one look at the directory shows.
              for (int fd = 3; fd < 400; ++fd) fcntl(0, F_DUPFD, fd);
              fcntl(0, F_DUPFD, 900);
              if (GetParam()(7) != 0) return 1;
              const std::set<int> left = OpenDescriptors();
              return left == std::set<int>{0, 1, 2, 3, 4, 5, 6} ? 0 : 2;
            }),
            0);
}

TEST_P(CloseFdsTest, NothingToClose) {
  EXPECT_EQ(RunInFork([] { return GetParam()(900) == 0 ? 0 : 1; }), 0);
}

}  // namespace
}  // namespace servo::exec
