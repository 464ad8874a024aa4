// A stand-in for servo-magg: runs several drivers side by side and merges what
// they answer.
#ifndef CMD_E2E_AGGREGATOR_H_
#define CMD_E2E_AGGREGATOR_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

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
//  * an answer without metrics or annotations is an error of its own.
class Aggregator {
 public:
  // `drivers` outlive the aggregator.
  explicit Aggregator(std::map<std::string, DriverProcess*> drivers);

  // To be called in each turn of the loop; whether all drivers are over.
  bool Step();

  // The progress that it would report: the least of all drivers'.
  int progress() const;

  // Once Step() has returned true.
  Aggregated Result() const;

 private:
  std::map<std::string, DriverProcess*> drivers_;
  bool stopping_ = false;
  bool reading_again_ = false;
};

}  // namespace servo::e2e

#endif  // CMD_E2E_AGGREGATOR_H_
