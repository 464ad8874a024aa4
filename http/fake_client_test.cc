#include "http/fake_client.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/client.h"
#include "http/request.h"

namespace servo::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class FakeClientTest : public testing::Test {
 protected:
  Request Get() {
    Request request;
    request.url = "http://user:secret@host/path";
    return request;
  }

  std::unique_ptr<Transfer> Start(const Request& request) {
    absl::StatusOr<std::unique_ptr<Transfer>> transfer =
        client_.Start(request, [this](absl::StatusOr<Response> result) {
          EXPECT_FALSE(result_.has_value()) << "called twice";
          result_ = std::move(result);
        });
    EXPECT_TRUE(transfer.ok()) << transfer.status();
    EXPECT_FALSE(result_.has_value()) << "called inside Start()";
    return *std::move(transfer);
  }

  base::FakeLoop loop_;
  FakeClient client_{&loop_};
  std::optional<absl::StatusOr<Response>> result_;
};

TEST_F(FakeClientTest, AnswersWithAnEmpty200InTheNextTurn) {
  const std::unique_ptr<Transfer> transfer = Start(Get());
  loop_.RunPending();
  ASSERT_TRUE(result_.has_value() && result_->ok());
  EXPECT_EQ((*result_)->status, 200);
  EXPECT_EQ((*result_)->url, "http://***@host/path");
  EXPECT_FALSE(client_.records()[0].running());
}

TEST_F(FakeClientTest, AnswersAsScriptedOneAfterTheOther) {
  client_.Answer(FakeResponse(503, "busy", {{"Retry-After", "1"}}));
  client_.Answer(absl::UnavailableError("cannot connect"), absl::Seconds(2));
  const std::unique_ptr<Transfer> first = Start(Get());
  loop_.RunPending();
  ASSERT_TRUE(result_.has_value() && result_->ok());
  EXPECT_EQ((*result_)->status, 503);
  EXPECT_EQ((*result_)->body.Text(), "busy");
  result_.reset();
  const std::unique_ptr<Transfer> second = Start(Get());
  loop_.Advance(absl::Milliseconds(1999));
  EXPECT_FALSE(result_.has_value());
  loop_.Advance(absl::Milliseconds(1));
  ASSERT_TRUE(result_.has_value());
  EXPECT_EQ(result_->status(), absl::UnavailableError("cannot connect"));
}

TEST_F(FakeClientTest, KeepsTheTimeout) {
  client_.Answer(FakeResponse(200), absl::InfiniteDuration());
  Request request = Get();
  request.timeout = absl::Seconds(5);
  const std::unique_ptr<Transfer> transfer = Start(request);
  loop_.Advance(absl::Seconds(5));
  ASSERT_TRUE(result_.has_value());
  EXPECT_EQ(result_->status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(result_->status().message(), Not(HasSubstr("secret")));
}

TEST_F(FakeClientTest, CompletesWhenTold) {
  client_.Answer(FakeResponse(200), absl::InfiniteDuration());
  const std::unique_ptr<Transfer> transfer = Start(Get());
  loop_.Advance(absl::Hours(1));
  EXPECT_TRUE(client_.records()[0].running());
  client_.Complete(0, FakeResponse(204));
  EXPECT_FALSE(result_.has_value()) << "called inside Complete()";
  loop_.RunPending();
  ASSERT_TRUE(result_.has_value() && result_->ok());
  EXPECT_EQ((*result_)->status, 204);
  EXPECT_EQ((*result_)->elapsed, absl::Hours(1));
}

TEST_F(FakeClientTest, SeesDroppedTransfers) {
  std::unique_ptr<Transfer> transfer = Start(Get());
  transfer.reset();
  loop_.Advance(absl::Hours(1));
  EXPECT_FALSE(result_.has_value());
  EXPECT_TRUE(client_.records()[0].dropped);
}

TEST_F(FakeClientTest, TransferMayBeDestroyedInItsCallback) {
  std::unique_ptr<Transfer> transfer;
  bool called = false;
  transfer = *client_.Start(Get(), [&](const absl::StatusOr<Response>&) {
    transfer.reset();
    called = true;
  });
  loop_.RunPending();
  EXPECT_TRUE(called);
  EXPECT_FALSE(client_.records()[0].dropped);
}

TEST_F(FakeClientTest, RefusesToStart) {
  client_.RefuseStart(absl::InvalidArgumentError("no such certificate"));
  EXPECT_EQ(client_.Start(Get(), [](auto) {}).status(),
            absl::InvalidArgumentError("no such certificate"));
  Request request = Get();
  request.url = "host";
  EXPECT_EQ(client_.Start(request, [](auto) {}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(client_.records().empty());
}

TEST_F(FakeClientTest, TransferMayOutliveTheClient) {
  auto client = std::make_unique<FakeClient>(&loop_);
  const std::unique_ptr<Transfer> transfer =
      *client->Start(Get(), [](auto) { ADD_FAILURE(); });
  client.reset();
  loop_.Advance(absl::Hours(1));
}

}  // namespace
}  // namespace servo::http
