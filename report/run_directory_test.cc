// Directories of runs: their names, how they are made, and which of them go.
#include "report/run_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::report {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr absl::Time kBegin = absl::FromUnixSeconds(1'790'000'000);

std::string NameAt(int day) {
  return RunDirectoryName(kBegin + day * absl::Hours(24), "shop",
                          "k3v9q0x2m7ab");
}

class RunDirectoryTest : public ::testing::Test {
 protected:
  RunDirectoryTest()
      : dir_(absl::StrCat(
            std::getenv("TEST_TMPDIR"), "/",
            ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(dir_);
  }

  // A run that is over, as long as the result is dropped.
  base::UniqueFd Make(const std::string& name) {
    absl::StatusOr<base::UniqueFd> events = MakeRunDirectory(dir_, name);
    EXPECT_TRUE(events.ok()) << events.status();
    return events.ok() ? *std::move(events) : base::UniqueFd();
  }

  void MakeDays(int days) {
    for (int day = 0; day < days; ++day) Make(NameAt(day)).Reset();
  }

  std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(dir_)) {
      names.insert(entry.path().filename());
    }
    return names;
  }

  static mode_t ModeOf(const std::string& path) {
    struct stat info = {};
    EXPECT_EQ(lstat(path.c_str(), &info), 0) << path;
    return info.st_mode & 07777;
  }

  const std::string dir_;
};

TEST(RunDirectoryNameTest, HasTimeApplicationAndRun) {
  EXPECT_EQ(NameAt(0), "20260921T141320Z-shop-k3v9q0x2m7ab");
  EXPECT_EQ(RunDirectoryName(kBegin, "../a b/\xc3\xa4", "k3v9q0x2m7ab"),
            "20260921T141320Z-.._a_b___-k3v9q0x2m7ab");
  const std::string long_name =
      RunDirectoryName(kBegin, std::string(1000, 'a'), "k3v9q0x2m7ab");
  EXPECT_LT(long_name.size(), 100u);
  for (const std::string& name : {NameAt(0), long_name}) {
    EXPECT_TRUE(IsRunDirectoryName(name)) << name;
  }
}

TEST(RunDirectoryNameTest, OtherNamesAreTold) {
  for (const char* name :
       {"", ".", "..", "lost+found", "20260921T141320Z",
        "20260921T141320Z-shop", "20260921T141320-shop-k3v9q0x2m7ab",
        "20260921T141320Z-shop-k3v9q0x2m7a",
        "20260921T141320Z-shop-K3v9q0x2m7ab",
        "20260921T141320Z-shop-03v9q0x2m7ab", "20260921T14132xZ-a-k3v9q0x2m7ab",
        "20260921T141320Z-a b-k3v9q0x2m7ab", "20260921T141320Z_k3v9q0x2m7ab",
        "x20260921T141320Z-shop-k3v9q0x2m7ab",
        "20260921T141320Z-shop-k3v9q0x2m7ab.bak"}) {
    EXPECT_FALSE(IsRunDirectoryName(name)) << name;
  }
}

TEST_F(RunDirectoryTest, IsTheUsersAlone) {
  const base::UniqueFd events =
      MakeRunDirectory(dir_ + "/a/b", NameAt(0)).value();
  const std::string path = absl::StrCat(dir_, "/a/b/", NameAt(0));
  EXPECT_EQ(ModeOf(path), 0700u);
  EXPECT_EQ(ModeOf(path + "/events.jsonl"), 0600u);
  EXPECT_EQ(write(events.get(), "x\n", 2), 2);
}

TEST_F(RunDirectoryTest, IsNeverTakenFromAnother) {
  const base::UniqueFd events = Make(NameAt(0));
  EXPECT_THAT(MakeRunDirectory(dir_, NameAt(0)).status().message(),
              HasSubstr("File exists"));
  fs::create_directory_symlink("/", dir_ + "/" + NameAt(1));
  EXPECT_THAT(MakeRunDirectory(dir_, NameAt(1)).status().message(),
              HasSubstr("File exists"));
}

TEST_F(RunDirectoryTest, WhereItCannotBeMadeTheMessageSaysWhy) {
  std::ofstream(dir_) << "a file";
  EXPECT_THAT(MakeRunDirectory(dir_, NameAt(0)).status().message(),
              HasSubstr("cannot open the directory"));
  EXPECT_THAT(MakeRunDirectory(dir_ + "/x", NameAt(0)).status().message(),
              HasSubstr("cannot make the directory"));
}

TEST_F(RunDirectoryTest, TheOldestGo) {
  MakeDays(5);
  std::ofstream(absl::StrCat(dir_, "/", NameAt(0), "/report.html")) << "x";
  std::ofstream(absl::StrCat(dir_, "/", NameAt(0), "/trace.json.new")) << "x";
  EXPECT_EQ(RemoveOldRuns(dir_, NameAt(4), 3), absl::OkStatus());
  EXPECT_THAT(Names(), ElementsAre(NameAt(2), NameAt(3), NameAt(4)));
  EXPECT_EQ(RemoveOldRuns(dir_, NameAt(4), 3), absl::OkStatus());
  EXPECT_EQ(Names().size(), 3u);
}

// The clock has stepped back: the run's own name is the oldest.
TEST_F(RunDirectoryTest, TheOwnOneStaysThoughItIsTheOldest) {
  MakeDays(4);
  EXPECT_EQ(RemoveOldRuns(dir_, NameAt(0), 2), absl::OkStatus());
  EXPECT_THAT(Names(), ElementsAre(NameAt(0), NameAt(3)));
}

TEST_F(RunDirectoryTest, ARunningRunStays) {
  const base::UniqueFd running = Make(NameAt(0));
  Make(NameAt(1)).Reset();
  Make(NameAt(2)).Reset();
  EXPECT_EQ(RemoveOldRuns(dir_, NameAt(2), 1), absl::OkStatus());
  EXPECT_THAT(Names(), ElementsAre(NameAt(0), NameAt(2)));
}

TEST_F(RunDirectoryTest, WhatIsNotOursStays) {
  MakeDays(5);
  const auto path = [this](int day) { return dir_ + "/" + NameAt(day); };
  // Without our file; with more than our files; with a link or a directory in
  // place of our file.
  fs::remove(path(0) + "/events.jsonl");
  std::ofstream(path(1) + "/notes.txt") << "x";
  fs::remove(path(2) + "/events.jsonl");
  fs::create_symlink("/etc/passwd", path(2) + "/events.jsonl");
  fs::remove(path(3) + "/events.jsonl");
  fs::create_directory(path(3) + "/events.jsonl");
  // A file and a link of our form of name, and other names.
  std::ofstream(dir_ + "/" + NameAt(-1)) << "x";
  const std::string elsewhere = dir_ + "-elsewhere";
  fs::create_directory(elsewhere);
  std::ofstream(elsewhere + "/events.jsonl") << "x";
  fs::create_directory_symlink(elsewhere, path(-2));
  fs::create_directory(dir_ + "/mine");
  const std::set<std::string> before = Names();
  EXPECT_EQ(RemoveOldRuns(dir_, NameAt(4), 1), absl::OkStatus());
  EXPECT_EQ(Names(), before);
  EXPECT_TRUE(fs::exists(path(1) + "/events.jsonl"));
  EXPECT_TRUE(fs::exists(elsewhere + "/events.jsonl"));
}

}  // namespace
}  // namespace servo::report
