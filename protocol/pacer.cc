#include "protocol/pacer.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace servo::protocol {

Pacer::Pacer(base::Loop* loop, Send send, Activity activity, size_t limit)
    : loop_(loop),
      send_(std::move(send)),
      activity_(std::move(activity)),
      limit_(limit) {}

void Pacer::Stage(std::string message) { Add(std::move(message), true); }

void Pacer::Notify(std::string message) { Add(std::move(message), false); }

void Pacer::Quiet() { quiet_ = true; }

void Pacer::Flush(absl::AnyInvocable<void()> done) {
  DropStage();
  flushed_ = true;
  flush_done_ = std::move(done);
  const bool too_soon = quiet_ && pace_.active() && !waiting_.empty();
  if (!too_soon || hurried_) FinishFlush();
}

void Pacer::Hurry() {
  hurried_ = true;
  if (flush_done_ != nullptr) FinishFlush();
}

// What `done` does may destroy this.
void Pacer::FinishFlush() {
  if (!waiting_.empty()) SendWaiting();
  pace_.Reset();
  beat_.Reset();
  auto done = std::exchange(flush_done_, nullptr);
  done();
}

void Pacer::Add(std::string message, bool is_stage) {
  if (flushed_) return;
  if (is_stage) DropStage();
  waiting_bytes_ += message.size();
  waiting_.push_back({std::move(message), is_stage});
  DropBeyondLimit();
  if (!quiet_ && !pace_.active()) SendWaiting();
}

// There is one at most.
void Pacer::DropStage() {
  const auto stage =
      std::find_if(waiting_.begin(), waiting_.end(),
                   [](const Waiting& entry) { return entry.is_stage; });
  if (stage == waiting_.end()) return;
  waiting_bytes_ -= stage->message.size();
  waiting_.erase(stage);
}

void Pacer::DropBeyondLimit() {
  while (waiting_.size() > 1 &&
         waiting_bytes_ - waiting_.back().message.size() > limit_) {
    waiting_bytes_ -= waiting_.front().message.size();
    waiting_.pop_front();
    ++dropped_;
  }
}

void Pacer::SendWaiting() {
  std::vector<std::string> messages;
  Kind kind = Kind::kState;
  for (Waiting& entry : waiting_) {
    if (!entry.is_stage) kind = Kind::kNews;
    messages.push_back(std::move(entry.message));
  }
  waiting_.clear();
  waiting_bytes_ = 0;
  ArmTimers();
  send_(std::move(messages), kind);
}

void Pacer::ArmTimers() {
  beat_ = loop_->After(kBeat, [this] { Beat(); });
  pace_ = loop_->After(kPace, [this] { OnPace(); });
}

void Pacer::OnPace() {
  if (flush_done_ != nullptr) {
    FinishFlush();
  } else if (!quiet_ && !waiting_.empty()) {
    SendWaiting();
  }
}

// The timers first: what Activity throws must not end the beat.
void Pacer::Beat() {
  ArmTimers();
  send_({activity_()}, Kind::kState);
}

}  // namespace servo::protocol
