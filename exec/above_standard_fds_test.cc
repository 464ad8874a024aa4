#include "exec/above_standard_fds.h"

#include <fcntl.h>
#include <unistd.h>

#include <set>

#include "base/unique_fd.h"
#include "exec/testing/probe.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

TEST(AboveStandardFdsTest, KeepsWhatIsAbove) {
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(AboveStandardFds(fd).get(), fd);
}

TEST(AboveStandardFdsTest, MovesWhatIsNot) {
  EXPECT_EQ(RunInFork([] {
              close(0);
              close(2);
              const std::set<int> before = OpenDescriptors();
              const base::UniqueFd fd =
                  AboveStandardFds(open("/dev/null", O_RDONLY | O_CLOEXEC));
              if (fd.get() <= 2) return 1;
              if (fcntl(fd.get(), F_GETFD) != FD_CLOEXEC) return 2;
              return OpenDescriptors().size() == before.size() + 1 ? 0 : 3;
            }),
            0);
}

TEST(AboveStandardFdsTest, PassesFailureOn) {
  EXPECT_FALSE(AboveStandardFds(-1).valid());
}

}  // namespace
}  // namespace servo::exec
