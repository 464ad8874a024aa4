#include "base/loop.h"

#include <algorithm>

namespace servo::base {
namespace {

// Stands for a deadline in the registrations of what is posted.
constexpr absl::Duration kPosted = -absl::InfiniteDuration();

// How often callbacks may post one another until descriptors are looked at.
constexpr int kPostedRounds = 16;

}  // namespace

Loop::Registration& Loop::Registration::operator=(
    Registration&& other) noexcept {
  if (this != &other) {
    Reset();
    loop_ = std::exchange(other.loop_, nullptr);
    id_ = other.id_;
    deadline_ = other.deadline_;
  }
  return *this;
}

void Loop::Registration::Reset() {
  Loop* loop = std::exchange(loop_, nullptr);
  if (loop == nullptr) return;
  if (deadline_ == kPosted) {
    loop->posted_.erase(id_);
  } else if (deadline_ != absl::InfiniteDuration()) {
    loop->timers_.erase({deadline_, id_});
  } else {
    loop->watchers_.erase(id_);
    loop->poll_set_stale_ = true;
  }
}

bool Loop::Registration::active() const {
  if (loop_ == nullptr) return false;
  if (deadline_ == absl::InfiniteDuration()) return true;
  if (deadline_ == kPosted) return loop_->posted_.contains(id_);
  return loop_->timers_.contains({deadline_, id_});
}

Loop::Registration Loop::After(absl::Duration delay, TimerCallback callback) {
  if (delay == absl::InfiniteDuration()) return Registration();
  absl::Duration deadline = Now() + std::max(delay, absl::ZeroDuration());
  uint64_t id = next_id_++;
  timers_.emplace(TimerKey(deadline, id), std::move(callback));
  return Registration(this, id, deadline);
}

Loop::Registration Loop::Post(TimerCallback callback) {
  uint64_t id = next_id_++;
  posted_.emplace(id, std::move(callback));
  return Registration(this, id, kPosted);
}

Loop::Registration Loop::Watch(int fd, short events, ReadyCallback callback) {
  uint64_t id = next_id_++;
  watchers_.emplace(id, std::make_shared<Watcher>(Watcher{
                            pollfd{fd, events, 0}, std::move(callback)}));
  poll_set_stale_ = true;
  return Registration(this, id, absl::InfiniteDuration());
}

absl::Duration Loop::EarliestTimer() const {
  return timers_.empty() ? absl::InfiniteDuration()
                         : timers_.begin()->first.first;
}

absl::Duration Loop::NextDeadline() const {
  return posted_.empty() ? EarliestTimer() : kPosted;
}

bool Loop::NothingIsRegistered() const {
  return watchers_.empty() && timers_.empty() && posted_.empty();
}

void Loop::RebuildPollSet() {
  poll_set_.clear();
  poll_ids_.clear();
  for (const auto& [id, watcher] : watchers_) {
    poll_set_.push_back(watcher->poll);
    poll_ids_.push_back(id);
  }
  poll_set_stale_ = false;
}

void Loop::RunOnce() {
  if (NothingIsRegistered()) return;
  if (poll_set_stale_) RebuildPollSet();
  for (pollfd& entry : poll_set_) entry.revents = 0;
  absl::Duration timeout = NextDeadline() - Now();
  Wait(absl::MakeSpan(poll_set_), std::max(timeout, absl::ZeroDuration()));
  absl::Duration due = Now();
  DispatchReady();
  DispatchTimers(due);
  DispatchPosted();
}

void Loop::DispatchReady() {
  // By index: a callback's changes to the watchers only mark the set as stale,
  // they never touch it.
  for (size_t i = 0; i < poll_set_.size(); ++i) {
    if (poll_set_[i].revents == 0) continue;
    auto it = watchers_.find(poll_ids_[i]);
    if (it == watchers_.end())
      continue;  // reset by an earlier callback of this turn
    std::shared_ptr<Watcher> keep_alive =
        it->second;  // the callback may reset its own registration
    keep_alive->callback(poll_set_[i].revents);
  }
}

void Loop::DispatchTimers(absl::Duration due) {
  // A timer registered by a timer of this turn waits for the next turn, or a
  // zero delay would spin in here.
  const uint64_t first_new_id = next_id_;
  auto next = [&] {
    return std::find_if(
        timers_.begin(), timers_.upper_bound({due, UINT64_MAX}),
        [&](const auto& timer) { return timer.first.second < first_new_id; });
  };
  for (auto it = next(); it != timers_.end() && it->first.first <= due;
       it = next()) {
    TimerCallback callback = std::move(it->second);
    timers_.erase(it);
    callback();
  }
}

void Loop::DispatchPosted() {
  for (int round = 0; round < kPostedRounds && !posted_.empty(); ++round) {
    if (EarliestTimer() <= Now()) return;
    const uint64_t first_new_id = next_id_;
    while (!posted_.empty() && posted_.begin()->first < first_new_id) {
      // The callback may reset its own registration.
      posted_.extract(posted_.begin()).mapped()();
    }
  }
}

bool Loop::RunUntil(absl::FunctionRef<bool()> done) {
  while (!done()) {
    if (NothingIsRegistered()) return false;
    RunOnce();
  }
  return true;
}

}  // namespace servo::base
