// References in a configuration: which may stand where.
#include "plan/reference.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "config/loader.h"
#include "config/plan_summary.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/plan.h"
#include "yaml/diagnostics.h"

namespace servo::config {
namespace {

using ::testing::HasSubstr;

// The only problem of `text`, without its place; empty if there is none.
std::string Problem(absl::string_view text) {
  yaml::Diagnostics diagnostics;
  const auto plan = LoadPlan(text, "c.yaml", &diagnostics);
  if (diagnostics.problems().size() > 1) return diagnostics.Render();
  if (diagnostics.empty()) return "";
  return diagnostics.problems()[0]->message;
}

std::string InTask(absl::string_view keys) {
  return absl::StrCat(
      "exec: {pre: [{name: submit, request: {url: 'http://h/'}, capture: {job: "
      "{}}}], start: [{",
      keys, "}], stop: [{name: late, exec: x, capture: {later: {}}}]}");
}

plan::Plan Load(absl::string_view text) {
  yaml::Diagnostics diagnostics;
  auto plan = LoadPlan(text, "c.yaml", &diagnostics);
  EXPECT_TRUE(plan.ok()) << diagnostics.Render();
  return plan.ok() ? *plan : plan::Plan();
}

TEST(References, AreReadWhereTheyMayStand) {
  for (const char* keys :
       {"request: {url: 'http://h/${{ job }}?a=${{run.id}}'}",
        "request: {url: '${{ job }}/status', params: {a: '${{ job }}'}}",
        "request: {url: 'http://h/', params: [{a: ['${{ job }}']}]}",
        "request: {url: 'http://h/', headers: {X-Job: 'is ${{ job }}'}}",
        "request: {url: 'http://h/', json: {a: ['${{ job }}']}}",
        "request: {url: 'http://h/', method: PUT, data: {a: '${{ job }}'}}",
        "request: {url: 'http://h/', data: '${{ job }}', content-type: text/a}",
        "request: {url: 'http://h/', auth: {username: '${{ job }}', password: "
        "'${{ job }}'}}",
        "request: {url: '${{ job }}&x=1', params: {a: b}}",
        "request: {url: '${{ job }}?x=1#a'}",
        "exec: [x, '${{ run.id }}', '--for=${{ run.duration_s }}'], env: {J: "
        "'${{ job }}'}, stdin: '${{ job }}'",
        "exec: x, metrics: {m: {from: 'file:/tmp/${{ run.id }}'}}",
        "exec: x, expect: [{equals: '${{ job }}'}, {contains: '${{ job }}'}, "
        "{at_least: '${{ job }}'}, {matches: '^${{ job }}$'}]",
        "request: {url: 'http://h/', save_to: '/tmp/${{ run.id }}'}"}) {
    EXPECT_EQ(Problem(InTask(keys)), "") << keys;
  }
}

TEST(References, PlacesWithoutThemSayWhatToDo) {
  const struct {
    const char* keys;
    const char* problem;
  } kCases[] = {
      {"shell_exec: 'x ${{ job }}'", "cannot stand in a shell command"},
      {"shell_exec: 'x ${{ run.id }}'", "use \"$NAME\""},
      {"shell_exec: [x, '${{ job }}']", "cannot stand in a shell command"},
      {"exec: ['${{ run.id }}']",
       "cannot name what is executed; give it by env"},
      {"exec: 'x/${{ run.id }}'", "cannot name what is executed"},
      {"exec: x, cwd: '/${{ run.id }}'", "shell_exec: 'cd \"$NAME\" && ...'"},
      {"exec: x, timeout: '${{ run.id }}'", "a program is given it by env"},
      {"exec: x, metrics: {m: {regex: '${{ run.id }}'}}",
       "a program is given it by env, as env: {NAME: \"${{ ... }}\"}"},
      {"request: {url: 'http://h/', method: '${{ job }}'}",
       "in a request it stands in url, params, headers"},
      {"request: {url: 'http://h/'}, timeout: '${{ job }}'",
       "in a request it stands in url, params, headers"},
      {"exec: [x, '${{ job }}']", "only run.id and the numbers of run"},
      {"exec: [x, '${{ run.app_id }}']", "only run.id and the numbers of run"},
      {"request: {url: 'http://h/', save_to: '${{ job }}'}",
       "only run.id and the numbers of run"},
      {"request: {url: 'http://h/', data_file: '${{ run.id }}'}",
       "cannot stand here"},
      {"exec: x, expect: [{matches: '[${{ job }}]'}]",
       "stands where a group can"},
      {"exec: x, expect: [{matches: '(${{ job }}'}]", "missing ): (${{ job }}"},
      {"exec: x, capture: {c: {matches: '${{ job }}'}}", "cannot stand here"},
      {"exec: x, cwd: '${{ run.id }}'", "cannot stand here"},
      {"exec: x, name: '${{ run.id }}'", "cannot stand here"},
      {"exec: x, env: {LD_PRELOAD: '${{ job }}'}", "chooses what is executed"},
      {"exec: x, env: {PATH: '${{ job }}'}", "chooses what is executed"},
      {"exec: x, env: {'${{ job }}': x}", "cannot stand in a key"},
      {"exec: x, metrics: {m: {regex: '${{ run.id }}'}}", "cannot stand here"},
      {"request: {url: 'http://h/', data: '${{ job }}'}",
       "use json instead of data"},
      {"request: {url: 'http://h/', json: {'${{ job }}': 1}}",
       "cannot stand in a key"},
      {"request: {url: 'http://h/#${{ job }}'}", "behind the \"#\""},
      {"request: {url: 'http://${{ job }}/'}", "behind the host"},
      {"request: {url: 'http://h:${{ run.id }}/'}", "behind the host"},
      {"request: {url: 'http://${{ job }}@h/'}", "behind the host"},
      {"request: {url: '${{ run.id }}://h/'}", "behind the host"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(Problem(InTask(c.keys)), HasSubstr(c.problem)) << c.keys;
  }
  EXPECT_THAT(Problem("exec: {description: '${{ run.id }}', pre: [{exec: x}]}"),
              HasSubstr("cannot stand here; it stands in tasks"));
}

// Keys for anchors are nobody's: the use of the alias is what is checked.
TEST(References, AreFreeBelowFreeKeys) {
  constexpr char kText[] =
      "exec: {x-hdr: &h {X-A: 'id ${{ run.id }} ${{ nobody }}'}, pre: [{x-a: "
      "'${{ run.id }}', request: {url: 'http://h/', x-b: ['${{ run.id "
      "}}']KEY}, "
      "expect: [{x-c: '${{ run.id }}', from: status, equals: 200}]}]}";
  EXPECT_EQ(Problem(absl::StrReplaceAll(kText, {{"KEY", ""}})), "");
  EXPECT_EQ(Problem(absl::StrReplaceAll(kText, {{"KEY", ", headers: *h"}})),
            "no task captures \"nobody\"");
  EXPECT_THAT(Problem(absl::StrReplaceAll(kText, {{"KEY", ", cert: *h"}})),
              HasSubstr("unknown key"));
  EXPECT_THAT(Problem("exec: {x-a: &a {A: '${{ run.id }}'}, pre: [{exec: x, "
                      "env: *a}]}"),
              "");
  // The names of headers and variables are all used.
  EXPECT_THAT(Problem("exec: {pre: [{request: {url: 'http://h/', headers: "
                      "{x-a: '${{ nobody }}'}}}]}"),
              HasSubstr("no task captures"));
}

TEST(References, ValuesMakeHostAndPort) {
  const auto problem = [](absl::string_view value, absl::string_view url) {
    return Problem(absl::StrCat("exec: {values: {base: '", value,
                                "'}, pre: [{request: {url: '", url, "'}}]}"));
  };
  EXPECT_EQ(problem("h:80", "http://${{ values.base }}/path"), "");
  EXPECT_EQ(problem("8080", "http://h:${{ values.base }}/path"), "");
  EXPECT_EQ(problem("a/b", "http://h/${{ values.base }}/path"), "");
  EXPECT_EQ(problem("h:80/evil?", "http://${{ values.base }}/path"),
            "values.base stands for the host: expected HOST or HOST:PORT, "
            "found \"/\" in it");
  EXPECT_THAT(problem("user@", "http://${{ values.base }}h/path"),
              HasSubstr("found \"@\" in it"));
  EXPECT_THAT(problem("http://h", "${{ values.base }}/path"),
              HasSubstr("write http://${{ values.base }}"));
}

TEST(References, NamesMustBeKnown) {
  const struct {
    const char* name;
    const char* problem;
  } kCases[] = {
      {"jobs", "no task captures \"jobs\"; did you mean job?"},
      {"later", "no earlier task captures \"later\""},
      {"run.idd", "no such name: run.idd; did you mean run.id?"},
      {"run.window_start", "known once the window has begun"},
      {"run.result", "known in post alone"},
      {"id", "no task captures \"id\"; did you mean run.id?"},
      {"value.a", "did you mean values.X?"},
      {"secret.a", "did you mean secrets.X?"},
      {"secrets.token", "the section has no secrets.token"},
      {"values.region", "the section has no values.region"},
      {"", "expected a name in \"${{ }}\""},
      {"a b", "expected a name in \"${{ }}\""},
      {"a || b", "expected a name in \"${{ }}\""},
      {"run.id.x", "expected a name in \"${{ }}\""},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(
        Problem(InTask(absl::StrCat("exec: x, stdin: '${{ ", c.name, " }}'"))),
        HasSubstr(c.problem))
        << c.name;
  }
  EXPECT_THAT(Problem(InTask("exec: x, stdin: '${{ job'")),
              HasSubstr("expected a name in \"${{ }}\""));
}

TEST(References, ANameWithoutItsSpaceIsTold) {
  EXPECT_THAT(Problem("exec: {secrets: {token: {env: T}}, values: {region: a}, "
                      "pre: [{exec: x, env: {A: '${{ token }}', B: "
                      "'${{ region }}'}}]}"),
              AllOf(HasSubstr("did you mean secrets.token?"),
                    HasSubstr("did you mean values.region?")));
}

TEST(References, OfTheWindowAreKnownFromItsBeginOn) {
  EXPECT_EQ(Problem("exec: {start: [{exec: x, async: yes, begin: window, env: "
                    "{A: '${{ run.window_start }}'}}], stop: [{exec: [x, '${{ "
                    "run.window_end_ms }}']}]}"),
            "");
}

TEST(References, AProcessCannotCaptureTheBeginningOfAUrl) {
  EXPECT_THAT(
      Problem("exec: {pre: [{exec: x, capture: {u: {}}}, {request: {url: '${{ "
              "u }}'}}]}"),
      HasSubstr("captured from a process"));
}

TEST(References, UnquotedInAFlowCollectionAreToldToBeQuoted) {
  EXPECT_THAT(Problem("exec:\n  pre:\n    - exec: [x, ${{ run.id }}]\n"),
              HasSubstr("put the text in quotes"));
  EXPECT_THAT(Problem("exec:\n  pre: [{exec: x, env: {A: ${{ run.id }}}}]\n"),
              HasSubstr("put the text in quotes"));
}

TEST(References, TwoDollarsAreALiteral) {
  const plan::Plan plan =
      Load("exec: {pre: [{shell_exec: 'echo $${{ x }} $$${{ y }}'}]}");
  EXPECT_EQ(
      std::get<plan::ProcessAction>(plan.tasks(plan::Stage::kPre)[0].action)
          .command.argv[2],
      "echo ${{ x }} $${{ y }}");
  EXPECT_TRUE(plan.references.empty());
}

TEST(References, AreNoneOfAnotherSection) {
  EXPECT_EQ(Problem("other: {a: '${{ no name }}'}\nexec: {pre: [{exec: x}]}"),
            "");
}

TEST(References, AreShownAsWritten) {
  const plan::Plan plan = Load(
      "exec: {pre: [{exec: [x, 'a${{run.id}}']}, {request: {url: "
      "'http://h/${{ run.id }}', params: {q: '${{run.task}}'}}, expect: "
      "[{matches: '^${{run.id}}$'}]}]}");
  const std::string text = Describe(plan);
  EXPECT_THAT(text, HasSubstr("a${{ run.id }}"));
  EXPECT_THAT(text, HasSubstr("matches \"^${{ run.id }}$\""));
  EXPECT_THAT(text,
              HasSubstr("GET http://h/${{ run.id }}?q=${{ run.task }}\n"));
}

// A placeholder is a word that the file does not have.
TEST(References, TextThatLooksLikeAPlaceholderStays) {
  const plan::Plan plan = Load(
      "exec: {pre: [{exec: [x, SERVOREF0X0z, servoref1x0z, '${{ run.id "
      "}}']}]}");
  EXPECT_THAT(Describe(plan),
              HasSubstr("SERVOREF0X0z servoref1x0z ${{ run.id }}"));
}

}  // namespace
}  // namespace servo::config
