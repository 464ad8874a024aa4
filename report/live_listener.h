// Keeps the state of a live view: hears of a run what it shows.
#ifndef REPORT_LIVE_LISTENER_H_
#define REPORT_LIVE_LISTENER_H_

#include <array>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "plan/plan.h"
#include "report/live_view.h"
#include "stages/run_listener.h"

namespace servo::report {

// The last line of an output that comes in pieces. Keeps a bounded part of it.
class LastLine {
 public:
  // Of a longer line only the end counts.
  static constexpr size_t kMaxBytes = 4096;

  void Add(absl::string_view bytes);

  // The line that is being written, or the last whole one if nothing of another
  // has come; raw.
  const std::string& text() const { return open_.empty() ? whole_ : open_; }

  // Whether more of that line may come, and whether its begin was left out.
  bool is_open() const { return !open_.empty(); }
  bool is_cut() const { return text().size() >= kMaxBytes; }

 private:
  std::string whole_;
  std::string open_;
};

// Lives on the loop's thread.
class LiveListener final : public stages::RunListener {
 public:
  // What will be run. Before the first event.
  void SetPlan(const plan::Plan& plan);

  // What is told all the time from now on (LiveState::note).
  void SetNote(std::string note) { state_.note = std::move(note); }

  const LiveState& state() const { return state_; }

  bool wants_output() const override { return true; }

  void OnStageBegin(const stages::StageBegin& event) override;
  void OnWindowBegin(const stages::WindowBegin& event) override;
  void OnWindowEnd(const stages::WindowEnd& event) override;
  void OnAttemptBegin(const stages::AttemptBegin& event) override;
  void OnAttemptEnd(const stages::AttemptEnd& event) override;
  void OnRetryWait(const stages::RetryWait& event) override;
  void OnTaskEnd(const stages::TaskEnd& event) override;
  void OnTaskSkipped(const stages::TaskSkipped& event) override;
  void OnBackgroundReady(const stages::BackgroundReady& event) override;
  void OnBackgroundOutput(const stages::BackgroundOutput& event) override;
  void OnBackgroundEnd(const stages::BackgroundEnd& event) override;
  void OnRunEnd(const stages::RunEnd& event) override;

 private:
  using Outputs = std::array<LastLine, 2>;  // stdout and stderr

  LiveTask& TaskAt(stages::TaskId id);
  void EndSamplers(absl::Duration at);

  LiveState state_;
  std::map<std::pair<plan::Stage, size_t>, Outputs> outputs_;
};

}  // namespace servo::report

#endif  // REPORT_LIVE_LISTENER_H_
