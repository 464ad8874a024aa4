#include <memory>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/client.h"
#include "http/curl_client.h"
#include "http/request.h"
#include "http/testing/client_fixture.h"
#include "http/testing/loopback_server.h"

namespace servo::http {
namespace {

using ::testing::SizeIs;

TEST_F(CurlClientTest, TransferMayBeDestroyedInItsCallback) {
  std::unique_ptr<Transfer> transfer;
  bool called = false;
  transfer = *client_->Start(To(server_.Url()), [&](const Result&) {
    transfer.reset();
    called = true;
  });
  RunUntil([&called] { return called; });
}

TEST_F(CurlClientTest, TransferMayBeDestroyedBeforeItsFirstTurn) {
  StartCall(*client_, To(server_.Url())).reset();
  StartCall(*client_, To("http://servo.invalid/")).reset();
  StartCall(*client_, To("https://servo.invalid/")).reset();
  const Result result = Get(server_.Url("/after"));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(last().target, "/after");
  EXPECT_THAT(server_.requests(), SizeIs(1));
}

TEST_F(CurlClientTest, TransferMayBeDestroyedInTheNameLookup) {
  auto call = StartCall(*client_, To("http://servo.invalid/"));
  loop_.RunOnce();
  call.reset();
  EXPECT_TRUE(Get(server_.Url("/after")).ok());
}

TEST_F(CurlClientTest, NextRequestMayStartInTheCallback) {
  std::unique_ptr<Call> second;
  std::unique_ptr<Transfer> first =
      *client_->Start(To(server_.Url("/1")), [&](const Result&) {
        second = StartCall(*client_, To(server_.Url("/2")));
      });
  RunUntil([&second] { return second != nullptr; });
  EXPECT_TRUE(Await(*second).ok());
  EXPECT_EQ(server_.accepted(), 1);
}

TEST_F(CurlClientTest, ClientMayBeDestroyedInACallback) {
  bool called = false;
  const std::unique_ptr<Transfer> transfer =
      *client_->Start(To(server_.Url()), [&](const Result&) {
        client_.reset();
        called = true;
      });
  RunUntil([&called] { return called; });
}

TEST_F(CurlClientTest, TransferMayOutliveTheClient) {
  const auto call = StartCall(*client_, To(server_.Url()));
  RunUntil([this] { return server_.accepted() == 1; });
  client_.reset();
  RunUntil([this] { return server_.open() == 0; });
  EXPECT_FALSE(call->result.has_value());
}

TEST_F(CurlClientTest, DroppedTransferClosesItsConnectionOnly) {
  ASSERT_TRUE(Get(server_.Url()).ok());
  const auto kept = StartCall(*client_, To(server_.Url("/kept")));
  server_.Answer(Reply::Of(200));
  server_.Answer(Reply().Send("HTTP/1.1 200 OK\r\n").Stall());
  auto dropped = StartCall(*client_, To(server_.Url("/dropped")));
  EXPECT_TRUE(Await(*kept).ok());
  RunUntil([this] { return last().target == "/dropped"; });
  dropped.reset();
  RunUntil([this] { return server_.open() == 1; });
  ASSERT_TRUE(Get(server_.Url()).ok());
  EXPECT_EQ(server_.accepted(), 2);
}

}  // namespace
}  // namespace servo::http
