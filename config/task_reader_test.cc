#include "config/task_reader.h"

#include <memory>
#include <string>
#include <variant>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/on_exit.h"
#include "plan/plan.h"
#include "plan/reference.h"
#include "yaml/diagnostics.h"
#include "yaml/document.h"
#include "yaml/reader.h"

namespace servo::config {
namespace {

using ::testing::HasSubstr;

class TaskReaderTest : public ::testing::Test {
 protected:
  plan::Task Read(const std::string& text,
                  plan::Stage stage = plan::Stage::kStart) {
    diagnostics_ = yaml::Diagnostics();
    document_ = *yaml::Document::Parse(text, "t.yaml", &diagnostics_);
    yaml::ReadContext context = {document_.get(), &diagnostics_, ""};
    const yaml::Field field(&context, document_->root(), yaml::KeyPath("task"));
    const plan::References references;
    SectionNames names = {.references = references};
    plan::Task task;
    ReadTask(field, stage, 0, &names, &task);
    return task;
  }

  std::string Problems(const std::string& text,
                       plan::Stage stage = plan::Stage::kStart) {
    Read(text, stage);
    return diagnostics_.Render();
  }

  yaml::Diagnostics diagnostics_;
  std::unique_ptr<const yaml::Document> document_;
};

TEST_F(TaskReaderTest, IsCalledByItsPlaceWithoutAName) {
  EXPECT_EQ(Read("{exec: x}").name, "start[0]");
  EXPECT_EQ(Read("{exec: x, name: ''}").name, "start[0]");
  EXPECT_EQ(Read("{exec: x, name: 7}").name, "7");
  EXPECT_EQ(Read("{exec: x}").location, "t.yaml:1:1");
}

TEST_F(TaskReaderTest, NamesHave256BytesAtMost) {
  const std::string longest(256, 'n');
  EXPECT_EQ(Read("{exec: x, name: " + longest + "}").name, longest);
  EXPECT_THAT(Problems("{exec: x, name: " + longest + "n}"),
              HasSubstr("expected at most 256 bytes, found 257"));
}

TEST_F(TaskReaderTest, HasADescription) {
  EXPECT_EQ(Read("{exec: x, description: what it is for}").description,
            "what it is for");
  EXPECT_EQ(Read("{exec: x, description: }").description, "");
  EXPECT_THAT(Problems("{exec: x, description: [a]}"),
              HasSubstr("description: expected a text, found a list"));
}

TEST_F(TaskReaderTest, RetriesThatNeverHappenAreANote) {
  Read("{exec: x, retry_delay: 1, retry_backoff: 2, retry_max_delay: 3}");
  EXPECT_EQ(diagnostics_.notes(), 3u);
  EXPECT_EQ(diagnostics_.warnings(), 0u);
}

TEST_F(TaskReaderTest, RetryForIsTheOnlyLimitUnlessRetriesIsGiven) {
  const plan::RetryPolicy alone = Read("{exec: x, retry_for: 10m}").retry;
  EXPECT_EQ(alone.retry_for, absl::Minutes(10));
  EXPECT_TRUE(alone.unlimited);
  EXPECT_EQ(alone.delay, absl::Seconds(1));
  const plan::RetryPolicy both =
      Read("{exec: x, retry_for: 5, retries: 3, retry_delay: 0}").retry;
  EXPECT_FALSE(both.unlimited);
  EXPECT_EQ(both.retries, 3);
  EXPECT_EQ(both.delay, absl::ZeroDuration());
  EXPECT_EQ(Read("{exec: x, retries: 3}").retry.delay, absl::ZeroDuration());
  EXPECT_EQ(Problems("{exec: x, retry_for: 5, retry_max_delay: 0.5}"), "");
}

TEST_F(TaskReaderTest, RetryForIsADurationAndNotForSamplers) {
  EXPECT_THAT(Problems("{exec: x, retry_for: 0}"),
              HasSubstr("task.retry_for: expected a duration greater than 0"));
  EXPECT_THAT(Problems("{exec: x, every: 1, retry_for: 5}"),
              HasSubstr("expected no retry_for on a sampler"));
  EXPECT_THAT(Problems("{exec: x, every: 1, retries: 0, retry_for: 5}"),
              HasSubstr("expected no retry_for on a sampler"));
}

TEST_F(TaskReaderTest, HasOneMode) {
  EXPECT_TRUE(std::holds_alternative<plan::RequestAction>(
      Read("{request: {url: 'http://h/'}}").action));
  EXPECT_THAT(Problems("{name: x}"),
              HasSubstr("found none; all keys of a task stand below one"));
  EXPECT_THAT(Problems("{exec: a, shell_exec: b}"),
              HasSubstr("found exec and shell_exec in one task"));
}

TEST_F(TaskReaderTest, KeysOfOtherModesAreErrors) {
  EXPECT_THAT(Problems("{request: {url: 'http://h/'}, env: {A: b}}"),
              HasSubstr("env applies to exec and shell_exec only"));
  EXPECT_EQ(Problems("{request: {url: 'http://h/'}, async: no}"), "");
}

TEST_F(TaskReaderTest, OnExitIsAWarningUnlessGiven) {
  EXPECT_EQ(Read("{exec: x, async: on}").on_exit, plan::OnExit::kWarn);
  EXPECT_EQ(Read("{exec: x, async: on, on_exit: ignore}").on_exit,
            plan::OnExit::kIgnore);
  EXPECT_EQ(Read("{exec: x, async: on, on_exit: fail_on_error}").on_exit,
            plan::OnExit::kFailOnError);
}

TEST_F(TaskReaderTest, WhatEndsTheWindowIsToldToEndAfterIt) {
  const plan::Task task = Read("{exec: x, async: on, on_exit: end_window}");
  EXPECT_EQ(task.on_exit, plan::OnExit::kEndWindow);
  EXPECT_EQ(task.end_after, plan::EndAfter::kWindow);
  EXPECT_EQ(Read("{exec: x, async: on, on_exit: end_window, end_after: stop}")
                .end_after,
            plan::EndAfter::kStop);
}

TEST_F(TaskReaderTest, ASamplerEndsAfterTheWindow) {
  for (const std::string choice : {"stop", "post"}) {
    EXPECT_THAT(Problems("{exec: x, every: 1, end_after: " + choice +
                         ", metrics: {m: {}}}"),
                HasSubstr("end_after: expected window, which is a sampler's"))
        << choice;
  }
  EXPECT_EQ(Problems("{exec: x, every: 1, end_after: window, metrics: {m: "
                     "{}}}"),
            "");
}

TEST_F(TaskReaderTest, OnExitBelongsToBackgroundTasks) {
  for (const char* task :
       {"{exec: x, on_exit: fail}", "{exec: x, every: 1, on_exit: ignore}"}) {
    EXPECT_THAT(Problems(task),
                HasSubstr("on_exit applies to async tasks only"))
        << task;
  }
  EXPECT_EQ(Problems("{exec: x, on_exit: warn}"), "");
}

TEST_F(TaskReaderTest, OnExitFitsTheStageAndIgnoreExitcode) {
  EXPECT_THAT(
      Problems("{exec: x, async: on, on_exit: fail}", plan::Stage::kPost),
      HasSubstr("expected ignore or warn"));
  EXPECT_THAT(
      Problems("{exec: x, async: on, on_exit: end_window}", plan::Stage::kStop),
      HasSubstr("the window is over before this stage"));
  EXPECT_EQ(Problems("{exec: x, async: on, on_exit: fail}", plan::Stage::kStop),
            "");
  EXPECT_THAT(
      Problems("{exec: x, async: on, on_exit: fail, ignore_exitcode: on}"),
      HasSubstr("beside ignore_exitcode"));
  EXPECT_EQ(
      Problems(
          "{exec: x, async: on, on_exit: end_window, ignore_exitcode: on}"),
      "");
}

TEST_F(TaskReaderTest, SuccessExitcodesWithoutEffectAreAWarning) {
  EXPECT_THAT(Problems("{exec: x, async: on, success_exitcodes: 3}"),
              HasSubstr("without effect: the exit code of an async task"));
  for (const char* on_exit : {"fail_on_error", "end_window"}) {
    EXPECT_EQ(Problems(std::string("{exec: x, async: on, success_exitcodes: "
                                   "3, on_exit: ") +
                       on_exit + "}"),
              "");
  }
}

TEST_F(TaskReaderTest, AnExactMatchOnAnotherLevelBeatsTheNearestName) {
  EXPECT_THAT(Problems("{request: {url: 'http://h/'}, success_codes: 200}"),
              HasSubstr("it is a key of request, one level down"));
  EXPECT_THAT(Problems("{exec: x, command: y}"),
              HasSubstr("it is called exec"));
  EXPECT_THAT(Problems("{exec: x, timeuot: 1}"),
              HasSubstr("did you mean \"timeout\"?"));
}

TEST_F(TaskReaderTest, TextsThatAreNotSplitAreAWarning) {
  EXPECT_THAT(Problems("{exec: ls -l}"), HasSubstr("a text is not split"));
  EXPECT_EQ(Problems("{exec: [ls -l]}"), "");
  EXPECT_EQ(Problems("{exec: ls}"), "");
}

TEST_F(TaskReaderTest, ArgumentsThatTheShellIgnoresAreAWarning) {
  for (const char* task :
       {"{shell_exec: [a, b]}", "{shell_exec: ['a $b', ls -l]}"}) {
    EXPECT_THAT(Problems(task), HasSubstr("which the command does not use"))
        << task;
  }
  for (const char* task :
       {"{shell_exec: ['a $1', sh, b]}", "{shell_exec: ['\"$@\"', sh, b]}",
        "{shell_exec: ['${1:-x}', sh, b]}", "{shell_exec: ['echo $#', b]}",
        "{shell_exec: ['$0', b]}", "{shell_exec: [a]}"}) {
    EXPECT_EQ(Problems(task), "") << task;
  }
}

// ---- begin ----

TEST_F(TaskReaderTest, BackgroundTasksAndSamplersOfStartMayBeginInTheWindow) {
  constexpr char kRefused[] =
      "task.begin: begin: window applies to async tasks and samplers of start "
      "only";
  for (const char* task :
       {"{begin: window, exec: a, async: yes}",
        "{begin: window, exec: a, every: 1}",
        "{begin: window, request: {url: 'http://h/'}, every: 1}"}) {
    EXPECT_TRUE(Read(task).begins_in_window);
    EXPECT_EQ(diagnostics_.Render(), "");
    EXPECT_THAT(Problems(task, plan::Stage::kPre), HasSubstr(kRefused));
    EXPECT_THAT(Problems(task, plan::Stage::kStop), HasSubstr(kRefused));
  }
  EXPECT_THAT(Problems("{begin: window, exec: a}"), HasSubstr(kRefused));
  EXPECT_THAT(Problems("{begin: late, exec: a, async: yes}"),
              HasSubstr("expected one of now, window"));
}

TEST_F(TaskReaderTest, ToBeginNowIsWhatAllTasksDo) {
  EXPECT_FALSE(
      Read("{begin: now, exec: a}", plan::Stage::kPost).begins_in_window);
  EXPECT_EQ(diagnostics_.Render(), "");
}

}  // namespace
}  // namespace servo::config
