// No message prints what may be a secret: every key with every mistake, each
// with a canary where a secret can be, and a search through everything printed.
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "config/capture_keys.h"
#include "config/condition_keys.h"
#include "config/keys.h"
#include "config/loader.h"
#include "config/metric_keys.h"
#include "config/plan_summary.h"
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

constexpr char kCanary[] = "hunter2Canary";

// What can stand as a value by mistake; "%" is the canary. Some show it to be a
// public value where the key's values are public.
struct Mistake {
  const char* text;
  bool is_value = false;
};
constexpr Mistake kMistakes[] = {
    {"%", true},
    {"'%'", true},
    {"\"%\"", true},
    {"% %", true},
    {"-%", true},
    {"%=%", true},
    {"%,%", true},
    {"[%]", true},
    {"[%, %]", true},
    {"!!int %", true},
    {"!!str %", true},
    {"\"%\\x00\"", true},
    {"&a %", true},
    {"!%"},
    {"! %", true},
    {"!!%"},
    {"!% x"},
    {"!<%> x"},
    {"!!binary %", true},
    {"!!set {%}"},
    {"*%"},
    {"&%"},
    {"&% x"},
    {"&% [x]"},
    {"\"%\\q\""},
    {"\"\\q%\""},
    {"\"%\\xZZ\""},
    {"\"%"},
    {"'%"},
    {"'a'%'b"},
    {"'a'%'"},
    {"\"a\" %"},
    {"[%"},
    {"[[%]]"},
    {"[x, [%]]"},
    {"[x, {%: %}]"},
    {"{%"},
    {"{%}"},
    {"{%: x}"},
    {"{x: %}"},
    {"{x: %"},
    {"{x: 1, x: %}"},
    {"{%: 1, %: 2}"},
    {"{TOKEN=%}"},
    {"{TOKEN=%: x}"},
    {"{\"Authorization: Bearer %\": x}"},
    {"{\"Authorization: Bearer %\": }"},
    {"{Authorization: \"Bearer %\\n\"}"},
    {"{Authorization: \"Bearer %\", authorization: \"%\"}"},
    {"{Bearer %: x}"},
    {"{<<: %}"},
    {"{[%]: x}"},
    {"{{ % }}"},
    {"{? % : x}"},
    {"%: %"},
    {"x: %"},
    {"x:\n      y: %"},
    {"\n      %: %\n      %: %"},
    {"\n      TOKEN: %\n     %: x"},
    {"\n      - %\n      %", true},
    {"|%"},
    {"|\n %"},
    {"|0\n      %"},
    {"|\n      %\n     %"},
    {">\n      %\n     x: %"},
    {"\"x\n      %\\q\""},
    {"\"x\n      TOKEN: %\\q\""},
    {"\"x\n    %"},
    {"@%"},
    {"`%`"},
    {"%%%", true},
    {"]%"},
    {"}%"},
    {"- %"},
    {"? %"},
    {": %"},
    {"\x01%"},
    {"%\x01"},
    {"%\xff"},
    {"\t%: x"},
    {"null # %"},
    {"# %"},
    {"[] # %"},
    {"{} # %"},
    {"http://u:%@h/"},
    {"http://u:%40host/"},
    {"http://u:%@h:99999/"},
    {"https://%@"},
    {"http://u:pa/%@h/"},
    {"ftp://h/?token=%"},
    {"http://h/ x?token=%"},
    {"u:%@h"},
    {"\"http://u:%@h/\\n\""},
};

