#include "report/run_reader.h"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "report/read_text.h"
#include "report/thin_points.h"

namespace servo::report {
namespace {

using State = AttemptRecord::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

// A first line with `count` tasks of the stage start.
std::string RunLine(size_t count) {
  std::string tasks;
  for (size_t i = 0; i < count; ++i) {
    absl::StrAppend(&tasks, i == 0 ? "" : ",", R"({"stage":"start","name":"t)",
                    i, R"(","mode":"exec"})");
  }
  return absl::StrCat(
      R"({"event":"run","t":0,"time":100,"format":1,"version":"0.5.0",)",
      R"("run_id":"a","app_id":"app","duration":1,"warmup":0,"delay":0,)",
      R"("tasks":[)", tasks, "]}\n");
}

std::string Event(absl::string_view kind, double at, absl::string_view rest) {
  return absl::StrCat(R"({"event":")", kind, R"(","t":)", at, R"(,"time":1)",
                      rest.empty() ? "" : ",", rest, "}\n");
}

absl::StatusOr<RunRecord> Read(absl::string_view text) {
  RunReader reader;
  if (absl::Status status = reader.Add(text); !status.ok()) return status;
  return std::move(reader).Finish();
}

TEST(RunReaderTest, ReadsAWholeRun) {
  const absl::StatusOr<RunRecord> run = Read(ReadText(kShop));
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->app_id, "shop");
  EXPECT_EQ(run->tasks.size(), 9u);
  EXPECT_EQ(run->bad_lines, 0u);

  // Two attempts that failed, each with a wait after it, and one that did not.
  ASSERT_GE(run->attempts.size(), 4u);
  EXPECT_EQ(run->attempts[0].state, State::kFailed);
  EXPECT_EQ(run->attempts[2].state, State::kSucceeded);
  EXPECT_EQ(run->attempts[2].status, 200);
  EXPECT_EQ(run->attempts[2].body.bytes, 13u);
  ASSERT_TRUE(run->attempts[2].phases.has_value());
  EXPECT_EQ((*run->attempts[2].phases)[2], 0.062);
  ASSERT_EQ(run->waits.size(), 2u);
  EXPECT_EQ(run->waits[0].next_attempt, 2);
  EXPECT_TRUE(run->waits[0].over);
  EXPECT_NEAR(run->waits[0].end - run->waits[0].begin, 0.8, 1e-6);

  // The tunnel: up, and lost early.
  const AttemptRecord& tunnel = run->attempts[4];
  EXPECT_EQ(run->tasks[tunnel.task].name, "tunnel");
  EXPECT_NEAR(*tunnel.ready - tunnel.begin, 0.9, 1e-6);
  EXPECT_EQ(tunnel.state, State::kIgnored);
  EXPECT_EQ(tunnel.code, 255);
  EXPECT_THAT(tunnel.notes, ElementsAre("it ended before it was told to"));

  ASSERT_EQ(run->stages.size(), 4u);
  EXPECT_EQ(run->stages[1].end, run->window->begin);
  EXPECT_EQ(run->stages[3].end, run->length);
  EXPECT_EQ(run->window->lead, 3);
  EXPECT_NEAR(*run->window->end - run->window->begin, 23, 1e-6);
  ASSERT_EQ(run->marks.size(), 1u);
  EXPECT_EQ(run->marks[0].text, "SIGTERM");
  EXPECT_EQ(run->messages.size(), 3u);
  EXPECT_EQ(run->tasks[8].note, "left out: job was never captured");
}

