#include "yaml/diagnostics_json.h"

#include <string>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "yaml/diagnostics.h"

namespace servo::yaml {
namespace {

using nlohmann::ordered_json;

Diagnostics At(int line, int column) {
  Diagnostics diagnostics;
  diagnostics.Add(
      {.file = "c.yaml", .line = line, .column = column, .message = "wrong"});
  return diagnostics;
}

// The column behind the token that begins at `column` of a single line.
int EndColumn(const std::string& line, int column) {
  return DiagnosticsJson(At(1, column), line)
      .at(0)
      .at("range")
      .at("end")
      .at("column");
}

TEST(DiagnosticsJson, ARangeIsTheTokenAtThePlace) {
  EXPECT_EQ(EndColumn("  timeuot: 10", 3), 10);  // a key
  EXPECT_EQ(EndColumn("timeuot:", 1), 8);        // without a value
  EXPECT_EQ(EndColumn("timeout: soon # or not", 10), 14);
  EXPECT_EQ(EndColumn("{timeout: a b, retries: 1}", 11), 14);
  EXPECT_EQ(EndColumn("name: \"a: b\"", 7), 13);
  EXPECT_EQ(EndColumn("name: 'open", 7), 12);
  EXPECT_EQ(EndColumn("pre: [a]", 6), 7);
  EXPECT_EQ(EndColumn("pre: a\r", 6), 7);
}

TEST(DiagnosticsJson, ColumnsAreCharacters) {
  EXPECT_EQ(EndColumn("\u00e9\u00e9: \u65e5\u672c", 5), 7);
}

TEST(DiagnosticsJson, ARangeIsNeverEmpty) {
  EXPECT_EQ(EndColumn("", 1), 2);
  EXPECT_EQ(EndColumn("a", 9), 10);
  EXPECT_EQ(EndColumn(": a", 1), 2);
}

TEST(DiagnosticsJson, KeysThatTellNothingAreLeftOut) {
  EXPECT_EQ(
      DiagnosticsJson(At(0, 0), "text"),
      ordered_json::parse(R"([{"severity": "error", "message": "wrong"}])"));
  Diagnostics diagnostics;
  diagnostics.Add({.severity = Severity::kWarning,
                   .file = "c.yaml",
                   .path = "exec.pre[0]",
                   .task = "up",
                   .message = "odd"});
  EXPECT_EQ(DiagnosticsJson(diagnostics, ""), ordered_json::parse(R"([
      {"severity": "warning", "message": "odd", "path": "exec.pre[0]",
       "task": "up"}])"));
}

TEST(DiagnosticsJson, TellsNotesAndWhatUsesTheirPlace) {
  Diagnostics diagnostics;
  diagnostics.Add({.severity = Severity::kNote,
                   .file = "c.yaml",
                   .line = 1,
                   .column = 4,
                   .message = "odd",
                   .used = Problem::Use{2, 3}});
  EXPECT_EQ(DiagnosticsJson(diagnostics, "a: bc\n- *d\n"),
            ordered_json::parse(R"([
      {"severity": "note", "message": "odd",
       "range": {"start": {"line": 1, "column": 4},
                 "end": {"line": 1, "column": 6}},
       "used": {"start": {"line": 2, "column": 3},
                "end": {"line": 2, "column": 5}}}])"));
}

TEST(DiagnosticsJson, APlaceBehindTheTextHasNoRange) {
  EXPECT_FALSE(DiagnosticsJson(At(7, 1), "one line").at(0).contains("range"));
}

}  // namespace
}  // namespace servo::yaml
