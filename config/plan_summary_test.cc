#include "config/plan_summary.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "config/capture_keys.h"
#include "config/condition_keys.h"
#include "config/keys.h"
#include "config/loader.h"
#include "config/metric_keys.h"
#include "config/ready_keys.h"
#include "config/report_keys.h"
#include "config/source_keys.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/plan.h"
#include "yaml/diagnostics.h"
#include "yaml/key_spec.h"

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
      {"async: yes, begin: window, ready: {tcp: 1}", absl::ZeroDuration()},
      {"async: yes, ready: {tcp: 1, within: 5}, retries: 1, kill_timeout: 1",
       absl::Seconds(12)},
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

TEST(Describe, TellsTheSignOfATaskThatIsWaitedFor) {
  const plan::Plan plan = Load(
      "exec: {pre: [{exec: a, async: yes, ready: {tcp: 80, within: 5}},"
      "{exec: b, async: yes, ready: {http: "
      "'http://me:hunter2@h/?token=hunter2'}},"
      "{exec: c, async: yes, ready: {output: ^up$, interval: 1}},"
      "{exec: d, async: yes, ready: {file: a b}}]}");
  const std::string text = Describe(plan);
  EXPECT_THAT(text, HasSubstr("    ready: tcp localhost:80, within 5s, "
                              "interval 200ms\n"));
  EXPECT_THAT(text, HasSubstr("    ready: http http://"));
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  EXPECT_THAT(text, HasSubstr("    ready: output \"^up$\", within 30s, "
                              "interval 1s\n"));
  EXPECT_THAT(text, HasSubstr("    ready: file 'a b', "));
  EXPECT_THAT(Summarize(plan),
              HasSubstr(", ready by tcp localhost:80 within 5s, "));
}