TEST(RunReaderTest, ReadsWhatWasMeasured) {
  const absl::StatusOr<RunRecord> run = Read(ReadText(kShop));
  ASSERT_TRUE(run.ok());
  ASSERT_EQ(run->metrics.size(), 5u);
  EXPECT_EQ(run->metrics[0].name, "p99");
  EXPECT_EQ(run->metrics[0].value, 412.2);
  EXPECT_EQ(run->metrics[0].at_most, 300);
  EXPECT_EQ(run->metrics[0].ok, false);
  EXPECT_EQ(run->metrics[3].ok, std::nullopt);
  ASSERT_EQ(run->charts.size(), 3u);
  EXPECT_EQ(run->charts[0].name, "cpu");
  EXPECT_EQ(run->charts[0].unit, "%");
  EXPECT_EQ(run->charts[0].at_most, 90);
  EXPECT_EQ(run->charts[0].lines[0].points.size(), 22u);
  EXPECT_TRUE(run->charts[2].is_series);
  ASSERT_EQ(run->charts[2].lines.size(), 2u);
  EXPECT_EQ(run->charts[2].lines[1].id, "handler:search");
  // Unix seconds are told since the begin.
  EXPECT_NEAR(run->charts[2].lines[0].points[0].first, run->window->begin,
              0.002);
  ASSERT_TRUE(run->answer.has_value());
  EXPECT_EQ(run->answer->result, AnswerRecord::Result::kFailed);
  EXPECT_EQ(run->answer->reason, "slo-violation");
}

// Wherever a record is cut off, what is whole of it is read.
TEST(RunReaderTest, ReadsWhatIsCutOff) {
  const std::string text = ReadText(kShop);
  const size_t first = text.find('\n') + 1;
  for (size_t size = 0; size < text.size(); size += 97) {
    const absl::StatusOr<RunRecord> run = Read(text.substr(0, size));
    ASSERT_EQ(run.ok(), size >= first) << size << ": " << run.status();
    if (!run.ok()) continue;
    EXPECT_EQ(run->bad_lines, 0u) << size;
    EXPECT_FALSE(run->answer.has_value()) << size;
  }
}

TEST(RunReaderTest, TellsWhatWasUnderWay) {
  const std::string begun =
      RunLine(2) + Event("stage", 1, R"("stage":"start","tasks":2)") +
      Event("attempt", 1, R"("task":0,"attempt":1)") +
      Event("ready", 2, R"("task":0,"attempt":1)") +
      Event("attempt", 3, R"("task":1,"attempt":1)") +
      Event("attempt_end", 4,
            R"("task":1,"attempt":1,"begin":3,"ok":false,"why":"no")") +
      Event("retry", 4, R"("task":1,"attempt":2,"delay":60)");
  const absl::StatusOr<RunRecord> run =
      Read(begun + Event("message", 9, R"("kind":"notice","text":"x")") +
           R"({"event":"answ)");
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->length, 9);
  ASSERT_EQ(run->attempts.size(), 2u);
  EXPECT_EQ(run->attempts[0].state, State::kRunning);
  EXPECT_EQ(run->attempts[0].ready, 2);
  EXPECT_EQ(run->attempts[0].end, 9);
  ASSERT_EQ(run->waits.size(), 1u);
  EXPECT_FALSE(run->waits[0].over);
  EXPECT_EQ(run->waits[0].end, 9);
  EXPECT_EQ(run->waits[0].planned_end, 64);
  EXPECT_EQ(run->stages[0].end, 9);
}

// The window's end ends a sampler's round, which has no event.
TEST(RunReaderTest, ARoundThatTheWindowEndsWasToldTo) {
  const std::string sampler =
      R"({"event":"run","t":0,"time":1,"format":1,"tasks":[)"
      R"({"stage":"start","name":"s","mode":"exec","every":1}]})"
      "\n";
  const absl::StatusOr<RunRecord> run = Read(
      sampler + Event("window", 1, R"("length":2,"lead":0)") +
      Event("attempt", 2, R"("task":0,"attempt":1)") +
      Event("window_end", 3, "") + Event("answer", 9, R"("result":"success")"));
  ASSERT_TRUE(run.ok());
  ASSERT_EQ(run->attempts.size(), 1u);
  EXPECT_EQ(run->attempts[0].state, State::kStopped);
  EXPECT_EQ(run->attempts[0].end, 3);
}

