#include "http/fetch.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/log/check.h"
#include "base/ppoll_loop.h"
#include "http/client.h"
#include "http/curl_client.h"

namespace servo::http {

absl::StatusOr<Response> Fetch(const Request& request) {
  base::PpollLoop loop;
  const std::unique_ptr<Client> client = NewCurlClient(&loop, "servo-exec");
  std::optional<absl::StatusOr<Response>> result;
  const absl::StatusOr<std::unique_ptr<Transfer>> transfer =
      client->Start(request, [&result](absl::StatusOr<Response> answer) {
        result = std::move(answer);
      });
  if (!transfer.ok()) return transfer.status();
  CHECK(loop.RunUntil([&result] { return result.has_value(); }));
  return *std::move(result);
}

}  // namespace servo::http
