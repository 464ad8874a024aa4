#include "stages/run_listeners.h"

namespace servo::stages {

void RunListeners::OnStageBegin(const StageBegin& event) {
  TellAll(&RunListener::OnStageBegin, event);
}

void RunListeners::OnWindowBegin(const WindowBegin& event) {
  TellAll(&RunListener::OnWindowBegin, event);
}

void RunListeners::OnWindowEnd(const WindowEnd& event) {
  TellAll(&RunListener::OnWindowEnd, event);
}

void RunListeners::OnAttemptBegin(const AttemptBegin& event) {
  TellAll(&RunListener::OnAttemptBegin, event);
}

void RunListeners::OnAttemptEnd(const AttemptEnd& event) {
  TellAll(&RunListener::OnAttemptEnd, event);
}

void RunListeners::OnRetryWait(const RetryWait& event) {
  TellAll(&RunListener::OnRetryWait, event);
}

void RunListeners::OnTaskEnd(const TaskEnd& event) {
  TellAll(&RunListener::OnTaskEnd, event);
}

void RunListeners::OnTaskSkipped(const TaskSkipped& event) {
  TellAll(&RunListener::OnTaskSkipped, event);
}

void RunListeners::OnBackgroundReady(const BackgroundReady& event) {
  TellAll(&RunListener::OnBackgroundReady, event);
}

bool RunListeners::wants_output() const {
  for (const RunListener* listener : listeners_) {
    if (listener->wants_output()) return true;
  }
  return false;
}

void RunListeners::OnBackgroundOutput(const BackgroundOutput& event) {
  TellAll(&RunListener::OnBackgroundOutput, event);
}

void RunListeners::OnBackgroundEnd(const BackgroundEnd& event) {
  TellAll(&RunListener::OnBackgroundEnd, event);
}

void RunListeners::OnSample(const Sample& event) {
  TellAll(&RunListener::OnSample, event);
}

void RunListeners::OnSampleRejected(const SampleRejected& event) {
  TellAll(&RunListener::OnSampleRejected, event);
}

void RunListeners::OnCancelBegin(const CancelBegin& event) {
  TellAll(&RunListener::OnCancelBegin, event);
}

void RunListeners::OnCleanupTimeout(const CleanupTimeout& event) {
  TellAll(&RunListener::OnCleanupTimeout, event);
}

void RunListeners::OnRunEnd(const RunEnd& event) {
  TellAll(&RunListener::OnRunEnd, event);
}

}  // namespace servo::stages
