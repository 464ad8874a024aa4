// Nothing that a run leaves shows a secret: language.md section 4, "Secrets". A
// canary stands in every place where one can be, and everything that the driver
// writes is searched for it and for pieces of it.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "cmd/e2e/canary.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/runfiles.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/testing/loopback_server.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SecretsTest : public ScenarioTest {
 protected:
  SecretsTest() { WriteToken(kCanary); }

  void WriteToken(absl::string_view token) {
    std::ofstream(dir() + "/token") << token << "\n";
  }

  // `yaml` with the canary for each "%", and the section `secrets`.
  void ConfigureSecret(absl::string_view yaml) {
    Configure(absl::StrCat(
        "exec:\n  secrets: {token: {file: ", dir(), "/token}}\n",
        absl::StrReplaceAll(yaml, {{"%", kCanary}, {"\"DIR\"", dir()}})));
  }

  // Runs with all details and a report, and looks at everything that was said.
  DriverProcess& RunAndSearch(double duration = 0) {
    DriverCommand command = MeasureCommand(duration);
    command.argv.insert(command.argv.begin() + 1,
                        {"--verbose", absl::StrCat("--report=", reports())});
    DriverProcess& driver = Start(std::move(command));
    AwaitEnd(driver);
    ExpectClean(driver);
    ExpectCleanReports();
    return driver;
  }

  std::string reports() const { return dir() + "/reports"; }

  // Each has something, without a secret.
  void ExpectCleanReports() const {
    int searched = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(reports())) {
      if (entry.is_directory()) continue;
      std::ifstream file(entry.path());
      const std::string text(std::istreambuf_iterator<char>(file), {});
      EXPECT_FALSE(text.empty()) << entry.path();
      EXPECT_THAT(Shown(text), IsEmpty()) << text;
      ++searched;
    }
    EXPECT_GT(searched, 0);
  }

  static std::string AllOf(const DriverProcess& driver) {
    std::string all = absl::StrCat(driver.answer().dump(), driver.errors());
    for (const auto& line : driver.progress()) all += line.dump();
    return all;
  }

  static void ExpectClean(const DriverProcess& driver) {
    EXPECT_THAT(Shown(AllOf(driver)), IsEmpty()) << AllOf(driver);
  }
};

TEST_F(SecretsTest, AreMaskedInOutputsThatANotificationShows) {
  ConfigureSecret(R"(
  pre:
    - {exec: [cat, token], cwd: "DIR", notify: true}
    - {shell_exec: 'cat "$DIR/token" "$DIR/token" >&2', notify: true}
    - {shell_exec: 'set -x; T=$(cat "$DIR/token"); : "$T"', notify: true}
    - {shell_exec: 'base64 < $DIR/token', notify: true}
    - {shell_exec: 'printf "me:" | cat - $DIR/token | base64', notify: true}
    - {shell_exec: 'printf "you:" | cat - $DIR/token | base64', notify: true}
    - {name: '%', shell_exec: 'echo {\"a\": \"$(cat $DIR/token)\"}', notify: true}
  start:
    - {name: b, async: true, ready: {output: 'y$'}, shell_exec: 'cat $DIR/token; sleep 100', notify: true}
)");
  DriverProcess& driver = RunAndSearch();
  EXPECT_EQ(driver.answer()["status"], "ok");
  EXPECT_TRUE(driver.Said("Task pre[1] completed. stdout: , stderr: ***\n***"));
  EXPECT_TRUE(driver.Said("+ T=***"));
  EXPECT_TRUE(driver.Said("{\"a\": \"***\"}"));
  EXPECT_TRUE(driver.Said("Async task 'b' status: stdout ***"));
}

