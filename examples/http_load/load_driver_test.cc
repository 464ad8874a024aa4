#include "load_driver.h"

#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/fake_loop.h"
#include "base/loop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "http/phase.h"
#include "http/request.h"
#include "nlohmann/json.hpp"
#include "protocol/cancel_cause.h"
#include "protocol/driver.h"
#include "protocol/messages.h"
#include "protocol/request.h"

namespace http_load {
namespace {

using ::nlohmann::json;
using servo::base::FakeLoop;
using servo::http::FakeClient;
using servo::http::FakeResponse;
using servo::protocol::Answer;
using servo::protocol::CancelCause;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Reporter final : public servo::protocol::Reporter {
 public:
  void Stage(std::string message) override {
    messages.push_back(std::move(message));
  }
  void Notify(std::string) override {}
  void Warn(std::string) override {}
  void Detail(absl::string_view) override {}

  std::vector<std::string> messages;
};

// A driver on a loop and a client that the test leads by the hand.
template <typename LoopType>
struct Bench {
  explicit Bench(absl::StatusOr<LoadConfig> config) {
    auto fake = std::make_unique<FakeClient>(&loop);
    client = fake.get();
    driver = std::make_unique<LoadDriver>(&loop, std::move(fake),
                                          [config] { return config; });
  }

  void Measure(const servo::protocol::Control& control) {
    driver->Measure(
        {.app_id = "app", .control = control, .reporter = &reporter},
        [this](Answer given) {
          EXPECT_FALSE(answer.has_value()) << "a second answer";
          answer = std::move(given);
        });
    EXPECT_FALSE(answer.has_value()) << "an answer from inside Measure()";
  }

  double Scalar(const std::string& metric) const {
    return answer->metrics[metric]["value"];
  }

