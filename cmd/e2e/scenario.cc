#include "cmd/e2e/scenario.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "absl/log/check.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cmd/e2e/marked_processes.h"
#include "cmd/e2e/runfiles.h"

namespace servo::e2e {
namespace {

// A named pipe, open for reading and writing, so that it neither blocks whoever
// opens it nor comes to an end when they close it.
base::UniqueFd MakeFifo(const std::string& path) {
  PCHECK(mkfifo(path.c_str(), 0600) == 0);
  base::UniqueFd fd(open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  PCHECK(fd.valid());
  return fd;
}

}  // namespace

std::string Request(double duration) {
  return nlohmann::json{{"control", {{"duration", duration}}}}.dump();
}

ScenarioTest::ScenarioTest() {
  std::signal(SIGPIPE, SIG_IGN);
  const char* tmp = getenv("TEST_TMPDIR");
  CHECK(tmp != nullptr) << "not run by Bazel";
  dir_ = absl::StrCat(tmp, "/scenario-XXXXXX");
  PCHECK(mkdtemp(dir_.data()) != nullptr);
  // Unique: the directory is.
  mark_ = dir_;
  gate_ = MakeFifo(dir_ + "/gate");
  event_pipe_ = MakeFifo(dir_ + "/events");
  event_watch_ =
      loop_.Watch(event_pipe_.get(), POLLIN, [this](short) { ReadEvents(); });
}

ScenarioTest::~ScenarioTest() {
  drivers_.clear();
  for (pid_t pid : MarkedProcesses(mark_)) kill(pid, SIGKILL);
}

void ScenarioTest::Configure(absl::string_view yaml) {
  std::ofstream(dir_ + "/config.yaml") << yaml;
}

DriverCommand ScenarioTest::MeasureCommand(double duration) {
  return {.argv = {RunfilePath("cmd/measure"), "--config",
                   dir_ + "/config.yaml", "app"},
          .input = Request(duration)};
}

DriverProcess& ScenarioTest::Start(DriverCommand command) {
  command.environment.insert(command.environment.end(),
                             {{kMarkVariable, mark_},
                              {"EVENTS", dir_ + "/events"},
                              {"GATE", dir_ + "/gate"},
                              {"DIR", dir_}});
  return drivers_.emplace_back(&loop_, command);
}

DriverProcess& ScenarioTest::RunMeasure(double duration) {
  DriverProcess& driver = Start(MeasureCommand(duration));
  AwaitEnd(driver);
  return driver;
}

bool ScenarioTest::Await(absl::FunctionRef<bool()> condition,
                         absl::string_view what) {
  bool late = false;
  auto deadline = loop_.After(absl::Seconds(30), [&] { late = true; });
  loop_.RunUntil([&] { return late || condition(); });
  EXPECT_FALSE(late) << "waited in vain for " << what
                     << "; events: " << absl::StrJoin(events_, ", ");
  return !late;
}

bool ScenarioTest::AwaitEvent(absl::string_view name) {
  return Await(
      [&] {
        while (awaited_events_ < events_.size()) {
          if (events_[awaited_events_++] == name) return true;
        }
        return false;
      },
      name);
}

void ScenarioTest::OpenGate() { PCHECK(write(gate_.get(), "go\n", 3) == 3); }

void ScenarioTest::AwaitEnd(DriverProcess& driver) {
  Await([&] { return driver.over(); }, "the driver's end");
  EXPECT_EQ(absl::StrJoin(driver.violations(), "\n"), "");
  EXPECT_EQ(absl::StrJoin(MarkedProcesses(mark_), ", "), "")
      << "processes were left behind";
}

std::vector<pid_t> ScenarioTest::LeftProcesses() const {
  return MarkedProcesses(mark_);
}

void ScenarioTest::AwaitNoProcesses() {
  // Nothing wakes the loop when a process ends that is not our child.
  base::Loop::Registration look_again;
  std::function<void()> look = [&] {
    look_again = loop_.After(absl::Milliseconds(5), look);
  };
  look();
  Await([&] { return MarkedProcesses(mark_).empty(); }, "the last process");
}

const std::vector<std::string>& ScenarioTest::events() {
  ReadEvents();
  return events_;
}

void ScenarioTest::ReadEvents() {
  char buffer[4096];
  for (ssize_t count;
       (count = read(event_pipe_.get(), buffer, sizeof(buffer))) > 0;)
    incomplete_event_.append(buffer, count);
  for (size_t end; (end = incomplete_event_.find('\n')) != std::string::npos;) {
    events_.push_back(incomplete_event_.substr(0, end));
    incomplete_event_.erase(0, end + 1);
  }
}

testing::AssertionResult FailedWith(const nlohmann::json& answer,
                                    const std::vector<std::string>& parts) {
  const bool failed = answer.is_object() && answer.contains("status") &&
                      answer["status"] == "failed" &&
                      answer.contains("message") && answer.contains("reason");
  if (!failed)
    return testing::AssertionFailure() << answer << " is not a failure";
  const std::string message = answer["message"];
  size_t at = 0;
  for (const std::string& part : parts) {
    at = message.find(part, at);
    if (at == std::string::npos) {
      return testing::AssertionFailure()
             << "\"" << part << "\" is not (or not there) in: " << message;
    }
    at += part.size();
  }
  return testing::AssertionSuccess() << message;
}

nlohmann::json CancelledBy(absl::string_view cause) {
  return {{"status", "failed"},
          {"message", absl::StrCat("Exiting due to signal: ", cause)},
          {"reason", "cancelled"}};
}

nlohmann::json OkAnswer() {
  return {{"status", "ok"},
          {"metrics", nlohmann::json::object()},
          {"annotations", nlohmann::json::object()}};
}

}  // namespace servo::e2e
