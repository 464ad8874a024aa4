#include "cmd/e2e/soak_plan.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cmd/e2e/canary.h"
#include "http/testing/loopback_server.h"

namespace servo::e2e {
namespace {

using ::servo::http::LoopbackServer;
using ::servo::http::Reply;

// Scripts for /bin/sh, as harmless and as obstinate as they come. They have the
// secret from their environment and from its file, never in a command line.
constexpr const char* kScripts[] = {
    "exit 0",
    "exit 7",
    "echo out; echo err >&2",
    "printf \"\\377\\200\"; exit 1",
    "kill -KILL $$",
    "kill -TERM 0",
    "sleep 0.02",
    "sleep 1000",
    "trap \"\" TERM; sleep 1000; sleep 1000",
    "trap \"\" TERM HUP INT; while :; do sleep 0.01; done",
    "sleep 1000 & exit 0",
    "(setsid sleep 1000 > /dev/null 2>&1 &); exit 0",
    "(setsid sh -c \"trap : TERM; sleep 1000; sleep 1000\" &); exit 3",
    "head -c 300000 /dev/zero",
    "exec yes",
    "kill -STOP $$",
    "cat $DIR/token; exit 4",
    "echo \"me $TOKEN $SESSION\" >&2; exit 1",
    "set -x; : $(cat $DIR/token)",
    "while cat $DIR/token; do :; done",
    "base64 < $DIR/token",
    "printf \"{\\\"a\\\": \\\"$(cat $DIR/token)\\\"}\\n\"; sleep 0.01",
    "echo up; echo n=1; echo n=x; echo n=2; sleep 0.03; echo n=3",
    "echo up; sleep 1000",
    "echo up >&2; exit 5",
};

// The last one echoes a secret.
constexpr const char* kTargets[] = {"/ok",   "/failing",  "/reset", "/silent",
                                    "/slow", "/redirect", "/flood", "/echo"};

std::string Seconds(int milliseconds) {
  return absl::StrCat(absl::ToDoubleSeconds(absl::Milliseconds(milliseconds)));
}

class Planner {
 public:
  Planner(Random& random, const LoopbackServer& server, absl::string_view dir)
      : random_(random), server_(server), dir_(dir) {}

  SoakPlan Make();

 private:
  void AddTask(absl::string_view stage);
  void AddForeground(absl::string_view stage);
  void AddBackground(absl::string_view stage);
  void AddSampler(absl::string_view stage);
  void AddAwaits(absl::string_view stage);

  // Keys of the task at hand.
  void AddMode(bool may_be_request);
  void AddRequest();
  void AddProcess();
  void AddReady();
  void AddEnd(absl::string_view stage);
  void AddMetric();
  void AddLogIn();
  void AddCapture();
  void AddConditions(bool sampled);
  void AddRetries();
  void AddCommonKeys();

  void Key(absl::string_view text) {
    absl::StrAppend(&plan_.yaml, "      ",
                    absl::StrReplaceAll(text, {{"%", kCanary}}), "\n");
  }
  std::string NewName() { return absl::StrCat("n", ++names_); }

