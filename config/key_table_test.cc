// After a change of keys.h, renew the tables of docs/config.md with
//   RENEW_DOCS=$PWD ./bazelw run //config:key_table_test
#include "config/key_table.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "config/condition_keys.h"
#include "config/keys.h"
#include "config/metric_keys.h"
#include "config/ready_keys.h"
#include "config/report_keys.h"
#include "config/source_keys.h"
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
           kSectionKeys, kTaskKeys, kReadyKeys, kConditionKeys, kRequestKeys,
           kAuthKeys, kCertKeys, kMetricKeys, kSeriesKeys, kSourceKeys,
           kReportKeys}) {
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

// What `diff` would tell of two texts in which hardly a line occurs twice.
std::string Difference(absl::string_view before, absl::string_view after) {
  const std::vector<absl::string_view> old_lines = absl::StrSplit(before, '\n');
  const std::vector<absl::string_view> new_lines = absl::StrSplit(after, '\n');
  const absl::flat_hash_set<absl::string_view> old_set(old_lines.begin(),
                                                       old_lines.end());
  const absl::flat_hash_set<absl::string_view> new_set(new_lines.begin(),
                                                       new_lines.end());
  std::string difference;
  for (absl::string_view line : old_lines) {
    if (!new_set.contains(line)) absl::StrAppend(&difference, "-", line, "\n");
  }
  for (absl::string_view line : new_lines) {
    if (!old_set.contains(line)) absl::StrAppend(&difference, "+", line, "\n");
  }
  return difference.empty() ? "the order of lines, or blank ones" : difference;
}

TEST(DocumentedKeyTables, AreThoseOfTheParser) {
  const char* workspace = std::getenv("RENEW_DOCS");
  const std::string path =
      absl::StrCat(workspace == nullptr ? "" : absl::StrCat(workspace, "/"),
                   "docs/config.md");
  std::ifstream file(path);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const size_t begin = text.find(kBegin);
  const size_t end = text.find(kEnd);
  ASSERT_NE(begin, std::string::npos) << path;
  ASSERT_NE(end, std::string::npos) << path;
  const std::string renewed = absl::StrCat(text.substr(0, begin), kBegin, "\n",
                                           KeyTables(), "\n", text.substr(end));
  if (workspace != nullptr) {
    ASSERT_TRUE((std::ofstream(path) << renewed).flush().good()) << path;
    return;
  }
  EXPECT_TRUE(text == renewed)
      << path << " is not what the table of keys says:\n"
      << Difference(text, renewed) << "To renew it:\n"
      << "  RENEW_DOCS=$PWD ./bazelw run //config:key_table_test";
}

// README.md has a table of what most people need.
TEST(ShortKeyTable, NamesKeysOfATask) {
  std::ifstream file("README.md");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const size_t begin = text.find("<!-- short key table: begin -->");
  const size_t end = text.find("<!-- short key table: end -->");
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  absl::flat_hash_set<absl::string_view> known;
  for (const yaml::KeySpec& spec : kTaskKeys) known.insert(spec.name);
  int named = 0;
  for (absl::string_view line :
       absl::StrSplit(text.substr(begin, end - begin), '\n')) {
    if (!absl::StartsWith(line, "| `")) continue;
    const std::vector<absl::string_view> cells = absl::StrSplit(line, '|');
    for (absl::string_view key : absl::StrSplit(cells[1], ',')) {
      key = absl::StripAsciiWhitespace(key);
      EXPECT_TRUE(absl::ConsumePrefix(&key, "`")) << line;
      EXPECT_TRUE(absl::ConsumeSuffix(&key, "`")) << line;
      EXPECT_TRUE(known.contains(key)) << key;
      ++named;
    }
  }
  EXPECT_GT(named, 0);
}

}  // namespace
}  // namespace servo::config
