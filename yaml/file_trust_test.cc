// Which configurations are refused for who could have written them.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "yaml/file.h"

namespace servo::yaml {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FileTrustTest : public ::testing::Test {
 protected:
  FileTrustTest()
      : folder_(
            ::testing::TempDir() + "/" +
            ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    mkdir(folder_.c_str(), 0700);
    Write(Path("config.yaml"));
  }

  std::string Path(const std::string& name) const {
    return folder_ + "/" + name;
  }

  static void Write(const std::string& path) {
    std::ofstream(path) << "exec: {}";
    EXPECT_EQ(chmod(path.c_str(), 0644), 0);
  }

  absl::StatusOr<File> Read(const std::string& path, bool trusted = false) {
    FilePlaces places;
    places.flag = path;
    places.trusted = trusted;
    return ReadFile(places);
  }

  std::string Refusal(const std::string& path) {
    const absl::Status status = Read(path).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << status;
    return std::string(status.message());
  }

  std::string folder_;
};

TEST_F(FileTrustTest, OwnFileInOwnDirectoriesIsFine) {
  const auto file = Read(Path("config.yaml"));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(file->warnings, IsEmpty());
}

TEST_F(FileTrustTest, DirectoryThatEveryoneMayWriteIsRefused) {
  ASSERT_EQ(mkdir(Path("open").c_str(), 0700), 0);
  Write(Path("open/config.yaml"));
  ASSERT_EQ(chmod(Path("open").c_str(), 0777), 0);
  EXPECT_THAT(
      Refusal(Path("open/config.yaml")),
      AllOf(HasSubstr("directory that everyone may write (mode 0777)"),
            HasSubstr("chmod o-w"), HasSubstr("SERVO_EXEC_TRUST_CONFIG=1")));
  // Wherever it is on the path.
  ASSERT_EQ(mkdir(Path("open/below").c_str(), 0700), 0);
  Write(Path("open/below/config.yaml"));
  EXPECT_THAT(Refusal(Path("open/below/config.yaml")), HasSubstr("0777"));
  EXPECT_THAT(Refusal(Path("open/../config.yaml")), HasSubstr("0777"));
}

// Goes back when it is destroyed.
class WorkingDirectory {
 public:
  explicit WorkingDirectory(const std::string& path) {
    EXPECT_EQ(chdir(path.c_str()), 0);
  }
  ~WorkingDirectory() { EXPECT_EQ(fchdir(before_.get()), 0); }

 private:
  const base::UniqueFd before_{open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)};
};

TEST_F(FileTrustTest, ARelativePathBeginsAtTheRootAsWell) {
  for (const char* name : {"open", "open/sub", "open/sub/deep"}) {
    ASSERT_EQ(mkdir(Path(name).c_str(), 0700), 0);
  }
  Write(Path("open/sub/deep/config.yaml"));
  const WorkingDirectory deep(Path("open/sub/deep"));
  for (const char* path : {"config.yaml", "./config.yaml"}) {
    const auto file = Read(path);
    ASSERT_TRUE(file.ok()) << file.status();
    EXPECT_THAT(file->warnings, IsEmpty());
  }
  ASSERT_EQ(chmod(Path("open").c_str(), 0777), 0);
  EXPECT_THAT(Refusal("./config.yaml"),
              HasSubstr("directory that everyone may write (mode 0777)"));
  EXPECT_TRUE(Read("./config.yaml", /*trusted=*/true).ok());
  ASSERT_EQ(chmod(Path("open").c_str(), 01777), 0);
  EXPECT_TRUE(Read("./config.yaml").ok());
  ASSERT_EQ(chmod(Path("open").c_str(), 0770), 0);
  EXPECT_THAT(Read("./config.yaml")->warnings,
              ElementsAre(HasSubstr("directory that its group may write")));
}

TEST_F(FileTrustTest, StickyDirectoryIsFineIfTheNextEntryIsOurs) {
  ASSERT_EQ(mkdir(Path("sticky").c_str(), 0700), 0);
  Write(Path("sticky/config.yaml"));
  ASSERT_EQ(chmod(Path("sticky").c_str(), 01777), 0);
  const auto file = Read(Path("sticky/config.yaml"));
  EXPECT_TRUE(file.ok()) << file.status();
}

