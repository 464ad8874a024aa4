#include "exec/process_group.h"

#include <poll.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "exec/children.h"

namespace servo::exec {
namespace {

// How long what was killed may take to end. Longer than that only the kernel
// (a device or a network file system that does not answer) or a tracer holds a
// process.
constexpr absl::Duration kEndOfKilled = absl::Seconds(2);

// How often a leader that has ended in the hands of a tracer, which gives no
// sign when it lets go, is looked at again.
constexpr absl::Duration kTracerInterval = absl::Milliseconds(20);

}  // namespace

ProcessGroup::ProcessGroup(base::Loop* loop, Parts parts,
                           const Options& options, bool adopts_members,
                           Owner* owner)
    : loop_(loop),
      leader_(std::move(parts.leader)),
      options_(options),
      adopts_members_(adopts_members),
      owner_(owner),
      started_at_(loop->Now()) {
  // The leader first: when its end and its last output are ready in the same
  // turn, one look at the pipes is enough.
  leader_watch_ = loop_->Watch(leader_.pidfd.get(), POLLIN,
                               [this](short) { OnLeaderEnded(); });
  out_ = std::make_unique<OutputPipe>(loop_, std::move(parts.out),
                                      options_.output_limit, parts.read_buffer);
  err_ = std::make_unique<OutputPipe>(loop_, std::move(parts.err),
                                      options_.output_limit, parts.read_buffer);
  out_->SetTap(options_.tap, Stream::kStdout);
  err_->SetTap(options_.tap, Stream::kStderr);
  timer_ = loop_->After(options_.timeout, [this] { OnTimeout(); });
}

void ProcessGroup::DropTap() {
  if (out_ != nullptr) out_->SetTap(nullptr, Stream::kStdout);
  if (err_ != nullptr) err_->SetTap(nullptr, Stream::kStderr);
}

bool ProcessGroup::LeaderHasEnded() const {
  return LookAtChild(leader_.pid).ended != 0;
}

void ProcessGroup::OnTimeout() {
  // It may have ended since this turn of the loop began.
  if (!LeaderHasEnded()) Ask(Ending::kTimedOut);
}

void ProcessGroup::Stop() {
  if (over_ || stopping_.has_value() || LeaderHasEnded()) return;
  Ask(Ending::kStopped);
}

void ProcessGroup::Kill() {
  if (over_ || killed_) return;
  if (!stopping_.has_value()) {
    if (LeaderHasEnded()) return;
    stopping_ = Ending::kStopped;
  }
  KillGroup();
}

void ProcessGroup::Ask(Ending why) {
  stopping_ = why;
  SignalGroup(options_.kill_signal);
  SignalGroup(SIGCONT);
  timer_ = loop_->After(options_.kill_timeout, [this] { KillGroup(); });
}

void ProcessGroup::KillGroup() {
  killed_ = true;
  SignalGroup(SIGKILL);
  timer_ = loop_->After(kEndOfKilled, [this] { Over(); });
}

void ProcessGroup::SignalGroup(int signal) {
  const bool is_still_ours =
      !code_.has_value() || LookAtGroup(leader_.pid).exist;
  if (is_still_ours) kill(-leader_.pid, signal);
}

void ProcessGroup::OnLeaderEnded() {
  if (stopping_.has_value() && !adopts_members_) SignalGroup(SIGKILL);
  code_ = ReapChild(leader_.pid);
  if (!code_.has_value()) {
    leader_watch_ = loop_->After(kTracerInterval, [this] { OnLeaderEnded(); });
    return;
  }
  leader_watch_.Reset();
  owner_->OnLeaderReaped();
  if (over_) {
    owner_->OnReleased(this);
  } else if (!stopping_.has_value() || !adopts_members_ || MembersGone()) {
    Over();
  }
}

void ProcessGroup::CheckMembers() {
  if (awaits_members() && MembersGone()) Over();
}

bool ProcessGroup::MembersGone() {
  ChildrenState members = LookAtGroup(leader_.pid);
  while (members.ended != 0) {
    ReapChild(members.ended);
    members = LookAtGroup(leader_.pid);
  }
  return !members.exist;
}

void ProcessGroup::Over() {
  over_ = true;
  timer_.Reset();
  out_->Drain();
  err_->Drain();
  Result result;
  result.code = code_.value_or(-SIGKILL);
  result.ending =
      stopping_.value_or(result.code < 0 ? Ending::kSignaled : Ending::kExited);
  result.out = out_->Take();
  result.err = err_->Take();
  result.started_at = started_at_;
  result.elapsed = loop_->Now() - started_at_;
  owner_->OnOver(this, std::move(result), leader_held());
}

void ProcessGroup::WaitAndReap(std::chrono::steady_clock::time_point deadline) {
  if (code_.has_value()) return;
  pollfd ended = {leader_.pidfd.get(), POLLIN, 0};
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  poll(&ended, 1, static_cast<int>(std::max<long>(left.count(), 0)));
  code_ = ReapChild(leader_.pid);
}

std::unique_ptr<OutputPipe> ProcessGroup::TakeOpenPipe() {
  if (out_ != nullptr && out_->open()) return std::move(out_);
  if (err_ != nullptr && err_->open()) return std::move(err_);
  return nullptr;
}

}  // namespace servo::exec
