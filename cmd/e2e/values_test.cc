// Values that are handed from task to task: ${{ NAME }}, capture, run.*.

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/testing/loopback_server.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {
namespace {

using ::nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class ValuesTest : public ScenarioTest {
 protected:
  // "URL" in `yaml` is the server's, "HERE/" the test's directory.
  void ConfigureFor(absl::string_view yaml) {
    Configure(absl::StrReplaceAll(
        yaml, {{"URL", server_.Url("")}, {"HERE/", absl::StrCat(dir(), "/")}}));
  }

  std::string Content(absl::string_view name) const {
    std::stringstream content;
    content << std::ifstream(absl::StrCat(dir(), "/", name)).rdbuf();
    return content.str();
  }

  std::vector<std::string> Requests() const {
    std::vector<std::string> requests;
    for (const auto& request : server_.requests()) {
      requests.push_back(absl::StrCat(request.method, " ", request.target));
    }
    return requests;
  }

  http::LoopbackServer server_{&loop_};
};

constexpr char kJob[] = R"yaml(
exec:
  start:
    - name: submit
      request: {method: POST, url: "URL/jobs", json: {load: 500, id: "${{ run.id }}", of: "${{ run.duration }}"}}
      capture: {job: {jsonpath: $.id}}
  stop:
    - name: result
      request: {url: "URL/jobs/${{ job }}/result", params: {from: "${{ run.window_start_ms }}"}}
  post:
    - name: withdraw
      request: {method: DELETE, url: "URL/jobs/${{ job }}"}
)yaml";

TEST_F(ValuesTest, AJobIsSubmittedReadAndWithdrawn) {
  server_.AnswerAlways("/jobs", http::Reply::Of(201, R"({"id": "a/1"})"));
  ConfigureFor(kJob);
  EXPECT_EQ(RunMeasure(0.2).answer()["status"], "ok");
  EXPECT_THAT(
      Requests(),
      ElementsAre("POST /jobs",
                  MatchesRegex("GET /jobs/a%2F1/result.from=1[0-9]{12}"),
                  "DELETE /jobs/a%2F1"));
  const json body = json::parse(server_.requests()[0].body);
  EXPECT_THAT(body["id"].get<std::string>(), MatchesRegex("[a-z][a-z0-9]{11}"));
  EXPECT_EQ(body["of"], 0.2);
}

TEST_F(ValuesTest, WhatAFailedSubmitBeganIsWithdrawn) {
  server_.AnswerAlways("/jobs", http::Reply::Of(500, R"({"id": 7})"));
  ConfigureFor(kJob);
  EXPECT_EQ(RunMeasure().answer()["status"], "failed");
  EXPECT_THAT(Requests(), ElementsAre("POST /jobs", "DELETE /jobs/7"));
}

TEST_F(ValuesTest, WhatWasNeverSubmittedIsNotWithdrawn) {
  server_.AnswerAlways("/jobs", http::Reply::Of(200, "{}"));
  ConfigureFor(kJob);
  DriverProcess& driver = RunMeasure();
  EXPECT_TRUE(FailedWith(driver.answer(),
                         {"Task submit failed: capture \"job\": the response's "
                          "body has nothing at \"$.id\""}));
  EXPECT_THAT(Requests(), ElementsAre("POST /jobs"));
  EXPECT_THAT(driver.errors(),
              HasSubstr("Task withdraw is left out: task submit has not "
                        "captured job"));
}

// A server can't reach a command line, another host or another task's
// credentials through what it answers.
TEST_F(ValuesTest, AHostileValueStaysAValue) {
  const std::vector<std::string> values = {"..",
                                           "//evil.invalid/",
                                           "@evil.invalid",
                                           "?a=b",
                                           "#a",
                                           "a\r\nX-Evil: 1",
                                           "$(touch PWNED)",
                                           "`touch PWNED`",
                                           "; touch PWNED",
                                           "http://evil.invalid/",
                                           std::string("a\0b", 3)};
  for (const std::string& value : values) {
    server_.AnswerAlways("/id",
                         http::Reply::Of(200, json{{"id", value}}.dump()));
    ConfigureFor(R"yaml(
exec:
  pre:
    - request: {url: "URL/id"}
      capture: {id: {jsonpath: $.id}}
    - name: text
      shell_exec: printf %s "$ID" > $DIR/text
      env: {ID: "${{ id }}"}
      ignore_exitcode: true
    - name: url
      request: {url: "URL/a/${{ id }}/b", headers: {X-Key: key}, auth: {username: u, password: p}}
      ignore_exitcode: true
    - name: header
      request: {url: "URL/header", headers: {X-Id: "${{ id }}"}}
      ignore_exitcode: true
)yaml");
    EXPECT_EQ(RunMeasure().answer()["status"], "ok") << value;
  }
  for (const auto& request : server_.requests()) {
    EXPECT_THAT(request.target, Not(HasSubstr("/../"))) << request.target;
    EXPECT_TRUE(
        request.target == "/id" || request.target == "/header" ||
        (request.target.starts_with("/a/") && request.target.ends_with("/b")))
        << request.target;
    for (const auto& [name, text] : request.headers) {
      EXPECT_NE(name, "X-Evil");
    }
  }
}

// What JSON cannot hold, and what is very long.
TEST_F(ValuesTest, AHugeOrIllFormedValueStaysAValue) {
  const std::vector<std::string> values = {
      std::string(1 << 20, 'a'), std::string((1 << 20) + 1, 'a'),
      "\xff\xfe/../\xc0\xae\xc0\xae/x", std::string("a\0/../b", 7)};
  for (const std::string& value : values) {
    server_.AnswerAlways("/id", http::Reply::Of(200, value));
    ConfigureFor(R"yaml(
exec:
  pre:
    - request: {url: "URL/id"}
      max_output: 4M
      ignore_exitcode: true
      capture: {id: {}}
    - {exec: cat, stdin: "${{ id }}", ignore_exitcode: true}
    - {exec: cat, env: {ID: "${{ id }}"}, ignore_exitcode: true}
    - request: {url: "URL/a/${{ id }}/b", auth: {username: u, password: p}}
      ignore_exitcode: true
    - request: {url: "URL/h", headers: {X-Id: "${{ id }}"}}
      ignore_exitcode: true
    - request: {url: "URL/j", method: POST, json: {id: "${{ id }}"}}
      ignore_exitcode: true
)yaml");
    EXPECT_EQ(RunMeasure().answer()["status"], "ok");
  }
  for (const auto& request : server_.requests()) {
    EXPECT_TRUE(request.target == "/id" || request.target == "/h" ||
                request.target == "/j" ||
                (request.target.starts_with("/a/") &&
                 request.target.ends_with("/b") &&
                 request.target.find('/', 3) == request.target.size() - 2))
        << request.target.substr(0, 100);
    if (request.target == "/j") {
      EXPECT_EQ(json::parse(request.body).size(), 1u);
    }
  }
}

// Nor does a URL that a server gives carry credentials, or get another's.
TEST_F(ValuesTest, ACapturedUrlWithCredentialsIsNotAsked) {
  for (const std::string& url :
       {absl::StrCat("http://x:y@127.0.0.1:", server_.port(), "/jobs/7"),
        absl::StrCat("//evil.invalid:", server_.port(), "/jobs/7"),
        absl::StrCat("http://127.0.0.1:", server_.port(), "@evil.invalid/")}) {
    server_.AnswerAlways("/jobs",
                         http::Reply::Of(201, json{{"url", url}}.dump()));
    ConfigureFor(R"yaml(
exec:
  start:
    - request: {method: POST, url: "URL/jobs", json: {}}
      capture: {url: {jsonpath: $.url}}
    - name: poll
      request: {url: "${{ url }}", headers: {Authorization: Bearer x}}
)yaml");
    EXPECT_TRUE(FailedWith(RunMeasure().answer(),
                           {"Task poll failed: the captured URL url "}))
        << url;
  }
  for (const auto& request : server_.requests()) {
    EXPECT_EQ(request.target, "/jobs");
  }
}

TEST_F(ValuesTest, ACapturedUrlOfAnotherHostIsNotAsked) {
  server_.AnswerAlways(
      "/jobs",
      http::Reply::Of(201, R"({"url": "http://evil.invalid/jobs/7"})"));
  ConfigureFor(R"yaml(
exec:
  start:
    - request: {method: POST, url: "URL/jobs", json: {}}
      capture: {url: {jsonpath: $.url}}
    - name: poll
      request: {url: "${{ url }}", headers: {Authorization: Bearer x}}
)yaml");
  EXPECT_TRUE(FailedWith(RunMeasure().answer(),
                         {"Task poll failed: the captured URL url leads to "
                          "http://evil.invalid:80, another origin"}));
  EXPECT_THAT(Requests(), ElementsAre("POST /jobs"));
}

TEST_F(ValuesTest, ALocationHeaderIsFollowedByATask) {
  server_.AnswerAlways("/jobs",
                       http::Reply::Of(201, "", {{"Location", "/jobs/7"}}));
  ConfigureFor(R"yaml(
exec:
  start:
    - request: {method: POST, url: "URL/jobs", json: {}}
      capture: {job: {from: "header:Location"}}
    - request: {url: "${{ job }}/status"}
)yaml");
  EXPECT_EQ(RunMeasure().answer()["status"], "ok");
  EXPECT_THAT(Requests(), ElementsAre("POST /jobs", "GET /jobs/7/status"));
}

// Beyond what is kept of a body, and with a secret that no message shows.
TEST_F(ValuesTest, ABodyIsSavedWholeAndOnlyOfWhatSucceeded) {
  const std::string large =
      absl::StrCat(R"({"state": "done", "token": "swordfish", "x": ")",
                   std::string(300000, 'x'), "\"}");
  std::ofstream(absl::StrCat(dir(), "/token")) << "swordfish";
  std::ofstream(absl::StrCat(dir(), "/old")) << "old";
  server_.Answer(http::Reply::Of(500, "swordfish"));
  server_.Answer(
      http::Reply::Of(200, R"({"state": "queued"})", {{"State", "queued"}}));
  server_.Answer(http::Reply::Of(200, large, {{"State", "done"}}));
  server_.Answer(http::Reply::Of(404, "no such thing"));
  ConfigureFor(R"yaml(
exec:
  secrets: {token: {file: "HERE/token"}}
  pre:
    - name: report
      request: {url: "URL/", save_to: "HERE/new-${{ run.delay }}"}
      max_output: 1K
      notify: true
      retries: 3
      expect: [{from: "header:State", equals: done}]
    - name: gone
      request: {url: "URL/", save_to: "HERE/old"}
      ignore_exitcode: true
)yaml");
  DriverProcess& driver = RunMeasure();
  EXPECT_EQ(driver.answer()["status"], "ok") << driver.answer();
  EXPECT_EQ(Content("new-0"), large);
  EXPECT_EQ(
      std::filesystem::status(absl::StrCat(dir(), "/new-0")).permissions(),
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(Content("old"), "old");
  EXPECT_TRUE(driver.Said("\"token\": \"***\""));
}

TEST_F(ValuesTest, ABodyThatIsCutShortOrCancelledLeavesNoFile) {
  server_.Answer(http::Reply()
                     .Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
                     .Close());
  server_.Answer(http::Reply()
                     .Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
                     .Stall());
  ConfigureFor(R"yaml(
exec:
  pre:
    - request: {url: "URL/cut", save_to: "HERE/out/cut"}
      ignore_exitcode: true
    - shell_exec: ls -A "$DIR/out" > $EVENTS; echo there > $EVENTS
    - request: {url: "URL/stalled", save_to: "HERE/out/stalled"}
)yaml");
  std::filesystem::create_directory(absl::StrCat(dir(), "/out"));
  DriverProcess& driver = Start(MeasureCommand());
  Await([&] { return server_.requests().size() == 2; }, "the second request");
  driver.Signal(SIGUSR1);
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), CancelledBy("SIGUSR1"));
  EXPECT_THAT(events(), ElementsAre("there"));
  EXPECT_TRUE(std::filesystem::is_empty(absl::StrCat(dir(), "/out")));
}

TEST_F(ValuesTest, ProcessesAreToldOfTheRun) {
  Configure(R"yaml(
exec:
  pre:
    - exec: [sh, -c, 'echo "$0 $SERVO_EXEC_RUN_ID" > "$DIR/id"', "${{ run.id }}"]
    - {name: broken, exec: "false"}
  post:
    - shell_exec: echo "$SERVO_EXEC_RESULT|$SERVO_EXEC_REASON|$SERVO_EXEC_FAILED_TASK|$SERVO_EXEC_FAILURE|" > $EVENTS
      notify: true
)yaml");
  EXPECT_EQ(RunMeasure().answer()["status"], "failed");
  EXPECT_THAT(events(), ElementsAre(HasSubstr(
                            "failed|task-failed|broken|pre: Task broken failed "
                            "with result 1: exit code 1|")));
}

// What the answer says, too, if metrics alone fail the run.
TEST_F(ValuesTest, PostIsToldOfALimit) {
  Configure(R"yaml(
exec:
  start: [{name: b, exec: [echo, 7], metrics: {m: {at_least: 8.5}}}]
  post:
    - shell_exec: echo "$SERVO_EXEC_RESULT|$SERVO_EXEC_REASON|$SERVO_EXEC_FAILURE" > $EVENTS
)yaml");
  const json answer = RunMeasure().answer();
  EXPECT_EQ(answer["reason"], "slo-violation");
  EXPECT_THAT(events(),
              ElementsAre(absl::StrCat("failed|slo-violation|",
                                       answer["message"].get<std::string>())));
}

// A driver that is a task of another one's run.
TEST_F(ValuesTest, TasksAreNotToldOfAnOuterRun) {
  Configure(R"yaml(
exec:
  values: {outer: {env: SERVO_EXEC_RESULT}}
  pre:
    - shell_exec: echo "$OUTER ${SERVO_EXEC_RESULT-unset} ${SERVO_EXEC_WINDOW_END_MS-unset} $SERVO_EXEC_STAGE" > $EVENTS
      env: {OUTER: "${{ values.outer }}"}
)yaml");
  DriverCommand command = MeasureCommand();
  for (const char* name :
       {"SERVO_EXEC_RESULT", "SERVO_EXEC_WINDOW_END_MS", "SERVO_EXEC_STAGE"}) {
    command.environment.emplace_back(name, "outer");
  }
  AwaitEnd(Start(command));
  EXPECT_THAT(events(), ElementsAre("outer unset unset pre"));
}

TEST_F(ValuesTest, ParametersJoinTheQueryOfACapturedUrl) {
  server_.AnswerAlways("/first",
                       http::Reply::Of(200, R"({"next": "/p?page=2#top"})"));
  ConfigureFor(R"yaml(
exec:
  pre:
    - {request: {url: "URL/first"}, capture: {n: {jsonpath: $.next}}}
    - request: {url: "${{ n }}", params: {a: b}}
    - request: {url: "${{ n }}?z=1", params: {a: "${{ run.delay }}"}}
    - request: {url: "${{ n }}&x=1"}
)yaml");
  EXPECT_EQ(RunMeasure().answer()["status"], "ok");
  EXPECT_THAT(Requests(),
              ElementsAre("GET /first", "GET /p?page=2&a=b",
                          "GET /p?page=2&z=1&a=0", "GET /p?page=2&x=1"));
}

}  // namespace
}  // namespace servo::e2e
