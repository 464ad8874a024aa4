#include "stages/probe.h"

#include <sys/stat.h>

#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "exec/fake_runner.h"
#include "exec/output_tap.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "plan/lookup.h"
#include "plan/readiness.h"
#include "stages/services.h"

namespace servo::stages {
namespace {

using exec::Stream;
using plan::Readiness;

class ProbeTest : public ::testing::Test {
 protected:
  void Make(decltype(Readiness::sign) sign, std::string cwd = "") {
    readiness_ = {.sign = std::move(sign),
                  .within = absl::Seconds(30),
                  .interval = absl::Milliseconds(200)};
    probe_.emplace(services_, readiness_, std::move(cwd));
  }

  void MakeOutput(const std::string& regex) {
    Make(Readiness::Output{*plan::CompileRegex(regex)});
  }

  bool Look() {
    std::optional<bool> found;
    probe_->Look(absl::Seconds(10), [&](bool there) { found = there; });
    EXPECT_FALSE(found.has_value()) << "from inside the call";
    loop_.Advance(absl::Seconds(10));
    EXPECT_TRUE(found.has_value());
    return found.value_or(false);
  }

  void Watch() {
    probe_->Watch([this] { ++ready_; });
    EXPECT_EQ(ready_, 0) << "from inside the call";
    loop_.RunPending();
  }

  void Print(const std::string& text, Stream stream = Stream::kStdout) {
    probe_->tap()->OnOutput(stream, text);
    loop_.RunPending();
  }

