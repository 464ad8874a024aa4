// Tells of a run in words: which events become a message, a warning or a
// detail.
#ifndef REPORT_PROGRESS_LISTENER_H_
#define REPORT_PROGRESS_LISTENER_H_

#include <cstdint>

#include "absl/base/attributes.h"
#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "plan/plan.h"
#include "report/message_sink.h"
#include "stages/run_listener.h"

namespace servo::report {

// Hands the texts of wording.h to a sink, each built only if it is sent.
class ProgressListener final : public stages::RunListener {
 public:
  explicit ProgressListener(MessageSink* sink ABSL_ATTRIBUTE_LIFETIME_BOUND)
      : sink_(sink) {}

  void OnStageBegin(const stages::StageBegin& event) override;
  void OnWindowBegin(const stages::WindowBegin& event) override;
  void OnWindowEnd(const stages::WindowEnd& event) override;
  void OnAttemptBegin(const stages::AttemptBegin& event) override;
  void OnAttemptEnd(const stages::AttemptEnd& event) override;
  void OnTaskEnd(const stages::TaskEnd& event) override;
  void OnTaskSkipped(const stages::TaskSkipped& event) override;
  void OnBackgroundReady(const stages::BackgroundReady& event) override;
  void OnBackgroundEnd(const stages::BackgroundEnd& event) override;
  void OnSampleRejected(const stages::SampleRejected& event) override;
  void OnCancelBegin(const stages::CancelBegin& event) override;
  void OnCleanupTimeout(const stages::CleanupTimeout& event) override;
  void OnRunEnd(const stages::RunEnd& event) override;

 private:
  bool EndsTooEarly(absl::Duration at) const;
  bool IsWarnedOf(const stages::BackgroundEnd& event) const;
  void Tell(std::string text, bool as_warning);
  void HearRound(const stages::AttemptEnd& event);
  void CountFailedRound(const stages::AttemptEnd& event);
  template <typename Event>
  void TellDetail(const Event& event);

  MessageSink* const sink_;
  bool window_begun_ = false;
  // When what is measured begins, behind delay and warm-up; once the window is
  // over, its end means nothing any more.
  absl::Duration measured_from_ = absl::InfiniteDuration();
  bool early_end_told_ = false;  // that a sampler ends the window too early

  // How many rounds of each sampler have failed.
  absl::flat_hash_map<const plan::Task*, int> failed_rounds_;

  // How many values in the output of each task were no numbers.
  absl::flat_hash_map<const plan::Task*, int64_t> rejected_;
};

}  // namespace servo::report

#endif  // REPORT_PROGRESS_LISTENER_H_
