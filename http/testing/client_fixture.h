// What the tests of the HTTP client share: a loop, a server of ours, a client.
#ifndef HTTP_TESTING_CLIENT_FIXTURE_H_
#define HTTP_TESTING_CLIENT_FIXTURE_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "base/testing/watchdog_loop.h"
#include "gtest/gtest.h"
#include "http/client.h"
#include "http/curl_client.h"
#include "http/request.h"
#include "http/testing/loopback_server.h"

namespace servo::http {

// Far more than any test needs, even on a loaded machine.
inline constexpr absl::Duration kPatience = absl::Seconds(30);

using Result = absl::StatusOr<Response>;

// A transfer and what its callback was given.
struct Call {
  std::unique_ptr<Transfer> transfer;
  std::optional<Result> result;
};

std::unique_ptr<Call> StartCall(Client& client, const Request& request);

Request To(std::string url, std::string method = "GET");

inline constexpr char kNone[] = "(none)";

std::string HeaderOr(const Headers& headers, const std::string& name,
                     const std::string& otherwise = kNone);

// On the real clock. A turn of the loop, the server's part in it included, that
// takes more than 50 ms of CPU time fails the test.
class CurlClientTest : public testing::Test {
 protected:
  // Removes what the client heeds from the environment.
  CurlClientTest();

  void RunUntil(absl::FunctionRef<bool()> done);
  Result Await(Call& call);
  Result Send(const Request& request);
  Result Get(const std::string& url) { return Send(To(url)); }

  // All that is sent for a GET that says no more than a URL.
  std::string PlainGet(absl::string_view target) const;

  const LoopbackServer::Received& last() const {
    return server_.requests().back();
  }

  base::WatchdogLoop loop_;
  LoopbackServer server_{&loop_};
  std::unique_ptr<Client> client_ = NewCurlClient(&loop_, "test-agent/1.0");
};

// On a clock that the test moves.
class CurlClientTimeTest : public testing::Test {
 protected:
  CurlClientTimeTest();

  void RunUntil(absl::FunctionRef<bool()> done);

  base::FakeLoop loop_;
  LoopbackServer server_{&loop_};
  std::unique_ptr<Client> client_ = NewCurlClient(&loop_, "test-agent/1.0");
};

}  // namespace servo::http

#endif  // HTTP_TESTING_CLIENT_FIXTURE_H_
