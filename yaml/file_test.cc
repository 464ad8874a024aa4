#include "yaml/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "yaml/document.h"

namespace servo::yaml {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class FileTest : public ::testing::Test {
 protected:
  FileTest()
      : folder_(
            ::testing::TempDir() + "/" +
            ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    mkdir(folder_.c_str(), 0700);
    places_.defaults = {Path("first"), Path("second")};
  }

  std::string Path(const std::string& name) { return folder_ + "/" + name; }

  std::string Write(const std::string& name, const std::string& text,
                    mode_t mode = 0644) {
    std::string path = Path(name);
    std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }

  std::string folder_;
  FilePlaces places_;
};

TEST_F(FileTest, FlagWinsOverEnvironmentAndDefaults) {
  places_.flag = Write("flag", "of the flag");
  places_.environment = Write("environment", "of the environment");
  Write("first", "of the default");
  const auto file = ReadFile(places_);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->path, places_.flag);
  EXPECT_EQ(file->text, "of the flag");
}

TEST_F(FileTest, EnvironmentWinsOverDefaults) {
  places_.environment = Write("environment", "of the environment");
  Write("first", "of the default");
  EXPECT_EQ(ReadFile(places_)->text, "of the environment");
}

TEST_F(FileTest, FirstDefaultThatExists) {
  Write("second", "2");
  EXPECT_EQ(ReadFile(places_)->text, "2");
  Write("first", "1");
  EXPECT_EQ(ReadFile(places_)->text, "1");
}

TEST_F(FileTest, DefaultsAreThoseOfTheContract) {
  EXPECT_THAT(FilePlaces().defaults,
              ::testing::ElementsAre("/servo/config.yaml", "./config.yaml"));
}

TEST_F(FileTest, NoneAtAllNamesEveryPlace) {
  const absl::Status status = ReadFile(places_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("--config"), HasSubstr("SERVO_EXEC_CONFIG"),
                    HasSubstr(Path("first")), HasSubstr(Path("second"))));
}

TEST_F(FileTest, GivenFileThatIsMissingIsNotReplaced) {
  Write("first", "of the default");
  places_.flag = Path("missing");
  const absl::Status status = ReadFile(places_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(status.message(), AllOf(HasSubstr(Path("missing")),
                                      HasSubstr("No such file or directory"),
                                      HasSubstr("--config")));
  places_.flag.clear();
  places_.environment = Path("missing");
  EXPECT_THAT(ReadFile(places_).status().message(),
              HasSubstr("SERVO_EXEC_CONFIG"));
}

TEST_F(FileTest, PathThroughAFileIsNotFound) {
  places_.flag = Write("file", "") + "/config.yaml";
  EXPECT_EQ(ReadFile(places_).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(FileTest, DirectoryIsRefused) {
  places_.flag = folder_;
  const absl::Status status = ReadFile(places_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("is a directory"));
}

TEST_F(FileTest, PipeIsRefusedWithoutWaitingForAWriter) {
  places_.flag = Path("pipe");
  ASSERT_EQ(mkfifo(places_.flag.c_str(), 0600), 0);
  EXPECT_THAT(ReadFile(places_).status().message(), HasSubstr("is a pipe"));
}

// Opening this one fails where no terminal belongs to the process.
TEST_F(FileTest, DeviceIsRefusedUnopened) {
  places_.flag = "/dev/tty";
  EXPECT_THAT(ReadFile(places_).status().message(), HasSubstr("or a device"));
}

TEST_F(FileTest, WritableByOthersIsRefusedWithWhatToDo) {
  places_.flag = Write("open", "exec: {}", 0646);
  const absl::Status status = ReadFile(places_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr("0646"), HasSubstr("chmod o-w")));
}

TEST_F(FileTest, DefaultThatMayNotBeUsedIsNotPassedOver) {
  Write("first", "1", 0666);
  Write("second", "2");
  EXPECT_EQ(ReadFile(places_).status().code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(FileTest, WhatRootFindsInItsDirectoryMustBeRoots) {
  const std::string path = Write("config.yaml", "exec: {}");
  ASSERT_EQ(chdir(folder_.c_str()), 0);
  places_.defaults = {"./config.yaml"};
  places_.guards_root = true;
  EXPECT_TRUE(ReadFile(places_).ok());
  if (geteuid() != 0 || chown(path.c_str(), 1234, 1234) != 0) {
    GTEST_SKIP() << "only root can give files away";
  }
  places_.trusted = true;
  const absl::Status status = ReadFile(places_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(status.message(), AllOf(HasSubstr("./config.yaml"),
                                      HasSubstr("belongs to the user 1234"),
                                      HasSubstr("--config")));
  places_.guards_root = false;
  EXPECT_TRUE(ReadFile(places_).ok());
  places_.guards_root = true;
  places_.flag = "./config.yaml";
  EXPECT_TRUE(ReadFile(places_).ok());
  places_.flag.clear();
  places_.defaults = {path};
  EXPECT_TRUE(ReadFile(places_).ok());
}

TEST_F(FileTest, WritableByTheGroupIsFine) {
  places_.flag = Write("group", "text", 0664);
  EXPECT_TRUE(ReadFile(places_).ok());
}

TEST_F(FileTest, LinkIsFollowedAndItsTargetChecked) {
  places_.flag = Path("link");
  const std::string target = Write("target", "text");
  ASSERT_EQ(symlink(target.c_str(), places_.flag.c_str()), 0);
  EXPECT_TRUE(ReadFile(places_).ok());
  ASSERT_EQ(chmod(target.c_str(), 0666), 0);
  EXPECT_FALSE(ReadFile(places_).ok());
}

TEST_F(FileTest, UnreadableIsToldWithTheReason) {
  if (geteuid() == 0) GTEST_SKIP() << "root reads everything";
  places_.flag = Write("closed", "text", 0000);
  const absl::Status status = ReadFile(places_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(status.message(), HasSubstr("Permission denied"));
}

TEST_F(FileTest, SizeIsBounded) {
  places_.flag = Write("large", std::string(Document::kMaxBytes, ' '));
  EXPECT_EQ(ReadFile(places_)->text.size(), Document::kMaxBytes);
  Write("large", std::string(Document::kMaxBytes + 1, ' '));
  const absl::Status status = ReadFile(places_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(status.message(), HasSubstr("16777216"));
}

TEST_F(FileTest, EmptyFileIsEmptyText) {
  places_.flag = Write("empty", "");
  EXPECT_EQ(ReadFile(places_)->text, "");
}

}  // namespace
}  // namespace servo::yaml