// Where a key can be, with a place "K: V" for it; each is sound but for that.
std::vector<std::string> Contexts(absl::Span<const yaml::KeySpec> table) {
  if (table.data() == kSectionKeys) {
    return {"exec:\n  K: V\n", "exec: {K: V, nonsense: 1}\n",
            "exec: {nonsense: 1, K: V}\n", "exec: {K: V, K: V}\n"};
  }
  if (table.data() == kTaskKeys) {
    return {"exec:\n  pre:\n  - K: V\n    nonsense: 1\n",
            "exec:\n  pre:\n  - shell_exec: x\n    K: V\n",
            "exec:\n  pre:\n  - {request: {url: 'http://h/'}, K: V}\n",
            "exec:\n  pre:\n  - {exec: x, retry_delay: 1, K: V}\n",
            "exec:\n  pre:\n  - {nonsense: 1, K: V, K: V, timeout: no}\n"};
  }
  if (table.data() == kMetricKeys) {
    return {"exec: {pre: [{exec: x, metrics: {m: {nonsense: 1, K: V}}}]}\n",
            "exec:\n  pre:\n  - exec: x\n    metrics:\n      m:\n"
            "        K: V\n",
            "exec:\n  pre:\n  - request: {url: 'http://h/'}\n    metrics:\n"
            "      m:\n        K: V\n"};
  }
  if (table.data() == kConditionKeys) {
    return {"exec: {pre: [{exec: x, expect: [{nonsense: 1, K: V}]}]}\n",
            "exec:\n  pre:\n  - exec: x\n    expect:\n    - from: stderr\n"
            "      K: V\n",
            "exec:\n  pre:\n  - request: {url: 'http://h/'}\n    retries: 1\n"
            "    give_up_if:\n    - {from: status, K: V, equals: 1}\n"};
  }
  if (table.data() == kReadyKeys) {
    return {
        "exec: {pre: [{exec: x, async: yes, ready: {nonsense: 1, K: V}}]}\n",
        "exec:\n  pre:\n  - exec: x\n    async: yes\n    ready:\n"
        "      K: V\n"};
  }
  if (table.data() == kCaptureKeys) {
    return {"exec: {pre: [{exec: x, capture: {m: {nonsense: 1, K: V}}}]}\n",
            "exec:\n  pre:\n  - request: {url: 'http://h/'}\n    capture:\n"
            "      m:\n        K: V\n"};
  }
  if (table.data() == kSeriesKeys) {
    return {
        "exec: {pre: [{exec: x, metrics: {m: {series: {items: $, K: V}}}}]}"
        "\n",
        "exec:\n  pre:\n  - exec: x\n    metrics:\n      m:\n"
        "        series:\n          K: V\n"};
  }
  if (table.data() == kSourceKeys) {
    return {"exec: {secrets: {token: {nonsense: 1, K: V}}}\n",
            "exec:\n  secrets:\n    token:\n      K: V\n",
            "exec:\n  values:\n    token: {K: V, K: V}\n"};
  }
  if (table.data() == kReportKeys) {
    return {"exec: {report: {dir: x, nonsense: 1, K: V}}\n",
            "exec:\n  report:\n    K: V\n", "exec:\n  report: {K: V, K: V}\n"};
  }
  const std::string request =
      "exec:\n  pre:\n  - request:\n      url: http://h/\n";
  if (table.data() == kRequestKeys) {
    return {request + "      K: V\n",
            "exec:\n  pre:\n  - request: {K: V, method: PUT, verify: 1}\n",
            "exec:\n  pre:\n  - request: {nonsense: 1, K: V, K: V}\n",
            request + "      content-type: x\n      K: V\n"};
  }
  const std::string parent = table.data() == kAuthKeys ? "auth" : "cert";
  return {request + "      " + parent + ":\n        K: V\n",
          request + "      " + parent + ": {K: V, nonsense: 1}\n",
          request + "      " + parent + ": {nonsense: 1, K: V, K: V}\n"};
}

// Everything that is printed of a configuration's problems.
std::string Messages(const std::string& text, bool* loaded = nullptr) {
  yaml::Diagnostics diagnostics;
  const absl::StatusOr<plan::Plan> plan =
      LoadPlan(text, "c.yaml", &diagnostics);
  if (loaded != nullptr) *loaded = plan.ok();
  return absl::StrCat(diagnostics.Render(), diagnostics.Message(),
                      plan.status().ToString());
}

int Search(absl::Span<const yaml::KeySpec> table) {
  int searched = 0;
  for (const yaml::KeySpec& key : table) {
    const bool is_public = key.shown.kind() == yaml::Shown::kPublic;
    for (const Mistake& mistake : kMistakes) {
      if (is_public &&
          (mistake.is_value || absl::StrContains(mistake.text, "//") ||
           absl::StartsWith(mistake.text, "u:"))) {
        continue;
      }
      const std::string value =
          absl::StrReplaceAll(mistake.text, {{"%", kCanary}});
      for (const std::string& context : Contexts(table)) {
        const std::string text =
            absl::StrReplaceAll(context, {{"K", key.name}, {"V", value}});
        EXPECT_THAT(Messages(text), Not(HasSubstr(kCanary))) << text;
        ++searched;
      }
    }
  }
  return searched;
}

TEST(Canary, NoMistakeWithAnyKeyPrintsIt) {
  EXPECT_GT(Search(kSectionKeys), 1500);
  EXPECT_GT(Search(kTaskKeys), 5000);
  EXPECT_GT(Search(kRequestKeys), 4000);
  EXPECT_GT(Search(kAuthKeys), 400);
  EXPECT_GT(Search(kCertKeys), 400);
  EXPECT_GT(Search(kMetricKeys), 1000);
  EXPECT_GT(Search(kReadyKeys), 400);
  EXPECT_GT(Search(kConditionKeys), 400);
  EXPECT_GT(Search(kReportKeys), 200);
  EXPECT_GT(Search(kSourceKeys), 400);
  EXPECT_GT(Search(kCaptureKeys), 800);
  EXPECT_GT(Search(kSeriesKeys), 500);
}