  LoopType loop;
  Reporter reporter;
  FakeClient* client;  // the driver's
  std::unique_ptr<LoadDriver> driver;
  std::optional<Answer> answer;
};

LoadConfig Config(double rate, int in_flight = 100) {
  LoadConfig config;
  config.request.url = "http://server/";
  config.request.timeout = absl::Seconds(10);
  config.rate = rate;
  config.in_flight = in_flight;
  return config;
}

TEST(LoadDriverTest, SendsAtTheRateInWarmUpAndWindowAndNotInTheDelay) {
  Bench<FakeLoop> bench(Config(4));
  const absl::Duration begin = bench.loop.Now() + absl::Seconds(3);
  bench.Measure({.duration = absl::Seconds(2),
                 .warmup = absl::Seconds(1),
                 .delay = absl::Seconds(3)});
  bench.loop.Advance(absl::Seconds(7));
  ASSERT_EQ(bench.client->records().size(), 12u);
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(bench.client->records()[i].started_at,
              begin + i * absl::Milliseconds(250));
    EXPECT_EQ(bench.client->records()[i].request.url, "http://server/");
  }
  ASSERT_TRUE(bench.answer.has_value());
  EXPECT_EQ(bench.answer->status, "ok");
  EXPECT_EQ(bench.answer->annotations, json({{"requests", 8},
                                             {"errors", 0},
                                             {"warmup_requests", 4},
                                             {"start_delay_max_ms", 0.0}}));
  EXPECT_EQ(bench.Scalar("throughput"), 4);
  EXPECT_EQ(bench.Scalar("error_rate"), 0);
  EXPECT_THAT(bench.reporter.messages,
              ElementsAre("Load of 4 requests a second"));
}

TEST(LoadDriverTest, WhatTheWarmUpWasAnsweredDoesNotCount) {
  Bench<FakeLoop> bench(Config(2));
  bench.client->Answer(FakeResponse(500), absl::Milliseconds(900));
  bench.client->Answer(FakeResponse(200), absl::Milliseconds(900));
  bench.client->Answer(FakeResponse(200), absl::Milliseconds(10));
  bench.client->Answer(FakeResponse(200), absl::Milliseconds(20));
  bench.Measure({.duration = absl::Seconds(1), .warmup = absl::Seconds(1)});
  bench.loop.Advance(absl::Seconds(3));
  ASSERT_TRUE(bench.answer.has_value());
  EXPECT_EQ(bench.answer->annotations["errors"], 0);
  EXPECT_EQ(bench.Scalar("latency_p50"), 10.015);  // its bucket's end
  EXPECT_EQ(bench.Scalar("latency_max"), 20);
}

TEST(LoadDriverTest, SeriesBeginWithTheWindow) {
  Bench<FakeLoop> bench(Config(1));
  const absl::Time before = absl::Now();
  bench.Measure({.duration = absl::Seconds(2),
                 .warmup = absl::Seconds(60),
                 .delay = absl::Seconds(40)});
  bench.loop.Advance(absl::Seconds(103));
  ASSERT_TRUE(bench.answer.has_value());
  const json values = bench.answer->metrics["throughput_over_time"]["values"];
  ASSERT_EQ(values[0]["data"].size(), 2u);
  EXPECT_GE(values[0]["data"][0][0], absl::ToUnixSeconds(before) + 100);
  EXPECT_LE(values[0]["data"][0][0], absl::ToUnixSeconds(absl::Now()) + 100);
}

TEST(LoadDriverTest, CountsErrorsByKind) {
  Bench<FakeLoop> bench(Config(10));
  bench.client->Answer(FakeResponse(399));
  bench.client->Answer(FakeResponse(400));
  bench.client->Answer(FakeResponse(503));
  bench.client->Answer(FakeResponse(503));
  bench.client->Answer(FakeResponse(200), absl::Seconds(11));  // too late
  bench.client->Answer(servo::http::WithPhase(absl::UnavailableError("refused"),
                                              servo::http::Phase::kConnect));
  bench.client->Answer(servo::http::WithPhase(absl::UnavailableError("cut off"),
                                              servo::http::Phase::kBody));
  bench.Measure({.duration = absl::Seconds(1)});
  bench.loop.Advance(absl::Seconds(20));
  ASSERT_TRUE(bench.answer.has_value());
  json counts = bench.answer->annotations;
  EXPECT_THAT(counts["first_error"].get<std::string>(),
              HasSubstr("HTTP/1.1 400"));
  counts.erase("first_error");
  EXPECT_EQ(counts, json({{"requests", 10},
                          {"errors", 6},
                          {"errors_status_400", 1},
                          {"errors_status_503", 2},
                          {"errors_timeout", 1},
                          {"errors_not_connected", 1},
                          {"errors_broken_answer", 1},
                          {"warmup_requests", 0},
                          {"start_delay_max_ms", 0.0}}));
  EXPECT_EQ(bench.Scalar("error_rate"), 60);
  EXPECT_EQ(bench.Scalar("throughput"), 4);
}

TEST(LoadDriverTest, TheFirstErrorDoesNotTellWhatASecretParameterSays) {
  LoadConfig config = Config(1);
  config.request.url = "http://server/?token=hunter2&a=b";
  Bench<FakeLoop> bench(config);
  bench.client->Answer(FakeResponse(400));
  bench.Measure({.duration = absl::Seconds(1)});
  bench.loop.Advance(absl::Seconds(2));
  ASSERT_TRUE(bench.answer.has_value());
  EXPECT_EQ(bench.answer->annotations["first_error"],
            "http://server/?token=***&a=b: HTTP/1.1 400 Fake");
}

// A server of two answers a second under a load of ten: what it cannot take is
// not kept back until it can, but counted.
TEST(LoadDriverTest, ASlowServerDoesNotSlowTheLoadDown) {
  Bench<FakeLoop> bench(Config(10, /*in_flight=*/2));
  for (int i = 0; i < 30; ++i) {
    bench.client->Answer(FakeResponse(200), absl::Milliseconds(950));
  }
  bench.Measure({.duration = absl::Seconds(3)});
  bench.loop.Advance(absl::Seconds(5));
  ASSERT_TRUE(bench.answer.has_value());
  EXPECT_EQ(bench.client->records().size(), 6u);
  EXPECT_EQ(bench.answer->annotations["requests"], 30);
  EXPECT_EQ(bench.answer->annotations["errors_not_sent"], 24);
  EXPECT_THAT(bench.answer->annotations["first_error"].get<std::string>(),
              HasSubstr("2 requests were under way"));
  EXPECT_EQ(bench.Scalar("throughput"), 2);
  EXPECT_EQ(bench.Scalar("latency_max"), 950);
}

TEST(LoadDriverTest, WaitsForTheLastAnswers) {
  Bench<FakeLoop> bench(Config(1));
  bench.client->Answer(FakeResponse(200), absl::Seconds(9));
  bench.Measure({.duration = absl::Seconds(1)});
  bench.loop.Advance(absl::Milliseconds(8999));
  EXPECT_FALSE(bench.answer.has_value());
  EXPECT_EQ(bench.driver->Progress(), 100);
  EXPECT_EQ(bench.driver->Activity(), "Sent 1 requests, 1 under way");
  bench.loop.Advance(absl::Milliseconds(1));
  ASSERT_TRUE(bench.answer.has_value());
  EXPECT_EQ(bench.Scalar("latency_max"), 9000);
}

// Each wait lasts 40 ms longer than it should.
class LateLoop final : public servo::base::Loop {
 public:
  absl::Duration Now() const override { return now_; }
  void RunUntil(absl::Duration time) {
    servo::base::Loop::RunUntil([&] { return now_ >= time; });
  }