TEST(RunReaderTest, EffectsOfFailures) {
  const auto state = [](const std::string& effect, const std::string& cause) {
    const absl::StatusOr<RunRecord> run = Read(
        RunLine(1) + Event("attempt", 1, R"("task":0,"attempt":1)") +
        Event("attempt_end", 2,
              absl::StrCat(R"("task":0,"attempt":1,"begin":1,"ok":false,)",
                           R"("cause":")", cause, "\"")) +
        Event("task_end", 2,
              absl::StrCat(R"("task":0,"ok":false,"effect":")", effect, "\"")));
    CHECK(run.ok() && run->attempts.size() == 1);
    return run->attempts[0].state;
  };
  EXPECT_EQ(state("fails_run", "exit_code"), State::kFailed);
  EXPECT_EQ(state("ignored", "exit_code"), State::kIgnored);
  EXPECT_EQ(state("interrupted", "timeout"), State::kStopped);
  EXPECT_EQ(state("fails_run", "stopped"), State::kStopped);
}

// Whatever a record holds, its texts show it where it stands.
TEST(RunReaderTest, TextsHideNothing) {
  const absl::StatusOr<RunRecord> run =
      Read(R"({"event":"run","t":0,"time":1,"format":1,"app_id":"\u202eppa",)"
           R"("tasks":[{"stage":"pre","name":"a\u200bb","mode":"exec"}]})"
           "\n" +
           Event("attempt", 1, R"("task":0,"attempt":1)") +
           Event("attempt_end", 2,
                 R"("task":0,"attempt":1,"begin":1,"ok":false,"why":"\u0085x",)"
                 R"("stdout":"\u001b[31mred\r\n","metrics":{"m\u2067":1},)"
                 R"("problems":[{"metric":"\ufeffm","why":"\u200e"}]})"
                 "\n") +
           Event("message", 3, R"("kind":"notice","text":"\u2069")") +
           Event("answer", 4, R"("result":"failed","message":"\u061c")"));
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->app_id, "\\u202eppa");
  EXPECT_EQ(run->tasks[0].name, "a\\u200bb");
  ASSERT_EQ(run->attempts.size(), 1u);
  EXPECT_EQ(run->attempts[0].why, "\\u0085x");
  EXPECT_EQ(run->attempts[0].out.text, "\\x1b[31mred\r\n");
  EXPECT_THAT(run->attempts[0].metrics, ElementsAre(Pair("m\\u2067", 1)));
  EXPECT_THAT(run->attempts[0].notes, ElementsAre("metric \\ufeffm: \\u200e"));
  EXPECT_EQ(run->messages[0].text, "\\u2069");
  EXPECT_EQ(run->answer->message, "\\u061c");
}

TEST(RunReaderTest, CountsValuesThatWereNoSamples) {
  const std::string watch =
      R"({"event":"run","t":0,"time":1,"format":1,"tasks":[{"stage":"start",)"
      R"("name":"s","mode":"exec","metrics":[{"name":"cpu"}]}]})"
      "\n";
  const std::string rejected =
      R"("task":0,"metric":"cpu","points":[],"rejected":2,"why":"no")";
  const absl::StatusOr<RunRecord> none =
      Read(watch + Event("samples", 1, rejected));
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->tasks[0].metrics[0].rejected, 2u);
  EXPECT_TRUE(none->charts.empty());
  const absl::StatusOr<RunRecord> some =
      Read(watch + Event("samples", 1, rejected) +
           Event("samples", 2,
                 R"("task":0,"metric":"cpu","points":[[2,7]],"rejected":1)"));
  ASSERT_TRUE(some.ok());
  EXPECT_EQ(some->tasks[0].metrics[0].rejected, 3u);
  ASSERT_EQ(some->charts.size(), 1u);
  EXPECT_THAT(some->charts[0].lines[0].points, ElementsAre(Pair(2, 7)));
}

