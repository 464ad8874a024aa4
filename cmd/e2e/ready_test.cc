// Background tasks that tell when they are ready, with real processes and
// sockets.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <csignal>
#include <string>

#include "absl/log/check.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "base/unique_fd.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/testing/loopback_server.h"

namespace servo::e2e {
namespace {

using ::testing::ElementsAre;

// A port of 127.0.0.1 that is ours and refuses connections until Listen().
class Port {
 public:
  Port() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    PCHECK(bind(socket_.get(), generic, size) == 0);
    PCHECK(getsockname(socket_.get(), generic, &size) == 0);
    number_ = ntohs(address.sin_port);
  }

  int number() const { return number_; }
  void Listen() { PCHECK(listen(socket_.get(), 8) == 0); }

 private:
  base::UniqueFd socket_;
  int number_ = 0;
};

class ReadyTest : public ScenarioTest {
 protected:
  // `start` has `load`, which runs `script`, and then a task that tells "next".
  void ConfigureReady(absl::string_view ready, absl::string_view script) {
    Configure(absl::StrReplaceAll(R"(
exec:
  start:
    - name: load
      async: true
      ready: {READY, interval: 0.01}
      shell_exec: SCRIPT
    - shell_exec: echo next > $EVENTS
  post: [{shell_exec: echo post > $EVENTS}]
)",
                                  {{"READY", ready}, {"SCRIPT", script}}));
  }

  // The wait ends as told, and only then the run goes on.
  template <typename MakeReady>
  void ExpectWaitsFor(MakeReady make_ready) {
    DriverProcess& driver = Start(MeasureCommand());
    ASSERT_TRUE(AwaitEvent("up"));
    EXPECT_THAT(events(), ElementsAre("up"));
    make_ready();
    ASSERT_TRUE(AwaitEvent("next"));
    AwaitEnd(driver);
    EXPECT_EQ(driver.answer(), OkAnswer());
    EXPECT_THAT(events(), ElementsAre("up", "next", "post"));
  }
};

constexpr char kUp[] = "echo up > $EVENTS; exec sleep 1000";

TEST_F(ReadyTest, WaitsForAPort) {
  Port port;
  ConfigureReady(absl::StrCat("tcp: 127.0.0.1:", port.number()), kUp);
  ExpectWaitsFor([&] { port.Listen(); });
}

TEST_F(ReadyTest, LocalhostIsMeantByAPortAlone) {
  Port port;
  ConfigureReady(absl::StrCat("tcp: ", port.number()), kUp);
  ExpectWaitsFor([&] { port.Listen(); });
}

TEST_F(ReadyTest, WaitsForAnAnswer) {
  http::LoopbackServer server(&loop_);
  server.AnswerAlways("/health", http::Reply::Of(503, "starting"));
  ConfigureReady(absl::StrCat("http: '", server.Url("/health"), "'"), kUp);
  ExpectWaitsFor(
      [&] { server.AnswerAlways("/health", http::Reply::Of(204, "")); });
}

TEST_F(ReadyTest, WaitsForALineOfItsOutput) {
  ConfigureReady("output: '^listening on \\d+$'",
                 "'echo up > $EVENTS; read go < $GATE; "
                 "echo listening on 80 >&2; exec sleep 1000'");
  ExpectWaitsFor([this] { OpenGate(); });
}

TEST_F(ReadyTest, WaitsForAFile) {
  ConfigureReady(absl::StrCat("file: ", dir(), "/pid"),
                 "'echo up > $EVENTS; read go < $GATE; echo $$ > $DIR/pid; "
                 "exec sleep 1000'");
  ExpectWaitsFor([this] { OpenGate(); });
}

TEST_F(ReadyTest, WhatAnswersBeforehandIsSomethingElse) {
  Port port;
  port.Listen();
  ConfigureReady(absl::StrCat("tcp: 127.0.0.1:", port.number()), kUp);
  DriverProcess& driver = RunMeasure();
  EXPECT_TRUE(FailedWith(
      driver.answer(),
      {absl::StrCat("start: Task load failed: 127.0.0.1:", port.number(),
                    " accepts connections before the task is started: "
                    "something else is there")}));
  EXPECT_THAT(events(), ElementsAre("post"));
}

TEST_F(ReadyTest, AnEndBeforeItIsReadyFailsAtOnce) {
  Port port;
  ConfigureReady(absl::StrCat("within: 3600, tcp: 127.0.0.1:", port.number()),
                 "echo no such host >&2; exit 3");
  DriverProcess& driver = RunMeasure();
  EXPECT_TRUE(FailedWith(driver.answer(),
                         {"start: Task load failed with result 3: exit code 3 "
                          "before it was ready; stderr: no such host"}));
  EXPECT_THAT(events(), ElementsAre("post"));
}

TEST_F(ReadyTest, WhatIsNotReadyInTimeIsEnded) {
  Port port;
  ConfigureReady(absl::StrCat("within: 0.1, tcp: 127.0.0.1:", port.number()),
                 "echo starting; exec sleep 1000");
  DriverProcess& driver = RunMeasure();
  EXPECT_TRUE(FailedWith(
      driver.answer(),
      {absl::StrCat("start: Task load failed: not ready within 100ms: "
                    "127.0.0.1:",
                    port.number(),
                    ": cannot connect: Connection refused; stdout: "
                    "starting")}));
  EXPECT_THAT(events(), ElementsAre("post"));
}

TEST_F(ReadyTest, ACancelEndsTheWait) {
  Port port;
  ConfigureReady(absl::StrCat("within: 3600, tcp: 127.0.0.1:", port.number()),
                 kUp);
  DriverProcess& driver = Start(MeasureCommand());
  ASSERT_TRUE(AwaitEvent("up"));
  driver.Signal(SIGUSR1);
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), CancelledBy("SIGUSR1"));
  EXPECT_THAT(events(), ElementsAre("up", "post"));
}

}  // namespace
}  // namespace servo::e2e
