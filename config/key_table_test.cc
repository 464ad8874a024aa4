// After a change of keys.h, renew the tables of docs/config.md with
//   DOCS_FILE=$PWD/docs/config.md ./bazelw run //config:key_table_test
#include "config/key_table.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "config/keys.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::config {
namespace {

using ::testing::HasSubstr;

constexpr absl::string_view kBegin = "<!-- begin of the tables -->\n";
constexpr absl::string_view kEnd = "<!-- end of the tables -->\n";

TEST(KeyTables, HaveARowForEveryKey) {
  const std::string tables = KeyTables();
  for (const auto& keys : std::vector<absl::Span<const KeySpec>>{
           kSectionKeys, kTaskKeys, kRequestKeys, kAuthKeys, kCertKeys}) {
    for (const KeySpec& spec : keys) {
      EXPECT_THAT(tables, HasSubstr(absl::StrCat("\n| `", spec.name, "` | ")));
      EXPECT_FALSE(spec.doc.empty()) << spec.name;
      EXPECT_EQ(spec.doc.back(), '.') << spec.name;
    }
  }
}

TEST(KeyTables, TellTypeDefaultAndLimits) {
  const std::string tables = KeyTables();
  for (const char* row :
       {"| `retries` | int ≥ 0 | `0` | ",
        "| `timeout` | duration > 0 | no limit", "| `url` | URL | required | ",
        "| `max_output` | bytes up to 64M | `64K`",
        "standard input. (exec and shell_exec) |"}) {
    EXPECT_THAT(tables, HasSubstr(row));
  }
}

TEST(KeyTables, AreThoseOfTheDocumentation) {
  const char* given = std::getenv("DOCS_FILE");
  const std::string path = given != nullptr ? given : "docs/config.md";
  std::ifstream file(path);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const size_t begin = text.find(kBegin);
  const size_t end = text.find(kEnd);
  ASSERT_NE(begin, std::string::npos) << path;
  ASSERT_NE(end, std::string::npos) << path;
  const std::string renewed = absl::StrCat(text.substr(0, begin), kBegin, "\n",
                                           KeyTables(), "\n", text.substr(end));
  if (given != nullptr) std::ofstream(path) << renewed;
  EXPECT_EQ(text, renewed);
}

}  // namespace
}  // namespace servo::config