TEST(Canary, NoMistakeInPlaceOfAMappingPrintsIt) {
  for (const char* context :
       {"V", "exec: V", "exec:\n  V", "exec:\n  pre: V", "exec:\n  pre:\n  - V",
        "exec:\n  pre:\n  - request:\n      V",
        "exec:\n  pre:\n  - exec: x\n    env:\n      V",
        "exec:\n  pre:\n  - exec: x\n    env:\n      TOKEN V",
        "exec:\n  pre:\n  - exec: x\n    env:\n      TOKEN: V",
        "exec:\n  pre:\n  - request:\n      url: http://h\n      headers:\n"
        "        V",
        "exec:\n  pre:\n  - request:\n      url: http://h\n      headers:\n"
        "        X-Token: V",
        "exec:\n  pre:\n  - request:\n      url: http://h\n      params:\n"
        "        token: V",
        "exec:\n  pre:\n  - {exec: x, env: {PGPASS: V}, retry_delay: 1}",
        "exec:\n  secrets:\n    token: V", "exec:\n  secrets: {V: {file: x}}",
        "exec:\n  values:\n    - V", "exec:\n  pre:\n  - exec: [x, V\n"}) {
    for (const Mistake& mistake : kMistakes) {
      const std::string text = absl::StrReplaceAll(
          context,
          {{"V", absl::StrReplaceAll(mistake.text, {{"%", kCanary}})}});
      EXPECT_THAT(Messages(text), Not(HasSubstr(kCanary))) << text;
    }
  }
}

TEST(Canary, LinesThatUseAFaultyOneDoNotPrintIt) {
  const std::string text = absl::StrReplaceAll(
      "x-a: &a {exec: x, timeout: no}\nx-b: &b {x: 1, x: 2}\nexec:\n  pre:\n"
      "  - {shell_exec: 'TOKEN=% x', <<: *a}\n"
      "  - {exec: [x, --token, %], env: *b}\n",
      {{"%", kCanary}});
  const std::string messages = Messages(text);
  EXPECT_THAT(messages, HasSubstr("c.yaml:5:43: note: used here\n"));
  EXPECT_THAT(messages, HasSubstr("(used at 6:41)"));
  EXPECT_THAT(messages, Not(HasSubstr(kCanary)));
}

TEST(Canary, WarningsOfAValidFileDoNotPrintIt) {
  bool loaded = false;
  const std::string text = absl::StrCat(
      "exec: {pre: [{exec: [x, --key, ", kCanary, "], env: {PGPASS: ", kCanary,
      "}, stdin: ", kCanary, ", retry_delay: 1}]} # ", kCanary);
  const std::string messages = Messages(text, &loaded);
  EXPECT_TRUE(loaded) << messages;
  EXPECT_THAT(messages, HasSubstr("retry_delay: 1"));
  EXPECT_THAT(messages, Not(HasSubstr(kCanary)));
}

// The plan shows commands; what is known to be a secret in them is masked.
TEST(Canary, PlansDoNotPrintIt) {
  for (const char* task :
       {"{exec: [tool, --token, '%', -v]}",
        "{exec: [tool, --token=%]}",
        "{exec: [tool, --header, 'Authorization: Bearer %']}",
        "{exec: [curl, -u, 'me:%', http://h]}",
        "{exec: [curl, 'http://me:%@h/']}",
        "{exec: [curl, 'http://h/?api_key=%']}",
        "{shell_exec: 'tool --token % --other'}",
        "{shell_exec: 'TOKEN=% tool'}",
        "{shell_exec: \"curl -H 'Authorization: Bearer %' http://h/\"}",
        "{shell_exec: \"first\\nDB_PASSWORD='%' tool\"}",
        "{shell_exec: [tool, --password, '%']}",
        "{exec: x, env: {TOKEN: '%', PGPASS: '%', MYSQL_PWD: '%'}}",
        "{exec: x, stdin: '%'}",
        "{exec: x, async: yes, ready: {http: 'http://me:%@h/?token=%'}}",
        "{request: {url: 'http://me:%@h/?token=%'}}",
        "{request: {url: 'http://h/', params: {token: '%'}}}",
        "{request: {url: 'http://h/', headers: {Authorization: 'Bearer %'}}}",
        "{request: {url: 'http://h/', headers: {Cookie: 'a=%'}}}",
        "{request: {url: 'http://h/', auth: {username: me, password: '%'}}}",
        "{request: {url: 'http://h/', method: PUT, json: {password: '%'}}}",
        "{request: {url: 'http://h/', method: PUT, data: 'password=%'}}"}) {
    const std::string text = absl::StrCat(
        "exec: {pre: [", absl::StrReplaceAll(task, {{"%", kCanary}}), "]}");
    yaml::Diagnostics diagnostics;
    const absl::StatusOr<plan::Plan> plan =
        LoadPlan(text, "c.yaml", &diagnostics);
    ASSERT_TRUE(plan.ok()) << plan.status() << text;
    EXPECT_THAT(Summarize(*plan), Not(HasSubstr(kCanary))) << text;
    EXPECT_THAT(Describe(*plan), Not(HasSubstr(kCanary))) << text;
    EXPECT_THAT(diagnostics.Render(), Not(HasSubstr(kCanary))) << text;
  }
}

}  // namespace
}  // namespace servo::config
