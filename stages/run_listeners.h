// Several listeners that are told as one.
#ifndef STAGES_RUN_LISTENERS_H_
#define STAGES_RUN_LISTENERS_H_

#include <vector>

#include "absl/base/attributes.h"
#include "stages/run_listener.h"

namespace servo::stages {

// Hands each event to all of its listeners, in the order in which they were
// added.
class RunListeners final : public RunListener {
 public:
  // `listener` must live as long as events come. Not from inside an event.
  void Add(RunListener* listener ABSL_ATTRIBUTE_LIFETIME_BOUND) {
    listeners_.push_back(listener);
  }

  // Whether any of them does; all hear it then.
  bool wants_output() const override;

  void OnStageBegin(const StageBegin& event) override;
  void OnWindowBegin(const WindowBegin& event) override;
  void OnWindowEnd(const WindowEnd& event) override;
  void OnAttemptBegin(const AttemptBegin& event) override;
  void OnAttemptEnd(const AttemptEnd& event) override;
  void OnRetryWait(const RetryWait& event) override;
  void OnTaskEnd(const TaskEnd& event) override;
  void OnTaskSkipped(const TaskSkipped& event) override;
  void OnBackgroundReady(const BackgroundReady& event) override;
  void OnBackgroundOutput(const BackgroundOutput& event) override;
  void OnBackgroundEnd(const BackgroundEnd& event) override;
  void OnSample(const Sample& event) override;
  void OnSampleRejected(const SampleRejected& event) override;
  void OnCancelBegin(const CancelBegin& event) override;
  void OnCleanupTimeout(const CleanupTimeout& event) override;
  void OnRunEnd(const RunEnd& event) override;

 private:
  template <typename Event>
  void TellAll(void (RunListener::*method)(const Event&), const Event& event) {
    for (RunListener* listener : listeners_) (listener->*method)(event);
  }

  std::vector<RunListener*> listeners_;
};

}  // namespace servo::stages

#endif  // STAGES_RUN_LISTENERS_H_