// Where nobody has declared a secret, the parameter's name tells that it is
// one.
TEST_F(SecretsTest, OfAUrlAreNotToldWithAFailingStatus) {
  http::LoopbackServer server(&loop_);
  const std::string path = absl::StrCat("/x?token=", kCanary, "&a=b");
  server.AnswerAlways(path, http::Reply::Of(500));
  server.AnswerAlways("/redirect", http::Reply::Redirect(302, path));
  const std::string url = server.Url(path);
  Configure(absl::StrCat(R"(
exec:
  pre:
    - {request: {url: ')",
                         url, R"('}, ignore_exitcode: true}
    - {exec: cat, async: true, ready: {http: ')",
                         url,
                         R"(', within: 0.1}, ignore_exitcode: true}
  start:
    - {request: {url: ')",
                         server.Url("/redirect"), R"('}}
)"));
  const nlohmann::json answer = RunAndSearch().answer();
  EXPECT_TRUE(FailedWith(answer, {"/x?token=***&a=b", "500"})) << answer;
}

TEST_F(SecretsTest, AreMaskedInFailures) {
  for (const char* task : {
           "{shell_exec: 'cat $DIR/token; exit 3'}",
           "{shell_exec: 'cat $DIR/token >&2; exit 3'}",
           "{name: '%', shell_exec: 'set -x; : %; exit 3'}",
           "{exec: [sh, -c, 'echo % >&2; kill -9 $$']}",
           "{exec: /nowhere/%}",
           "{exec: x, cwd: /nowhere/%}",
           "{shell_exec: 'cat $DIR/token; read x < $GATE', timeout: 0.1}",
           "{exec: echo, metrics: {m: {regex: '%'}}}",
           "{exec: echo, metrics: {'%': {regex: 'x'}}}",
           "{shell_exec: 'cat $DIR/token', metrics: {m: {}}}",
           "{shell_exec: 'cat $DIR/token', metrics: {m: {jsonpath: $.a}}}",
           "{shell_exec: 'echo \"{\\\"a\\\": \\\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
           "xxxxxxxxxxxxxxxxxxxxxx%\\\"}\"', metrics: {m: {jsonpath: $.a}}}",
           "{exec: echo, metrics: {m: {from: 'file:%'}}}",
           "{request: {url: 'http://127.0.0.1:1/%?a=%#%', headers: {A: '%'}}}",
           "{request: {url: 'http://%:%@127.0.0.1:1/'}}",
           "{request: {url: 'http://127.0.0.1:1/', unix_socket: /%}}",
           "{request: {url: 'http://127.0.0.1:1/', data_file: /nowhere/%}}",
           "{request: {url: 'http://127.0.0.1:1/', save_to: /nowhere/%}}",
           "{request: {url: 'https://127.0.0.1:1/', verify: /nowhere/%}}",
           "{async: true, exec: [sh, -c, 'echo %'], ready: {file: /nowhere/%}}",
           "{async: true, exec: cat, ready: {file: /nowhere/%, within: 0.1}}",
       }) {
    SCOPED_TRACE(task);
    ConfigureSecret(absl::StrCat("  pre:\n    - ", task, "\n"));
    EXPECT_EQ(RunAndSearch().answer()["status"], "failed");
    ConfigureSecret(absl::StrCat("  pre:\n    - <<: ", task,
                                 "\n      ignore_exitcode: true\n"
                                 "      notify: true\n"));
    EXPECT_EQ(RunAndSearch().answer()["status"], "ok");
  }
}

TEST_F(SecretsTest, AreMaskedInWhatAServerEchoes) {
  http::LoopbackServer server(&loop_);
  const std::string echo = absl::StrCat(
      "Authorization: Bearer ", kCanary, "\r\nAuthorization: Basic ",
      absl::Base64Escape(absl::StrCat("me:", kCanary)), "\r\n{\"t\":\"",
      kCanary, "\"}");
  const std::vector<std::string> replies = {
      absl::StrCat("HTTP/1.1 500 ", kCanary,
                   "\r\nContent-Length: ", echo.size(), "\r\n\r\n", echo),
      absl::StrCat("HTTP/1.1 500 No\r\nContent-Length: 2000\r\n\r\n",
                   std::string(1018, 'x'), kCanary, std::string(969, 'y')),
      absl::StrCat("NOHTTP ", std::string(85, 'x'), kCanary, "\r\n\r\n"),
      absl::StrCat("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/",
                   kCanary, "\r\nContent-Length: 0\r\n\r\n"),
      absl::StrCat("HTTP/1.1 302 Found\r\nLocation: ftp://", kCanary,
                   "/\r\nContent-Length: 0\r\n\r\n"),
      absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", kCanary, "\r\n\r\n"),
  };
  for (const std::string& reply : replies) {
    SCOPED_TRACE(reply);
    server.Answer(http::Reply().Send(reply).Close());
    ConfigureSecret(absl::StrCat(R"(
  pre:
    - notify: true
      request:
        url: ')",
                                 server.Url("/%?x=%"), R"('
        headers: {X-Token: '%'}
        auth: {username: me, password: '%'}
)"));
    EXPECT_EQ(RunAndSearch().answer()["status"], "failed");
  }
  EXPECT_EQ(server.requests().size(), replies.size());
  // The task itself has sent it.
  EXPECT_THAT(server.requests()[0].head, HasSubstr(kCanary));
}

TEST_F(SecretsTest, AreMaskedInAnswersButNotInNames) {
  ConfigureSecret(R"(
  stop:
    - shell_exec: 'echo {\"r\": [{\"id\": \"$(cat $DIR/token)\", \"p\": [[1, 2]]}]}; echo 4711'
      metrics:
        broken: {regex: '^4711$', at_most: 1, unit: '%'}
        kept: {regex: '^4711$'}
)");
  DriverProcess& driver = RunAndSearch();
  EXPECT_EQ(driver.answer()["reason"], "slo-violation");
  EXPECT_EQ(driver.answer()["metrics"]["broken"]["unit"], "***");
  EXPECT_EQ(driver.answer()["metrics"]["kept"]["value"], 4711);

  WriteToken("4711");  // only texts are masked
  EXPECT_EQ(RunMeasure().answer()["metrics"]["kept"]["value"], 4711);
}

// Names of metrics are keys there; in the table of --run they are texts.
TEST_F(SecretsTest, AreMaskedInTheMetricsFileAndTheTable) {
  ConfigureSecret(R"(
  stop:
    - shell_exec: 'echo "{\"r\": [{\"id\": \"$(cat $DIR/token)\", \"p\": [[1, 4711]]}]}"'
      metrics:
        ids: {series: {items: '$.r[*]', id: $.id, points: $.p}, unit: '%'}
        '%': {jsonpath: '$.r[0].p[0][1]', at_most: 1}
)");
  DriverProcess& driver = Start(
      {.argv = {
           "/bin/sh", "-c",
           "\"$0\" --config \"$1/config.yaml\" --run=0 "
           "--metrics=\"$1/metrics.json\" > \"$1/shown\" 2>&1; "
           "echo '{\"status\": \"ok\", \"metrics\": {}, \"annotations\": {}}'",
           RunfilePath("cmd/measure"), dir()}});
  AwaitEnd(driver);
  std::ifstream table(dir() + "/shown");
  const std::string shown(std::istreambuf_iterator<char>(table), {});
  EXPECT_THAT(shown, HasSubstr("4711"));
  EXPECT_THAT(shown, HasSubstr("***"));
  EXPECT_THAT(Shown(shown), IsEmpty()) << shown;

  std::ifstream file(dir() + "/metrics.json");
  const auto metrics = nlohmann::json::parse(file)["metrics"];
  EXPECT_EQ(metrics["ids"]["unit"], "***");
  EXPECT_EQ(metrics["ids"]["values"][0]["id"], "***");
  EXPECT_EQ(metrics[std::string(kCanary)]["value"], 4711);
}

TEST_F(SecretsTest, AreMaskedAcrossTwoReads) {
  ConfigureSecret(R"(
  pre:
    - notify: true
      shell_exec: |
        printf 'a hunter2'; echo half > $EVENTS; read go < $GATE; echo 'Canary b'
)");
  DriverProcess& driver = Start(MeasureCommand());
  AwaitEvent("half");
  OpenGate();
  AwaitEnd(driver);
  ExpectClean(driver);
  EXPECT_TRUE(driver.Said("stdout: a *** b"));
}

// Every place where a cut can split it: of what is kept, and of what a failure
// shows.
TEST_F(SecretsTest, AreMaskedAcrossCuts) {
  std::string tasks;
  for (size_t before = 0; before <= kCanary.size() + 1; ++before) {
    absl::StrAppend(
        &tasks, "    - {notify: true, max_output: 20, shell_exec: 'head -c ",
        20 - before,
        " /dev/zero | tr \"\\0\" _; printf \"%$(head -c 100 "
        "/dev/zero | tr \"\\0\" _)%\"; head -c ",
        20 - before, " /dev/zero | tr \"\\0\" _'}\n");
    for (const size_t shown : {60, 200}) {
      absl::StrAppend(
          &tasks, "    - {ignore_exitcode: true, shell_exec: 'head -c ",
          shown - before, " /dev/zero | tr \"\\0\" _; printf %', metrics: {m",
          shown, "_", before, ": {}}, expect: [{equals: 1}]}\n");
    }
    absl::StrAppend(&tasks,
                    "    - {ignore_exitcode: true, shell_exec: 'printf % >&2; "
                    "head -c ",
                    1024 - before, " /dev/zero | tr \"\\0\" _ >&2; exit 1'}\n");
  }
  ConfigureSecret(absl::StrCat("  pre:\n", tasks));
  DriverProcess& driver = RunAndSearch();
  EXPECT_EQ(driver.answer()["status"], "ok");
  // Not even a single byte.
  for (const auto& line : driver.progress()) {
    const std::string message = line["message"];
    for (size_t i = 1; i < kCanary.size(); ++i) {
      EXPECT_FALSE(absl::StrContains(
          message, absl::StrCat("_", kCanary.substr(0, i), "\n[")))
          << message;
      EXPECT_FALSE(absl::StrContains(
          message, absl::StrCat("]\n", kCanary.substr(i), "_")))
          << message;
    }
    EXPECT_FALSE(absl::StrContains(message, "_h")) << message;
  }
}

// What gets the secret by a reference sends it, and nobody else sees it.
TEST_F(SecretsTest, AreSentByReferences) {
  http::LoopbackServer server(&loop_);
  const std::string body = "{\"session\": \"swordfish/42\"}";
  server.Answer(http::Reply::Of(200, body));
  server.Answer(http::Reply::Of(
      500, absl::StrCat("no ", kCanary, ", swordfish/42, swordfish%2F42")));
  ConfigureSecret(absl::StrReplaceAll(R"yaml(
  values: {host: '127.0.0.1:PORT', kind: {file: "DIR"/kind}}
  pre:
    - notify: true
      request:
        url: 'http://${{ values.host }}/${{ values.kind }}?t=${{ secrets.token }}'
        headers: {X-Token: 'Bearer ${{ secrets.token }}'}
      capture: {session: {jsonpath: $.session, secret: true}}
    - shell_exec: |
        { tr '\0\n' '__' < /proc/$$/cmdline; echo; } > $EVENTS
        [ "$TOKEN" = "$(cat "$DIR/token")" ] && echo equal > $EVENTS
        echo "$TOKEN $SESSION"
      env: {TOKEN: '${{ secrets.token }}', SESSION: '${{ session }}'}
      notify: true
    - request:
        url: 'http://127.0.0.1:PORT/${{ session }}'
        auth: {username: me, password: '${{ secrets.token }}'}
  post:
    - shell_exec: 'echo "failure $SERVO_EXEC_FAILURE" > $EVENTS'
)yaml",
                                      {{"PORT", absl::StrCat(server.port())}}));
  std::ofstream(dir() + "/kind") << "a b\n";
  DriverProcess& driver = RunAndSearch();
  EXPECT_TRUE(FailedWith(driver.answer(), {"no ***, ***, ***"}));
  EXPECT_FALSE(absl::StrContains(AllOf(driver), "swordfish"));
  EXPECT_TRUE(driver.Said("{\"session\": \"***\"}"));
  EXPECT_TRUE(driver.Said("stdout: *** ***"));

  ASSERT_EQ(server.requests().size(), 2u);
  EXPECT_EQ(server.requests()[0].target, "/a%20b?t=hunter2Canary");
  EXPECT_THAT(server.requests()[0].head, HasSubstr("Bearer hunter2Canary"));
  EXPECT_EQ(server.requests()[1].target, "/swordfish%2F42");
  EXPECT_THAT(server.requests()[1].head,
              HasSubstr(absl::Base64Escape("me:hunter2Canary")));
  ASSERT_EQ(events().size(), 3u);
  EXPECT_EQ(events()[1], "equal");
  for (const std::string& event : {events()[0], events()[2]}) {
    EXPECT_THAT(Shown(event), IsEmpty()) << event;
    EXPECT_FALSE(absl::StrContains(event, "swordfish")) << event;
  }
}

TEST_F(SecretsTest, ThatAreCapturedAreMaskedThoughTheyDoNotMatch) {
  ConfigureSecret(R"(
  pre:
    - shell_exec: 'echo id=swordfish; echo pin=123'
      notify: true
      ignore_exitcode: true
      capture:
        id: {regex: 'id=(.*)', secret: true, matches: '[0-9]+'}
        pin: {regex: 'pin=(.*)', secret: true}
)");
  DriverProcess& driver = RunAndSearch();
  EXPECT_FALSE(absl::StrContains(AllOf(driver), "swordfish"));
  EXPECT_TRUE(driver.Said("stdout: id=***\npin=123"));
  EXPECT_TRUE(
      driver.Said("the captured secret \"pin\" has fewer than 4 "
                  "characters and is not masked"));
}

TEST_F(SecretsTest, ThatAreTooShortAreToldOnce) {
  ConfigureSecret(R"(
  pre:
    - exec: [echo, "123"]
      ignore_exitcode: true
      retries: 2
      capture: {pin: {secret: true}}
      expect: [{equals: none}]
)");
  DriverProcess& driver = RunAndSearch();
  const std::vector<absl::string_view> pieces =
      absl::StrSplit(driver.errors(), "has fewer than 4 characters");
  EXPECT_THAT(pieces, SizeIs(2)) << driver.errors();
}

// As it was printed, it has blanks and line breaks; later, one of its texts.
TEST_F(SecretsTest, ThatAreObjectsAreMaskedInAllTheirParts) {
  ConfigureSecret(R"(
  pre:
    - exec: [printf, '{"login": {\n "user": "swordfish",\n "pin": 271828}}']
      notify: true
      capture: {login: {jsonpath: $.login, secret: true}}
    - exec: [echo, swordfish 271828]
      notify: true
)");
  DriverProcess& driver = RunAndSearch();
  EXPECT_TRUE(driver.Said(R"("user": "***")")) << AllOf(driver);
  EXPECT_FALSE(absl::StrContains(driver.errors(), "swordfish"));
  EXPECT_TRUE(driver.Said("stdout: *** ***\n")) << AllOf(driver);
}

TEST_F(SecretsTest, ThatAreObjectsMayHavePartsThatAreTooShort) {
  ConfigureSecret(R"(
  pre:
    - exec: [printf, '{"user": "swordfish", "pin": 42, "door": "7b", "no": ""}']
      notify: true
      capture: {login: {jsonpath: $, secret: true}}
)");
  DriverProcess& driver = RunAndSearch();
  EXPECT_FALSE(absl::StrContains(AllOf(driver), "swordfish"));
  const std::vector<absl::string_view> pieces = absl::StrSplit(
      driver.errors(),
      "the captured secret \"login\" has texts or numbers in it that have "
      "fewer than 4 characters and are not masked");
  EXPECT_THAT(pieces, SizeIs(2)) << driver.errors();
}

// The canary is a secret that its capture does not find: in what was cut, by a
// wrong path, in what fails for another reason.
TEST_F(SecretsTest, ThatAreNotFoundLetNothingBeShown) {
  http::LoopbackServer server(&loop_);
  server.AnswerAlways("/", http::Reply::Of(200, absl::StrCat("{\"token\": \"",
                                                             kCanary, "\"}")));
  for (const absl::string_view task :
       {"shell_exec: 'echo token=$V', capture: {t: {regex: 'tok=(.*)', secret: "
        "true}}, env: {V: %}",
        "shell_exec: 'echo token=$V; exit 1', capture: {t: {regex: 'tok=(.*)', "
        "secret: true}}, env: {V: %}",
        "shell_exec: 'echo token=$V >&2', capture: {t: {regex: 'tok=(.*)', "
        "absent: skip, secret: true}}, env: {V: %}",
        "shell_exec: 'yes $V | head -c 9999', max_output: 1K, capture: {t: "
        "{jsonpath: $.t, secret: true}}, env: {V: %}",
        "request: {url: URL}, capture: {t: {jsonpath: $.tok, secret: true}}",
        "request: {url: URL, success_codes: 500}, capture: {t: {jsonpath: "
        "$.tok, secret: true}}, metrics: {m: {}}, give_up_if: [{contains: "
        "token}]"}) {
    Configure(absl::StrReplaceAll(
        absl::StrCat("exec: {pre: [{name: login, notify: yes, ", task, "}]}"),
        {{"%", kCanary}, {"URL", server.Url("")}}));
    DriverProcess& driver = RunAndSearch();
    EXPECT_TRUE(
        driver.Said("withheld, since the secret \"t\" was not "
                    "found"))
        << task;
  }
}

// The same where there is no answer but what a redirect and the begin of an
// answer have said.
TEST_F(SecretsTest, ThatServersNameBeforeAFailureAreNotShown) {
  http::LoopbackServer server(&loop_);
  server.AnswerAlways(
      "/far", http::Reply::Redirect(
                  302, absl::StrCat("http://127.0.0.1:1/?t=", kCanary)));
  server.AnswerAlways(
      "/odd", http::Reply::Redirect(302, absl::StrCat("odd://", kCanary, "/")));
  server.AnswerAlways(
      "/cut", http::Reply()
                  .Send(absl::StrCat("HTTP/1.1 200 ", kCanary,
                                     "\r\nContent-Length: 9\r\n\r\nabc"))
                  .Close());
  for (const absl::string_view path : {"/far", "/odd", "/cut"}) {
    Configure(
        absl::StrCat("exec: {pre: [{name: login, notify: yes, request: "
                     "{url: '",
                     server.Url(path),
                     "'}, capture: {t: {jsonpath: $.t, secret: true}}}]}"));
    DriverProcess& driver = RunAndSearch();
    EXPECT_TRUE(
        driver.Said("the rest is withheld, since the secret \"t\" was "
                    "not found"))
        << path;
  }
}

// A letter as "\u0068", colours and bytes that are no UTF-8 within the word.
TEST_F(SecretsTest, ThatAreInDisguiseLetNothingBeShown) {
  for (const absl::string_view task :
       {R"(exec: [printf, '{"t": "swor\\u0064fish"}'],
           capture: {t: {jsonpath: $.t, secret: true}})",
        R"(exec: [printf, 't=\033[1mswor\033[0mdfish'],
           capture: {t: {regex: 't=(.*)', secret: true}})",
        R"(exec: [printf, 't=swordfish\377'],
           capture: {t: {regex: 't=(.*)', secret: true}})"}) {
    ConfigureSecret(absl::StrCat("  pre: [{notify: yes, ", task, "}]\n"));
    DriverProcess& driver = RunAndSearch();
    EXPECT_TRUE(
        driver.Said("withheld, since the secret \"t\" is written there "
                    "in a way that cannot be masked"))
        << task;
    EXPECT_FALSE(absl::StrContains(AllOf(driver), "swor")) << task;
  }
}

TEST_F(SecretsTest, ExtractShowsNone) {
  ConfigureSecret(R"(
  pre:
    - name: t
      shell_exec: x
      capture: {id: {regex: 'id=(.*)', secret: true}}
      metrics: {m: {regex: 'x(.*)'}, n: {regex: 'y(.*)'}}
)");
  std::ofstream(dir() + "/saved") << "id=swordfish\nxswordfish\ny" << kCanary;
  DriverProcess& driver = Start(
      {.argv = {
           "/bin/sh", "-c",
           "\"$0\" --config \"$1/config.yaml\" --extract t "
           "--output \"$1/saved\" > \"$1/shown\" 2>&1; "
           "echo '{\"status\": \"ok\", \"metrics\": {}, \"annotations\": {}}'",
           RunfilePath("cmd/measure"), dir()}});
  AwaitEnd(driver);
  std::ifstream file(dir() + "/shown");
  const std::string shown(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(shown, HasSubstr("capture \"id\" is ***\n"));
  EXPECT_THAT(shown, HasSubstr("metric \"m\" fails: "));
  EXPECT_FALSE(absl::StrContains(shown, "swordfish")) << shown;
  EXPECT_THAT(Shown(shown), IsEmpty()) << shown;
}

TEST_F(SecretsTest, ComeFromVariablesThatTasksDoNotInherit) {
  Configure(R"(
exec:
  secrets: {a: {env: A_TOKEN}, b: {credential: token}, pin: {env: PIN}}
  pre:
    - {shell_exec: 'echo "<${A_TOKEN-unset}>" > $EVENTS'}
    - {shell_exec: 'echo "<$A_TOKEN>" > $EVENTS', env: {A_TOKEN: own}}
    - {shell_exec: 'echo it is swordfish, hunter2Canary, 123', notify: true}
)");
  DriverCommand command = MeasureCommand();
  command.environment = {{"A_TOKEN", "swordfish"},
                         {"PIN", "123"},
                         {"CREDENTIALS_DIRECTORY", dir()}};
  DriverProcess& driver = Start(std::move(command));
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer()["status"], "ok") << driver.answer();
  EXPECT_THAT(events(), ElementsAre("<unset>", "<own>"));
  EXPECT_TRUE(driver.Said("it is ***, ***, 123"));
  EXPECT_TRUE(
      driver.Said("exec.secrets.pin: has fewer than 4 characters and "
                  "is not masked"));
}

TEST_F(SecretsTest, ThatCannotBeReadLetNothingRun) {
  Configure(R"(
exec:
  secrets: {a: {file: /nowhere/token}, b: {env: NO_SUCH_VARIABLE}}
  pre: [{shell_exec: echo pre > $EVENTS}]
  post: [{shell_exec: echo post > $EVENTS}]
)");
  DriverProcess& driver = RunMeasure();
  EXPECT_EQ(driver.exit_code(), 1);
  EXPECT_EQ(driver.answer()["reason"], "invalid-config");
  EXPECT_TRUE(FailedWith(
      driver.answer(),
      {"config.yaml:3:16: exec.secrets.a: cannot read the file "
       "\"/nowhere/token\": No such file or directory",
       "exec.secrets.b: the variable \"NO_SUCH_VARIABLE\" is not set"}));
  EXPECT_THAT(events(), IsEmpty());

  // What only looks needs none.
  DriverProcess& describing =
      Start({.argv = {RunfilePath("cmd/measure"), "--config",
                      dir() + "/config.yaml", "--describe", "app"}});
  AwaitEnd(describing);
  EXPECT_EQ(describing.answer()["status"], "ok");
  EXPECT_EQ(describing.errors(), "");
}

}  // namespace
}  // namespace servo::e2e
