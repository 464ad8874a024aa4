#include "stages/samplers.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "stages/attempt.h"
#include "stages/attempt_files.h"
#include "stages/attempt_judge.h"
#include "stages/judge.h"
#include "stages/lookup.h"
#include "stages/reduction.h"

namespace servo::stages {

class Samplers::Sampler {
 public:
  Sampler(Samplers* samplers, TaskId id, const plan::Task& task)
      : samplers_(*samplers), id_(id), task_(task) {}

  void BeginRound() {
    ++round_;
    begin_ = loop().Now();
    due_ = (round_ == 1 ? begin_ : due_) + *task_.every;
    files_ = AttemptFiles(task_, [this](absl::string_view path) {
      return samplers_.values_.PathOf(id_, task_, path);
    });
    samplers_.listener_->OnAttemptBegin(
        {.id = id_, .task = &task_, .attempt = round_, .at = begin_});
    absl::StatusOr<RunValues::Action> action =
        samplers_.values_.ActionOf(id_, task_);
    if (!action.ok()) {
      return Finish(action.status(),
                    {.judgement = {.cause = Cause::kNotStarted}});
    }
    absl::StatusOr<std::unique_ptr<Attempt>> attempt = StartAttempt(
        samplers_.services_, task_, *std::move(action),
        [this](AttemptResult result) { EndRound(std::move(result)); });
    if (attempt.ok()) {
      attempt_ = *std::move(attempt);
    } else {
      Finish(attempt.status(), {.judgement = {.cause = Cause::kNotStarted}});
    }
  }

  // Ends the round under way. False if there is none.
  bool Stop(bool at_once) {
    stopping_ = true;
    next_.Reset();
    if (attempt_ == nullptr) return false;
    at_once ? attempt_->Kill() : attempt_->Stop();
    return attempt_ != nullptr;
  }

  bool under_way() const { return attempt_ != nullptr; }

 private:
  base::Loop& loop() { return *samplers_.services_.loop; }

  void EndRound(AttemptResult result) {
    Sources sources(task_, result, files_);
    JudgedAttempt judged =
        JudgeAttempt(id_, task_, result, /*capture_problems=*/{},
                     samplers_.values_, &sources, absl::Now());
    SettleBody(&result, &judged);
    Finish(std::move(result), std::move(judged));
  }

  void Finish(AttemptResult result, JudgedAttempt judged) {
    // Not destroyed inside its own callback.
    over_ = std::move(attempt_);
    const AttemptEnd end = {.id = id_,
                            .task = &task_,
                            .attempt = round_,
                            .begin = begin_,
                            .end = loop().Now(),
                            .result = std::move(result),
                            .judgement = judged.judgement,
                            .extraction = std::move(judged.extraction),
                            .verdict = std::move(judged.verdict),
                            .saved = std::move(judged.saved)};
    // What was told to end has not failed.
    if (!stopping_) {
      samplers_.listener_->OnAttemptEnd(end);
      if (end.judgement.success()) TellSamples(end);
      WaitForBeat(end.end);
      if (end.verdict.gives_up || end.verdict.ends_window) {
        samplers_.on_verdict_(end);
      }
    }
    samplers_.OnRoundOver();
  }

  void TellSamples(const AttemptEnd& end) {
    for (const plan::MetricValue& value : end.extraction.values) {
      samplers_.listener_->OnSample(
          {.id = id_,
           .task = &task_,
           .metric = static_cast<size_t>(value.metric - task_.metrics.data()),
           .value = ToDouble(value.value),
           .at = end.end});
    }
  }

  void WaitForBeat(absl::Duration now) {
    if (due_ < now) {
      const double missed = absl::FDivDuration(now - due_, *task_.every);
      due_ += std::ceil(missed) * *task_.every;
    }
    next_ = loop().After(due_ - now, [this] { BeginRound(); });
  }

  Samplers& samplers_;
  const TaskId id_;
  const plan::Task& task_;
  int round_ = 0;
  bool stopping_ = false;
  absl::Duration begin_;
  absl::Duration due_;  // the next beat, or the one at hand
  AttemptFiles files_;
  std::unique_ptr<Attempt> attempt_;
  std::unique_ptr<Attempt> over_;
  base::Loop::Registration next_;
};

Samplers::Samplers(const Services& services, const RunValues* values,
                   RunListener* listener)
    : services_(services), values_(*values), listener_(listener) {}

Samplers::~Samplers() = default;

void Samplers::Start(TaskId id, const plan::Task& task) {
  samplers_.push_back(std::make_unique<Sampler>(this, id, task));
  samplers_.back()->BeginRound();
}

bool Samplers::End(Done done) {
  bool any = false;
  for (const auto& sampler : samplers_) any = sampler->Stop(false) || any;
  if (any) ended_ = std::move(done);
  return any;
}

void Samplers::Kill() {
  for (const auto& sampler : samplers_) sampler->Stop(true);
}

bool Samplers::AnyUnderWay() const {
  return std::any_of(samplers_.begin(), samplers_.end(),
                     [](const auto& sampler) { return sampler->under_way(); });
}

void Samplers::OnRoundOver() {
  if (ended_ && !AnyUnderWay()) std::exchange(ended_, nullptr)();
}

}  // namespace servo::stages