  Random& random_;
  const LoopbackServer& server_;
  const absl::string_view dir_;
  SoakPlan plan_;
  int names_ = 0;
  bool ignored_ = false;   // the failure of the task at hand
  bool captured_ = false;  // by an earlier task
  std::string name_;       // of the task at hand
  std::vector<std::string> earlier_;
  std::vector<std::string> to_await_;
};

SoakPlan Planner::Make() {
  constexpr char kTell[] =
      "    - shell_exec: |\n"
      "        set -- /proc/$PPID/fd/*\n"
      "        while read -r key value unit; do\n"
      "          case $key in VmHWM:) kib=$value ;; esac\n"
      "        done < /proc/$PPID/status\n"
      "        printf %s \"$SERVO_EXEC_FAILURE\" > $DIR/failure\n";
  absl::StrAppend(&plan_.yaml, "exec:\n  secrets: {token: {file: '", dir_,
                  "/token'}}\n");
  for (const absl::string_view stage : {"pre", "start", "stop", "post"}) {
    absl::StrAppend(&plan_.yaml, "  ", stage, ":\n", kTell, "        echo ",
                    stage, " $# $kib > $EVENTS\n");
    for (int i = random_.Below(4); i > 0; --i) AddTask(stage);
    AddAwaits(stage);
  }
  return std::move(plan_);
}

void Planner::AddTask(absl::string_view stage) {
  // Names are texts like others, and may hold what must not be shown.
  name_ = absl::StrCat("task", ++names_,
                       random_.OneIn(4) ? absl::StrCat(" ", kCanary) : "");
  absl::StrAppend(&plan_.yaml, "    - name: ", name_, "\n");
  const bool begins = stage == "pre" || stage == "start";
  if (begins && random_.OneIn(6)) {
    AddSampler(stage);
  } else if (stage != "post" && random_.OneIn(3)) {
    AddBackground(stage);
  } else {
    AddForeground(stage);
  }
  earlier_.push_back(name_);
}

void Planner::AddForeground(absl::string_view stage) {
  if (random_.OneIn(8)) {
    AddLogIn();
  } else {
    AddMode(/*may_be_request=*/true);
    if (random_.OneIn(4)) AddCapture();
  }
  AddCommonKeys();
  if (stage != "post" && random_.OneIn(4)) AddMetric();
  if (random_.OneIn(4)) AddConditions(/*sampled=*/false);
  if (random_.OneIn(3)) AddRetries();
  constexpr const char* kWhen[] = {"success", "failed", "cancelled",
                                   "[success, cancelled]"};
  if (stage == "post" && random_.OneIn(4))
    Key(absl::StrCat("when: ", random_.Of(kWhen)));
  if ((stage == "stop" || stage == "post") && !earlier_.empty() &&
      random_.OneIn(4)) {
    Key(absl::StrCat(
        "if_ran: ",
        earlier_[random_.Below(static_cast<int>(earlier_.size()))]));
  }
}

void Planner::AddBackground(absl::string_view stage) {
  AddMode(/*may_be_request=*/false);
  Key("async: true");
  AddCommonKeys();
  if (random_.OneIn(3)) AddReady();
  if (random_.OneIn(4)) AddRetries();
  if (stage != "stop" && random_.OneIn(4)) {
    to_await_.push_back(name_);
    return;
  }
  if (stage != "stop" && random_.OneIn(3)) {
    if (random_.OneIn(2)) Key("sample: true");
    AddMetric();
    return;
  }
  AddEnd(stage);
}

void Planner::AddSampler(absl::string_view stage) {
  AddMode(/*may_be_request=*/true);
  Key("every: 0.1");
  AddCommonKeys();
  if (stage == "start" && random_.OneIn(3)) Key("begin: window");
  AddMetric();
  if (random_.OneIn(2)) AddConditions(/*sampled=*/true);
  // Its rounds: no measurement takes longer than some seconds.
  plan_.attempts += 40;
}

// All that are to be awaited, in the stage's last tasks, now or later.
void Planner::AddAwaits(absl::string_view stage) {
  if (stage == "pre" || stage == "post") return;
  if (stage == "start" && random_.OneIn(2)) return;
  for (const std::string& name : to_await_) {
    absl::StrAppend(&plan_.yaml, "    - await: ", name,
                    "\n      timeout: ", Seconds(20 + random_.Below(200)),
                    "\n");
    if (random_.OneIn(2)) Key("ignore_exitcode: true");
  }
  to_await_.clear();
}

void Planner::AddMode(bool may_be_request) {
  may_be_request&& random_.OneIn(4) ? AddRequest() : AddProcess();
  ++plan_.attempts;
}

void Planner::AddRequest() {
  constexpr const char* kKeys[] = {
      "",
      ", headers: {X-Token: 'Bearer ${{ secrets.token }}'}",
      ", auth: {username: me, password: '%'}",
      ", method: POST, json: {token: '${{ secrets.token }}'}",
      ", params: {token: '${{ secrets.token }}'}",
      ", method: PUT, data_file: '/nowhere/%'",
  };
  Key(absl::StrCat("request: {url: '", server_.Url(random_.Of(kTargets)), "'",
                   random_.Of(kKeys), "}"));
}

void Planner::AddProcess() {
  const char* script = random_.Of(kScripts);
  // The script's $0 marks it.
  if (random_.OneIn(16)) {
    Key("exec: '/nowhere/%'");
  } else if (random_.OneIn(2)) {
    Key(absl::StrCat("exec: [/bin/sh, -c, '", script, "', ", kVictim, "]"));
  } else {
    Key(absl::StrCat("shell_exec: ['", script, "', ", kVictim, "]"));
  }
  Key(absl::StrCat("kill_timeout: ", Seconds(random_.Below(60))));
  if (random_.OneIn(16)) Key("cwd: '/nowhere/%'");
  if (random_.OneIn(3)) {
    Key(absl::StrCat("env: {TOKEN: '${{ secrets.token }}'",
                     captured_ ? ", SESSION: '${{ session }}'" : "", "}"));
  }
  if (random_.OneIn(8)) Key("stdin: 'for ${{ secrets.token }}'");
}

void Planner::AddReady() {
  const std::string signs[] = {
      "output: '^up$'",
      "output: '^%$'",
      absl::StrCat("http: '", server_.Url("/ok"), "'"),
      absl::StrCat("tcp: ", server_.port()),
      "file: '/nowhere/%'",
  };
  Key(absl::StrCat("ready: {", random_.Of(signs), ", within: ",
                   Seconds(20 + random_.Below(100)), ", interval: 0.01}"));
}

void Planner::AddEnd(absl::string_view stage) {
  constexpr const char* kOnExit[] = {"ignore", "warn", "fail", "fail_on_error"};
  constexpr const char* kEnds[] = {"window", "stop", "post"};
  if (stage != "stop" && random_.OneIn(4)) {
    Key("on_exit: end_window");
    return;
  }
  // A failure that is ignored can't be the run's.
  if (random_.OneIn(2)) {
    Key(absl::StrCat("on_exit: ", ignored_ ? kOnExit[random_.Below(2)]
                                           : random_.Of(kOnExit)));
  }
  if (random_.OneIn(2)) {
    Key(absl::StrCat("end_after: ", stage == "stop"
                                        ? kEnds[1 + random_.Below(2)]
                                        : random_.Of(kEnds)));
  }
}

void Planner::AddMetric() {
  Key(absl::StrCat("metrics: {", NewName(),
                   ": {regex: 'n=(\\S+)', absent: skip, unit: '%'}}"));
}

// Only who captures the session's secret may see it.
void Planner::AddLogIn() {
  Key(absl::StrCat("request: {url: '", server_.Url("/session"), "'}"));
  Key("capture: {session: {jsonpath: $.session, secret: true}}");
  captured_ = true;
  ++plan_.attempts;
}

void Planner::AddCapture() {
  constexpr const char* kFinders[] = {"regex: '^me .* (.*)'", "jsonpath: $.got",
                                      "regex: 'n=(.)', matches: '[0-9]'"};
  Key(absl::StrCat("capture: {", random_.OneIn(2) ? "session" : NewName(),
                   ": {", random_.Of(kFinders),
                   ", secret: true, absent: skip}}"));
}

void Planner::AddConditions(bool sampled) {
  constexpr const char* kConditions[] = {
      "{contains: '%'}", "{matches: '^n=[0-9]$'}", "{equals: '%'}",
      "{regex: 'n=(.*)', at_least: 1}", "{jsonpath: $.a, equals: '%'}"};
  Key(absl::StrCat("expect: [", random_.Of(kConditions), "]"));
  // A sampler whose failures are ignored can't fail the run either.
  if (!(sampled && ignored_) && random_.OneIn(3))
    Key(absl::StrCat("give_up_if: [", random_.Of(kConditions), "]"));
  if (sampled && random_.OneIn(3))
    Key(absl::StrCat("end_window_if: [", random_.Of(kConditions), "]"));
}

void Planner::AddRetries() {
  const int retries = 1 + random_.Below(2);
  plan_.attempts += retries;
  Key(absl::StrCat("retries: ", retries));
  Key(absl::StrCat("retry_delay: ", Seconds(random_.Below(30))));
  if (random_.OneIn(3))
    Key(absl::StrCat("retry_for: ", Seconds(10 + random_.Below(200))));
}

void Planner::AddCommonKeys() {
  Key(absl::StrCat("timeout: ", Seconds(20 + random_.Below(200))));
  // Of both ends, and NUL as six characters: a line that still fits into the
  // buffer of a socket that keeps writes.
  Key("max_output: 8K");
  if (random_.OneIn(4)) Key("notify: true");
  ignored_ = !random_.OneIn(3);
  if (ignored_) Key("ignore_exitcode: true");
}

}  // namespace

SoakPlan RandomSoakPlan(Random& random, const LoopbackServer& server,
                        absl::string_view dir) {
  return Planner(random, server, dir).Make();
}

void ScriptSoakServer(LoopbackServer& server) {
  const std::string kHead = "HTTP/1.1 200 OK\r\n";
  server.AnswerAlways("/ok", Reply::Of(200, "fine"));
  server.AnswerAlways("/failing", Reply::Of(503, "not now"));
  server.AnswerAlways("/reset", Reply().Reset());
  server.AnswerAlways("/silent", Reply().Stall());
  server.AnswerAlways("/slow",
                      Reply()
                          .Send(kHead + "Content-Length: 1000\r\n\r\n")
                          .Drip(std::string(1000, 'x'), absl::Milliseconds(5)));
  server.AnswerAlways("/redirect", Reply::Redirect(302, "/ok"));
  server.AnswerAlways("/flood",
                      Reply()
                          .Send(kHead + "\r\n")
                          .SendTimes(std::string(1000, 'x'), size_t{1} << 30));
  server.AnswerAlways(
      "/echo", Reply::Of(500, absl::StrCat("{\"got\": \"", kCanary, "\"}"),
                         {{"X-Echo", std::string(kCanary)}}));
  server.AnswerAlways(
      "/session",
      Reply::Of(200, absl::StrCat("{\"session\": \"", kSession, "\"}")));
}

}  // namespace servo::e2e
