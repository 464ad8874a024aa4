#include "exec/scan_schedule.h"

#include <algorithm>
#include <vector>

namespace servo::exec {
namespace {

// The work of one turn.
constexpr absl::Duration kTurnTime = absl::Milliseconds(5);

// When what nothing tells of is looked at again.
constexpr absl::Duration kFirstInterval = absl::Milliseconds(20);
constexpr absl::Duration kLongestInterval = absl::Milliseconds(320);

}  // namespace

ScanSchedule::ScanSchedule(base::Loop* loop, ProcessScan::Scope scope,
                           std::string mark_variable, OnScan on_scan)
    : loop_(loop),
      scope_(scope),
      mark_variable_(std::move(mark_variable)),
      on_scan_(std::move(on_scan)),
      later_(kFirstInterval) {}

void ScanSchedule::Request() {
  requested_ = true;
  later_ = kFirstInterval;
  later_timer_.Reset();
  Schedule();
}

void ScanSchedule::RequestLater() {
  if (requested_ || later_timer_.active()) return;
  later_timer_ = loop_->After(later_, [this] {
    requested_ = true;
    Schedule();
  });
  later_ = std::min(2 * later_, kLongestInterval);
}

void ScanSchedule::Send(const ProcessInfo& process, int signal) {
  signals_.emplace_back(process, signal);
  step_ = loop_->Post([this] { Step(); });
}

// The next step: now if a scan can begin, else when one may begin again.
void ScanSchedule::Schedule() {
  if (step_.active()) return;
  const bool at_once = scan_.has_value() || loop_->Now() >= not_before_;
  step_ = at_once
              ? loop_->Post([this] { Step(); })
              : loop_->After(not_before_ - loop_->Now(), [this] { Step(); });
}

void ScanSchedule::Step() {
  const absl::Duration begin = loop_->Now();
  const auto is_late = [&] { return loop_->Now() - begin >= kTurnTime; };
  bool late = false;
  while (!signals_.empty() && !late) {
    SignalProcess(signals_.front().first, signals_.front().second);
    signals_.pop_front();
    late = is_late();
  }
  bool scanned = false;
  if (!late && (scan_.has_value() || (requested_ && begin >= not_before_))) {
    if (!scan_.has_value()) {
      requested_ = false;
      work_ = absl::ZeroDuration();
      scan_.emplace(scope_, mark_variable_);
    }
    scanned = scan_->Step(is_late);
    work_ += loop_->Now() - begin;
  }
  if (scanned) {
    not_before_ = loop_->Now() + work_;
    const std::vector<ProcessInfo> found = std::move(scan_->found());
    const bool complete = !scan_->incomplete();
    scan_.reset();
    on_scan_(found, complete);
    if (!complete) RequestLater();
  }
  if (!signals_.empty() || scan_.has_value()) {
    // Not posted: the loop hears others first.
    step_ = loop_->After(absl::ZeroDuration(), [this] { Step(); });
  } else if (requested_) {
    Schedule();
  }
}

}  // namespace servo::exec
