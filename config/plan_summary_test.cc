#include "config/plan_summary.h"

#include <string>

#include "config/loader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "yaml/diagnostics.h"

namespace servo::config {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

plan::Plan Load(const std::string& text) {
  yaml::Diagnostics diagnostics;
  auto plan = LoadPlan(text, "c.yaml", &diagnostics);
  EXPECT_TRUE(plan.ok()) << diagnostics.Render();
  return *plan;
}

plan::Task LoadTask(const std::string& keys) {
  return Load("exec: {start: [{exec: a, " + keys + "}]}")
      .tasks(plan::Stage::kStart)[0];
}

TEST(WorstCase, CountsAttemptsStopsAndWaits) {
  const struct {
    const char* keys;
    absl::Duration worst;
  } kCases[] = {
      {"timeout: 10", absl::Milliseconds(10500)},
      {"timeout: 10, kill_timeout: 0", absl::Seconds(10)},
      {"timeout: 10, kill_timeout: 0, retries: 2, retry_delay: 1",
       absl::Seconds(32)},
      {"timeout: 1, kill_timeout: 0, retries: 3, retry_delay: 1, "
       "retry_backoff: 2",
       absl::Seconds(4 + 1 + 2 + 4)},
      {"timeout: 1, kill_timeout: 0, retries: 4, retry_delay: 1, "
       "retry_backoff: 2, retry_max_delay: 3",
       absl::Seconds(5 + 1 + 2 + 3 + 3)},
      {"timeout: 1, kill_timeout: 0, retries: 1000000, retry_delay: 1",
       absl::Seconds(2000001)},
      {"timeout: 1, retries: 1000000, retry_delay: 1, retry_backoff: 1000",
       absl::InfiniteDuration()},
      {"retries: 2", absl::InfiniteDuration()},
      {"retry_for: 60", absl::Milliseconds(60500)},
      {"retry_for: 60, timeout: 1, kill_timeout: 0, retries: 1",
       absl::Seconds(3)},
      {"retry_for: 2, timeout: 1, kill_timeout: 0, retries: 9",
       absl::Seconds(2)},
      {"async: yes", absl::ZeroDuration()},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(WorstCase(LoadTask(c.keys)), c.worst) << c.keys;
  }
}

TEST(Describe, TellsWhenATaskRunsAndHowLongItIsTried) {
  const std::string text = Describe(
      Load("exec: {start: [{name: load, exec: a, retry_for: 10m}], post: "
           "[{exec: a, when: [failed, cancelled], if_ran: load}]}"));
  EXPECT_THAT(text, HasSubstr("retry_for: 10m"));
  EXPECT_THAT(text, HasSubstr("retries: no limit, delay 1s"));
  EXPECT_THAT(text, HasSubstr("when: failed, cancelled\n"));
  EXPECT_THAT(text, HasSubstr("if_ran: \"load\"\n"));
}

constexpr char kPlan[] =
    "exec:\n"
    "  stop_on_cancel: yes\n"
    "  pre:\n"
    "    - {name: Up, timeout: 5, retries: 1, request: "
    "{url: 'http://me:hunter2@h/?token=hunter2&a=1', method: POST, "
    "headers: {Authorization: hunter2, Accept: x}, "
    "data: '{\"password\": \"hunter2\"}'}}\n"
    "  start:\n"
    "    - {exec: [ls, 'a b', \"it's\"], async: yes, "
    "env: {DB_PASSWORD: hunter2, LANG: C}, stdin: hunter2}\n"
    "  post:\n"
    "    - shell_exec: [\"echo $1\\nexit 0\", sh, x]\n"
    "      ignore_exitcode: yes\n";

TEST(Summarize, IsShort) {
  EXPECT_EQ(
      Summarize(Load(kPlan)),
      "pre: 1 task, takes at most: 10s\n"
      "  \"Up\": POST http://***@h/?token=***&a=1, timeout 5s, 1 retry\n"
      "start: 1 task, takes at most: 0\n"
      "  \"start[0]\": ls 'a b' 'it'\\''s', in the background, timeout no "
      "limit\n"
      "stop: 0 tasks\n"
      "post: 1 task, takes at most: no limit\n"
      "  \"post[0]\": shell \"echo $1\\nexit 0\", timeout no limit, failures "
      "ignored\n"
      "worst case beside the window: no limit; cleanup after a cancel: 1m "
      "(stop runs too)\n");
}

TEST(Describe, TellsAllButSecrets) {
  const std::string text = Describe(Load(kPlan));
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  for (const char* line :
       {"pre:\n  \"Up\" (c.yaml:4:7)\n",
        "    request: POST http://***@h/?token=***&a=1\n",
        "    header Authorization: ***\n",
        "    header Accept: \"x\"\n",
        "    header Content-Type: \"application/json\"\n",
        "    success_codes: 200-399\n",
        "    http_timeout: 10s\n",
        "    retries: 1, delay 0, backoff 1, longest delay no limit\n",
        "(the window)\n",
        "    exec: ls 'a b' 'it'\\''s'\n",
        "    env DB_PASSWORD: ***\n",
        "    env LANG: \"C\"\n",
        "    stdin: 7 bytes\n",
        "    kill_signal: TERM\n",
        "    kill_timeout: 500ms\n",
        "    async: yes\n    end_after: post\n    on_exit: warn\n",
        "stop: no tasks\n",
        "    shell_exec:\n      | echo $1\n      | exit 0\n",
        "    argument $0: sh\n    argument $1: x\n",
        "stop_on_cancel: yes\ncleanup_timeout: 1m\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(Describe, NamesTheFileThatIsSentAndMasksAForm) {
  const std::string text = Describe(
      Load("exec: {pre: [{request: {url: 'http://h/', data_file: 'a b'}}, "
           "{request: {url: 'http://h/', data: {password: hunter2}}}]}"));
  EXPECT_THAT(text, HasSubstr("    body: file 'a b'\n"));
  EXPECT_THAT(text, HasSubstr("    body: \"password=***\"\n"));
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace servo::config
