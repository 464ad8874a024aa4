#include "http/fetch.h"

#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/ppoll_loop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/request.h"
#include "http/testing/loopback_server.h"

namespace servo::http {
namespace {

// Fetch() runs a loop of its own, so that the server's needs another thread.
TEST(FetchTest, WaitsForTheAnswer) {
  base::PpollLoop loop;
  LoopbackServer server(&loop);
  server.Answer(Reply::Of(503, "busy"));
  Request request;
  request.url = server.Url();
  std::optional<absl::StatusOr<Response>> result;
  std::thread fetch([&] { result = Fetch(request); });
  // The client goes with the answer and closes its connection.
  loop.RunUntil([&] { return server.accepted() == 1 && server.open() == 0; });
  fetch.join();
  ASSERT_TRUE(result.has_value() && result->ok()) << result->status();
  EXPECT_EQ((*result)->status, 503);
  EXPECT_EQ((*result)->body.Text(), "busy");
}

TEST(FetchTest, ReturnsBothKindsOfErrors) {
  Request request;
  request.url = "host";
  EXPECT_EQ(Fetch(request).status().code(), absl::StatusCode::kInvalidArgument);
  base::PpollLoop loop;
  LoopbackServer server(&loop);
  request.url = server.Url();
  server.StopListening();
  EXPECT_EQ(Fetch(request).status().code(), absl::StatusCode::kUnavailable);
}

TEST(FetchTest, ErrorsMaskSecretsOfTheQuery) {
  base::PpollLoop loop;
  LoopbackServer server(&loop);
  Request request;
  request.url = server.Url() + "?token=hunter2&page=7";
  server.StopListening();
  const std::string message(Fetch(request).status().message());
  EXPECT_THAT(message, testing::HasSubstr("?token=***&page=7"));
  EXPECT_THAT(message, testing::Not(testing::HasSubstr("hunter2")));
}

}  // namespace
}  // namespace servo::http
