// The lines of events.jsonl: what each kind of event becomes, and that all of
// them, and the examples of docs/events.md, keep to the JSON Schema.
#include "report/event_log.h"

#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/cancel_cause.h"
#include "base/captured.h"
#include "base/fake_loop.h"
#include "base/redactor.h"
#include "exec/runner.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "http/request.h"
#include "nlohmann/json.hpp"
#include "plan/capture.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "report/event_sink.h"
#include "report/testing/json_schema.h"
#include "stages/early_end.h"
#include "stages/extraction.h"
#include "stages/judge.h"
#include "stages/run_listener.h"
#include "stages/testing/tasks.h"

namespace servo::report {
namespace {

using ::nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Taken = EventSink::Taken;

std::string ReadFile(const char* path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

json Schema() { return json::parse(ReadFile("report/events.schema.json")); }

class FakeSink final : public EventSink {
 public:
  Taken Write(std::string line, bool last_words) override {
    if (answer != Taken::kYes && !(last_words && answer == Taken::kFileFull)) {
      return answer;
    }
    EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
    lines.push_back(json::parse(line));
    return Taken::kYes;
  }

  Taken answer = Taken::kYes;
  std::vector<json> lines;
};

// A plan with one task of each kind. Tasks: 0 a request, 1 a background task
// with a metric, 2 a sampler, 3 one that awaits, 4 one of post.
plan::Plan ExamplePlan() {
  plan::Plan plan;
  plan::Task get = stages::Get("get");
  get.retry.retries = 2;
  plan::Task load = stages::Background("load");
  plan::Metric p99 = {.name = "p99", .unit = "ms", .description = "slow ones"};
  p99.at_most = 300;
  load.metrics = {p99, {.name = "rate"}};
  plan::Task watch = stages::Exec("watch");
  watch.every = absl::Seconds(5);
  plan::Metric cpu = {.name = "cpu", .unit = "%"};
  cpu.series = plan::SampleSeries();
  watch.metrics = {cpu};
  plan::Task await = stages::Exec("await");
  await.action =
      plan::AwaitAction{.name = "load", .stage = plan::Stage::kStart};
  plan.stages[0] = {get};
  plan.stages[1] = {load, watch};
  plan.stages[2] = {await};
  plan.stages[3] = {stages::Exec("clean")};
  return plan;
}

class EventLogTest : public ::testing::Test {
 protected:
  EventLogTest() : plan_(ExamplePlan()), begin_(loop_.Now()) {}

  ~EventLogTest() override {
    const json schema = Schema();
    for (const json& line : sink_.lines) {
      EXPECT_EQ(EventProblem(schema, line), "") << line.dump();
    }
  }

  void Begin() {
    log_.Begin({.version = "1.2.3",
                .run_id = "k3v9q0x2m7ab",
                .app_id = "shop",
                .duration = absl::Seconds(60),
                .warmup = absl::Seconds(5),
                .config = "pre: no tasks\n"},
               &plan_, &sink_);
  }

  const plan::Task& TaskAt(plan::Stage stage, size_t index) const {
    return plan_.tasks(stage)[index];
  }

  stages::AttemptEnd AttemptOfGet(http::Response response) {
    return {.id = {plan::Stage::kPre, 0},
            .task = &TaskAt(plan::Stage::kPre, 0),
            .attempt = 1,
            .begin = begin_ + absl::Seconds(1),
            .end = begin_ + absl::Seconds(1.5),
            .result = std::move(response)};
  }

  exec::Result Printed(absl::string_view out, int code = 0) {
    exec::Result result;
    result.code = code;
    result.out = base::Captured(base::Captured::kDefaultLimit, &redactor_);
    result.out.Append(out);
    result.started_at = begin_ + absl::Seconds(2);
    return result;
  }

  // The last line, without what all share.
  json Last() const {
    json line = sink_.lines.empty() ? json() : sink_.lines.back();
    line.erase("t");
    line.erase("time");
    return line;
  }

  base::FakeLoop loop_;
  base::Redactor redactor_;
  absl::Time wall_clock_ = absl::FromUnixMillis(1'790'000'000'123);
  FakeSink sink_;
  const plan::Plan plan_;
  const absl::Duration begin_;
  EventLog log_{&loop_, &redactor_, [this] { return wall_clock_; }};
};

TEST_F(EventLogTest, TheFirstLineTellsWhatIsRun) {
  Begin();
  ASSERT_THAT(sink_.lines, SizeIs(1));
  const json& line = sink_.lines[0];
  EXPECT_EQ(line["event"], "run");
  EXPECT_EQ(line["format"], 1);
  EXPECT_EQ(line["t"], 0);
  EXPECT_EQ(line["time"], 1790000000.123);
  EXPECT_EQ(line["warmup"], 5);
  EXPECT_EQ(line["config"], "pre: no tasks\n");
  ASSERT_THAT(line["tasks"], SizeIs(5));
  EXPECT_EQ(line["tasks"][0], json({{"stage", "pre"},
                                    {"name", "get"},
                                    {"mode", "request"},
                                    {"retries", 2}}));
  EXPECT_EQ(line["tasks"][1]["background"], true);
  EXPECT_EQ(line["tasks"][1]["metrics"][0], json({{"name", "p99"},
                                                  {"unit", "ms"},
                                                  {"description", "slow ones"},
                                                  {"at_most", 300}}));
  EXPECT_EQ(line["tasks"][2]["every"], 5);
  EXPECT_EQ(line["tasks"][2]["metrics"][0]["series"], true);
  EXPECT_EQ(line["tasks"][3]["mode"], "await");
  EXPECT_EQ(line["tasks"][3]["awaits"], 1);
}

TEST_F(EventLogTest, WhatWasToldBeforeFollowsTheFirstLine) {
  log_.OnMessage(EventLog::MessageKind::kWarning, "careful");
  loop_.Advance(absl::Seconds(2));
  wall_clock_ += absl::Seconds(2);
  Begin();
  ASSERT_THAT(sink_.lines, SizeIs(2));
  EXPECT_EQ(sink_.lines[0]["time"], 1790000000.123);
  EXPECT_EQ(sink_.lines[1]["text"], "careful");
  EXPECT_EQ(sink_.lines[1]["kind"], "warning");
  EXPECT_EQ(sink_.lines[1]["t"], 0);
}

TEST_F(EventLogTest, EveryLineHasBothClocksAndOneMayStepBack) {
  Begin();
  loop_.Advance(absl::Milliseconds(1500));
  wall_clock_ -= absl::Hours(1);
  log_.OnStageBegin({plan::Stage::kStop, 1, loop_.Now()});
  EXPECT_EQ(sink_.lines[1]["t"], 1.5);
  EXPECT_EQ(sink_.lines[1]["time"], 1789996400.123);
  EXPECT_EQ(Last(),
            json({{"event", "stage"}, {"stage", "stop"}, {"tasks", 1}}));
}

TEST_F(EventLogTest, TellsTheWindowAndItsEndAndWhatEndsIt) {
  Begin();
  log_.OnWindowBegin({absl::Seconds(65), loop_.Now(), absl::Seconds(5)});
  EXPECT_EQ(Last(), json({{"event", "window"}, {"length", 65}, {"lead", 5}}));
  log_.OnWindowEnd({loop_.Now()});
  EXPECT_EQ(Last(), json({{"event", "window_end"}}));
  log_.OnCancelBegin({base::CancelCause::Signal(SIGUSR1), loop_.Now()});
  EXPECT_EQ(Last(), json({{"event", "cancel"},
                          {"cause", "signal"},
                          {"signal", "SIGUSR1"},
                          {"text", "SIGUSR1"}}));
  log_.OnHurry(base::CancelCause::ReaderGone());
  EXPECT_EQ(Last()["event"], "hurry");
  EXPECT_EQ(Last()["cause"], "reader_gone");
  log_.OnCleanupTimeout({absl::Seconds(60), loop_.Now()});
  EXPECT_EQ(Last(), json({{"event", "cleanup_timeout"}, {"limit", 60}}));
  log_.OnCleanupTimeout({absl::Seconds(45), loop_.Now(), true});
  EXPECT_EQ(Last(), json({{"event", "cleanup_timeout"},
                          {"limit", 45},
                          {"post_follows", true}}));
}

TEST_F(EventLogTest, AnAttemptOfARequestHasItsPhasesAndItsBody) {
  Begin();
  log_.OnAttemptBegin({{plan::Stage::kPre, 0}, nullptr, 1, loop_.Now()});
  EXPECT_EQ(Last(), json({{"event", "attempt"}, {"task", 0}, {"attempt", 1}}));
  http::Response response = http::FakeResponse(503, "busy");
  response.redirects = 1;
  response.phases.connect = absl::Milliseconds(2);
  stages::AttemptEnd end = AttemptOfGet(response);
  end.judgement.cause = stages::Cause::kStatus;
  log_.OnAttemptEnd(end);
  const json line = Last();
  EXPECT_EQ(line["begin"], 1);
  EXPECT_EQ(sink_.lines.back()["t"], 1.5);
  EXPECT_EQ(line["ok"], false);
  EXPECT_EQ(line["cause"], "status");
  EXPECT_EQ(line["status"], 503);
  EXPECT_EQ(line["redirects"], 1);
  EXPECT_EQ(line["phases"]["connect"], 0.002);
  EXPECT_EQ(line["body"], "busy");
  EXPECT_EQ(line["body_bytes"], 4);
  EXPECT_THAT(line["why"], HasSubstr("Task get failed with result 503"));
}

TEST_F(EventLogTest, AnAttemptHasWhatWasFoundAndWhatWasNot) {
  Begin();
  const plan::Task& load = TaskAt(plan::Stage::kStart, 0);
  const plan::Capture job = {.name = "job"};
  stages::AttemptEnd end = AttemptOfGet(http::FakeResponse(200));
  end.extraction.values = {{&load.metrics[0], int64_t{412}}};
  end.extraction.problems = {{&load.metrics[1], true, "no match"}};
  end.capture_problems = {{&job, "no JSON"}};
  end.judgement.cause = stages::Cause::kMetric;
  end.verdict.gives_up.emplace();
  log_.OnAttemptEnd(end);
  const json line = Last();
  EXPECT_EQ(line["metrics"], json({{"p99", 412}}));
  EXPECT_EQ(line["problems"], json({{{"metric", "rate"}, {"why", "no match"}},
                                    {{"capture", "job"}, {"why", "no JSON"}}}));
  EXPECT_EQ(line["gives_up"], true);
}

TEST_F(EventLogTest, TellsRetriesAndEndsOfTasks) {
  Begin();
  log_.OnRetryWait({{plan::Stage::kPost, 0},
                    &TaskAt(plan::Stage::kPost, 0),
                    2,
                    absl::Milliseconds(250),
                    loop_.Now()});
  EXPECT_EQ(
      Last(),
      json({{"event", "retry"}, {"task", 4}, {"attempt", 2}, {"delay", 0.25}}));
  using Effect = stages::TaskEnd::Effect;
  stages::TaskEnd task_end = {{plan::Stage::kPost, 0},
                              &TaskAt(plan::Stage::kPost, 0),
                              Effect::kNone,
                              nullptr,
                              loop_.Now()};
  log_.OnTaskEnd(task_end);
  EXPECT_EQ(Last(), json({{"event", "task_end"}, {"task", 4}, {"ok", true}}));
  stages::AttemptEnd failure = AttemptOfGet(http::FakeResponse(500));
  failure.judgement.cause = stages::Cause::kStatus;
  task_end.effect = Effect::kIgnored;
  task_end.failure = &failure;
  log_.OnTaskEnd(task_end);
  EXPECT_EQ(Last()["effect"], "ignored");
  EXPECT_THAT(Last()["why"], HasSubstr("result 500"));
  EXPECT_FALSE(Last().contains("given_up"));
  failure.given_up = stages::GivenUp{absl::Seconds(9), 3};
  plan::Task polling = TaskAt(plan::Stage::kPre, 0);
  polling.retry.retry_for = absl::Seconds(9);
  failure.task = &polling;
  log_.OnTaskEnd(task_end);
  EXPECT_EQ(Last()["given_up"], json({{"after", 9}, {"attempts", 3}}));
  log_.OnTaskSkipped({{plan::Stage::kPost, 0},
                      &TaskAt(plan::Stage::kPost, 0),
                      &TaskAt(plan::Stage::kStart, 1),
                      "job",
                      loop_.Now()});
  EXPECT_EQ(Last(), json({{"event", "task_skipped"},
                          {"task", 4},
                          {"value", "job"},
                          {"capturing", 2}}));
}

TEST_F(EventLogTest, TellsBackgroundTasks) {
  Begin();
  const plan::Task& load = TaskAt(plan::Stage::kStart, 0);
  const stages::TaskId id = {plan::Stage::kStart, 0};
  log_.OnBackgroundReady({id, &load, 1, loop_.Now()});
  EXPECT_EQ(Last(), json({{"event", "ready"}, {"task", 1}, {"attempt", 1}}));
  stages::BackgroundEnd end = {id, &load, Printed("p99: 412\n"), false,
                               loop_.Now()};
  end.result.ending = exec::Ending::kStopped;
  end.result.code = -SIGTERM;
  end.extraction.values = {{&load.metrics[0], 412.5}};
  log_.OnBackgroundEnd(end);
  EXPECT_EQ(Last(), json({{"event", "background_end"},
                          {"task", 1},
                          {"ok", true},
                          {"begin", 2},
                          {"ending", "stopped"},
                          {"code", -15},
                          {"stdout", "p99: 412"},
                          {"stdout_bytes", 9},
                          {"metrics", {{"p99", 412.5}}}}));
  end.result = Printed("", 3);
  end.early = true;
  end.meaning = stages::EarlyEnd::kFailsRun;
  end.overstayed = true;
  log_.OnBackgroundEnd(end);
  EXPECT_EQ(Last()["ok"], false);
  EXPECT_EQ(Last()["meaning"], "fails_run");
  EXPECT_EQ(Last()["overstayed"], true);
  EXPECT_THAT(Last()["why"], HasSubstr("exit code 3"));
}

TEST_F(EventLogTest, SamplesOfASecondShareALine) {
  Begin();
  const plan::Task& watch = TaskAt(plan::Stage::kStart, 1);
  for (int i = 0; i < 3; ++i) {
    log_.OnSample({{plan::Stage::kStart, 1}, &watch, 0, 10.0 + i, loop_.Now()});
    loop_.Advance(absl::Milliseconds(400));
  }
  EXPECT_EQ(Last(), json({{"event", "samples"},
                          {"task", 2},
                          {"metric", "cpu"},
                          {"points", {{0, 10}, {0.4, 11}, {0.8, 12}}}}));
  EXPECT_THAT(sink_.lines, SizeIs(2));
}

TEST_F(EventLogTest, ValuesThatAreNoSamplesAreCounted) {
  redactor_.Add("hunter2Canary");
  Begin();
  const plan::Task& watch = TaskAt(plan::Stage::kStart, 1);
  const plan::TaskId id = {plan::Stage::kStart, 1};
  log_.OnSampleRejected({id, &watch, 0,
                         absl::InvalidArgumentError("found hunter2Canary"),
                         loop_.Now()});
  log_.OnSampleRejected(
      {id, &watch, 0, absl::InvalidArgumentError("found b"), loop_.Now()});
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(Last(), json({{"event", "samples"},
                          {"task", 2},
                          {"metric", "cpu"},
                          {"points", json::array()},
                          {"rejected", 2},
                          {"why", "found ***"}}));
  log_.OnSample({id, &watch, 0, 10.0, loop_.Now()});
  loop_.Advance(absl::Seconds(1));
  EXPECT_FALSE(Last().contains("rejected"));
}

TEST_F(EventLogTest, AFloodOfSamplesIsThinned) {
  Begin();
  const plan::Task& watch = TaskAt(plan::Stage::kStart, 1);
  for (int i = 0; i < 5000; ++i) {
    log_.OnSample({{plan::Stage::kStart, 1}, &watch, 0, 1.0 * i, loop_.Now()});
  }
  log_.OnWindowEnd({loop_.Now()});
  const json& line = sink_.lines[1];
  EXPECT_EQ(line["of"], 5000);
  EXPECT_THAT(line["points"], SizeIs(625));
  EXPECT_EQ(line["points"][1][1], 8);
}

TEST_F(EventLogTest, TheEndHasMetricsSeriesAndTheAnswer) {
  Begin();
  const plan::Task& load = TaskAt(plan::Stage::kStart, 0);
  const plan::Task& watch = TaskAt(plan::Stage::kStart, 1);
  stages::Outcome outcome;
  outcome.measured.metrics = {{&load.metrics[0], int64_t{412}}};
  outcome.measured.beyond_limits = outcome.measured.metrics;
  outcome.measured.skipped = {{&load.metrics[1], false, "no match"}};
  stages::Series series = {.id = "cpu"};
  for (int i = 0; i < 4000; ++i) {
    series.points.push_back({absl::FromUnixSeconds(i), 1.5 * i});
  }
  outcome.measured.series = {{&watch.metrics[0], {series}}};
  log_.OnRunEnd({outcome, loop_.Now()});
  ASSERT_THAT(sink_.lines, SizeIs(4));
  EXPECT_EQ(sink_.lines[1]["value"], 412);
  EXPECT_EQ(sink_.lines[1]["ok"], false);
  EXPECT_EQ(sink_.lines[1]["task"], 1);
  EXPECT_EQ(sink_.lines[2]["why"], "no match");
  EXPECT_EQ(sink_.lines[2]["fails"], false);
  EXPECT_EQ(sink_.lines[3]["of"], 4000);
  EXPECT_THAT(sink_.lines[3]["points"], SizeIs(2000));
  EXPECT_EQ(sink_.lines[3]["points"][0], json({0, 0}));
  EXPECT_EQ(sink_.lines[3]["points"][1999], json({3999, 5998.5}));

  log_.OnAnswer("failed", "slo-violation", "too slow");
  EXPECT_EQ(Last(), json({{"event", "answer"},
                          {"result", "failed"},
                          {"reason", "slo-violation"},
                          {"message", "too slow"}}));
  log_.OnMessage(EventLog::MessageKind::kNotice, "late");
  EXPECT_THAT(sink_.lines, SizeIs(5));
}

TEST_F(EventLogTest, SecretsAreMaskedBeforeTextsAreCut) {
  const std::string secret = "hunter2Canary";
  redactor_.Add(secret);
  Begin();
  // Where a cut would leave the secret's beginning.
  const std::string filler(EventLog::kMaxMessage - 8, 'x');
  log_.OnAnswer("failed", "task-failed",
                absl::StrCat(filler, secret, "yyyyyy"));
  EXPECT_THAT(std::string(Last()["message"]), Not(HasSubstr("hunter")));
  EXPECT_EQ(std::string(Last()["message"]).size(), EventLog::kMaxMessage);
}

TEST_F(EventLogTest, OutputsAreMaskedAndCut) {
  redactor_.Add("hunter2Canary");
  Begin();
  stages::AttemptEnd end = AttemptOfGet(http::Response());
  end.result =
      Printed(absl::StrCat("hunter2Canary\n", std::string(100'000, 'x'),
                           " hunter2Canary\x1b[0m\xff\n"));
  log_.OnAttemptEnd(end);
  const std::string out = Last()["stdout"];
  EXPECT_THAT(out, Not(HasSubstr("hunter2")));
  EXPECT_THAT(out, HasSubstr("***\x1b[0m\xef\xbf\xbd"));
  EXPECT_LE(out.size(), 2010u);
  EXPECT_EQ(Last()["stdout_bytes"], 100'034);
}

TEST_F(EventLogTest, TellsHowManyEventsAreMissing) {
  Begin();
  sink_.answer = Taken::kQueueFull;
  log_.OnWindowEnd({loop_.Now()});
  log_.OnWindowEnd({loop_.Now()});
  sink_.answer = Taken::kYes;
  log_.OnCleanupTimeout({absl::Seconds(1), loop_.Now()});
  ASSERT_THAT(sink_.lines, SizeIs(3));
  EXPECT_EQ(sink_.lines[1]["event"], "lost");
  EXPECT_EQ(sink_.lines[1]["events"], 2);
  EXPECT_EQ(sink_.lines[1]["why"], "queue");
}

TEST_F(EventLogTest, OfAFullFileNothingButTheAnswerFollows) {
  Begin();
  sink_.answer = Taken::kFileFull;
  log_.OnWindowEnd({loop_.Now()});
  log_.OnWindowEnd({loop_.Now()});
  log_.OnAnswer("success", "", "");
  ASSERT_THAT(sink_.lines, SizeIs(3));
  EXPECT_EQ(sink_.lines[1]["events"], 2);
  EXPECT_EQ(sink_.lines[1]["why"], "size");
  EXPECT_EQ(Last(), json({{"event", "answer"}, {"result", "success"}}));
}

TEST(EventsSchemaTest, TheExamplesOfTheDocumentationKeepToIt) {
  const json schema = Schema();
  std::set<std::string> shown;
  const std::string page = ReadFile("docs/events.md");
  for (const absl::string_view line : absl::StrSplit(page, '\n')) {
    if (line.substr(0, 2) != "{\"") continue;
    const json event = json::parse(line);
    EXPECT_EQ(EventProblem(schema, event), "") << line;
    shown.insert(event["event"]);
  }
  for (const json& kind : schema["oneOf"]) {
    const std::string name = kind["$ref"].get<std::string>().substr(
        std::strlen("#/definitions/event_"));
    EXPECT_TRUE(shown.contains(name)) << "no example of " << name;
  }
}

TEST(EventsSchemaTest, RefusesWhatIsNoEvent) {
  const json schema = Schema();
  EXPECT_THAT(EventProblem(schema, {{"event", "nonsense"}}),
              HasSubstr("unknown kind"));
  const json good = {{"event", "window_end"}, {"t", 1}, {"time", 2}};
  EXPECT_EQ(EventProblem(schema, good), "");
  for (const auto& [key, value] :
       {std::pair("t", json("1")), std::pair("extra", json(1))}) {
    json bad = good;
    bad[key] = value;
    EXPECT_NE(EventProblem(schema, bad), "") << key;
  }
  json incomplete = good;
  incomplete.erase("time");
  EXPECT_THAT(EventProblem(schema, incomplete), HasSubstr("no key"));
}

}  // namespace
}  // namespace servo::report
