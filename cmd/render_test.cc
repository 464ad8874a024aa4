#include "cmd/render.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::cmd {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

constexpr char kRun[] =
    R"({"event":"run","t":0,"time":1790000000,"format":1,"version":"0.5.0",)"
    R"("run_id":"a","app_id":"shop","duration":1,"warmup":0,"delay":0,)"
    R"("tasks":[]})"
    "\n";
constexpr char kAnswer[] =
    R"({"event":"answer","t":2,"time":1790000002,"result":"success"})"
    "\n";

class RenderTest : public ::testing::Test {
 protected:
  RenderTest() {
    const std::string name =
        ::testing::UnitTest::GetInstance()->current_test_info()->name();
    dir_ = absl::StrCat(::testing::TempDir(), "/render_", name);
    fs::remove_all(dir_);
    fs::create_directory(dir_);
  }

  std::string Path(absl::string_view name) const {
    return absl::StrCat(dir_, "/", name);
  }

  std::string Write(absl::string_view text) const {
    std::ofstream(Path("events.jsonl")) << text;
    return Path("events.jsonl");
  }

  std::string Text(absl::string_view name) const {
    std::ifstream file(Path(name));
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(dir_)) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  std::string dir_;
};

TEST_F(RenderTest, MakesBothFilesForTheirOwnerAlone) {
  const std::string events = Write(absl::StrCat(kRun, kAnswer));
  EXPECT_EQ(RenderReport(events), absl::OkStatus());
  EXPECT_THAT(Names(), UnorderedElementsAre("events.jsonl", "report.html",
                                            "trace.json"));
  EXPECT_THAT(Text("report.html"), HasSubstr("\u2713 Success: shop"));
  EXPECT_THAT(Text("trace.json"), HasSubstr("traceEvents"));
  for (const char* name : {"report.html", "trace.json"}) {
    struct stat info;
    ASSERT_EQ(stat(Path(name).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0600u) << name;
  }
}

TEST_F(RenderTest, MakesThemAnew) {
  RenderReport(Write(absl::StrCat(kRun, kAnswer))).IgnoreError();
  EXPECT_EQ(RenderReport(Write(absl::StrCat(kRun, "{\"event\":\"ans"))),
            absl::OkStatus());
  EXPECT_THAT(Text("report.html"), HasSubstr("\u2026 Cut off: shop"));
}

// Names are quoted, and cut where they are long.
TEST_F(RenderTest, TellsWhyItCannot) {
  const auto problem = [&](absl::string_view path) {
    return std::string(RenderReport(std::string(path)).message());
  };
  const auto problem_of = [&](absl::string_view text) {
    return problem(Write(text));
  };
  EXPECT_THAT(problem_of(""),
              AllOf(StartsWith("cannot render \"/"),
                    EndsWith(": it is no events.jsonl: not even its first line "
                             "is whole")));
  EXPECT_THAT(problem_of("hello\n"),
              EndsWith(": it is no events.jsonl: its first line is not the "
                       "event \"run\""));
  EXPECT_THAT(
      problem_of("{\"event\":\"run\",\"format\":7,\"version\":\"9.0.0\"}\n"),
      EndsWith("use version 9.0.0 or later"));
  EXPECT_THAT(Names(), UnorderedElementsAre("events.jsonl"));
  EXPECT_EQ(problem("none"),
            "cannot render \"none\": No such file or directory");
  EXPECT_THAT(problem(dir_), EndsWith(": it is not a regular file"));
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  EXPECT_THAT(problem(Path("pipe")), EndsWith(": it is not a regular file"));
  EXPECT_THAT(problem("/dev/tty"), EndsWith(": it is not a regular file"));
}

TEST_F(RenderTest, TellsWhatItCannotWrite) {
  fs::create_directory(Path("report.html"));
  EXPECT_THAT(std::string(RenderReport(Write(kRun)).message()),
              AllOf(StartsWith("cannot write \"/"),
                    EndsWith(": it is not a regular file")));
}

TEST_F(RenderTest, KeepsItsDeadline) {
  const absl::Status status =
      RenderReport(Write(kRun), absl::Now() - absl::Seconds(1));
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_THAT(Names(), UnorderedElementsAre("events.jsonl"));
}

TEST_F(RenderTest, ADirectoryMeansItsEvents) {
  const std::string events = Write(kRun);
  EXPECT_EQ(EventsPathOf(dir_), events);
  EXPECT_EQ(EventsPathOf(dir_ + "/"), events);
  EXPECT_EQ(EventsPathOf(events), events);
  EXPECT_EQ(EventsPathOf(Path("none")), Path("none"));
  fs::create_directory_symlink(dir_, Path("link"));
  EXPECT_EQ(EventsPathOf(Path("link")), Path("link/events.jsonl"));
}

TEST_F(RenderTest, EventsTakenMeanwhileMakeTheSameReport) {
  const std::string events = Write(absl::StrCat(kRun, kAnswer));
  ReportMaker maker(events);
  maker.Add(kRun);
  maker.Add(kAnswer);
  // The file is not read again.
  Write("");
  EXPECT_EQ(maker.Make(absl::InfiniteFuture()), absl::OkStatus());
  const std::string page = Text("report.html");
  const std::string trace = Text("trace.json");
  ASSERT_EQ(RenderReport(Write(absl::StrCat(kRun, kAnswer))), absl::OkStatus());
  EXPECT_EQ(Text("report.html"), page);
  EXPECT_EQ(Text("trace.json"), trace);
}

TEST_F(RenderTest, OfTooManyEventsTheFileIsRead) {
  const std::string note =
      absl::StrCat(R"({"event":"message","t":1,"time":1790000001,"text":")",
                   std::string(ReportMaker::kMostKept / 4, 'x'), "\"}\n");
  ReportMaker maker(Write(absl::StrCat(kRun, kAnswer)));
  maker.Add(kRun);
  for (int i = 0; i < 5; ++i) maker.Add(note);
  EXPECT_EQ(maker.Make(absl::InfiniteFuture()), absl::OkStatus());
  EXPECT_THAT(Text("report.html"), HasSubstr("\u2713 Success: shop"));
}

}  // namespace
}  // namespace servo::cmd
