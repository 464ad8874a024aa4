#include "stages/lookup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/captured.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "jsonpath/path.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "stages/attempt_files.h"
#include "stages/judge.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using plan::Lookup;
using plan::Source;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Lookup Whole(Source source, const std::string& argument = "") {
  return {.source = source, .argument = argument, .finder = Lookup::Whole{}};
}

Lookup Regex(const char* regex, Source source = Source::kStdout) {
  return {.source = source,
          .argument = "",
          .finder = plan::CompileRegex(regex).value()};
}

Lookup Path(const char* path, Source source = Source::kStdout) {
  return {.source = source,
          .argument = "",
          .finder = std::make_shared<const jsonpath::Path>(
              jsonpath::Path::Parse(path).value())};
}

exec::Result Printed(absl::string_view out, absl::string_view err = "",
                     size_t limit = 1000) {
  exec::Result result;
  result.out = base::Captured(limit);
  result.out.Append(out);
  result.err.Append(err);
  result.code = 3;
  result.elapsed = absl::Milliseconds(1500);
  return result;
}

// The values that are found, or the error.
std::vector<std::string> Find(const AttemptResult& result, const Lookup& lookup,
                              Wanted wanted = Wanted::kAll) {
  const plan::Task task = Exec("task");
  const AttemptFiles files;
  Sources sources(task, result, files);
  std::vector<std::string> found;
  const absl::Status status =
      sources.Visit(lookup, wanted, [&](const Value& value) {
        found.push_back(value.Text());
        return wanted != Wanted::kFirst;
      });
  if (!status.ok()) return {status.ToString()};
  return found;
}

TEST(Lookup, WithoutAFinderTheWholeSourceIsTheValue) {
  EXPECT_THAT(Find(Printed("a\nb\n\n", "e"), Whole(Source::kStdout)),
              ElementsAre("a\nb\n"));
  EXPECT_THAT(Find(Printed("", "e"), Whole(Source::kStderr)), ElementsAre("e"));
  EXPECT_THAT(Find(Printed(""), Whole(Source::kStdout)), ElementsAre(""));
  EXPECT_THAT(Find(Printed(""), Whole(Source::kExitCode)), ElementsAre("3"));
  EXPECT_THAT(Find(Printed(""), Whole(Source::kElapsed)), ElementsAre("1.5"));
}

TEST(Lookup, SourcesOfAResponse) {
  const http::Response response =
      http::FakeResponse(204, "body", {{"X-Count", "7"}});
  EXPECT_THAT(Find(response, Whole(Source::kBody)), ElementsAre("body"));
  EXPECT_THAT(Find(response, Whole(Source::kStatus)), ElementsAre("204"));
  EXPECT_THAT(Find(response, Whole(Source::kHeader, "x-count")),
              ElementsAre("7"));
  EXPECT_THAT(Find(response, Whole(Source::kHeader, "X-Other")),
              ElementsAre(AllOf(HasSubstr("NOT_FOUND"), HasSubstr("X-Other"))));
}

TEST(Lookup, HeadersOfOneNameAreLines) {
  const http::Response response = http::FakeResponse(
      302, "", {{"Set-Cookie", "s=1; Path=/"}, {"set-cookie", "s=2; Path=/"}});
  EXPECT_THAT(Find(response, Whole(Source::kHeader, "Set-Cookie")),
              ElementsAre("s=1; Path=/\ns=2; Path=/"));
  Lookup cookie = Regex("^s=([^;]+)", Source::kHeader);
  cookie.argument = "Set-Cookie";
  EXPECT_THAT(Find(response, cookie), ElementsAre("1", "2"));
}

TEST(Lookup, EachMatchOfARegexIsAValue) {
  EXPECT_THAT(Find(Printed("a1 a22\nb3"), Regex("a(\\d+)")),
              ElementsAre("1", "22"));
  EXPECT_THAT(Find(Printed("a1 a22\nb3"), Regex("\\d+")),
              ElementsAre("1", "22", "3"));
  EXPECT_THAT(Find(Printed("a1 a22"), Regex("a(\\d+)"), Wanted::kFirst),
              ElementsAre("1"));
  EXPECT_THAT(Find(Printed("none"), Regex("\\d")), IsEmpty());
}

TEST(Lookup, AGroupThatTookNoPartIsNoValue) {
  EXPECT_THAT(Find(Printed("ab b"), Regex("(a)?b")), ElementsAre("a"));
}

TEST(Lookup, AMatchCanBeEmpty) {
  EXPECT_THAT(Find(Printed("ab"), Regex("x*")), ElementsAre("", "", ""));
}

TEST(Lookup, AnchorsMatchAtAnyLineEnd) {
  EXPECT_THAT(Find(Printed("1%\r2%\r\n3%\n4%"), Regex("^(\\d)%$")),
              ElementsAre("1", "2", "3", "4"));
}

