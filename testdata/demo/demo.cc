// A measurement that one can watch: a service that is to be measured, and
// `measure` around it with config.yaml, started as the servo core starts it.
//
//   bazel run //:demo [-- SECONDS]

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/log/check.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "base/ppoll_loop.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/marked_processes.h"
#include "cmd/e2e/runfiles.h"
#include "http/testing/loopback_server.h"
#include "nlohmann/json.hpp"

namespace {

namespace base = servo::base;
namespace e2e = servo::e2e;
namespace http = servo::http;

// A directory of its own, in which the demo runs and which it removes.
class WorkingDirectory {
 public:
  WorkingDirectory()
      : path_(std::filesystem::temp_directory_path() /
              "servo-exec-demo-XXXXXX") {
    PCHECK(mkdtemp(path_.data()) != nullptr) << path_;
    std::filesystem::current_path(path_);
  }
  ~WorkingDirectory() {
    std::filesystem::current_path("/");
    std::filesystem::remove_all(path_);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void Heading(absl::string_view text) {
  std::printf("\n--- %s\n", std::string(text).c_str());
}

// The service that is to be measured.
std::unique_ptr<http::LoopbackServer> StartService(base::Loop* loop) {
  auto service = std::make_unique<http::LoopbackServer>(
      loop, http::LoopbackServer::Options{
                .address = http::LoopbackServer::Options::Address::kUnix,
                .unix_path = "service.sock"});
  service->AnswerAlways("/health",
                        http::Reply().Send("HTTP/1.1 200 OK\r\n"
                                           "Content-Length: 7\r\n\r\n"
                                           "healthy"));
  service->AnswerAlways("/work", http::Reply::Of(200, "done"));
  service->AnswerAlways("/sessions", http::Reply::Of(204));
  return service;
}

e2e::DriverCommand MeasureCommand(double seconds, const std::string& mark) {
  const std::string programs =
      std::filesystem::path(e2e::RunfilePath("testdata/demo/load_generator"))
          .parent_path();
  const char* path = getenv("PATH");
  return {
      .argv = {e2e::RunfilePath("cmd/measure"), "--config",
               e2e::RunfilePath("testdata/demo/config.yaml"), "demo-app"},
      .environment = {{"PATH",
                       absl::StrCat(programs, ":",
                                    path == nullptr ? "/usr/bin:/bin" : path)},
                      {e2e::kMarkVariable, mark}},
      .input = nlohmann::json{{"control", {{"duration", seconds}}}}.dump()};
}

// Runs the measurement to its end and shows its lines as they come.
void Watch(base::Loop* loop, e2e::DriverProcess* driver) {
  const absl::Duration start = loop->Now();
  driver->OnLine([&](absl::string_view line) {
    std::printf("%7.3f s  %s\n", absl::ToDoubleSeconds(loop->Now() - start),
                std::string(line).c_str());
    std::fflush(stdout);
  });
  loop->RunUntil([&] { return driver->over(); });
  std::printf("exit code %d\n%s", driver->exit_code(),
              driver->errors().c_str());
}

void PrintWhatTheServiceSaw(const http::LoopbackServer& service) {
  std::map<std::string, int> counts;
  std::vector<std::string> order;
  for (const auto& request : service.requests()) {
    const std::string what = absl::StrCat(request.method, " ", request.target);
    if (counts[what]++ == 0) order.push_back(what);
  }
  for (const std::string& what : order)
    std::printf("%7d  %s\n", counts[what], what.c_str());
}

void PrintMetrics(const nlohmann::json& answer) {
  if (!answer.contains("metrics")) return;
  for (const auto& [name, metric] : answer["metrics"].items()) {
    std::printf("%12s  %s %s\n", name.c_str(), metric["value"].dump().c_str(),
                metric.value("unit", "").c_str());
  }
}

// Whether neither a process nor a file of the run is left, told to the person.
bool NothingIsLeft(const std::string& mark) {
  const std::vector<pid_t> processes = e2e::MarkedProcesses(mark);
  for (pid_t pid : processes) std::printf("process %d\n", pid);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(".")) {
    if (entry.path().filename() == "service.sock") continue;  // the demo's own
    std::printf("file %s\n", entry.path().c_str());
    ++files;
  }
  if (!processes.empty() || files > 0) return false;
  std::printf("no process, no file\n");
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  double seconds = 5;
  if (argc > 2 || (argc == 2 && !absl::SimpleAtod(argv[1], &seconds))) {
    std::fprintf(stderr, "usage: demo [SECONDS]\n");
    return 2;
  }
  // Ctrl-C is for the measurement, which then cleans up.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);

  WorkingDirectory directory;
  base::PpollLoop loop;
  std::unique_ptr<http::LoopbackServer> service = StartService(&loop);
  const e2e::DriverCommand command =
      MeasureCommand(seconds, /*mark=*/directory.path());
  std::printf("A service listens on %s/service.sock.\n",
              directory.path().c_str());

  Heading("measure --config testdata/demo/config.yaml demo-app");
  std::printf("stdin:     %s\n", command.input->c_str());
  e2e::DriverProcess driver(&loop, command);
  Watch(&loop, &driver);

  Heading("requests that the service saw");
  PrintWhatTheServiceSaw(*service);

  Heading("what is left of the measurement");
  const bool clean = NothingIsLeft(directory.path());
  for (const std::string& violation : driver.violations())
    std::printf("against the protocol: %s\n", violation.c_str());

  Heading("metrics");
  PrintMetrics(driver.answer());
  return clean && driver.violations().empty() ? driver.exit_code() : 1;
}
