#include "cmd/replace_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::cmd {
namespace {

using ::testing::HasSubstr;

class ReplaceFileTest : public testing::Test {
 protected:
  ReplaceFileTest() {
    std::string form = testing::TempDir() + "/replace_file_XXXXXX";
    dir_ = mkdtemp(form.data());
  }
  ~ReplaceFileTest() override { std::filesystem::remove_all(dir_); }

  std::string Path(const std::string& name) const { return dir_ + "/" + name; }

  static std::string Read(const std::string& path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  int Files() const {
    return static_cast<int>(
        std::distance(std::filesystem::directory_iterator(dir_),
                      std::filesystem::directory_iterator()));
  }

  std::string dir_;
};

TEST_F(ReplaceFileTest, WritesANewFileWithTheModeOfTheUmask) {
  const mode_t old_mask = umask(027);
  const absl::Status status = ReplaceFile(Path("new"), "text\n");
  umask(old_mask);
  EXPECT_EQ(status, absl::OkStatus());
  EXPECT_EQ(Read(Path("new")), "text\n");
  struct stat info;
  ASSERT_EQ(stat(Path("new").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0640u);
  EXPECT_EQ(Files(), 1);
}

TEST_F(ReplaceFileTest, AnOpenReaderKeepsTheOldOne) {
  std::ofstream(Path("file")) << "old";
  std::ifstream reader(Path("file"));
  EXPECT_EQ(ReplaceFile(Path("file"), "new"), absl::OkStatus());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(reader), {}), "old");
  EXPECT_EQ(Read(Path("file")), "new");
  EXPECT_EQ(Files(), 1);
}

TEST_F(ReplaceFileTest, ALinkIsNeitherReplacedNorFollowed) {
  std::ofstream(Path("target")) << "kept";
  ASSERT_EQ(symlink("target", Path("link").c_str()), 0);
  EXPECT_THAT(std::string(ReplaceFile(Path("link"), "new").message()),
              HasSubstr("it is a link; name the file itself"));
  EXPECT_EQ(Read(Path("target")), "kept");
  EXPECT_TRUE(std::filesystem::is_symlink(Path("link")));
  EXPECT_EQ(Files(), 2);
}

TEST_F(ReplaceFileTest, WhatIsNoFileIsLeftAlone) {
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  EXPECT_THAT(std::string(ReplaceFile(Path("pipe"), "new").message()),
              HasSubstr("it is not a regular file"));
  EXPECT_THAT(std::string(ReplaceFile(dir_, "new").message()),
              HasSubstr("it is not a regular file"));
  EXPECT_EQ(Files(), 1);
}

TEST_F(ReplaceFileTest, AnErrorNamesTheFile) {
  EXPECT_EQ(ReplaceFile("/nowhere/at/all", "new").message(),
            "cannot write \"/nowhere/at/all\": No such file or directory");
}

}  // namespace
}  // namespace servo::cmd
