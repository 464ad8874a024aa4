// A listener that writes down what it hears, a short line for each event.
#ifndef STAGES_TESTING_RECORDING_LISTENER_H_
#define STAGES_TESTING_RECORDING_LISTENER_H_

#include <string>
#include <vector>

#include "stages/run_listener.h"

namespace servo::stages {

// The word for a cause: "exit code", "timed out".
const char* Word(Cause cause);

class RecordingListener final : public RunListener {
 public:
  void OnStageBegin(const StageBegin& event) override;
  void OnWindowBegin(const WindowBegin& event) override;
  void OnAttemptBegin(const AttemptBegin& event) override;
  void OnAttemptEnd(const AttemptEnd& event) override;
  void OnRetryWait(const RetryWait& event) override;
  void OnTaskEnd(const TaskEnd& event) override;
  void OnTaskSkipped(const TaskSkipped& event) override;
  void OnBackgroundReady(const BackgroundReady& event) override;
  void OnBackgroundEnd(const BackgroundEnd& event) override;
  void OnSample(const Sample& event) override;
  void OnSampleRejected(const SampleRejected& event) override;
  void OnCancelBegin(const CancelBegin& event) override;
  void OnCleanupTimeout(const CleanupTimeout& event) override;
  void OnRunEnd(const RunEnd& event) override;

  // "stage pre: 2 tasks", "window 10s", "a begins 1", "a ends 1: exit code",
  // "a waits 2s for 2", "a succeeded", "a failed: ignored", "load is up",
  // "load ended: -15", "load ended early: 3", "cancel", "cleanup timeout 1m",
  // "run ends", "run ends: 2 unkillable".
  std::vector<std::string> events;

  // Those of `events` that contain `part`.
  std::vector<std::string> Those(const std::string& part) const;
};

}  // namespace servo::stages

#endif  // STAGES_TESTING_RECORDING_LISTENER_H_
