// What a request costs beside a bare libcurl handle that asks the same server:
// prints both and their ratio.
//
//   ./bazelw run //http:curl_client_benchmark [-- --smoke]
//
// Everything runs on one CPU, the server too: how long another CPU takes to
// wake up is several times of what is measured, and differs from run to run.
// With --smoke everything is done in small, to see that it works.

#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/log/check.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/ppoll_loop.h"
#include "base/testing/benchmarking.h"
#include "curl/curl.h"
#include "http/client.h"
#include "http/curl_client.h"
#include "http/request.h"
#include "http/testing/loopback_server.h"

namespace servo::http {
namespace {

void StayOnOneCpu() {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(sched_getcpu(), &cpus);
  PCHECK(sched_setaffinity(0, sizeof(cpus), &cpus) == 0);
}

// A server in a process of its own, so that its work is in neither's way.
class ServerProcess {
 public:
  ServerProcess() {
    int ends[2];
    PCHECK(pipe(ends) == 0);
    pid_ = fork();
    PCHECK(pid_ >= 0);
    if (pid_ == 0) Serve(ends[1]);
    close(ends[1]);
    PCHECK(read(ends[0], &port_, sizeof(port_)) == sizeof(port_));
    close(ends[0]);
  }
  ~ServerProcess() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  std::string Url() const {
    return absl::StrCat("http://127.0.0.1:", port_, "/");
  }

 private:
  [[noreturn]] static void Serve(int port_to) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    base::PpollLoop loop;
    LoopbackServer server(&loop);
    server.AnswerAlways("/", Reply::Of(200, "hello world\n"));
    const int port = server.port();
    PCHECK(write(port_to, &port, sizeof(port)) == sizeof(port));
    loop.RunUntil([] { return false; });
    _exit(1);
  }

  pid_t pid_;
  int port_ = 0;
};

// One handle that is used again and again.
class Bare {
 public:
  explicit Bare(const std::string& url) : easy_(curl_easy_init()) {
    curl_easy_setopt(easy_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Ignore);
  }
  ~Bare() { curl_easy_cleanup(easy_); }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;

  void Get() { CHECK_EQ(curl_easy_perform(easy_), CURLE_OK); }

 private:
  static size_t Ignore(char*, size_t, size_t size, void*) { return size; }

  CURL* const easy_;
};

// As the engine uses the client: one request after the other.
class Ours {
 public:
  explicit Ours(std::string url) { request_.url = std::move(url); }

  void Get() {
    bool over = false;
    auto transfer =
        client_->Start(request_, [&](const absl::StatusOr<Response>& response) {
          CHECK_OK(response.status());
          CHECK_EQ(response->status, 200);
          over = true;
        });
    CHECK_OK(transfer.status());
    loop_.RunUntil([&] { return over; });
  }

 private:
  base::PpollLoop loop_;
  std::unique_ptr<Client> client_ = NewCurlClient(&loop_, "benchmark");
  Request request_;
};

// Microseconds for each of `count` calls of `get`.
template <typename Getter>
double Measure(Getter& getter, int count) {
  const absl::Duration begin = base::Now();
  for (int i = 0; i < count; ++i) getter.Get();
  return absl::ToDoubleMicroseconds(base::Now() - begin) / count;
}

void MeasureGets(int rounds, int count) {
  ServerProcess server;
  Ours ours(server.Url());
  Bare bare(server.Url());
  std::vector<double> our_times, bare_times, ratios;
  // In turns, so that both see the same machine.
  for (int i = 0; i < rounds; ++i) {
    our_times.push_back(Measure(ours, count));
    bare_times.push_back(Measure(bare, count));
    ratios.push_back(our_times.back() / bare_times.back());
  }
  std::printf(
      "GET on a kept connection: %.1f us, bare handle %.1f us (%.2f x)\n",
      base::Median(our_times), base::Median(bare_times), base::Median(ratios));
}

}  // namespace
}  // namespace servo::http

int main(int argc, char** argv) {
  const bool smoke = argc > 1 && std::strcmp(argv[1], "--smoke") == 0;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  servo::http::StayOnOneCpu();
  servo::http::MeasureGets(smoke ? 1 : 25, smoke ? 5 : 400);
  curl_global_cleanup();
}
