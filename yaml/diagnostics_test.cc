#include "yaml/diagnostics.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::yaml {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

Problem At(int line, int column, const std::string& message,
           const std::string& excerpt = "", int caret = 0) {
  Problem problem;
  problem.file = "c.yaml";
  problem.line = line;
  problem.column = column;
  problem.message = message;
  problem.excerpt = excerpt;
  problem.caret = caret;
  return problem;
}

TEST(Diagnostics, EmptySaysNothing) {
  const Diagnostics diagnostics;
  EXPECT_TRUE(diagnostics.empty());
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.Render(), "");
  EXPECT_EQ(diagnostics.Message(), "");
}

TEST(Diagnostics, RendersPlacePathTaskLineAndCaret) {
  Diagnostics diagnostics;
  Problem problem =
      At(12, 16, "expected true or false", "      notify: maybe", 15);
  problem.path = "exec.start[1].notify";
  problem.task = "Load \"it\"";
  diagnostics.Add(problem);
  EXPECT_EQ(diagnostics.Render(),
            "c.yaml:12:16: exec.start[1].notify: (task \"Load \\\"it\\\"\") "
            "expected true or false\n"
            "    12 |       notify: maybe\n"
            "       |                ^\n");
  EXPECT_EQ(diagnostics.Message(),
            "c.yaml:12:16: exec.start[1].notify: (task \"Load \\\"it\\\"\") "
            "expected true or false");
}

TEST(Diagnostics, FileAsAWholeHasNoPlace) {
  Diagnostics diagnostics;
  diagnostics.Add(At(0, 0, "too large"));
  EXPECT_EQ(diagnostics.Render(), "c.yaml: too large\n");
}

TEST(Diagnostics, SourceOrderWhateverTheOrderOfArrival) {
  Diagnostics diagnostics;
  diagnostics.Add(At(2, 1, "c"));
  diagnostics.Add(At(1, 9, "b"));
  diagnostics.Add(At(2, 1, "d"));
  diagnostics.Add(At(1, 2, "a"));
  EXPECT_EQ(diagnostics.Render(),
            "c.yaml:1:2: a\nc.yaml:1:9: b\nc.yaml:2:1: c\nc.yaml:2:1: d\n");
}

TEST(Diagnostics, WarningsAreNoErrors) {
  Diagnostics diagnostics;
  Problem warning = At(1, 1, "nothing to run");
  warning.severity = Severity::kWarning;
  diagnostics.Add(warning);
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.warnings(), 1u);
  EXPECT_EQ(diagnostics.Render(), "c.yaml:1:1: warning: nothing to run\n");
  EXPECT_EQ(diagnostics.Message(), "");
}

TEST(Diagnostics, WarningsCanBecomeErrors) {
  Diagnostics diagnostics;
  Problem warning = At(1, 1, "nothing to run");
  warning.severity = Severity::kWarning;
  diagnostics.Add(warning);
  diagnostics.MakeWarningsErrors();
  EXPECT_EQ(diagnostics.errors(), 1u);
  EXPECT_EQ(diagnostics.warnings(), 0u);
  EXPECT_EQ(diagnostics.Message(), "c.yaml:1:1: nothing to run");
}

Problem Of(Severity severity, int line) {
  Problem problem = At(line, 1, absl::StrCat("m", line));
  problem.severity = severity;
  return problem;
}

TEST(Diagnostics, NotesAreNeitherErrorsNorWarnings) {
  Diagnostics diagnostics;
  diagnostics.Add(Of(Severity::kNote, 1));
  EXPECT_EQ(diagnostics.notes(), 1u);
  EXPECT_FALSE(diagnostics.empty());
  EXPECT_EQ(diagnostics.Render(), "c.yaml:1:1: note: m1\n");
  diagnostics.MakeWarningsErrors();
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.Message(), "");
  diagnostics.DropNotes();
  EXPECT_TRUE(diagnostics.empty());
}