TEST(RunReaderTest, TheLastAttemptTellsThatATaskWasGivenUp) {
  const auto notes = [](const std::string& given_up) {
    const absl::StatusOr<RunRecord> run = Read(
        RunLine(1) + Event("attempt", 1, R"("task":0,"attempt":1)") +
        Event("attempt_end", 2,
              R"("task":0,"attempt":1,"begin":1,"ok":false)") +
        Event("attempt", 3, R"("task":0,"attempt":2)") +
        Event("attempt_end", 4,
              R"("task":0,"attempt":2,"begin":3,"ok":false)") +
        Event("task_end", 4,
              absl::StrCat(R"("task":0,"ok":false,"given_up":)", given_up)));
    CHECK(run.ok() && run->attempts.size() == 2);
    EXPECT_THAT(run->attempts[0].notes, ElementsAre());
    return run->attempts[1].notes;
  };
  EXPECT_THAT(notes(R"({"after":3.25,"attempts":2})"),
              ElementsAre("given up after 3.25 s and 2 attempts"));
  EXPECT_THAT(notes(R"({"after":600,"attempts":1})"),
              ElementsAre("given up after 600 s and 1 attempt"));
  EXPECT_THAT(notes("[3,2]"), ElementsAre());
  EXPECT_THAT(notes(R"({"after":"x","attempts":-1})"),
              ElementsAre("given up after 0 s and 0 attempts"));
}

TEST(RunReaderTest, TellsWhichTimeTheCleanupHasUsedUp) {
  const absl::StatusOr<RunRecord> run =
      Read(RunLine(1) +
           Event("cleanup_timeout", 50, R"("limit":50,"post_follows":true)") +
           Event("cleanup_timeout", 60, R"("limit":60)"));
  ASSERT_TRUE(run.ok());
  ASSERT_EQ(run->marks.size(), 2u);
  EXPECT_EQ(run->marks[0].text, "end of the time before post");
  EXPECT_EQ(run->marks[1].text, "end of the cleanup's time");
}

TEST(RunReaderTest, RefusesWhatIsNoRecord) {
  for (const absl::string_view text :
       {"", "{}", "{}\n", "\n", "hello\n", "[1]\n",
        "{\"event\":\"stage\",\"t\":1}\n",
        "{\"event\":\"run\",\"t\":0,\"format\":\"1\"}\n"}) {
    const absl::StatusOr<RunRecord> run = Read(text);
    EXPECT_TRUE(absl::IsInvalidArgument(run.status())) << text;
    EXPECT_THAT(run.status().message(), HasSubstr("it is no events.jsonl"));
  }
}

TEST(RunReaderTest, RefusesANewerFormat) {
  const absl::StatusOr<RunRecord> run =
      Read(R"({"event":"run","format":2,"version":"9.1.0","t":0})"
           "\n");
  EXPECT_TRUE(absl::IsUnimplemented(run.status()));
  EXPECT_EQ(run.status().message(),
            "it has format 2, and this program reads format 1 alone: use "
            "version 9.1.0 or later");
}

// Lines that are none, events of kinds and tasks that there are not, values of
// other types: none of it hides the rest.
TEST(RunReaderTest, SkipsWhatItDoesNotKnow) {
  const absl::StatusOr<RunRecord> run = Read(absl::StrCat(
      RunLine(1), "\xff\n{\n\n", R"({"event":"attempt","t":1e300,"task":0})",
      "\n", Event("whatever", 1, R"("task":0)"),
      Event("attempt", 1, R"("task":1)"), Event("attempt", 1, R"("task":-1)"),
      Event("attempt", 1, R"("task":18446744073709551615)"),
      Event("attempt", 1, R"("task":"0")"),
      Event("attempt_end", 2,
            R"("task":0,"ok":1,"why":7,"phases":[],)"
            R"("metrics":[1],"problems":[3,{"why":"x"}])"),
      Event("series", 2, R"("name":"s","id":"","points":[[1],[2,"x"],3])"),
      Event("message", 3, R"("kind":"warning","text":"still here")")));
  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->bad_lines, 4u);
  ASSERT_EQ(run->attempts.size(), 1u);
  EXPECT_EQ(run->attempts[0].state, State::kFailed);
  EXPECT_EQ(run->messages.size(), 1u);
  EXPECT_TRUE(run->charts[0].lines[0].points.empty());
}

