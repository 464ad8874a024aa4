// The stage of the end-to-end tests: a directory, a configuration, events that
// the tasks tell, drivers as processes, and the check that nothing is left.
#ifndef CMD_E2E_SCENARIO_H_
#define CMD_E2E_SCENARIO_H_

#include <sys/types.h>

#include <list>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "base/ppoll_loop.h"
#include "base/unique_fd.h"
#include "cmd/e2e/driver_process.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {

// The request that the core sends, with a window of this many seconds.
std::string Request(double duration);

// Each test has a directory of its own. Tasks find in their environment:
//   EVENTS  a named pipe; `echo NAME > $EVENTS` tells an event to the test
//   GATE    a named pipe; `read go < $GATE` waits until the test opens the gate
//   DIR     the directory
// After each test no process of it is left that a driver was to end.
class ScenarioTest : public testing::Test {
 protected:
  ScenarioTest();
  ~ScenarioTest() override;

  // Writes the configuration that the measurements of this test have.
  void Configure(absl::string_view yaml);

  // What RunMeasure() starts: `measure --config CONFIG app` with a request of a
  // window of `duration` seconds.
  DriverCommand MeasureCommand(double duration = 0);

  // Starts a driver; it lives as long as the test.
  DriverProcess& Start(DriverCommand command);

  // Starts `measure` and waits for its end.
  DriverProcess& RunMeasure(double duration = 0);

  // Turns the loop until `condition` holds; a failure, and false, if that takes
  // half a minute.
  bool Await(absl::FunctionRef<bool()> condition, absl::string_view what);

  // Until the tasks have told the event `name` (once more often than it was
  // awaited before).
  bool AwaitEvent(absl::string_view name);

  // Drops all drivers, which have ended, with their descriptors.
  void ForgetDrivers() { drivers_.clear(); }

  // Lets one task go on that waits at the gate, or will.
  void OpenGate();

  // Until the driver has ended; checks then that it has kept to the protocol
  // and that no process is left.
  void AwaitEnd(DriverProcess& driver);

  // The processes of this test that have not ended.
  std::vector<pid_t> LeftProcesses() const;

  // Until no process of this test is left, for what nobody waits for.
  void AwaitNoProcesses();

  // All events so far, in order; reads those that are there now.
  const std::vector<std::string>& events();

  const std::string& dir() const { return dir_; }

  base::PpollLoop loop_;

 private:
  void ReadEvents();

  std::string dir_;
  std::string mark_;
  base::UniqueFd gate_;
  base::UniqueFd event_pipe_;
  base::Loop::Registration event_watch_;
  std::string incomplete_event_;
  std::vector<std::string> events_;
  size_t awaited_events_ = 0;
  std::list<DriverProcess> drivers_;
};

// The answer of a failed measurement whose message has all of `parts` in it, in
// this order.
testing::AssertionResult FailedWith(const nlohmann::json& answer,
                                    const std::vector<std::string>& parts);

// The answer of a cancelled measurement.
nlohmann::json CancelledBy(absl::string_view cause);

// The answer of a good one.
nlohmann::json OkAnswer();

}  // namespace servo::e2e

#endif  // CMD_E2E_SCENARIO_H_
