// An event loop with a clock that a test moves by hand.
#ifndef BASE_FAKE_LOOP_H_
#define BASE_FAKE_LOOP_H_

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/loop.h"

namespace servo::base {

// Time passes only in Advance(). Descriptors are real and are looked at without
// waiting, so that code which reads or writes pipes can be tested on the same
// clock.
class FakeLoop final : public Loop {
 public:
  absl::Duration Now() const override { return now_; }

  // Moves the clock forward by `step`, stopping at each deadline on the way to
  // run what is due or ready there, as a real loop would; ends with nothing due
  // or ready at the new time.
  void Advance(absl::Duration step);

  // Runs what is due or ready now, and what that makes due or ready, without
  // moving the clock.
  void RunPending();

 protected:
  void Wait(absl::Span<pollfd> fds, absl::Duration timeout) override;

 private:
  absl::Duration now_ = absl::Seconds(1000);
  bool found_ready_ = false;
};

}  // namespace servo::base

#endif  // BASE_FAKE_LOOP_H_