TEST_F(FileTrustTest, LinksAreFollowedAndCheckedOnBothSides) {
  ASSERT_EQ(mkdir(Path("open").c_str(), 0700), 0);
  Write(Path("open/config.yaml"));
  ASSERT_EQ(symlink("open/config.yaml", Path("link").c_str()), 0);
  ASSERT_EQ(symlink(Path("link").c_str(), Path("absolute").c_str()), 0);
  EXPECT_TRUE(Read(Path("absolute")).ok());
  // The link's target is in a directory that others may write.
  ASSERT_EQ(chmod(Path("open").c_str(), 0777), 0);
  EXPECT_THAT(Refusal(Path("absolute")), HasSubstr("0777"));
  // And so may the link be.
  ASSERT_EQ(symlink("../config.yaml", Path("open/back").c_str()), 0);
  EXPECT_THAT(Refusal(Path("open/back")), HasSubstr("0777"));
}

TEST_F(FileTrustTest, WhatTheGroupMayWriteIsAWarning) {
  ASSERT_EQ(chmod(Path("config.yaml").c_str(), 0664), 0);
  EXPECT_THAT(Read(Path("config.yaml"))->warnings,
              ElementsAre(HasSubstr("by its group (mode 0664)")));
  ASSERT_EQ(mkdir(Path("group").c_str(), 0700), 0);
  Write(Path("group/config.yaml"));
  ASSERT_EQ(chmod(Path("group").c_str(), 0770), 0);
  EXPECT_THAT(Read(Path("group/config.yaml"))->warnings,
              ElementsAre(HasSubstr("directory that its group may write")));
}

TEST_F(FileTrustTest, OverrideTrustsEverything) {
  ASSERT_EQ(chmod(Path("config.yaml").c_str(), 0666), 0);
  EXPECT_THAT(Refusal(Path("config.yaml")),
              HasSubstr("SERVO_EXEC_TRUST_CONFIG=1"));
  EXPECT_TRUE(Read(Path("config.yaml"), /*trusted=*/true).ok());
}

TEST_F(FileTrustTest, AnotherOwnerIsRefused) {
  if (chown(Path("config.yaml").c_str(), 4711, -1) != 0) {
    GTEST_SKIP() << "only root gives files away";
  }
  if (geteuid() == 4711) GTEST_SKIP();
  EXPECT_THAT(Refusal(Path("config.yaml")),
              HasSubstr("belongs to the user 4711"));
  ASSERT_EQ(mkdir(Path("theirs").c_str(), 0755), 0);
  Write(Path("theirs/config.yaml"));
  ASSERT_EQ(chown(Path("theirs").c_str(), 4711, -1), 0);
  EXPECT_THAT(Refusal(Path("theirs/config.yaml")),
              HasSubstr("directory of the user 4711"));
}

TEST_F(FileTrustTest, EntryOfAnotherInAStickyDirectoryIsRefused) {
  ASSERT_EQ(mkdir(Path("sticky").c_str(), 0700), 0);
  ASSERT_EQ(chmod(Path("sticky").c_str(), 01777), 0);
  ASSERT_EQ(symlink(Path("config.yaml").c_str(), Path("sticky/link").c_str()),
            0);
  if (lchown(Path("sticky/link").c_str(), 4711, -1) != 0) {
    GTEST_SKIP() << "only root gives files away";
  }
  EXPECT_THAT(Refusal(Path("sticky/link")),
              HasSubstr("an entry of the user 4711"));
}

// As Kubernetes mounts a ConfigMap: mode 0777, links, read-only. Forks, since
// a mount needs a namespace of its own.
TEST_F(FileTrustTest, NothingCountsOnAReadOnlyMount) {
  ASSERT_EQ(mkdir(Path("volume").c_str(), 0700), 0);
  ASSERT_EQ(mkdir(Path("volume/..data_1").c_str(), 0700), 0);
  Write(Path("volume/..data_1/config.yaml"));
  ASSERT_EQ(symlink("..data_1", Path("volume/..data").c_str()), 0);
  ASSERT_EQ(symlink("..data/config.yaml", Path("volume/config.yaml").c_str()),
            0);
  for (const char* name :
       {"volume/..data_1/config.yaml", "volume/..data_1", "volume"}) {
    ASSERT_EQ(chmod(Path(name).c_str(), 0777), 0);
  }
  EXPECT_THAT(Refusal(Path("volume/config.yaml")), HasSubstr("0777"));
  const std::string volume = Path("volume");
  constexpr int kNoMounts = 2;
  const pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWNS) != 0 &&
        unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
      _exit(kNoMounts);
    }
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount(volume.c_str(), volume.c_str(), nullptr, MS_BIND, nullptr) != 0 ||
        mount(nullptr, volume.c_str(), nullptr,
              MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0) {
      _exit(kNoMounts);
    }
    _exit(Read(Path("volume/config.yaml")).ok() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  if (WEXITSTATUS(status) == kNoMounts) GTEST_SKIP() << "no mounts here";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace servo::yaml