 protected:
  void Wait(absl::Span<pollfd>, absl::Duration timeout) override {
    if (timeout <= absl::ZeroDuration()) return;
    now_ += timeout + absl::Milliseconds(40);
  }

 private:
  absl::Duration now_ = absl::Seconds(1000);
};

TEST(LoadDriverTest, LateTimersCostNoRequestAndShowInTheLatency) {
  Bench<LateLoop> bench(Config(100));
  bench.Measure({.duration = absl::Seconds(10)});
  bench.loop.RunUntil(bench.loop.Now() + absl::Seconds(11));
  ASSERT_TRUE(bench.answer.has_value());
  EXPECT_EQ(bench.answer->annotations["requests"], 1000);
  EXPECT_EQ(bench.answer->annotations["errors"], 0);
  // The request for which the timer was set is 40 ms late, what fell due in
  // between less.
  EXPECT_EQ(bench.answer->annotations["start_delay_max_ms"], 40);
  EXPECT_EQ(bench.Scalar("latency_max"), 40);
  EXPECT_GE(bench.Scalar("latency_p50"), 10);
  EXPECT_LE(bench.Scalar("latency_p50"), 30);
}

TEST(LoadDriverTest, TheRateHoldsToTheLastRequest) {
  // A thousandth of a second is no binary fraction: what was summed up would
  // drift.
  Bench<FakeLoop> bench(Config(1000));
  const absl::Duration begin = bench.loop.Now();
  bench.Measure({.duration = absl::Seconds(10)});
  bench.loop.Advance(absl::Seconds(11));
  const auto& records = bench.client->records();
  ASSERT_EQ(records.size(), 10000u);
  EXPECT_EQ(records[9000].started_at, begin + absl::Seconds(9));
}

TEST(LoadDriverTest, ProgressIsTheWindows) {
  Bench<FakeLoop> bench(Config(1));
  EXPECT_EQ(bench.driver->Progress(), 0);
  bench.Measure({.duration = absl::Seconds(10), .warmup = absl::Seconds(5)});
  EXPECT_EQ(bench.driver->Progress(), 0);
  bench.loop.Advance(absl::Seconds(5));
  EXPECT_EQ(bench.driver->Progress(), 0);
  bench.loop.Advance(absl::Seconds(4));
  EXPECT_EQ(bench.driver->Progress(), 40);
  bench.loop.Advance(absl::Seconds(6));
  EXPECT_EQ(bench.driver->Progress(), 100);
}

TEST(LoadDriverTest, ACancelStopsEverything) {
  Bench<FakeLoop> bench(Config(10));
  for (int i = 0; i < 10; ++i) {
    bench.client->Answer(FakeResponse(200), absl::Seconds(5));
  }
  bench.Measure({.duration = absl::Seconds(1000)});
  bench.loop.Advance(absl::Milliseconds(950));
  ASSERT_EQ(bench.client->records().size(), 10u);
  bench.driver->Cancel(CancelCause::Signal(SIGUSR1));
  bench.driver->Cancel(CancelCause::Signal(SIGUSR1));
  bench.driver->Hurry(CancelCause::Signal(SIGTERM));
  EXPECT_FALSE(bench.answer.has_value()) << "an answer from inside Cancel()";
  for (const FakeClient::Record& record : bench.client->records()) {
    EXPECT_TRUE(record.dropped);
  }
  bench.loop.Advance(absl::Seconds(2000));
  ASSERT_TRUE(bench.answer.has_value());
  EXPECT_EQ(bench.answer->reason, servo::protocol::kReasonCancelled);
  EXPECT_EQ(bench.client->records().size(), 10u);
}

TEST(LoadDriverTest, ACancelEndsTheWaitForTheLastAnswers) {
  Bench<FakeLoop> bench(Config(1));
  bench.client->Answer(FakeResponse(200), absl::Seconds(9));
  bench.Measure({.duration = absl::Seconds(1)});
  bench.loop.Advance(absl::Seconds(2));
  bench.driver->Cancel(CancelCause::Signal(SIGUSR1));
  bench.loop.RunPending();
  ASSERT_TRUE(bench.answer.has_value());
  EXPECT_EQ(bench.answer->reason, servo::protocol::kReasonCancelled);
}

TEST(LoadDriverTest, AWrongConfigurationFailsAndSendsNothing) {
  Bench<FakeLoop> bench(absl::InvalidArgumentError("c.yaml:1:1: no"));
  EXPECT_FALSE(bench.driver->Describe()->empty());
  bench.Measure({.duration = absl::Seconds(1)});
  EXPECT_EQ(bench.driver->Progress(), 0);
  bench.driver->Cancel(CancelCause::Signal(SIGUSR1));  // hides nothing
  bench.loop.Advance(absl::Seconds(2));
  ASSERT_TRUE(bench.answer.has_value());
  EXPECT_EQ(bench.answer->message, "c.yaml:1:1: no");
  EXPECT_EQ(bench.answer->reason, "invalid-config");
  EXPECT_EQ(bench.client->records().size(), 0u);
}

TEST(LoadDriverTest, ARequestThatCanNotBeSentFailsAtOnce) {
  Bench<FakeLoop> bench(Config(10));
  bench.client->RefuseStart(absl::InvalidArgumentError("no authorities"));
  bench.Measure({.duration = absl::Seconds(1000)});
  bench.loop.RunPending();
  ASSERT_TRUE(bench.answer.has_value());
  EXPECT_EQ(bench.answer->status, "failed");
  EXPECT_EQ(bench.answer->message, "no authorities");
}

TEST(LoadDriverTest, AWindowWithoutLengthSendsNothing) {
  Bench<FakeLoop> bench(Config(10));
  bench.Measure({.duration = absl::ZeroDuration()});
  bench.loop.RunPending();
  ASSERT_TRUE(bench.answer.has_value());
  EXPECT_EQ(bench.answer->metrics, json::object());
  EXPECT_EQ(bench.client->records().size(), 0u);
}

}  // namespace
}  // namespace http_load