TEST(Lookup, EscapeSequencesAreRemovedFromText) {
  EXPECT_THAT(Find(Printed("\x1b[1mtotal:\x1b[0m 5"), Regex("^total: (\\d)")),
              ElementsAre("5"));
}

TEST(Lookup, BytesThatAreNoTextAreReplaced) {
  EXPECT_THAT(Find(Printed("\xff"
                           "7"),
                   Regex("^.(\\d)")),
              ElementsAre("7"));
}

TEST(Lookup, EachNodeOfAJsonPathIsAValue) {
  EXPECT_THAT(Find(Printed("{\"a\": [1, \"x\", null, true, {\"b\": 2.5}]}"),
                   Path("$.a[*]")),
              ElementsAre("1", "x", "null", "true", "{\"b\":2.5}"));
  EXPECT_THAT(
      Find(Printed("{\"a\": 1}\n{\"b\": 2}\n{\"a\": 3}\n"), Path("$.a")),
      ElementsAre("1", "3"));
  EXPECT_THAT(Find(Printed("{}"), Path("$.a")), IsEmpty());
}

TEST(Lookup, WhatIsNoJsonSaysWhere) {
  EXPECT_THAT(Find(Printed("{\"a\" 1}"), Path("$.a")),
              ElementsAre(AllOf(HasSubstr("stdout is no JSON"),
                                HasSubstr("offset 5"))));
}

TEST(Lookup, OfACutOutputTheHeadHasTheFirstValue) {
  const exec::Result result =
      Printed("a=1\na=2\n" + std::string(100, '.') + "\nb=8\nb=9\n", "", 20);
  EXPECT_THAT(Find(result, Regex("a=(\\d)"), Wanted::kFirst), ElementsAre("1"));
  EXPECT_THAT(Find(result, Regex("b=(\\d)"), Wanted::kLast),
              ElementsAre("8", "9"));
}

TEST(Lookup, OfACutOutputNothingElseCounts) {
  const std::string text = "a=1\n" + std::string(100, '.') + "\nb=9\n";
  const exec::Result result = Printed(text, "", 10);
  for (const auto& found :
       {Find(result, Regex("a=(\\d)"), Wanted::kAll),
        Find(result, Regex("b=(\\d)"), Wanted::kFirst),
        Find(result, Regex("a=(\\d)"), Wanted::kLast),
        Find(result, Path("$"), Wanted::kFirst),
        Find(result, Whole(Source::kStdout), Wanted::kFirst)}) {
    EXPECT_THAT(found, ElementsAre(AllOf(
                           HasSubstr("stdout was cut"),
                           HasSubstr(absl::StrCat(text.size() - 20, " bytes")),
                           HasSubstr("max_output"))));
  }
}

TEST(Lookup, ALineThatTheCutGoesThroughDoesNotCount) {
  // The head ends within "a=12", the tail begins within "b=34".
  const exec::Result result = Printed("a=12345\nb=67834", "", 3);
  EXPECT_THAT(Find(result, Regex("a=(\\d+)"), Wanted::kFirst),
              ElementsAre(HasSubstr("was cut")));
  EXPECT_THAT(Find(result, Regex("(\\d+)$"), Wanted::kLast),
              ElementsAre(HasSubstr("was cut")));
}

TEST(Lookup, EachLineEndIsOneOfACutOutput) {
  for (const std::string end : {"\n", "\r", "\r\n"}) {
    SCOPED_TRACE(testing::PrintToString(end));
    std::string text;
    for (int i = 0; i < 1000; ++i) absl::StrAppend(&text, "p=", i, end);
    const exec::Result result = Printed(text, "", 100);
    EXPECT_THAT(Find(result, Regex("^p=(\\d+)$"), Wanted::kFirst),
                ElementsAre("0"));
    EXPECT_EQ(Find(result, Regex("^p=(\\d+)$"), Wanted::kLast).back(), "999");
    // No line is empty, wherever the cut is.
    EXPECT_THAT(Find(result, Regex("^$"), Wanted::kLast), SizeIs(1));
  }
}

TEST(Lookup, TheLinesOfATailBeginBehindALineEnd) {
  // The tail begins within the first "\r\n".
  const exec::Result result = Printed("a=1\r\nb=2\r\nc=3\r\n", "", 6);
  EXPECT_THAT(Find(result, Regex("^.*$"), Wanted::kLast),
              ElementsAre("c=3", ""));
}

