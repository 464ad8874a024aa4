#include "http/saved_body.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SavedBodyTest : public testing::Test {
 protected:
  SavedBodyTest() {
    std::string name = testing::TempDir() + "/saved_body.XXXXXX";
    directory_ = mkdtemp(name.data());
  }
  ~SavedBodyTest() override { std::filesystem::remove_all(directory_); }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  std::string Content(const std::string& path) const {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  std::string directory_;
};

TEST_F(SavedBodyTest, IsThereWhenCommitted) {
  const std::string path = directory_ + "/result.json";
  auto saved = SavedBody::Create(path);
  ASSERT_TRUE(saved.ok()) << saved.status();
  ASSERT_TRUE((*saved)->Append("{\"a\":").ok());
  ASSERT_TRUE((*saved)->Append(" 1}").ok());
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_EQ((*saved)->Commit(), absl::OkStatus());
  EXPECT_EQ(Content(path), "{\"a\": 1}");
  saved->reset();
  EXPECT_THAT(Names(), ElementsAre("result.json"));
  struct stat file = {};
  ASSERT_EQ(stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 07777, 0600u);
}

TEST_F(SavedBodyTest, LeavesNothingWhenDropped) {
  auto saved = SavedBody::Create(directory_ + "/result");
  ASSERT_TRUE((*saved)->Append("half").ok());
  saved->reset();
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(SavedBodyTest, ReplacesWhatWasThereOnlyWhenCommitted) {
  const std::string path = directory_ + "/result";
  std::ofstream(path) << "old";
  auto saved = SavedBody::Create(path);
  ASSERT_TRUE((*saved)->Append("new").ok());
  EXPECT_EQ(Content(path), "old");
  ASSERT_EQ((*saved)->Commit(), absl::OkStatus());
  EXPECT_EQ(Content(path), "new");
  EXPECT_THAT(Names(), ElementsAre("result"));
}

TEST_F(SavedBodyTest, RefusesWhereNoFileCanBe) {
  const std::string missing = directory_ + "/no/such/result";
  EXPECT_EQ(
      SavedBody::Create(missing).status(),
      absl::InvalidArgumentError(absl::StrCat(
          "cannot save the body to ", missing, ": No such file or directory")));
  for (const std::string& path : {std::string("/dev/null"), directory_}) {
    EXPECT_EQ(
        SavedBody::Create(path).status(),
        absl::InvalidArgumentError(absl::StrCat(
            "cannot save the body to ", path, ": it is not a regular file")));
  }
  std::filesystem::create_symlink("/dev/null", directory_ + "/link");
  EXPECT_FALSE(SavedBody::Create(directory_ + "/link").ok());
}

TEST_F(SavedBodyTest, TellsWhenTheDirectoryIsGone) {
  const std::string inner = directory_ + "/inner";
  std::filesystem::create_directory(inner);
  const auto saved = SavedBody::Create(inner + "/result");
  ASSERT_TRUE(saved.ok());
  std::filesystem::remove_all(inner);
  EXPECT_THAT((*saved)->Commit().message(),
              HasSubstr("cannot save the body to"));
}

}  // namespace
}  // namespace servo::http
