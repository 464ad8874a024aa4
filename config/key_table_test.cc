// After a change of keys.h, renew the tables of README.md and docs/config.md
// with
//   RENEW_DOCS=$PWD ./bazelw run //config:key_table_test
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

constexpr absl::string_view kBegin =
    "<!-- key table: begin (generated, see docs/config.md) -->\n";
constexpr absl::string_view kEnd = "<!-- key table: end -->\n";

TEST(KeyTables, HaveARowForEveryKey) {
  const std::string tables = KeyTables();
  for (const auto& keys : std::vector<absl::Span<const yaml::KeySpec>>{
           kSectionKeys, kTaskKeys, kRequestKeys, kAuthKeys, kCertKeys}) {
    for (const yaml::KeySpec& spec : keys) {
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

// The files that show the tables.
class DocumentedKeyTables : public testing::TestWithParam<const char*> {};

TEST_P(DocumentedKeyTables, AreThoseOfTheParser) {
  const char* workspace = std::getenv("RENEW_DOCS");
  const std::string path = workspace == nullptr
                               ? GetParam()
                               : absl::StrCat(workspace, "/", GetParam());
  std::ifstream file(path);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const size_t begin = text.find(kBegin);
  const size_t end = text.find(kEnd);
  ASSERT_NE(begin, std::string::npos) << path;
  ASSERT_NE(end, std::string::npos) << path;
  const std::string renewed = absl::StrCat(text.substr(0, begin), kBegin, "\n",
                                           KeyTables(), "\n", text.substr(end));
  if (workspace != nullptr) std::ofstream(path) << renewed;
  EXPECT_EQ(text, renewed);
}

INSTANTIATE_TEST_SUITE_P(Files, DocumentedKeyTables,
                         testing::Values("README.md", "docs/config.md"));

}  // namespace
}  // namespace servo::config
