// A runner without processes: what it starts behaves as a test has scripted.
#ifndef EXEC_FAKE_RUNNER_H_
#define EXEC_FAKE_RUNNER_H_

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "exec/command.h"
#include "exec/runner.h"

namespace servo::exec {

// Keeps the contract of Runner (callbacks exactly once, on the loop, never from
// inside a call; timeouts, stop ladder, dropped handles) on the loop's clock,
// and records what it was asked to do.
class FakeRunner final : public Runner {
 public:
  // How one started process behaves.
  struct Script {
    // An error: it cannot be started.
    absl::Status start;

    // How long it runs by itself; infinite: until End() or a signal.
    absl::Duration runs_for = absl::ZeroDuration();

    // How it then ends: an exit code, or minus a signal's number.
    int code = 0;

    // What it prints. Given to the tap and the callback when the process is
    // over, however it ends.
    std::string out;
    std::string err;

    // Whether `kill_signal` ends it; otherwise only SIGKILL does.
    bool obeys = true;

    // The exit code with which it obeys; none: killed by the signal.
    std::optional<int> obeys_with;
  };

  // One successful Start() and what became of it.
  struct Record {
    Command command;
    Options options;
    absl::Duration started_at;     // on the loop's clock
    int stops = 0;                 // calls of Stop() on it, EndAll()'s included
    int kills = 0;                 // calls of Kill() on it, EndAll()'s included
    bool dropped = false;          // its Process was destroyed while it ran
    std::optional<Result> result;  // how it ended
    std::optional<absl::Duration> over_at;  // when, or when it was dropped

    // Whether it still runs.
    bool running() const { return !over_at.has_value(); }
  };

  // `loop` must outlive the runner.
  explicit FakeRunner(base::Loop* loop);
  ~FakeRunner() override;

  // Scripts the commands whose arguments, joined by blanks, are `line`: the
  // first start follows the first script, and so on; further ones follow the
  // last. Commands without a script exit with 0 in the next turn.
  void On(absl::string_view line, std::vector<Script> scripts);
  void On(absl::string_view line, Script script);

  // Of all successful starts, in their order. References stay valid.
  const std::deque<Record>& records() const { return records_; }

  // The argument lists of all starts, failed ones included, each joined by
  // blanks.
  const std::vector<std::string>& lines() const { return lines_; }

  // How often ReleaseReserve() was called.
  int reserve_releases() const { return reserve_releases_; }

  // Ends the process of records()[index], which must run, in the loop's next
  // turn.
  void End(size_t index, int code);

  // Prints `text` on a stream of the process of records()[index], which must
  // run: its tap hears it now, its result holds it, before what its script
  // prints.
  void Emit(size_t index, Stream stream, absl::string_view text);

  // How often EndAll() was called, and with what grace period the last time.
  int end_alls() const { return end_alls_; }
  absl::Duration end_all_grace() const { return end_all_grace_; }

  // What EndAll() reports as unkillable; nothing unless set.
  void set_unkillable(std::vector<Unkillable> unkillable) {
    unkillable_ = std::move(unkillable);
  }

  // How long EndAll() takes to end adopted orphans after all groups are gone;
  // 0 unless set.
  void set_orphans_take(absl::Duration time) { orphans_take_ = time; }

  absl::StatusOr<std::unique_ptr<Process>> Start(const Command& command,
                                                 const Options& options,
                                                 Done done) override;
  void EndAll(absl::Duration grace, EndAllDone done) override;
  void ReleaseReserve() override { ++reserve_releases_; }

 private:
  class FakeProcess;
  struct Child;

  Script NextScript(const std::string& line);
  void Print(Child& child, Stream stream, absl::string_view text);
  void EndSoon(Child& child, Ending ending, int code);
  void Signal(Child& child, Ending reason);
  void SignalKill(Child& child, Ending reason);
  void Over(Child& child, Ending ending, int code);
  void AwaitNone();

  base::Loop* const loop_;
  std::map<std::string, std::deque<Script>> scripts_;
  std::vector<std::string> lines_;
  std::deque<Record> records_;
  std::deque<std::shared_ptr<Child>> children_;  // as in records_
  int end_alls_ = 0;
  int reserve_releases_ = 0;
  absl::Duration end_all_grace_;
  std::vector<Unkillable> unkillable_;
  absl::Duration orphans_take_;
  EndAllDone end_all_done_;
  base::Loop::Registration end_all_timer_;
};

}  // namespace servo::exec

#endif  // EXEC_FAKE_RUNNER_H_
