// Finding out whether a background task is ready.
#ifndef STAGES_PROBE_H_
#define STAGES_PROBE_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/base/attributes.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "exec/output_tap.h"
#include "http/client.h"
#include "http/request.h"
#include "plan/readiness.h"
#include "stages/output_watch.h"
#include "stages/services.h"

namespace servo::stages {

// Looks for the sign of one background task. Lives on the loop's thread.
// Destruction ends the look under way, without a callback.
class Probe {
 public:
  // The most that one look may take; less if the task has less time to become
  // ready.
  static constexpr absl::Duration kLookTimeout = absl::Seconds(2);

  // `cwd` is what the path of a file is relative to; empty: the driver's
  // working directory.
  Probe(const Services& services,
        const plan::Readiness& readiness ABSL_ATTRIBUTE_LIFETIME_BOUND,
        std::string cwd);
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  // Looks once, for `limit` at most: whether the sign is there. `done` comes on
  // the loop, never from inside this call, and may destroy the probe.
  using Done = absl::AnyInvocable<void(bool there)>;
  void Look(absl::Duration limit, Done done);

  // Looks at once, and then every `interval` until the sign is there. `ready`
  // is called once, as `done` above. Once only, and not while Look() is under
  // way.
  void Watch(absl::AnyInvocable<void()> ready);

  // What is to hear the output of the process; null: nothing is.
  exec::OutputTap* tap() { return watch_.has_value() ? &*watch_ : nullptr; }

  // Why the sign was not there at the last whole look, as the client says it;
  // OK if there is nothing more to tell.
  const absl::Status& last_look() const { return last_look_; }

 private:
  void BeginRound();
  void OnRound(bool there);
  void Send(const http::Request& request, absl::Duration limit);
  void OnAnswer(absl::StatusOr<http::Response> response);
  void Finish(bool there);
  void FinishSoon(bool there);
  bool FileIsThere(const plan::Readiness::File& file) const;

  const Services services_;
  const plan::Readiness& readiness_;
  const std::string cwd_;
  Done done_;
  absl::AnyInvocable<void()> ready_;
  absl::Status last_look_;
  absl::Duration begin_;  // of the round
  std::unique_ptr<http::Transfer> transfer_;
  std::optional<OutputWatch> watch_;  // for the sign in the output
  bool in_output_ = false;
  base::Loop::Registration next_;
};

}  // namespace servo::stages

#endif  // STAGES_PROBE_H_
