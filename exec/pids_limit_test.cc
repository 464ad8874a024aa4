#include "exec/pids_limit.h"

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

namespace fs = std::filesystem;

class PidsLimitTest : public ::testing::Test {
 protected:
  PidsLimitTest()
      : root_(absl::StrCat(
            ::testing::TempDir(), "/",
            ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(root_);
  }

  void Write(absl::string_view path, absl::string_view text) {
    const fs::path file = absl::StrCat(root_, path);
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  const std::string root_;
};

TEST_F(PidsLimitTest, IsTheLeastOnTheWayUp) {
  Write("/proc/self/cgroup", "0::/system.slice/measure.service\n");
  EXPECT_EQ(FindPidsLimit(root_), std::nullopt);
  Write("/sys/fs/cgroup/system.slice/measure.service/pids.max", "max\n");
  EXPECT_EQ(FindPidsLimit(root_), std::nullopt);
  Write("/sys/fs/cgroup/system.slice/pids.max", "4915\n");
  EXPECT_EQ(FindPidsLimit(root_), 4915);
  Write("/sys/fs/cgroup/system.slice/measure.service/pids.max", "100\n");
  EXPECT_EQ(FindPidsLimit(root_), 100);
}

TEST_F(PidsLimitTest, IsThatOfAContainersRoot) {
  Write("/proc/self/cgroup", "0::/\n");
  Write("/sys/fs/cgroup/pids.max", "2048\n");
  EXPECT_EQ(FindPidsLimit(root_), 2048);
}

TEST_F(PidsLimitTest, VersionOneHasItsOwnHierarchy) {
  Write("/proc/self/cgroup",
        "9:name=systemd:/\n8:cpu,pids:/docker/0123\n4:memory:/a\n0::/\n");
  Write("/sys/fs/cgroup/memory/a/pids.max", "7\n");
  EXPECT_EQ(FindPidsLimit(root_), std::nullopt);
  // The container's part is mounted where the whole would be.
  Write("/sys/fs/cgroup/pids/pids.max", "512\n");
  EXPECT_EQ(FindPidsLimit(root_), 512);
  Write("/sys/fs/cgroup/pids/docker/0123/pids.max", "64\n");
  EXPECT_EQ(FindPidsLimit(root_), 64);
}

TEST_F(PidsLimitTest, WhatCannotBeReadIsNoLimit) {
  EXPECT_EQ(FindPidsLimit(root_), std::nullopt);
  Write("/proc/self/cgroup", "nonsense\n:\n\n0::\n");
  Write("/sys/fs/cgroup/pids.max", "many\n");
  EXPECT_EQ(FindPidsLimit(root_), std::nullopt);
}

}  // namespace
}  // namespace servo::exec