TEST(RunReaderTest, ALineThatIsTooLongIsSkipped) {
  RunReader reader;
  ASSERT_TRUE(reader.Add(RunLine(1)).ok());
  const std::string block(1 << 20, 'x');
  for (size_t size = 0; size <= RunReader::kMaxLine; size += block.size()) {
    ASSERT_TRUE(reader.Add(block).ok());
  }
  ASSERT_TRUE(reader.Add("\n").ok());
  ASSERT_TRUE(
      reader.Add(Event("message", 3, R"("kind":"notice","text":"a")")).ok());
  const absl::StatusOr<RunRecord> run = std::move(reader).Finish();
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->bad_lines, 1u);
  EXPECT_EQ(run->messages.size(), 1u);
}

// Of too many attempts the failed ones are kept.
TEST(RunReaderTest, KeepsFailuresBeyondTheBound) {
  RunReader reader;
  ASSERT_TRUE(reader.Add(RunLine(1)).ok());
  for (size_t i = 0; i < RunReader::kMaxAttempts + 10; ++i) {
    const bool ok = i != RunReader::kMaxAttempts + 5;
    ASSERT_TRUE(
        reader
            .Add(Event("attempt", 1, R"("task":0,"attempt":1)") +
                 Event("attempt_end", 2,
                       absl::StrCat(R"("task":0,"attempt":1,"begin":1,"ok":)",
                                    ok ? "true" : "false")))
            .ok());
  }
  const absl::StatusOr<RunRecord> run = std::move(reader).Finish();
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->attempts.size(), RunReader::kMaxAttempts + 1);
  EXPECT_EQ(run->attempts.back().state, State::kFailed);
  EXPECT_EQ(run->omitted_attempts, 9u);
}

TEST(RunReaderTest, ThinsSamples) {
  RunReader reader;
  ASSERT_TRUE(reader.Add(RunLine(1)).ok());
  for (size_t i = 0; i < 100'000; ++i) {
    const double value = i == 12'345 ? -70 : i == 77'777 ? 1e6 : i % 50;
    ASSERT_TRUE(
        reader
            .Add(Event("samples", 1,
                       absl::StrCat(R"("task":0,"metric":"m",)",
                                    R"("points":[[)", i, ",", value, "]]")))
            .ok());
  }
  const absl::StatusOr<RunRecord> run = std::move(reader).Finish();
  ASSERT_TRUE(run.ok());
  const LineRecord& line = run->charts[0].lines[0];
  EXPECT_EQ(line.total, 100'000u);
  EXPECT_LT(line.points.size(), 2 * RunReader::kMaxPoints);
  EXPECT_GT(line.points.size(), RunReader::kMaxPoints / 2);
  EXPECT_THAT(line.points, ::testing::Contains(Pair(12'345, -70)));
  EXPECT_THAT(line.points, ::testing::Contains(Pair(77'777, 1e6)));
  EXPECT_TRUE(std::is_sorted(line.points.begin(), line.points.end()));
}

TEST(ThinPointsTest, KeepsTheExtremesInOrder) {
  std::vector<std::pair<double, double>> points = {
      {1, 5}, {2, 9}, {3, 1}, {4, 5}, {5, 3}, {6, 3}, {7, 3}, {8, 3}, {9, 7}};
  ThinPoints(&points);
  EXPECT_THAT(points, ElementsAre(Pair(2, 9), Pair(3, 1), Pair(5, 3),
                                  Pair(8, 3), Pair(9, 7)));
}

}  // namespace
}  // namespace servo::report
