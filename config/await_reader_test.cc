#include "config/await_reader.h"

#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "config/loader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/plan.h"
#include "yaml/diagnostics.h"

namespace servo::config {
namespace {

using plan::EndAfter;
using plan::Stage;
using ::testing::HasSubstr;

// `keys` of a load that the stage `stop` awaits.
std::string Config(const std::string& keys) {
  return absl::StrCat("exec: {start: [{name: load, exec: a, async: yes", keys,
                      "}], stop: [{await: load}]}");
}

plan::Plan Load(const std::string& text) {
  yaml::Diagnostics diagnostics;
  auto plan = LoadPlan(text, "c.yaml", &diagnostics);
  EXPECT_TRUE(plan.ok()) << diagnostics.Render();
  EXPECT_EQ(diagnostics.Render(), "");
  return plan.ok() ? *plan : plan::Plan();
}

plan::Task LoadTask(const std::string& keys) {
  return Load(Config(keys)).tasks(Stage::kStart)[0];
}

std::string Problems(const std::string& text) {
  yaml::Diagnostics diagnostics;
  EXPECT_FALSE(LoadPlan(text, "c.yaml", &diagnostics).ok()) << text;
  return diagnostics.Render();
}

TEST(Await, NamesAnEarlierTask) {
  const plan::Plan plan = Load(
      "exec: {pre: [{exec: a}], start: [{exec: a}, {name: load, exec: a, "
      "async: yes, kill_timeout: 3}, {name: other, exec: a, async: yes}], "
      "stop: [{await: load, timeout: 5, ignore_exitcode: yes, if_ran: load, "
      "async: no}]}");
  const plan::Task& task = plan.tasks(Stage::kStop)[0];
  const auto& await = std::get<plan::AwaitAction>(task.action);
  EXPECT_EQ(await.name, "load");
  EXPECT_EQ(await.stage, Stage::kStart);
  EXPECT_EQ(await.index, 1u);
  EXPECT_EQ(await.kill_timeout, absl::Seconds(3));
  EXPECT_EQ(task.timeout, absl::Seconds(5));
  EXPECT_TRUE(plan.tasks(Stage::kStart)[1].awaited);
  EXPECT_FALSE(plan.tasks(Stage::kStart)[2].awaited);
}

TEST(Await, TheAwaitedTaskIsNotToldToEndBefore) {
  EXPECT_EQ(LoadTask("").end_after, EndAfter::kPost);
  EXPECT_EQ(LoadTask(", metrics: {m: {}}").end_after, EndAfter::kStop);
  EXPECT_EQ(LoadTask(", on_exit: end_window").end_after, EndAfter::kStop);
  EXPECT_EQ(LoadTask(", metrics: {m: {}}, end_after: post").end_after,
            EndAfter::kPost);
  EXPECT_THAT(Problems(Config(", end_after: window")),
              HasSubstr("exec.start[0].end_after: (task \"load\") expected "
                        "stop or post: a later task awaits this one"));
}

TEST(Await, ItsExitCodeCounts) {
  // Without a warning.
  LoadTask(", success_exitcodes: [0, 99]");
}

TEST(Await, RefusesWhatCannotBeAwaited) {
  EXPECT_THAT(
      Problems("exec: {start: [{name: load, exec: a, async: yes}], stop: "
               "[{await: lod}]}"),
      HasSubstr("exec.stop[0].await: expected the name of an earlier task, "
                "found \"lod\"; did you mean \"load\"?"));
  EXPECT_THAT(Problems("exec: {start: [{await: load}, {name: load, exec: a, "
                       "async: yes}]}"),
              HasSubstr("expected the name of an earlier task"));
  EXPECT_THAT(
      Problems("exec: {start: [{name: load, exec: a}, {await: load}]}"),
      HasSubstr("exec.start[1].await: expected the name of an async task, "
                "found \"load\", which is none; it is at c.yaml:1:16"));
  EXPECT_THAT(Problems("exec: {start: [{name: load, exec: a, every: 1}, "
                       "{await: load}]}"),
              HasSubstr("expected the name of an async task"));
  EXPECT_THAT(Problems("exec: {start: [{name: load, exec: a, async: yes, "
                       "begin: window}, {await: load}]}"),
              HasSubstr("which begins in the window"));
  EXPECT_THAT(Problems("exec: {start: [{name: load, exec: a, async: yes}, "
                       "{name: load, exec: b, async: yes}], stop: [{await: "
                       "load}]}"),
              HasSubstr("expected a name that one task has, found \"load\""));
  EXPECT_THAT(Problems("exec: {start: [{name: load, exec: a, async: yes}], "
                       "stop: [{await: load}, {name: load, exec: a}]}"),
              HasSubstr("expected a name of its own: await calls the task"));
}

TEST(Await, IsAModeOfStartAndStop) {
  for (const char* stage : {"pre", "post"}) {
    EXPECT_THAT(Problems(absl::StrCat("exec: {", stage, ": [{await: load}]}")),
                HasSubstr("await applies to tasks of start and stop only"));
  }
  EXPECT_THAT(Problems("exec: {stop: [{await: a, exec: b}]}"),
              HasSubstr("expected one mode, found exec and await"));
}

TEST(Await, HasFewKeys) {
  for (const char* key :
       {"retries: 1", "retry_for: 1", "every: 1", "metrics: {m: {}}",
        "notify: yes", "env: {A: b}", "async: yes", "kill_timeout: 1"}) {
    EXPECT_THAT(Problems("exec: {start: [{name: load, exec: a, async: yes}], "
                         "stop: [{await: load, " +
                         std::string(key) + "}]}"),
                HasSubstr(" only, and this is a task of the mode await"))
        << key;
  }
}

}  // namespace
}  // namespace servo::config
