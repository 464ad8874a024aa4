#include "http/testing/client_fixture.h"

#include <cstdlib>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/loop.h"

namespace servo::http {
namespace {

void ClearEnvironment() {
  for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy",
                           "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy",
                           "NO_PROXY", "REQUEST_METHOD", "REQUESTS_CA_BUNDLE",
                           "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"}) {
    unsetenv(name);
  }
}

}  // namespace

std::unique_ptr<Call> StartCall(Client& client, const Request& request) {
  auto call = std::make_unique<Call>();
  absl::StatusOr<std::unique_ptr<Transfer>> transfer =
      client.Start(request, [call = call.get()](Result result) {
        EXPECT_FALSE(call->result.has_value()) << "called twice";
        call->result = std::move(result);
      });
  EXPECT_TRUE(transfer.ok()) << transfer.status();
  EXPECT_FALSE(call->result.has_value()) << "called inside Start()";
  if (transfer.ok()) call->transfer = *std::move(transfer);
  return call;
}

Request To(std::string url, std::string method) {
  Request request;
  request.url = std::move(url);
  request.method = std::move(method);
  return request;
}

std::string HeaderOr(const Headers& headers, const std::string& name,
                     const std::string& otherwise) {
  const std::string* value = FindHeader(headers, name);
  return value != nullptr ? *value : otherwise;
}

CurlClientTest::CurlClientTest() { ClearEnvironment(); }

void CurlClientTest::RunUntil(absl::FunctionRef<bool()> done) {
  bool late = false;
  const base::Loop::Registration guard =
      loop_.After(kPatience, [&late] { late = true; });
  loop_.RunUntil([&] { return late || done(); });
  ASSERT_FALSE(late) << "still waiting after " << kPatience;
}

Result CurlClientTest::Await(Call& call) {
  RunUntil([&call] { return call.result.has_value(); });
  return call.result.has_value() ? *std::move(call.result)
                                 : absl::UnknownError("no result");
}

Result CurlClientTest::Send(const Request& request) {
  return Await(*StartCall(*client_, request));
}

std::string CurlClientTest::PlainGet(absl::string_view target) const {
  return absl::StrCat("GET ", target,
                      " HTTP/1.1\r\nHost: 127.0.0.1:", server_.port(),
                      "\r\nUser-Agent: test-agent/1.0\r\nAccept: */*\r\n"
                      "Accept-Encoding: gzip, deflate\r\n\r\n");
}

CurlClientTimeTest::CurlClientTimeTest() { ClearEnvironment(); }

void CurlClientTimeTest::RunUntil(absl::FunctionRef<bool()> done) {
  const absl::Time deadline = absl::Now() + kPatience;
  while (!done()) {
    ASSERT_LT(absl::Now(), deadline) << "still waiting";
    loop_.RunPending();
  }
}

}  // namespace servo::http
