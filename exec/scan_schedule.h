// When processes are looked at and signalled, so that the loop goes on.
#ifndef EXEC_SCAN_SCHEDULE_H_
#define EXEC_SCAN_SCHEDULE_H_

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/loop.h"
#include "exec/process_info.h"
#include "exec/process_scan.h"

namespace servo::exec {

// Works in pieces of some milliseconds, one in each turn of the loop, and takes
// no more than half of the time when scans follow one another. Lives on the
// loop's thread; the loop outlives it.
class ScanSchedule {
 public:
  // Hears what a scan has found; see ProcessScan.
  using OnScan = absl::AnyInvocable<void(
      absl::Span<const ProcessInfo> processes, bool complete)>;

  ScanSchedule(base::Loop* loop, ProcessScan::Scope scope,
               std::string mark_variable, OnScan on_scan);
  ScanSchedule(const ScanSchedule&) = delete;
  ScanSchedule& operator=(const ScanSchedule&) = delete;

  // Asks for a scan that begins after this call, soon.
  void Request();

  // Asks for a scan in a while, longer each time until Request() is called.
  void RequestLater();

  // Sends `signal` to the process soon, before the next scan.
  void Send(const ProcessInfo& process, int signal);

 private:
  void Schedule();
  void Step();

  base::Loop* const loop_;
  const ProcessScan::Scope scope_;
  const std::string mark_variable_;
  OnScan on_scan_;
  std::deque<std::pair<ProcessInfo, int>> signals_;
  bool requested_ = false;
  std::optional<ProcessScan> scan_;  // under way
  absl::Duration work_;              // that it has taken so far
  absl::Duration not_before_ = -absl::InfiniteDuration();
  absl::Duration later_;
  base::Loop::Registration step_;
  base::Loop::Registration later_timer_;
};

}  // namespace servo::exec

#endif  // EXEC_SCAN_SCHEDULE_H_
