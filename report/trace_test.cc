#include "report/trace.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "report/read_record.h"
#include "report/read_text.h"
#include "report/run_record.h"

namespace servo::report {
namespace {

using ::nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// ---- A checker of the format ----
//
// "Trace Event Format", as Google publishes it: the object form, and of the
// kinds of events complete ones (X), instants (i), counters (C) and metadata
// (M).

using Track = std::pair<int64_t, int64_t>;  // pid, tid

// Why `event` is none; empty if it is one.
std::string EventProblem(const json& event) {
  if (!event.is_object()) return "it is no object";
  for (const char* key : {"ph", "name"}) {
    if (!event.contains(key) || !event[key].is_string() ||
        event[key].get<std::string>().empty()) {
      return absl::StrCat(key, " is no text");
    }
  }
  for (const char* key : {"pid", "tid", "ts"}) {
    if (!event.contains(key) || !event[key].is_number_integer()) {
      return absl::StrCat(key, " is no integer");
    }
  }
  const std::string phase = event["ph"];
  if (phase == "X") {
    if (!event.contains("dur") || !event["dur"].is_number_integer() ||
        event["dur"] < 0) {
      return "dur is no length";
    }
    if (event.contains("args") && !event["args"].is_object()) return "args";
    return "";
  }
  if (phase == "i") {
    const std::string scope = event.value("s", "");
    return scope == "g" || scope == "p" || scope == "t" ? "" : "its scope";
  }
  if (phase == "C") {
    if (!event.contains("args") || !event["args"].is_object() ||
        event["args"].empty()) {
      return "a counter without a value";
    }
    for (const json& value : event["args"]) {
      if (!value.is_number()) return "a counter's value is no number";
    }
    return "";
  }
  if (phase == "M") {
    const std::set<std::string> names = {"process_name", "thread_name",
                                         "thread_sort_index"};
    if (!names.contains(event["name"])) return "unknown metadata";
    const char* key =
        event["name"] == "thread_sort_index" ? "sort_index" : "name";
    return event.value("args", json::object()).contains(key) ? "" : "metadata";
  }
  return absl::StrCat("unknown kind ", phase);
}

// All that is wrong with a trace.
std::vector<std::string> Problems(const std::string& text) {
  const json trace = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!trace.is_object() || !trace.contains("traceEvents") ||
      !trace["traceEvents"].is_array()) {
    return {"it has no traceEvents"};
  }
  std::vector<std::string> problems;
  std::set<Track> named;
  std::map<Track, std::vector<std::pair<int64_t, int64_t>>> slices;
  for (const json& event : trace["traceEvents"]) {
    std::string problem = EventProblem(event);
    if (!problem.empty()) {
      problems.push_back(absl::StrCat(problem, ": ", event.dump()));
      continue;
    }
    const Track track = {event["pid"], event["tid"]};
    if (event["name"] == "thread_name") named.insert(track);
    if (event["ph"] != "X") continue;
    if (!named.contains(track)) problems.push_back("a track without a name");
    const int64_t begin = event["ts"];
    slices[track].emplace_back(begin, begin + event["dur"].get<int64_t>());
  }
  // Slices of a track lie within one another or apart.
  for (auto& [track, all] : slices) {
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return std::tuple(a.first, -a.second) < std::tuple(b.first, -b.second);
    });
    std::vector<int64_t> ends;
    for (const auto& [begin, end] : all) {
      while (!ends.empty() && ends.back() <= begin) ends.pop_back();
      if (!ends.empty() && end > ends.back()) {
        problems.push_back(absl::StrCat("slices of track ", track.second,
                                        " overlap at ", begin));
      }
      ends.push_back(end);
    }
  }
  return problems;
}

TEST(CheckerTest, FindsWhatIsWrong) {
  const auto problems = [](const std::string& events) {
    return Problems(absl::StrCat(
        R"({"traceEvents":[{"ph":"M","pid":1,"tid":1,"ts":0,)",
        R"("name":"thread_name","args":{"name":"x"}},)", events, "]}"));
  };
  const auto slice = [](int begin, int length, int track) {
    return absl::StrCat(R"({"ph":"X","pid":1,"name":"s","tid":)", track,
                        R"(,"ts":)", begin, R"(,"dur":)", length, "}");
  };
  EXPECT_THAT(
      problems(slice(0, 9, 1) + "," + slice(0, 5, 1) + "," + slice(5, 4, 1)),
      IsEmpty());
  EXPECT_THAT(problems(slice(0, 9, 1) + "," + slice(5, 9, 1)),
              ElementsAre("slices of track 1 overlap at 5"));
  EXPECT_THAT(problems(slice(0, 9, 2)), ElementsAre("a track without a name"));
  EXPECT_EQ(problems(slice(0, -9, 1)).size(), 1u);
  EXPECT_EQ(problems(R"({"ph":"C","pid":1,"tid":1,"ts":0,"name":"c",)"
                     R"("args":{"value":null}})")
                .size(),
            1u);
  EXPECT_EQ(Problems("[]").size(), 1u);
  EXPECT_EQ(Problems("{\"traceEvents\":[").size(), 1u);
}

// ---- Traces ----

json EventsOf(const std::string& trace) {
  return json::parse(trace)["traceEvents"];
}

