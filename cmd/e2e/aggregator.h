// A stand-in for servo-magg: runs several drivers side by side and merges what
// they answer.
#ifndef CMD_E2E_AGGREGATOR_H_
#define CMD_E2E_AGGREGATOR_H_

#include <list>
#include <map>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "cmd/e2e/driver_process.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {

// What the aggregator makes of its drivers' answers, by their names.
struct Aggregated {
  bool ok = false;
  nlohmann::json metrics = nlohmann::json::object();
  nlohmann::json annotations = nlohmann::json::object();
  std::vector<std::string> errors;  // one for each driver that failed
};

// Reads its drivers' lines and has the habits of the real one that drivers must
// live with:
//  * when the first driver fails, the others get SIGUSR1, once,
//  * and until all of them have ended not one line is read (it waits for the
//    processes first),
//  * each line of a driver becomes a line of its own to the core, and a core
//    that cancels answers each of them with one SIGUSR1. The handler of that
//    signal stops the drivers as above and is not re-entrant: a second signal
//    while it runs makes the aggregator exit, its drivers still running,
//  * an answer without metrics or annotations is an error of its own.
class Aggregator {
 public:
  // How long the core takes to answer a line.
  static constexpr absl::Duration kCoreAnswersAfter = absl::Milliseconds(20);

  // `loop` and `drivers` outlive the aggregator.
  Aggregator(base::Loop* loop ABSL_ATTRIBUTE_LIFETIME_BOUND,
             std::map<std::string, DriverProcess*> drivers);
  ~Aggregator();

  // To be called in each turn of the loop; whether the aggregator has ended:
  // all drivers are over, or it died.
  bool Step();

  // From now on the core answers each line with a cancel.
  void CancelByCore() { cancelled_by_core_ = true; }

  // Whether a second signal has made it exit.
  bool died() const { return died_; }

  // The progress that it would report: the least of all drivers'.
  int progress() const;

  // Once Step() has returned true.
  Aggregated Result() const;

 private:
  void TellTheCore();
  void OnSignal();
  void StopDrivers();
  void Die();

  base::Loop* const loop_;
  std::map<std::string, DriverProcess*> drivers_;
  std::list<base::Loop::Registration> core_answers_;
  bool cancelled_by_core_ = false;
  bool in_handler_ = false;
  bool died_ = false;
  bool stopping_ = false;
  bool reading_again_ = false;
};

}  // namespace servo::e2e

#endif  // CMD_E2E_AGGREGATOR_H_
