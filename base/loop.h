// The event loop that every layer runs on: one thread, descriptors and timers.
#ifndef BASE_LOOP_H_
#define BASE_LOOP_H_

#include <poll.h>

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace servo::base {

// Waits for descriptors and deadlines and calls back, one turn after the other,
// always on the thread that calls RunUntil(). Not thread-safe.
//
// A turn is: wait until a watched descriptor is ready or the earliest timer is
// due; call the watchers of the ready descriptors in the order of their
// registration; then call the timers that were due when the wait ended, ordered
// by (deadline, registration). So a descriptor that became ready in the turn in
// which a timer expires is always heard before that timer: a process that ends
// at its deadline has ended, not timed out. What was posted comes last, and
// what it posts in turn, until a timer is due again or there was very much of
// it: the rest waits for the next turn's end.
//
// The loop outlives every Registration that it gave out. A callback may
// register, reset any registration (its own too) and start work on other
// objects, but must not run the loop again.
class Loop {
 public:
  using TimerCallback = absl::AnyInvocable<void()>;
  using ReadyCallback = absl::AnyInvocable<void(short revents)>;

  // What After() and Watch() return: the callback is called only while this
  // lives. Move-only.
  class [[nodiscard]] Registration {
   public:
    Registration() = default;
    Registration(Registration&& other) noexcept
        : loop_(std::exchange(other.loop_, nullptr)),
          id_(other.id_),
          deadline_(other.deadline_) {}
    Registration& operator=(Registration&& other) noexcept;
    ~Registration() { Reset(); }

    // Cancels. A no-op when nothing is registered or a timer has fired.
    void Reset();

    // Whether a callback can still come.
    bool active() const;

   private:
    friend class Loop;
    Registration(Loop* loop, uint64_t id, absl::Duration deadline)
        : loop_(loop), id_(id), deadline_(deadline) {}

    Loop* loop_ = nullptr;
    uint64_t id_ = 0;
    absl::Duration deadline_ = absl::InfiniteDuration();  // infinite: a watcher
  };

  Loop() = default;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  virtual ~Loop() = default;

  // A monotonic clock's reading, counted from an arbitrary point: only
  // differences mean something. It stands still while the machine is suspended,
  // so that a resumed machine does not find every deadline passed at once.
  virtual absl::Duration Now() const = 0;

  // Calls `callback` once, in the first turn that starts its timers at or after
  // Now() + `delay`. Never from inside this call. A negative delay counts as
  // zero; an infinite one registers nothing.
  Registration After(absl::Duration delay, TimerCallback callback);

  // Calls `callback` once, at the end of this turn if there is one, after what
  // was posted before. Never from inside this call. Costs less than After() of
  // no delay, which waits for a turn and with it a system call. Descriptors are
  // looked at again after a bounded number of callbacks that post one another,
  // and no timer that is due waits for them.
  Registration Post(TimerCallback callback);

  // Calls `callback` with poll(2)'s revents in every turn in which one of
  // `events` (POLLIN, POLLOUT), or POLLERR, POLLHUP or POLLNVAL, holds for
  // `fd`. Level-triggered. The descriptor stays the caller's and must be open
  // until the registration is reset.
  Registration Watch(int fd, short events, ReadyCallback callback);

  // One turn. With neither a watcher nor a timer registered it returns at once.
  void RunOnce();

  // Turns until `done` returns true; it is asked before each turn. Returns
  // false when nothing is registered any more, so that waiting on would be
  // waiting for ever.
  bool RunUntil(absl::FunctionRef<bool()> done);

 protected:
  // Waits until one of `fds` is ready (then fills in their revents) or
  // `timeout` has passed; may return early with nothing ready. An infinite
  // timeout means no timeout.
  virtual void Wait(absl::Span<pollfd> fds, absl::Duration timeout) = 0;

  // The earliest timer's deadline, on the scale of Now(); infinite when there
  // is none, minus infinite when something is posted.
  absl::Duration NextDeadline() const;

 private:
  using TimerKey =
      std::pair<absl::Duration, uint64_t>;  // deadline, registration
  struct Watcher {
    pollfd poll;
    ReadyCallback callback;
  };

  void RebuildPollSet();
  void DispatchReady();
  void DispatchTimers(absl::Duration due);
  void DispatchPosted();
  absl::Duration EarliestTimer() const;
  bool NothingIsRegistered() const;

  uint64_t next_id_ = 1;
  std::map<TimerKey, TimerCallback> timers_;
  std::map<uint64_t, TimerCallback> posted_;  // in their order
  std::map<uint64_t, std::shared_ptr<Watcher>> watchers_;
  // What Wait() is given and whose it is; made anew when the watchers changed.
  std::vector<pollfd> poll_set_;
  std::vector<uint64_t> poll_ids_;
  bool poll_set_stale_ = false;
};

}  // namespace servo::base

#endif  // BASE_LOOP_H_