  base::FakeLoop loop_;
  exec::FakeRunner runner_{&loop_};
  http::FakeClient client_{&loop_};
  const Services services_{&loop_, &runner_, &client_};
  Readiness readiness_;
  std::optional<Probe> probe_;
  int ready_ = 0;
};

// ---- Ports and URLs ----

TEST_F(ProbeTest, APortIsConnectedToAndNothingIsSent) {
  Make(Readiness::Tcp{.host = "[::1]", .port = 5432});
  EXPECT_EQ(probe_->tap(), nullptr);
  client_.Answer(http::Response());
  EXPECT_TRUE(Look());
  const http::Request& request = client_.records()[0].request;
  EXPECT_TRUE(request.connect_only);
  EXPECT_EQ(request.url, "http://[::1]:5432/");
  EXPECT_EQ(request.timeout, Probe::kLookTimeout);
}

TEST_F(ProbeTest, APortThatRefusesIsNotThere) {
  Make(Readiness::Tcp{.host = "localhost", .port = 5432});
  client_.Answer(absl::UnavailableError("localhost:5432: refused"));
  EXPECT_FALSE(Look());
  EXPECT_EQ(probe_->last_look().message(), "localhost:5432: refused");
}

TEST_F(ProbeTest, AUrlIsThereWithStatusesFrom200To399) {
  Make(Readiness::Http{"http://h/health"});
  for (const auto& [status, there] : {std::pair{199, false},
                                      {200, true},
                                      {302, true},
                                      {399, true},
                                      {400, false},
                                      {503, false}}) {
    client_.Answer(http::FakeResponse(status));
    EXPECT_EQ(Look(), there) << status;
  }
  EXPECT_FALSE(client_.records()[0].request.follow_redirects);
  EXPECT_EQ(probe_->last_look().message(),
            "GET http://h/health: HTTP/1.1 503 Fake");
}

TEST_F(ProbeTest, WhatASecretParameterSaysIsNotTold) {
  Make(Readiness::Http{"http://h/health?token=hunter2&a=b"});
  client_.Answer(http::FakeResponse(503));
  EXPECT_FALSE(Look());
  EXPECT_EQ(probe_->last_look().message(),
            "GET http://h/health?token=***&a=b: HTTP/1.1 503 Fake");
}

TEST_F(ProbeTest, ALookEndsAfterAWhile) {
  Make(Readiness::Http{"http://h/"});
  client_.Answer(http::FakeResponse(200), absl::InfiniteDuration());
  EXPECT_FALSE(Look());
  EXPECT_EQ(client_.records()[0].over_at,
            client_.records()[0].started_at + Probe::kLookTimeout);
}

TEST_F(ProbeTest, ALookTakesNoLongerThanTheTaskHasTime) {
  Make(Readiness::Http{"http://h/"});
  readiness_.within = absl::Seconds(1);
  client_.Answer(http::FakeResponse(200), absl::InfiniteDuration());
  EXPECT_FALSE(Look());
  EXPECT_EQ(client_.records()[0].over_at,
            client_.records()[0].started_at + absl::Seconds(1));
}

TEST_F(ProbeTest, WhatCannotBeAskedForIsNotThere) {
  Make(Readiness::Http{"http://h/"});
  client_.RefuseStart(absl::InvalidArgumentError("no bundle"));
  EXPECT_FALSE(Look());
  EXPECT_EQ(probe_->last_look().message(), "no bundle");
}

TEST_F(ProbeTest, LooksFromBeginToBeginUntilItIsThere) {
  Make(Readiness::Http{"http://h/"});
  client_.Answer(http::FakeResponse(503), absl::Milliseconds(150));
  client_.Answer(http::FakeResponse(503), absl::Milliseconds(300));
  client_.Answer(http::FakeResponse(200));
  Watch();
  loop_.Advance(absl::Milliseconds(199));
  EXPECT_EQ(client_.records().size(), 1u);
  loop_.Advance(absl::Milliseconds(1));
  EXPECT_EQ(client_.records().size(), 2u);
  loop_.Advance(absl::Milliseconds(299));
  EXPECT_EQ(ready_, 0);
  loop_.Advance(absl::Milliseconds(1));
  EXPECT_EQ(ready_, 1);
  loop_.Advance(absl::Seconds(10));
  EXPECT_EQ(client_.records().size(), 3u);
}

TEST_F(ProbeTest, DestructionDropsTheLookUnderWay) {
  Make(Readiness::Http{"http://h/"});
  client_.Answer(http::FakeResponse(200), absl::InfiniteDuration());
  Watch();
  probe_.reset();
  EXPECT_TRUE(client_.records()[0].dropped);
  loop_.Advance(absl::Seconds(10));
  EXPECT_EQ(ready_, 0);
}

// ---- Files ----

TEST_F(ProbeTest, AFileIsLookedForInTheTasksDirectory) {
  const std::string dir = ::testing::TempDir();
  const std::string path = dir + "/probe_test_file";
  Make(Readiness::File{"probe_test_file"}, dir);
  EXPECT_FALSE(Look());
  Watch();
  std::ofstream(path) << "1";
  loop_.Advance(absl::Milliseconds(199));
  EXPECT_EQ(ready_, 0);
  loop_.Advance(absl::Milliseconds(1));
  EXPECT_EQ(ready_, 1);
  Make(Readiness::File{path}, "/nowhere");
  EXPECT_TRUE(Look());
  EXPECT_EQ(std::remove(path.c_str()), 0);
}

// ---- Output ----

TEST_F(ProbeTest, ALineOfEitherStreamIsFoundAtOnce) {
  for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
    MakeOutput("^listening on \\d+$");
    ready_ = 0;
    Watch();
    Print("starting\nlistening", stream);
    Print(" on 80", stream);
    EXPECT_EQ(ready_, 0);
    Print("80\nmore\n", stream);
    EXPECT_EQ(ready_, 1);
    Print("listening on 8080\n", stream);
    EXPECT_EQ(ready_, 1);
  }
}

TEST_F(ProbeTest, StreamsAreNotMixedAndLinesNotJoined) {
  MakeOutput("a\\s+b");
  Watch();
  Print("a", Stream::kStdout);
  Print(" b\n", Stream::kStderr);
  Print("\n b\n", Stream::kStdout);
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(ready_, 0);
}

TEST_F(ProbeTest, EscapeSequencesAndProgressBarsAreLookedThrough) {
  MakeOutput("^100% done$");
  Watch();
  Print("  1% done\r\x1b[32m100% done\x1b[0m\r");
  EXPECT_EQ(ready_, 1);
}

TEST_F(ProbeTest, ALineWithoutAnEndCountsOnceItStandsStill) {
  MakeOutput("^ready> $");
  Watch();
  loop_.Advance(absl::Milliseconds(150));
  Print("ready> ");
  loop_.Advance(absl::Milliseconds(249));
  EXPECT_EQ(ready_, 0);
  loop_.Advance(absl::Milliseconds(1));
  EXPECT_EQ(ready_, 1);
}

TEST_F(ProbeTest, OfALongLineOnlyTheBeginIsKept) {
  MakeOutput("end");
  Watch();
  Print("begin");
  for (int i = 0; i < 100; ++i) Print(std::string(OutputWatch::kMaxLine, 'x'));
  Print("end");
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(ready_, 0);
}

TEST_F(ProbeTest, MayBeDestroyedByItsCallback) {
  MakeOutput("x");
  probe_->Watch([this] {
    ++ready_;
    probe_.reset();
  });
  probe_->tap()->OnOutput(Stream::kStdout, "x\n");
  loop_.RunPending();
  EXPECT_EQ(ready_, 1);
}

}  // namespace
}  // namespace servo::stages
