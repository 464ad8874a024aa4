#include "cmd/e2e/aggregator.h"

#include <algorithm>
#include <csignal>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace servo::e2e {

using ::nlohmann::json;

Aggregator::Aggregator(base::Loop* loop,
                       std::map<std::string, DriverProcess*> drivers)
    : loop_(loop), drivers_(std::move(drivers)) {
  for (auto& [name, driver] : drivers_)
    driver->OnLine([this](absl::string_view) { TellTheCore(); });
}

Aggregator::~Aggregator() {
  for (auto& [name, driver] : drivers_) driver->OnLine(nullptr);
}

void Aggregator::TellTheCore() {
  core_answers_.push_back(loop_->After(kCoreAnswersAfter, [this] {
    if (cancelled_by_core_) OnSignal();
  }));
}

void Aggregator::OnSignal() {
  if (died_) return;
  if (in_handler_) return Die();
  in_handler_ = true;
  StopDrivers();
}

void Aggregator::StopDrivers() {
  if (std::exchange(stopping_, true)) return;
  for (auto& [name, driver] : drivers_) {
    if (driver->over()) continue;
    driver->Signal(SIGUSR1);
    driver->StopReading();
  }
}

void Aggregator::Die() {
  died_ = true;
  for (auto& [name, driver] : drivers_) driver->CloseStdout();
}

bool Aggregator::Step() {
  if (died_) return true;
  auto failed = [](const auto& driver) {
    return driver.second->over() && driver.second->exit_code() != 0;
  };
  if (!stopping_ && absl::c_any_of(drivers_, failed)) StopDrivers();
  auto exited = [](const auto& driver) { return driver.second->exited(); };
  if (stopping_ && !reading_again_ && absl::c_all_of(drivers_, exited)) {
    reading_again_ = true;
    in_handler_ = false;
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
