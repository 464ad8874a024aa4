// A stand-in for the core: what it makes of a driver's answer.
#ifndef CMD_E2E_CORE_H_
#define CMD_E2E_CORE_H_

#include <string>

#include "cmd/e2e/driver_process.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {

// What the core does with a measurement: it takes the metrics, or tells a
// person why it can't.
struct Judgement {
  bool ok = false;
  std::string message;     // unless ok
  nlohmann::json metrics;  // if ok: each with a number or with series
};

// Judges a driver that is over:
//  * an exit code other than 0 or a status other than "ok" is a failure, and
//    the message is the answer's, followed by the driver's whole stderr,
//  * so is an answer without metrics or with a metric that is neither a number
//    nor a series.
Judgement JudgeAsTheCore(const DriverProcess& driver);

// The same of the metrics alone, as the aggregator passes them on.
Judgement JudgeAsTheCore(const nlohmann::json& metrics);

}  // namespace servo::e2e

#endif  // CMD_E2E_CORE_H_