TEST(Describe, TellsConditions) {
  const std::string text = Describe(
      Load("exec: {pre: [{retries: 1, request: {url: 'http://h/'}, expect: "
           "[{jsonpath: $.state, equals: done}, {from: status, at_most: 499}], "
           "give_up_if: [{jsonpath: '$.jobs[*]', take: count, equals: 0x10}, "
           "{equals: null}, {matches: '^x$', of: all}, {exists: no}]}]}"));
  for (const char* line :
       {"    success_codes: by expect\n",
        "    expect: from body, jsonpath \"$.state\", equals \"done\", of "
        "all\n",
        "    expect: from status, at_most 499, of all\n",
        "    give_up_if: from body, jsonpath \"$.jobs[*]\", take count, equals "
        "0x10, of any\n",
        "    give_up_if: from body, equals null, of any\n",
        "    give_up_if: from body, matches \"^x$\", of all\n",
        "    give_up_if: from body, exists no, of any\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
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

TEST(Describe, WithoutValuesTellsNamesAlone) {
  const std::string text = DescribeWithoutValues(
      Load("exec: {pre: [{exec: [a, --plain], env: {LANG: en_GB}}, {request: "
           "{url: 'http://me@h/', headers: {Accept: a/b}, data: x}}, {request: "
           "{url: 'http://h/', auth: {username: me, password: x}}}]}"));
  for (const char* line :
       {"    exec: a --plain\n", "    env LANG: ***\n",
        "    header Accept: ***\n", "    request: GET http://***@h/\n",
        "    auth: ***, ***\n"}) {
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

// Where a key can stand ("%") with two values that mean different things.
struct KeyExample {
  absl::Span<const yaml::KeySpec> table;
  const char* key;
  const char* context;
  const char* value;
  const char* other;
};

constexpr char kOfTask[] = "exec: {pre: [{exec: x, %}]}";
constexpr char kOfTried[] = "exec: {pre: [{exec: x, retries: 2, %}]}";
constexpr char kOfAsync[] = "exec: {pre: [{exec: x, async: yes, %}]}";
constexpr char kOfReady[] = "exec: {pre: [{exec: x, async: yes, ready: {%}}]}";
constexpr char kOfPost[] =
    "exec: {pre: [{exec: x, name: a}], post: [{exec: x, %}]}";
constexpr char kOfRequest[] = "exec: {pre: [{request: {url: 'http://h/', %}}]}";
constexpr char kOfMetric[] = "exec: {pre: [{exec: x, metrics: {m: {%}}}]}";
constexpr char kOfCapture[] = "exec: {pre: [{exec: x, capture: {m: {%}}}]}";
constexpr char kOfSampling[] = "exec: {pre: [{exec: x, every: 1, %}]}";
constexpr char kOfCondition[] = "exec: {pre: [{exec: x, expect: [{%}]}]}";
constexpr char kOfSampler[] =
    "exec: {pre: [{exec: x, every: 1, metrics: {m: {%}}}]}";

const KeyExample kExamples[] = {
    {kSectionKeys, "pre", "exec: {%}", "[]", "[{exec: x}]"},
    {kSectionKeys, "start", "exec: {%}", "[]", "[{exec: x}]"},
    {kSectionKeys, "stop", "exec: {%}", "[]", "[{exec: x}]"},
    {kSectionKeys, "post", "exec: {%}", "[]", "[{exec: x}]"},
    {kSectionKeys, "description", "exec: {%}", "a", "b"},
    {kSectionKeys, "stop_on_cancel", "exec: {%}", "yes", "no"},
    {kSectionKeys, "cleanup_timeout", "exec: {%}", "1", "2"},
    {kSectionKeys, "secrets", "exec: {pre: [], %}", "{a: {file: x}}",
     "{b: {file: x}}"},
    {kSectionKeys, "values", "exec: {pre: [], %}", "{a: x}", "{a: y}"},
    {kSectionKeys, "report", "exec: {pre: [], %}", "~", "{dir: x}"},
    {kReportKeys, "dir", "exec: {pre: [], report: {%}}", "x", "y"},
    {kReportKeys, "keep", "exec: {pre: [], report: {dir: x, %}}", "1", "2"},
    {kSourceKeys, "file", "exec: {pre: [], secrets: {a: {%}}}", "x", "y"},
    {kSourceKeys, "env", "exec: {pre: [], secrets: {a: {%}}}", "x", "y"},
    {kSourceKeys, "credential", "exec: {pre: [], values: {a: {%}}}", "x", "y"},
    {kTaskKeys, "name", kOfTask, "a", "b"},
    {kTaskKeys, "description", kOfTask, "a", "b"},
    {kTaskKeys, "exec", "exec: {pre: [{%}]}", "[x, y]", "[x, z]"},
    {kTaskKeys, "shell_exec", "exec: {pre: [{%}]}", "x y", "[x, y]"},
    {kTaskKeys, "request", "exec: {pre: [{%}]}", "{url: 'http://h'}",
     "{url: 'http://i'}"},
    {kTaskKeys, "await",
     "exec: {pre: [{exec: x, async: yes, name: a}, {exec: x, async: yes, name: "
     "b}],"
     " stop: [{%}]}",
     "a", "b"},
    {kTaskKeys, "async", kOfTask, "yes", "no"},
    {kTaskKeys, "on_exit", kOfAsync, "fail", "end_window"},
    {kTaskKeys, "end_after", kOfAsync, "window", "stop"},
    {kTaskKeys, "ready", kOfAsync, "{tcp: 1}", "{tcp: 2}"},
    {kReadyKeys, "tcp", kOfReady, "1", "2"},
    {kReadyKeys, "http", kOfReady, "'http://h'", "'http://i'"},
    {kReadyKeys, "output", kOfReady, "a", "b"},
    {kReadyKeys, "file", kOfReady, "a", "b"},
    {kReadyKeys, "within", kOfReady, "1, tcp: 1", "2, tcp: 1"},
    {kReadyKeys, "interval", kOfReady, "1, tcp: 1", "2, tcp: 1"},
    {kTaskKeys, "begin", "exec: {start: [{exec: x, async: yes, %}]}", "now",
     "window"},
    {kTaskKeys, "every", "exec: {pre: [{exec: x, metrics: {m: {}}, %}]}", "5",
     "6"},
    {kTaskKeys, "sample",
     "exec: {pre: [{exec: x, async: yes, metrics: {m: {}}, end_after: window, "
     "%}]}",
     "yes", "no"},
    {kTaskKeys, "ignore_exitcode", kOfTask, "yes", "no"},
    {kTaskKeys, "notify", kOfTask, "yes", "no"},
    {kTaskKeys, "timeout", kOfTask, "1", "2"},
    {kTaskKeys, "retries", kOfTask, "1", "2"},
    {kTaskKeys, "retry_delay", kOfTried, "1", "2"},
    {kTaskKeys, "retry_backoff", kOfTried, "1", "2"},
    {kTaskKeys, "retry_max_delay", kOfTried, "1", "2"},
    {kTaskKeys, "retry_for", kOfTask, "1", "2"},
    {kTaskKeys, "expect", kOfTask, "[{}]", "[{from: stderr}]"},
    {kTaskKeys, "give_up_if", kOfTried, "[{}]", "[{from: stderr}]"},
    {kTaskKeys, "end_window_if", kOfSampling, "[{}]", "[{from: stderr}]"},
    {kConditionKeys, "from", kOfCondition, "stderr", "exit_code"},
    {kConditionKeys, "regex", kOfCondition, "a", "b"},
    {kConditionKeys, "jsonpath", kOfCondition, "$.a", "$.b"},
    {kConditionKeys, "equals", kOfCondition, "a", "b"},
    {kConditionKeys, "not_equals", kOfCondition, "1", "'1'"},
    {kConditionKeys, "at_least", kOfCondition, "1", "2"},
    {kConditionKeys, "at_most", kOfCondition, "1", "2"},
    {kConditionKeys, "contains", kOfCondition, "a", "b"},
    {kConditionKeys, "matches", kOfCondition, "a", "b"},
    {kConditionKeys, "exists", kOfCondition, "yes", "no"},
    {kConditionKeys, "of", kOfCondition, "all", "any"},
    {kConditionKeys, "take", kOfCondition, "count, equals: 1", "~, equals: 1"},
    {kTaskKeys, "when", kOfPost, "success", "[success, failed]"},
    {kTaskKeys, "if_ran", kOfPost, "~", "a"},
    {kTaskKeys, "max_output", kOfTask, "1K", "2K"},
    {kTaskKeys, "kill_signal", kOfTask, "INT", "HUP"},
    {kTaskKeys, "kill_timeout", kOfTask, "1", "2"},
    {kTaskKeys, "metrics", kOfTask, "{m: {}}", "{n: {}}"},
    {kTaskKeys, "capture", kOfTask, "{m: {}}", "{n: {}}"},
    {kTaskKeys, "env", kOfTask, "{A: x}", "{A: y}"},
    {kTaskKeys, "clear_env", kOfTask, "yes", "no"},
    {kTaskKeys, "cwd", kOfTask, "/a", "/b"},
    {kTaskKeys, "stdin", kOfTask, "a", "bb"},
    {kTaskKeys, "success_exitcodes", kOfTask, "1", "2"},
    {kRequestKeys, "url", "exec: {pre: [{request: {%}}]}", "'http://h'",
     "'http://i'"},
    {kRequestKeys, "method", kOfRequest, "PUT", "DELETE"},
    {kRequestKeys, "params", kOfRequest, "{a: 1}", "{a: 2}"},
    {kRequestKeys, "headers", kOfRequest, "{A: x}", "{A: y}"},
    {kRequestKeys, "data", kOfRequest, "a", "b"},
    {kRequestKeys, "data_file", kOfRequest, "a", "b"},
    {kRequestKeys, "json", kOfRequest, "{a: 1}", "{a: 2}"},
    {kRequestKeys, "content-type",
     "exec: {pre: [{request: {url: 'http://h/', data: x, %}}]}", "a/b", "a/c"},
    {kRequestKeys, "http_timeout", kOfRequest, "1", "2"},
    {kRequestKeys, "success_codes", kOfRequest, "200", "201"},
    {kRequestKeys, "allow_redirects", kOfRequest, "yes", "no"},
    {kRequestKeys, "auth", kOfRequest, "{username: a, password: x}",
     "{username: b, password: x}"},
    {kRequestKeys, "verify", kOfRequest, "a", "b"},
    {kRequestKeys, "cert", kOfRequest, "a", "b"},
    {kRequestKeys, "save_to", kOfRequest, "a", "b"},
    {kRequestKeys, "unix_socket", kOfRequest, "a", "b"},
    {kAuthKeys, "username",
     "exec: {pre: [{request: {url: 'http://h/', auth: {password: x, %}}}]}",
     "a", "b"},
    {kCertKeys, "cert",
     "exec: {pre: [{request: {url: 'http://h/', cert: {key: k, %}}}]}", "a",
     "b"},
    {kCertKeys, "key",
     "exec: {pre: [{request: {url: 'http://h/', cert: {cert: c, %}}}]}", "a",
     "b"},
    {kCertKeys, "passphrase",
     "exec: {pre: [{request: {url: 'http://h/', cert: {cert: c, key: k, %}}}]}",
     "~", "x"},
    {kMetricKeys, "from", kOfMetric, "stderr", "'file:a'"},
    {kMetricKeys, "regex", kOfMetric, "a", "b"},
    {kMetricKeys, "jsonpath", kOfMetric, "$.a", "$.b"},
    {kMetricKeys, "unit", kOfMetric, "a", "b"},
    {kMetricKeys, "description", kOfMetric, "a", "b"},
    {kMetricKeys, "as", kOfMetric, "number", "bytes"},
    {kMetricKeys, "scale", kOfMetric, "2", "3"},
    {kMetricKeys, "offset", kOfMetric, "2", "3"},
    {kMetricKeys, "take", kOfMetric, "last", "p99"},
    {kMetricKeys, "over", kOfSampler, "rate", "max"},
    {kMetricKeys, "series", kOfSampler, "yes", "no"},
    {kMetricKeys, "absent", kOfMetric, "skip", "1"},
    {kMetricKeys, "at_least", kOfMetric, "1", "2"},
    {kMetricKeys, "at_most", kOfMetric, "1", "2"},
    {kCaptureKeys, "from", kOfCapture, "stderr", "'file:a'"},
    {kCaptureKeys, "regex", kOfCapture, "a", "b"},
    {kCaptureKeys, "jsonpath", kOfCapture, "$.a", "$.b"},
    {kCaptureKeys, "take", kOfCapture, "first", "last"},
    {kCaptureKeys, "matches", kOfCapture, "a", "b"},
    {kCaptureKeys, "absent", kOfCapture, "fail", "skip"},
    {kCaptureKeys, "secret", kOfCapture, "yes", "no"},
    {kSeriesKeys, "items",
     "exec: {pre: [{exec: x, metrics: {m: {series: {id: $.c, points: $.d, "
     "%}}}}]}",
     "$.a", "$.b"},
    {kSeriesKeys, "id",
     "exec: {pre: [{exec: x, metrics: {m: {series: {items: $.c, points: $.d, "
     "%}}}}]}",
     "$.a", "$.b"},
    {kSeriesKeys, "points",
     "exec: {pre: [{exec: x, metrics: {m: {series: {items: $.c, id: $.d, "
     "%}}}}]}",
     "$.a", "$.b"},
    {kSeriesKeys, "time",
     "exec: {pre: [{exec: x, metrics: {m: {series: {items: $.c, id: $.d, "
     "points: $.e, %}}}}]}",
     "s", "ms"},
};

TEST(Describe, ShowsWhatEachKeyIsSetTo) {
  for (const KeyExample& example : kExamples) {
    const auto description = [&example](absl::string_view value) {
      return Describe(Load(absl::StrReplaceAll(
          example.context, {{"%", absl::StrCat(example.key, ": ", value)}})));
    };
    EXPECT_NE(description(example.value), description(example.other))
        << example.key;
  }
}

// A new key wants an example above, and a line of the description with it.
TEST(Describe, IsTestedWithEveryKey) {
  std::set<std::pair<const yaml::KeySpec*, absl::string_view>> tested = {
      {kAuthKeys, "password"}};  // never shown
  for (const KeyExample& example : kExamples) {
    tested.emplace(example.table.data(), example.key);
  }
  for (const absl::Span<const yaml::KeySpec> table :
       {absl::MakeConstSpan(kSectionKeys), absl::MakeConstSpan(kTaskKeys),
        absl::MakeConstSpan(kReadyKeys), absl::MakeConstSpan(kConditionKeys),
        absl::MakeConstSpan(kRequestKeys), absl::MakeConstSpan(kAuthKeys),
        absl::MakeConstSpan(kCertKeys), absl::MakeConstSpan(kCaptureKeys),
        absl::MakeConstSpan(kMetricKeys), absl::MakeConstSpan(kSeriesKeys),
        absl::MakeConstSpan(kReportKeys), absl::MakeConstSpan(kSourceKeys)}) {
    for (const yaml::KeySpec& key : table) {
      EXPECT_TRUE(tested.contains({table.data(), key.name}))
          << "no example of " << key.name;
    }
  }
}

}  // namespace
}  // namespace servo::config
