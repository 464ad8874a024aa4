#include "config/loader.h"

#include <csignal>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/code_ranges.h"
#include "config/keys.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "yaml/diagnostics.h"

namespace servo::config {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

// The plan of `text`, which must be right.
plan::Plan Load(const std::string& text) {
  yaml::Diagnostics diagnostics;
  absl::StatusOr<plan::Plan> plan = LoadPlan(text, "test.yaml", &diagnostics);
  EXPECT_TRUE(plan.ok()) << diagnostics.Render();
  return plan.ok() ? *std::move(plan) : plan::Plan();
}

// The only task of `start`, with these lines of YAML.
plan::Task LoadTask(const std::vector<std::string>& lines) {
  std::string text = "exec:\n  start:\n    -\n";
  for (const std::string& line : lines) {
    absl::StrAppend(&text, "      ", line, "\n");
  }
  const plan::Plan plan = Load(text);
  if (plan.tasks(plan::Stage::kStart).size() != 1) {
    ADD_FAILURE() << text;
    return plan::Task();
  }
  return plan.tasks(plan::Stage::kStart)[0];
}

plan::ProcessAction LoadProcess(const std::vector<std::string>& lines) {
  return std::get<plan::ProcessAction>(LoadTask(lines).action);
}

// The request to http://host/ with these further lines.
plan::RequestAction LoadRequest(const std::vector<std::string>& lines) {
  std::vector<std::string> all = {"request:", "  url: http://host/"};
  for (const std::string& line : lines) all.push_back("  " + line);
  return std::get<plan::RequestAction>(LoadTask(all).action);
}

std::string Errors(const std::string& text) {
  yaml::Diagnostics diagnostics;
  const absl::Status status =
      LoadPlan(text, "test.yaml", &diagnostics).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
  EXPECT_EQ(status.message(), diagnostics.Message());
  return diagnostics.Render();
}

TEST(LoadPlan, ReadsTheDescription) {
  EXPECT_EQ(Load("exec: {description: Nightly load}").description,
            "Nightly load");
  // At the top level it is anybody's.
  yaml::Diagnostics diagnostics;
  EXPECT_TRUE(LoadPlan("description: x\nexec: {pre: [{exec: x}]}", "c.yaml",
                       &diagnostics)
                  .ok());
  EXPECT_EQ(diagnostics.Render(), "");
}

TEST(LoadPlan, NotesDoNotCountWithStrict) {
  yaml::Diagnostics diagnostics;
  EXPECT_TRUE(LoadPlan("exec: {pre: [{exec: x, retry_delay: 1}]}", "c.yaml",
                       &diagnostics, /*strict=*/true)
                  .ok());
  EXPECT_THAT(diagnostics.Render(),
              HasSubstr("note: exec.pre[0].retry_delay: without effect"));
}

TEST(LoadPlan, TaskHasTheDefaultsOfTheContract) {
  const plan::Task task = LoadTask({"exec: /bin/true"});
  EXPECT_EQ(task.name, "start[0]");
  EXPECT_EQ(task.location, "test.yaml:4:7");
  EXPECT_FALSE(task.background);
  EXPECT_FALSE(task.ignore_exitcode);
  EXPECT_FALSE(task.notify);
  EXPECT_EQ(task.retry.retries, 0);
  EXPECT_EQ(task.retry.delay, absl::ZeroDuration());
  EXPECT_EQ(task.retry.backoff, 1);
  EXPECT_EQ(task.retry.max_delay, absl::InfiniteDuration());
  EXPECT_EQ(task.timeout, absl::InfiniteDuration());
  const auto& process = std::get<plan::ProcessAction>(task.action);
  EXPECT_FALSE(process.shell);
  EXPECT_THAT(process.command.argv, ElementsAre("/bin/true"));
  EXPECT_EQ(process.command.cwd, "");
  EXPECT_FALSE(process.command.clear_env);
  EXPECT_THAT(process.command.env, IsEmpty());
  EXPECT_EQ(process.command.stdin_text, std::nullopt);
  EXPECT_EQ(process.success_exitcodes, base::CodeRanges(0, 0));
  EXPECT_EQ(process.options.kill_signal, SIGTERM);
  EXPECT_EQ(process.options.kill_timeout, absl::Milliseconds(500));
  EXPECT_EQ(process.options.output_limit, 65536u);
}

TEST(LoadPlan, RequestHasTheDefaultsOfTheContract) {
  const plan::RequestAction action = LoadRequest({});
  EXPECT_EQ(action.request.url, "http://host/");
  EXPECT_EQ(action.request.method, "GET");
  EXPECT_THAT(action.request.headers, IsEmpty());
  EXPECT_EQ(action.request.body, std::nullopt);
  EXPECT_FALSE(action.request.auth);
  EXPECT_EQ(action.request.idle_timeout, absl::Seconds(10));
  EXPECT_TRUE(action.request.follow_redirects);
  EXPECT_EQ(action.request.max_redirects, 30);
  EXPECT_TRUE(action.request.tls.verify);
  EXPECT_EQ(action.request.tls.ca_bundle, "");
  EXPECT_EQ(action.request.unix_socket, "");
  EXPECT_EQ(action.request.output_limit, 65536u);
  EXPECT_EQ(action.success_codes, base::CodeRanges(200, 399));
}

TEST(LoadPlan, SectionHasItsDefaultsAndValues) {
  const plan::Plan defaults = Load("exec: {start: [{exec: a}]}");
  EXPECT_FALSE(defaults.stop_on_cancel);
  EXPECT_EQ(defaults.cleanup_timeout, absl::Seconds(60));
  const plan::Plan given = Load(
      "exec: {start: [{exec: a}], stop_on_cancel: yes, cleanup_timeout: 1m5s}");
  EXPECT_TRUE(given.stop_on_cancel);
  EXPECT_EQ(given.cleanup_timeout, absl::Seconds(65));
}

TEST(LoadPlan, TasksStandInTheirStagesInOrder) {
  const plan::Plan plan = Load(
      "exec:\n"
      "  post: [{exec: e}]\n"
      "  pre: [{exec: a}, {exec: b, name: second}]\n"
      "  stop: ~\n"
      "  start: [{shell_exec: c}]\n");
  ASSERT_EQ(plan.tasks(plan::Stage::kPre).size(), 2u);
  EXPECT_EQ(plan.tasks(plan::Stage::kPre)[0].name, "pre[0]");
  EXPECT_EQ(plan.tasks(plan::Stage::kPre)[1].name, "second");
  EXPECT_EQ(plan.tasks(plan::Stage::kStart)[0].name, "start[0]");
  EXPECT_THAT(plan.tasks(plan::Stage::kStop), IsEmpty());
  EXPECT_EQ(plan.tasks(plan::Stage::kPost)[0].name, "post[0]");
}

TEST(LoadPlan, EveryKeyOfATaskArrives) {
  const plan::Task task = LoadTask(
      {"name: 42", "async: on", "ignore_exitcode: yes", "notify: True",
       "retries: 0x3", "retry_delay: 1.5", "retry_backoff: 2",
       "retry_max_delay: 1m", "timeout: 1:30", "kill_signal: int",
       "kill_timeout: 0", "max_output: 2K", "cwd: /srv", "clear_env: yes",
       "stdin: input", "env: {A: 010, B: yes, C: ''}", "exec: [a, b]"});
  EXPECT_EQ(task.name, "42");
  EXPECT_TRUE(task.background);
  EXPECT_TRUE(task.ignore_exitcode);
  EXPECT_TRUE(task.notify);
  EXPECT_EQ(task.retry.retries, 3);
  EXPECT_EQ(task.retry.delay, absl::Milliseconds(1500));
  EXPECT_EQ(task.retry.backoff, 2);
  EXPECT_EQ(task.retry.max_delay, absl::Minutes(1));
  EXPECT_EQ(task.timeout, absl::Seconds(90));
  const auto& process = std::get<plan::ProcessAction>(task.action);
  EXPECT_EQ(process.options.kill_signal, SIGINT);
  EXPECT_EQ(process.options.kill_timeout, absl::ZeroDuration());
  EXPECT_EQ(process.options.output_limit, 2048u);
  EXPECT_EQ(process.command.cwd, "/srv");
  EXPECT_TRUE(process.command.clear_env);
  EXPECT_EQ(process.command.stdin_text, "input");
  EXPECT_THAT(process.command.env,
              ElementsAre(Pair("A", "010"), Pair("B", "yes"), Pair("C", "")));
}

TEST(LoadPlan, ArgumentsAreTextAsWritten) {
  const plan::ProcessAction process =
      LoadProcess({"exec: [echo, 010, yes, 1.50, 'null', '', 1_000, 0x1F, 1e3, "
                   "2024-01-31, \"a\\tb\", .5]"});
  EXPECT_THAT(process.command.argv,
              ElementsAre("echo", "010", "yes", "1.50", "null", "", "1_000",
                          "0x1F", "1e3", "2024-01-31", "a\tb", ".5"));
}

TEST(LoadPlan, ExecOfOneTextIsNotSplit) {
  EXPECT_THAT(LoadProcess({"exec: /opt/my program"}).command.argv,
              ElementsAre("/opt/my program"));
  EXPECT_THAT(LoadProcess({"exec: true"}).command.argv, ElementsAre("true"));
}

TEST(LoadPlan, ShellExecGivesTheRestToTheShell) {
  const plan::ProcessAction one = LoadProcess({"shell_exec: echo a | wc"});
  EXPECT_TRUE(one.shell);
  EXPECT_THAT(one.command.argv, ElementsAre("/bin/sh", "-c", "echo a | wc"));
  EXPECT_THAT(LoadProcess({"shell_exec: ['echo $1', sh, 010]"}).command.argv,
              ElementsAre("/bin/sh", "-c", "echo $1", "sh", "010"));
}

TEST(LoadPlan, SuccessCodesTakeAllForms) {
  const struct {
    const char* yaml;
    const char* codes;
  } kCases[] = {{"success_exitcodes: 3", "3"},
                {"success_exitcodes: 0-3", "0-3"},
                {"success_exitcodes: '7'", "7"},
                {"success_exitcodes: [0, \"2 - 4\", 255]", "0, 2-4, 255"},
                {"success_exitcodes: ~", "0"}};
  for (const auto& c : kCases) {
    EXPECT_EQ(LoadProcess({"exec: a", c.yaml}).success_exitcodes.ToString(),
              c.codes)
        << c.yaml;
  }
  EXPECT_EQ(
      LoadRequest({"success_codes: [200-399, 876]"}).success_codes.ToString(),
      "200-399, 876");
}

TEST(LoadPlan, SignalsByNameAndNumber) {
  const std::pair<const char*, int> kCases[] = {
      {"TERM", SIGTERM}, {"SIGINT", SIGINT}, {"sigusr1", SIGUSR1},
      {"Hup", SIGHUP},   {"9", SIGKILL},     {"15", SIGTERM}};
  for (const auto& [text, signal] : kCases) {
    EXPECT_EQ(LoadProcess({"exec: a", absl::StrCat("kill_signal: ", text)})
                  .options.kill_signal,
              signal)
        << text;
  }
}

TEST(LoadPlan, DurationsAreSecondsOrHaveUnits) {
  const std::pair<const char*, absl::Duration> kCases[] = {
      {"10", absl::Seconds(10)},          {"0.25", absl::Milliseconds(250)},
      {"500ms", absl::Milliseconds(500)}, {"1h30m", absl::Minutes(90)},
      {"'2m'", absl::Minutes(2)},         {"1.5h", absl::Minutes(90)},
      {"1:30", absl::Seconds(90)},        {"1.5e+3", absl::Seconds(1500)},
      {"~", absl::InfiniteDuration()}};
  for (const auto& [text, duration] : kCases) {
    EXPECT_EQ(LoadTask({"exec: a", absl::StrCat("timeout: ", text)}).timeout,
              duration)
        << text;
  }
}

TEST(LoadPlan, BytesTakeSuffixes) {
  const std::pair<const char*, size_t> kCases[] = {
      {"0", 0},     {"100", 100},          {"64K", 65536},
      {"1k", 1024}, {"2M", 2 * 1048576},   {"64m", 64 * 1048576},
      {"'10'", 10}, {"67108864", 67108864}};
  for (const auto& [text, bytes] : kCases) {
    EXPECT_EQ(LoadProcess({"exec: a", absl::StrCat("max_output: ", text)})
                  .options.output_limit,
              bytes)
        << text;
  }
  EXPECT_EQ(LoadTask({"max_output: 1K", "request: {url: 'http://a/'}"})
                .action.index(),
            1u);
}

TEST(LoadPlan, BodiesOfMethods) {
  const plan::RequestAction post = LoadRequest({"method: post"});
  EXPECT_EQ(post.request.method, "POST");
  EXPECT_EQ(post.request.body, "{}");
  EXPECT_THAT(post.request.headers,
              ElementsAre(Pair("Content-Type", "application/json")));
  for (const char* method : {"GET", "HEAD", "PUT", "PATCH", "DELETE"}) {
    const plan::RequestAction bare =
        LoadRequest({absl::StrCat("method: ", method)});
    EXPECT_EQ(bare.request.body, std::nullopt) << method;
    EXPECT_THAT(bare.request.headers, IsEmpty()) << method;
    if (absl::string_view(method) == "HEAD") continue;  // it can have none
    const plan::RequestAction full =
        LoadRequest({absl::StrCat("method: ", method), "data: 010"});
    EXPECT_EQ(full.request.body, "010") << method;
    EXPECT_THAT(full.request.headers,
                ElementsAre(Pair("Content-Type", "application/json")))
        << method;
  }
  EXPECT_EQ(LoadRequest({"method: POST", "data: ''"}).request.body, "");
  EXPECT_EQ(LoadRequest({"method: POST", "data: ~"}).request.body, "{}");
}

TEST(LoadPlan, ContentTypeByKeyOrHeader) {
  EXPECT_THAT(
      LoadRequest({"method: POST", "content-type: text/plain"}).request.headers,
      ElementsAre(Pair("Content-Type", "text/plain")));
  EXPECT_THAT(
      LoadRequest({"method: POST", "headers: {content-TYPE: text/plain}"})
          .request.headers,
      ElementsAre(Pair("content-TYPE", "text/plain")));
}

TEST(LoadPlan, JsonIsTypedByYaml11) {
  const plan::RequestAction action = LoadRequest(
      {"method: POST", "json:", "  z: yes", "  a: 010", "  s: '010'",
       "  f: 1.5", "  n: ~", "  l: [1, [true], {}]", "  on: off", "  e: 1e3"});
  EXPECT_EQ(action.request.body,
            R"({"z":true,"a":8,"s":"010","f":1.5,"n":null,)"
            R"("l":[1,[true],{}],"on":false,"e":"1e3"})");
  EXPECT_EQ(LoadRequest({"json: [1]"}).request.body, "[1]");
  EXPECT_EQ(LoadRequest({"json: text"}).request.body, "\"text\"");
}

TEST(LoadPlan, ParamsAreAddedEncoded) {
  EXPECT_EQ(
      LoadRequest({"params: {a: b c, l: [1, 2], n: ~, e: ''}"}).request.url,
      "http://host/?a=b%20c&l=1&l=2&e=");
  EXPECT_EQ(LoadRequest({"params: [{a: 1}, {a: '&'}]"}).request.url,
            "http://host/?a=1&a=%26");
}

TEST(LoadPlan, RestOfARequestArrives) {
  const http::Request request =
      LoadRequest({"headers: {X-A: 1.50, x-b: yes}", "http_timeout: 2.5",
                   "allow_redirects: no", "verify: /ca.pem",
                   "cert: {cert: /c.pem, key: /k.pem, passphrase: 010}",
                   "auth: {username: me, password: 010}",
                   "unix_socket: /run/s"})
          .request;
  EXPECT_THAT(request.headers,
              ElementsAre(Pair("X-A", "1.50"), Pair("x-b", "yes")));
  EXPECT_EQ(request.idle_timeout, absl::Milliseconds(2500));
  EXPECT_FALSE(request.follow_redirects);
  EXPECT_TRUE(request.tls.verify);
  EXPECT_EQ(request.tls.ca_bundle, "/ca.pem");
  EXPECT_EQ(request.tls.client_cert, "/c.pem");
  EXPECT_EQ(request.tls.client_key, "/k.pem");
  EXPECT_EQ(request.tls.client_key_passphrase, "010");
  ASSERT_TRUE(request.auth);
  EXPECT_EQ(request.auth->username, "me");
  EXPECT_EQ(request.auth->password, "010");
  EXPECT_EQ(request.unix_socket, "/run/s");
  EXPECT_FALSE(LoadRequest({"verify: no"}).request.tls.verify);
  EXPECT_EQ(LoadRequest({"cert: /both.pem"}).request.tls.client_cert,
            "/both.pem");
}

TEST(LoadPlan, MergedKeysAreKeysOfTheTask) {
  const plan::Plan plan = Load(
      "x-defaults: &defaults {timeout: 5, retries: 2}\n"
      "exec:\n"
      "  start:\n"
      "    - &first {<<: *defaults, name: first, exec: a, retries: 1}\n"
      "    - {<<: *first, exec: b}\n");
  const std::vector<plan::Task>& tasks = plan.tasks(plan::Stage::kStart);
  EXPECT_EQ(tasks[0].timeout, absl::Seconds(5));
  EXPECT_EQ(tasks[0].retry.retries, 1);
  EXPECT_EQ(tasks[1].name, "first");
  EXPECT_THAT(std::get<plan::ProcessAction>(tasks[1].action).command.argv,
              ElementsAre("b"));
}

TEST(LoadPlan, NullUnsetsAMergedMode) {
  const plan::Plan plan = Load(
      "exec:\n"
      "  pre: [&a {exec: a, name: x}]\n"
      "  post: [{<<: *a, exec: ~, shell_exec: b}]\n");
  EXPECT_TRUE(
      std::get<plan::ProcessAction>(plan.tasks(plan::Stage::kPost)[0].action)
          .shell);
}

TEST(LoadPlan, AsyncFalseOnARequestIsWhatItDoesAnyway) {
  EXPECT_FALSE(
      LoadTask({"async: false", "request: {url: 'http://a/'}"}).background);
}

TEST(LoadPlan, WithoutASectionNothingRunsWithAWarning) {
  for (const char* text :
       {"", "# comment\n", "~", "other: 1", "exec:", "exec: {pre: []}",
        "values: {a: b}", "{secrets: {a: b}, values: ~, prom: 1}"}) {
    yaml::Diagnostics diagnostics;
    const auto plan = LoadPlan(text, "test.yaml", &diagnostics);
    ASSERT_TRUE(plan.ok()) << text;
    for (const plan::Stage stage : plan::kStages)
      EXPECT_THAT(plan->tasks(stage), IsEmpty());
    EXPECT_EQ(diagnostics.warnings(), 1u) << text;
    EXPECT_THAT(diagnostics.Render(), HasSubstr("nothing to run")) << text;
  }
}

std::string ProblemsOf(const char* text) {
  yaml::Diagnostics diagnostics;
  LoadPlan(text, "c.yaml", &diagnostics).IgnoreError();
  return diagnostics.Message();
}

TEST(LoadPlan, BesideASectionOnlyItsStagesAreErrors) {
  EXPECT_EQ(ProblemsOf("exec: {start: [{exec: a}]}\n"
                       "values: {a: b}\nsecrets: {a: b}\n"
                       "Exec: {pre: []}\nexecs: {pre: []}\n"
                       "cleanup_timeout: 3\nstart: 7\nstop: {a: b}\n"),
            "");
  EXPECT_EQ(ProblemsOf("exec: {start: [{exec: a}]}\npost: [{exec: b}]\n"
                       "stop:\n"),
            "c.yaml:2:1: post stands outside of the section exec; indent it "
            "below \"exec:\"\n"
            "c.yaml:3:1: stop stands outside of the section exec; indent it "
            "below \"exec:\"");
  EXPECT_THAT(ProblemsOf("exec: {start: [{exec: a}]}\n"
                         "\"exec\u200b\": {post: [{exec: b}]}\n"),
              HasSubstr("c.yaml:2:1: this looks like the section exec"));
}

TEST(LoadPlan, ValuesCountAsOursWhereMoreIs) {
  EXPECT_THAT(ProblemsOf("values: {a: b}\npre: [{exec: a}]"),
              AllOf(HasSubstr("c.yaml:1:1: values stands outside"),
                    HasSubstr("c.yaml:2:1: pre stands outside")));
  EXPECT_THAT(ProblemsOf("exec:\nsecrets: {a: b}"),
              HasSubstr("c.yaml:2:1: secrets stands outside"));
}

TEST(LoadPlan, EachModeRefusesTheKeysOfOthersOnly) {
  // What each key of a process could say.
  const std::pair<const char*, const char*> kValues[] = {
      {"env", "{A: b}"},     {"clear_env", "yes"},       {"cwd", "/"},
      {"stdin", "x"},        {"kill_signal", "INT"},     {"kill_timeout", "1"},
      {"async", "yes"},      {"success_exitcodes", "1"}, {"sample", "no"},
      {"end_after", "post"}, {"on_exit", "warn"},        {"ready", "{tcp: 1}"}};
  size_t process_keys = 0;
  for (const yaml::KeySpec& spec : kTaskKeys) {
    process_keys += spec.modes == kProcessModes;
  }
  EXPECT_EQ(process_keys, std::size(kValues));
  for (const auto& [key, value] : kValues) {
    EXPECT_THAT(
        Errors(absl::StrCat("exec: {pre: [{request: {url: 'http://a/'}, ", key,
                            ": ", value, "}]}")),
        HasSubstr(absl::StrCat("exec.pre[0].", key, ": ", key,
                               " applies to exec and shell_exec only")))
        << key;
    const std::string given =
        absl::StrCat(key, ": ", value,
                     key == std::string("ready") ? "\n      async: yes" : "");
    LoadTask({given, "exec: a"});
    LoadTask({given, "shell_exec: a"});
  }
}

TEST(LoadPlan, NumberOfTasksIsBounded) {
  std::string text = "x: &t {exec: a}\nexec:\n  start: [";
  for (size_t i = 0; i <= kMaxTasks; ++i) text += "*t,";
  text += "]\n";
  EXPECT_THAT(Errors(text), HasSubstr("at most 200000 tasks"));
}

TEST(LoadPlan, NoSecretIsShown) {
  const std::string errors = Errors(
      "exec:\n"
      "  start:\n"
      "    - name: x\n"
      "      env: {DB_URL: [hunter2]}\n"
      "      exec: a\n"
      "    - request:\n"
      "        url: http://me:hunter2@host:99999/\n"
      "        headers: {Authorization: [hunter2], X-Plain: \"hunter2\\n\"}\n"
      "        auth: hunter2\n"
      "        unknown: {password: hunter2}\n");
  EXPECT_THAT(errors, ::testing::Not(HasSubstr("hunter2"))) << errors;
}

}  // namespace
}  // namespace servo::config