// The names of the slices of a track, in order; those within others after them.
std::vector<std::string> SlicesOf(const json& events,
                                  const std::string& track) {
  int64_t tid = -1;
  for (const json& event : events) {
    if (event["name"] == "thread_name" && event["args"]["name"] == track) {
      tid = event["tid"];
    }
  }
  std::vector<std::string> names;
  for (const json& event : events) {
    if (event["ph"] == "X" && event["tid"] == tid)
      names.push_back(event["name"]);
  }
  return names;
}

TEST(TraceTest, IsOfTheFormat) {
  EXPECT_THAT(Problems(TraceJson(ReadRecord(kShop))), IsEmpty());
  EXPECT_THAT(Problems(TraceJson(RunRecord())), IsEmpty());
}

TEST(TraceTest, EachBackgroundTaskHasATrack) {
  const json events = EventsOf(TraceJson(ReadRecord(kShop)));
  EXPECT_THAT(
      SlicesOf(events, "stages"),
      ElementsAre("run", "pre", "wait for the shop", "wait before attempt 2",
                  "wait for the shop (attempt 2)", "wait before attempt 3",
                  "wait for the shop (attempt 3)", "fill the database", "start",
                  "window", "delay and warm-up", "stop", "errors", "post",
                  "close the tunnel's log"));
  EXPECT_THAT(SlicesOf(events, "tunnel"),
              ElementsAre("tunnel", "until it is ready"));
  EXPECT_THAT(SlicesOf(events, "load"),
              ElementsAre("load", "until it is ready"));
  EXPECT_EQ(SlicesOf(events, "cpu").size(), 23u);
  EXPECT_EQ(SlicesOf(events, "memory </script><b>").size(), 12u);
}

TEST(TraceTest, TimesAndArguments) {
  const json events = EventsOf(TraceJson(ReadRecord(kShop)));
  const auto named = [&](const std::string& name) {
    for (const json& event : events) {
      if (event["name"] == name) return event;
    }
    return json();
  };
  const json wait = named("wait before attempt 2");
  EXPECT_EQ(wait["ts"], 31'200);
  EXPECT_EQ(wait["dur"], 800'000);
  EXPECT_EQ(wait["cat"], "wait");
  const json third = named("wait for the shop (attempt 3)");
  EXPECT_EQ(third["args"]["status"], 200);
  EXPECT_EQ(third["args"]["tls_ms"], 62);
  EXPECT_EQ(third["args"]["state"], "succeeded");
  const json signal = named("SIGTERM");
  EXPECT_EQ(signal["ph"], "i");
  size_t counters = 0;
  for (const json& event : events) counters += event["ph"] == "C" ? 1 : 0;
  EXPECT_EQ(counters, 22u + 12u + 46u);
  EXPECT_THAT(events,
              Contains(json::parse(R"({"ph":"C","pid":1,"tid":1,"ts":4221600,)"
                                   R"("name":"cpu","args":{"%":41.9}})")));
}

// The times and values of the counter `name`.
std::vector<std::pair<int64_t, double>> CounterOf(const json& events,
                                                  const std::string& name) {
  std::vector<std::pair<int64_t, double>> points;
  for (const json& event : events) {
    if (event["ph"] != "C" || event["name"] != name) continue;
    points.emplace_back(event["ts"], *event["args"].begin());
  }
  return points;
}

TEST(TraceTest, ASampledSeriesIsACounterOnce) {
  RunRecord record;
  record.length = 10;
  record.charts = {
      {.name = "cpu", .lines = {{.id = "", .points = {{1, 7}, {2, 8}}}}},
      {.name = "cpu",
       .is_series = true,
       .lines = {{.id = "cpu", .points = {{1, 7}, {2, 8}}}}}};
  EXPECT_THAT(CounterOf(EventsOf(TraceJson(record)), "cpu"),
              ElementsAre(std::pair(1'000'000, 7), std::pair(2'000'000, 8)));
}

TEST(TraceTest, PointsOutsideOfTheRunAreLeftOut) {
  RunRecord record;
  record.length = 10;
  record.charts = {
      {.name = "load",
       .is_series = true,
       .lines = {{.id = "a", .points = {{-1.8e9, 1}, {10, 2}, {11, 3}}}}}};
  const std::string trace = TraceJson(record);
  EXPECT_THAT(CounterOf(EventsOf(trace), "load a"),
              ElementsAre(std::pair(10'000'000, 2)));
  EXPECT_EQ(json::parse(trace)["otherData"]["points_outside_of_the_run"], 2);
}

// Records that no program wrote: overlapping, backwards, huge.
TEST(TraceTest, IsOfTheFormatWhateverTheRecord) {
  RunRecord record = ReadRecord(kShop);
  for (size_t i = 0; i < record.attempts.size(); ++i) {
    AttemptRecord& attempt = record.attempts[i];
    attempt.begin = i % 3 == 0 ? -1e11 : i % 5 == 0 ? 1e11 : 30.0 - i;
    attempt.end = attempt.begin + (i % 4) * 7;
    attempt.task = (i * 7) % record.tasks.size();
    attempt.ready = i % 2 == 0 ? std::optional<double>() : attempt.end + i;
  }
  for (StageRecord& stage : record.stages) std::swap(stage.begin, stage.end);
  record.window->begin = 50;
  record.window->lead = 1e11;
  record.waits[0].end = -5;
  for (TaskRecord& task : record.tasks) task.name.clear();
  EXPECT_THAT(Problems(TraceJson(record)), IsEmpty());
}

}  // namespace
}  // namespace servo::report
