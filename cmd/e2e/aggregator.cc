#include "cmd/e2e/aggregator.h"

#include <algorithm>
#include <csignal>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"

namespace servo::e2e {

using ::nlohmann::json;

Aggregator::Aggregator(std::map<std::string, DriverProcess*> drivers)
    : drivers_(std::move(drivers)) {}

bool Aggregator::Step() {
  auto failed = [](const auto& driver) {
    return driver.second->over() && driver.second->exit_code() != 0;
  };
  if (!stopping_ && absl::c_any_of(drivers_, failed)) {
    stopping_ = true;
    for (auto& [name, driver] : drivers_) {
      if (driver->over()) continue;
      driver->Signal(SIGUSR1);
      driver->StopReading();
    }
  }
  auto exited = [](const auto& driver) { return driver.second->exited(); };
  if (stopping_ && !reading_again_ && absl::c_all_of(drivers_, exited)) {
    reading_again_ = true;
    for (auto& [name, driver] : drivers_) {
      if (!driver->over()) driver->GoOnReading();
    }
  }
  return absl::c_all_of(
      drivers_, [](const auto& driver) { return driver.second->over(); });
}

int Aggregator::progress() const {
  int least = 100;
  for (const auto& [name, driver] : drivers_) {
    const auto& lines = driver->progress();
    least = std::min(least,
                     lines.empty() ? 0 : lines.back()["progress"].get<int>());
  }
  return least;
}

Aggregated Aggregator::Result() const {
  Aggregated result;
  for (const auto& [name, driver] : drivers_) {
    const json& answer = driver->answer();
    if (driver->exit_code() != 0 || !answer.is_object()) {
      result.errors.push_back(absl::StrCat(
          "Driver ", name, " exited with status code ", driver->exit_code(),
          ". Stdout: ", answer.dump(), ". Stderr: ", driver->errors()));
      continue;
    }
    if (!answer.contains("metrics") || !answer.contains("annotations")) {
      result.errors.push_back(absl::StrCat("Driver ", name, ": KeyError"));
      continue;
    }
    result.metrics.update(answer["metrics"]);
    result.annotations.update(answer["annotations"]);
  }
  result.ok = result.errors.empty();
  return result;
}

}  // namespace servo::e2e