TEST(Diagnostics, ErrorsAreKeptBeforeOthers) {
  Diagnostics diagnostics(2);
  for (const int line : {1, 2, 3}) {
    diagnostics.Add(Of(Severity::kWarning, line));
  }
  EXPECT_FALSE(diagnostics.CountsOnly(Severity::kError, 9, 1));
  diagnostics.Add(Of(Severity::kError, 9));
  EXPECT_EQ(diagnostics.Message(), "c.yaml:9:1: m9");
  EXPECT_EQ(diagnostics.Render(),
            "c.yaml:1:1: warning: m1\nc.yaml:9:1: m9\nand 2 more\n");
  diagnostics.Add(Of(Severity::kError, 8));
  EXPECT_TRUE(diagnostics.CountsOnly(Severity::kWarning, 1, 1));
  diagnostics.Add(Of(Severity::kWarning, 1));
  EXPECT_EQ(diagnostics.Message(), "c.yaml:8:1: m8\nc.yaml:9:1: m9");
}

TEST(Diagnostics, ShowsTheLineThatUsesTheFaultyOne) {
  Diagnostics diagnostics;
  Problem problem = At(2, 3, "m", "  a: x", 2);
  problem.used = Problem::Use{7, 5, "  - *b", 4};
  diagnostics.Add(problem);
  EXPECT_EQ(diagnostics.Render(),
            "c.yaml:2:3: m\n"
            "     2 |   a: x\n"
            "       |   ^\n"
            "c.yaml:7:5: note: used here\n"
            "     7 |   - *b\n"
            "       |     ^\n");
  EXPECT_EQ(diagnostics.Message(), "c.yaml:2:3: m (used at 7:5)");
}

TEST(Diagnostics, SameMessageForTheSamePlaceIsKeptOnce) {
  Diagnostics diagnostics;
  for (int i = 0; i < 3; ++i) diagnostics.Add(At(1, 1, "a"));
  EXPECT_EQ(diagnostics.errors(), 1u);
  diagnostics.Add(At(1, 2, "a"));
  EXPECT_EQ(diagnostics.errors(), 2u);
}

TEST(Diagnostics, KeepsTheFirstOfTheSourceAndCountsTheRest) {
  Diagnostics diagnostics(3);
  for (int line = 10; line > 0; --line) {
    diagnostics.Add(At(line, 1, absl::StrCat("m", line)));
  }
  EXPECT_EQ(diagnostics.errors(), 10u);
  EXPECT_EQ(diagnostics.problems().size(), 3u);
  EXPECT_EQ(diagnostics.Render(),
            "c.yaml:1:1: m1\nc.yaml:2:1: m2\nc.yaml:3:1: m3\nand 7 more\n");
  EXPECT_EQ(diagnostics.Message(),
            "c.yaml:1:1: m1\nc.yaml:2:1: m2\nc.yaml:3:1: m3\nand 7 more");
}

TEST(Diagnostics, AMessageHasEveryProblemOfAReasonableFile) {
  Diagnostics diagnostics;
  for (int line = 1; line <= 100; ++line) diagnostics.Add(At(line, 1, "m"));
  EXPECT_THAT(diagnostics.Message(), EndsWith("c.yaml:100:1: m"));
  diagnostics.Add(At(101, 1, "m"));
  EXPECT_THAT(diagnostics.Message(), EndsWith("c.yaml:100:1: m\nand 1 more"));
}

TEST(Diagnostics, WhatIsCountedOnlyNeedsNoMessage) {
  Diagnostics diagnostics(2);
  diagnostics.Add(At(1, 1, "a"));
  EXPECT_FALSE(diagnostics.CountsOnly(Severity::kError, 5, 1));
  diagnostics.Add(At(3, 1, "b"));
  EXPECT_TRUE(diagnostics.CountsOnly(Severity::kError, 3, 1));
  EXPECT_TRUE(diagnostics.CountsOnly(Severity::kError, 5, 1));
  EXPECT_FALSE(diagnostics.CountsOnly(Severity::kError, 2, 9));
  diagnostics.Count(Severity::kError);
  EXPECT_EQ(diagnostics.errors(), 3u);
  EXPECT_THAT(diagnostics.Render(), HasSubstr("and 1 more"));
}

TEST(Diagnostics, ColorsOnlyWhenAsked) {
  Diagnostics diagnostics;
  diagnostics.Add(At(1, 1, "m", "x"));
  EXPECT_THAT(diagnostics.Render(), Not(HasSubstr("\x1b")));
  EXPECT_THAT(diagnostics.Render(true), HasSubstr("\x1b[1;31m^\x1b[0m"));
  EXPECT_THAT(diagnostics.Render(true), EndsWith("\n"));
}

}  // namespace
}  // namespace servo::yaml