TEST(Lookup, SaysWhyNothingIsFound) {
  const plan::Task task = Exec("task");
  const AttemptFiles files;
  const AttemptResult result = Printed("ab", "");
  Sources sources(task, result, files);
  const auto why = [&](const Lookup& lookup) {
    const absl::Status status =
        sources.Visit(lookup, Wanted::kAll, [](const Value&) { return true; });
    return status.ok() ? sources.WhyNothing(lookup) : status.ToString();
  };
  EXPECT_EQ(why(Regex("x(\\d)")),
            "stdout has no match of the regex "
            "\"x(\\d)\"");
  EXPECT_EQ(why(Regex("a(x)?")),
            "stdout has a match of the regex \"a(x)?\", but its first group "
            "takes no part in it");
  EXPECT_EQ(why(Path("$.a", Source::kStderr)), "stderr has nothing at \"$.a\"");
  EXPECT_EQ(why(Whole(Source::kStderr)), "stderr is empty");
}

TEST(Lookup, KnowsTheOtherStream) {
  const plan::Task task = Exec("task");
  const AttemptFiles files;
  const AttemptResult result = Printed("", "p99 5");
  Sources sources(task, result, files);
  EXPECT_TRUE(sources.IsInOtherStream(Regex("p99 (\\d)")));
  EXPECT_FALSE(sources.IsInOtherStream(Regex("p50 (\\d)")));
  EXPECT_FALSE(sources.IsInOtherStream(Regex("p99 (\\d)", Source::kStderr)));
}

// ---- Files ----

class LookupFileTest : public testing::Test {
 protected:
  LookupFileTest() {
    unlink(Path().c_str());
    task_.metrics.resize(1);
    task_.metrics[0].lookup = Whole(Source::kFile, "result");
    std::get<plan::ProcessAction>(task_.action).command.cwd =
        testing::TempDir();
  }

  std::string Path() const { return testing::TempDir() + "/result"; }

  void Write(absl::string_view text) const {
    std::ofstream(Path(), std::ios::trunc) << text;
  }

  std::string Read(const AttemptFiles& files) {
    const AttemptResult result = Printed("");
    Sources sources(task_, result, files);
    std::string text;
    const absl::Status status = sources.Visit(
        task_.metrics[0].lookup, Wanted::kAll, [&text](const Value& value) {
          text = value.Text();
          return true;
        });
    return status.ok() ? text : status.ToString();
  }

  plan::Task task_ = Exec("task");
};

TEST_F(LookupFileTest, AFileOfTheAttemptIsRead) {
  const AttemptFiles files(task_);
  EXPECT_THAT(Read(files),
              AllOf(HasSubstr("NOT_FOUND"), HasSubstr("does not exist")));
  Write("17\n");
  EXPECT_EQ(Read(files), "17");
}

TEST_F(LookupFileTest, AFileThatDidNotChangeIsNotThere) {
  Write("17\n");
  const AttemptFiles files(task_);
  EXPECT_THAT(Read(files),
              AllOf(HasSubstr("NOT_FOUND"), HasSubstr("has not changed")));
  Write("180\n");
  EXPECT_EQ(Read(files), "180");
}

TEST_F(LookupFileTest, AReplacedFileHasChanged) {
  Write("17\n");
  const AttemptFiles files(task_);
  struct stat before;
  ASSERT_EQ(stat(Path().c_str(), &before), 0);
  const std::string other = Path() + ".new";
  std::ofstream(other) << "18\n";
  const timespec times[2] = {before.st_atim, before.st_mtim};
  ASSERT_EQ(utimensat(AT_FDCWD, other.c_str(), times, 0), 0);
  ASSERT_EQ(rename(other.c_str(), Path().c_str()), 0);
  EXPECT_EQ(Read(files), "18");
}

TEST_F(LookupFileTest, OtherThingsThanFilesAreRefused) {
  ASSERT_EQ(symlink("/etc/passwd", Path().c_str()), 0);
  EXPECT_THAT(Read(AttemptFiles()), HasSubstr("is a symbolic link"));
  ASSERT_EQ(unlink(Path().c_str()), 0);
  ASSERT_EQ(mkfifo(Path().c_str(), 0600), 0);
  EXPECT_THAT(Read(AttemptFiles()), HasSubstr("is no regular file"));
}

TEST_F(LookupFileTest, NothingIsBelowAFile) {
  Write("17\n");
  task_.metrics[0].lookup.argument += "/value";
  EXPECT_THAT(Read(AttemptFiles()),
              AllOf(HasSubstr("NOT_FOUND"), HasSubstr("does not exist")));
}

TEST_F(LookupFileTest, AnEnormousFileIsRefused) {
  Write("");
  ASSERT_EQ(truncate(Path().c_str(), AttemptFiles::kMaxBytes + 1), 0);
  EXPECT_THAT(Read(AttemptFiles()), HasSubstr("more than 64 MiB"));
}

}  // namespace
}  // namespace servo::stages
