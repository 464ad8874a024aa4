#include "exec/process_group.h"

#include <poll.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "exec/children.h"

namespace servo::exec {
namespace {

// How long a process that was killed may take to end. Longer than that only the
// kernel (a device or a network file system that does not answer) or a tracer
// holds it.
constexpr absl::Duration kEndOfKilled = absl::Seconds(2);

// How long members are killed that others start anew.
constexpr absl::Duration kEndOfPursuit = absl::Seconds(10);

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
  const base::Captured nothing(options_.output_limit, options_.redactor);
  out_ = std::make_unique<OutputPipe>(loop_, std::move(parts.out), nothing,
                                      parts.output);
  err_ = std::make_unique<OutputPipe>(loop_, std::move(parts.err), nothing,
                                      parts.output);
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
  owner_->RequestScan();
}

void ProcessGroup::KillGroup() {
  killed_ = true;
  killed_at_ = loop_->Now();
  SignalGroup(SIGKILL);
  AwaitEndOfKilled();
  owner_->RequestScan();
}

// Counts anew from each process that was killed.
void ProcessGroup::AwaitEndOfKilled() {
  const absl::Duration left = killed_at_ + kEndOfPursuit - loop_->Now();
  timer_ = loop_->After(std::min(kEndOfKilled, left), [this] { GiveUp(); });
}

void ProcessGroup::SignalGroup(int signal) {
  const bool is_still_ours =
      !code_.has_value() || LookAtGroup(leader_.pid).exist;
  if (is_still_ours) kill(-leader_.pid, signal);
}

void ProcessGroup::OnScan(absl::Span<const ProcessInfo> members,
                          bool complete) {
  if (!is_stopping()) return;
  for (const ProcessInfo& member : members) SignalMember(member);
  empty_scans_ = members.empty() && complete ? empty_scans_ + 1 : 0;
  if (empty_scans_ == 0 || !leader_ended_) return;
  // Where members are not adopted, one may have started another behind the
  // first scan and ended before its eyes.
  if (adopts_members_ || empty_scans_ > 1) {
    Finish();
  } else {
    owner_->RequestScan();
  }
}

void ProcessGroup::SignalMember(const ProcessInfo& member) {
  if (member.pid == leader_.pid) return;
  if (killed_) {
    if (!killed_members_.insert(member.key()).second) return;
    owner_->Send(member, SIGKILL);
    AwaitEndOfKilled();
  } else if (member.group != leader_.pid &&
             asked_members_.insert(member.key()).second) {
    owner_->Send(member, options_.kill_signal);
    owner_->Send(member, SIGCONT);
  }
}

void ProcessGroup::OnLeaderEnded() {
  leader_ended_ = true;
  leader_watch_.Reset();
  if (!is_stopping()) {
    Finish();
  } else if (!owner_->RequestScan()) {
    FinishUnseen();
  }
}

bool ProcessGroup::ReapLeader() {
  if (code_.has_value()) return true;
  code_ = ReapChild(leader_.pid);
  if (!code_.has_value()) return false;
  leader_watch_.Reset();
  owner_->OnLeaderReaped();
  return true;
}

void ProcessGroup::Finish() {
  if (!ReapLeader()) {
    leader_watch_ = loop_->After(kTracerInterval, [this] { Finish(); });
  } else if (over_) {
    owner_->OnReleased(this);
  } else {
    Over();
  }
}

// Of what is being stopped, where processes cannot be looked at: only the
// leader's group is known.
void ProcessGroup::FinishUnseen() {
  if (!adopts_members_) SignalGroup(SIGKILL);
  if (!ReapLeader()) {
    leader_watch_ = loop_->After(kTracerInterval, [this] { FinishUnseen(); });
  } else if (!adopts_members_ || GroupIsGone()) {
    Over();
  }
}

void ProcessGroup::OnChildEnded() {
  if (is_stopping() && code_.has_value() && GroupIsGone()) Over();
}

bool ProcessGroup::GroupIsGone() {
  ChildrenState members = LookAtGroup(leader_.pid);
  while (members.ended != 0) {
    ReapChild(members.ended);
    members = LookAtGroup(leader_.pid);
  }
  return !members.exist;
}

void ProcessGroup::GiveUp() {
  if (!ReapLeader() && leader_ended_) {
    leader_watch_ = loop_->After(kTracerInterval, [this] { Finish(); });
  }
  Over();
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
