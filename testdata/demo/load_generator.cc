// The demo's load generator: requests a service again and again, four at a
// time, until it is told over HTTP to stop.
//
//   load_generator SERVICE_SOCKET CONTROL_SOCKET
//
// The control socket answers GET /status, and POST /stop by ending the load:
// then a summary is printed, and the control socket is removed.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "base/ppoll_loop.h"
#include "http/client.h"
#include "http/curl_client.h"
#include "http/request.h"
#include "http/testing/loopback_server.h"

namespace {

namespace base = servo::base;
namespace http = servo::http;

class LoadGenerator {
 public:
  LoadGenerator(base::Loop* loop, const std::string& service_socket)
      : loop_(loop),
        client_(http::NewCurlClient(loop, "servo-exec-demo")),
        start_(loop->Now()) {
    request_.url = "http://service/work";
    request_.unix_socket = service_socket;
    for (Slot& slot : slots_) Next(&slot);
  }

  // Begins no more requests.
  void Stop() { stopping_ = true; }

  // Whether it was stopped and the last answer is there.
  bool over() const { return stopping_ && under_way_ == 0; }

  void PrintSummary() const {
    const double seconds = absl::ToDoubleSeconds(loop_->Now() - start_);
    std::printf("%d requests, %d failed, %.0f per second\n", done_, failed_,
                done_ / seconds);
    if (!latencies_.empty()) std::printf("p99 %.3f ms\n", Percentile(0.99));
    std::fflush(stdout);
  }

 private:
  struct Slot {
    std::unique_ptr<http::Transfer> transfer;
    base::Loop::Registration next;
    absl::Duration begin;
  };

  // By nearest rank.
  double Percentile(double share) const {
    std::vector<double> sorted = latencies_;
    std::sort(sorted.begin(), sorted.end());
    const auto rank = static_cast<size_t>(std::ceil(share * sorted.size()));
    return sorted[rank - 1];
  }

  void Next(Slot* slot) {
    if (stopping_) return;
    ++under_way_;
    slot->begin = loop_->Now();
    absl::StatusOr<std::unique_ptr<http::Transfer>> transfer = client_->Start(
        request_, [this, slot](const absl::StatusOr<http::Response>& response) {
          --under_way_;
          ++done_;
          latencies_.push_back(
              absl::ToDoubleMilliseconds(loop_->Now() - slot->begin));
          if (!response.ok() || response->status != 200) ++failed_;
          // A pause, so that the demo leaves the machine some air.
          slot->next =
              loop_->After(absl::Milliseconds(4), [this, slot] { Next(slot); });
        });
    if (transfer.ok()) {
      slot->transfer = *std::move(transfer);
    } else {
      --under_way_;
      ++failed_;
    }
  }

  base::Loop* const loop_;
  const std::unique_ptr<http::Client> client_;
  const absl::Duration start_;
  http::Request request_;
  std::array<Slot, 4> slots_;
  bool stopping_ = false;
  int under_way_ = 0;
  int done_ = 0;
  int failed_ = 0;
  std::vector<double> latencies_;  // in milliseconds
};

bool ToldToStop(const http::LoopbackServer& control) {
  return !control.requests().empty() &&
         control.requests().back().target == "/stop";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr,
                 "usage: load_generator SERVICE_SOCKET CONTROL_SOCKET\n");
    return 2;
  }
  base::PpollLoop loop;
  http::LoopbackServer control(
      &loop, {.address = http::LoopbackServer::Options::Address::kUnix,
              .unix_path = argv[2]});
  control.AnswerAlways("/status", http::Reply::Of(200, "running\n"));
  control.AnswerAlways(
      "/stop",
      http::Reply::Of(202, "stopping\n", {{"Connection", "close"}}).Close());

  LoadGenerator load(&loop, argv[1]);
  loop.RunUntil([&] {
    if (ToldToStop(control)) load.Stop();
    // The answer to /stop is out when its connection is closed.
    return load.over() && control.open() == 0;
  });
  load.PrintSummary();
  return 0;
}
