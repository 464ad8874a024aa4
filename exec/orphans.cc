#include "exec/orphans.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "exec/above_standard_fds.h"
#include "exec/children.h"

namespace servo::exec {
namespace {

// See process_group.cc: longer than this only the kernel holds a process that
// was killed; and as long are those pursued who start ever new ones.
constexpr absl::Duration kEndOfKilled = absl::Seconds(2);
constexpr absl::Duration kEndOfPursuit = absl::Seconds(10);

sigset_t OnlySigchld() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  return set;
}

}  // namespace

Orphans::Orphans(base::Loop* loop, std::string mark_variable, std::string mark,
                 Owner* owner)
    : loop_(loop),
      mark_variable_(std::move(mark_variable)),
      mark_(std::move(mark)),
      owner_(owner) {}

absl::StatusOr<std::unique_ptr<Orphans>> Orphans::Adopt(
    base::Loop* loop, std::string mark_variable, std::string mark,
    bool lists_processes, Owner* owner) {
  auto orphans = absl::WrapUnique(
      new Orphans(loop, std::move(mark_variable), std::move(mark), owner));
  if (absl::Status status = orphans->Init(lists_processes); !status.ok()) {
    return status;
  }
  return orphans;
}

absl::Status Orphans::Init(bool lists_processes) {
  const sigset_t sigchld = OnlySigchld();
  signals_ =
      AboveStandardFds(signalfd(-1, &sigchld, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!signals_.valid()) {
    return absl::ErrnoToStatus(errno, "cannot watch for orphans: signalfd");
  }
  prctl(PR_GET_CHILD_SUBREAPER, &was_subreaper_);
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
    return absl::ErrnoToStatus(errno,
                               "cannot adopt orphans: PR_SET_CHILD_SUBREAPER");
  }
  struct sigaction to_default = {};
  to_default.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &to_default, &old_action_);
  pthread_sigmask(SIG_BLOCK, &sigchld, &old_mask_);
  const bool any_strangers = LookAtAllChildren().exist;
  if (any_strangers && lists_processes) {
    for (pid_t pid : ListChildren()) strangers_.insert(pid);
  }
  strangers_may_exist_ = any_strangers || getpid() == 1;
  if (!lists_processes && getpid() != 1) cgroup_ = OwnedCgroup::Make();
  watch_ = loop_->Watch(signals_.get(), POLLIN, [this](short) { OnSignal(); });
  return absl::OkStatus();
}

Orphans::~Orphans() {
  if (!watch_.active()) return;
  prctl(PR_SET_CHILD_SUBREAPER, was_subreaper_);
  sigaction(SIGCHLD, &old_action_, nullptr);
  if (sigismember(&old_mask_, SIGCHLD) == 0) {
    const sigset_t sigchld = OnlySigchld();
    pthread_sigmask(SIG_UNBLOCK, &sigchld, nullptr);
  }
}

void Orphans::ReadSignals() {
  signalfd_siginfo info;
  // One that is pending stands for any number of children.
  while (read(signals_.get(), &info, sizeof(info)) > 0) {
  }
}

void Orphans::OnSignal() {
  ReadSignals();
  Reap();
  owner_->OnChange();
}

void Orphans::Reap() {
  for (pid_t ended = LookAtAllChildren().ended;
       ended != 0 && !owner_->Supervises(ended);
       ended = LookAtAllChildren().ended) {
    if (!ReapChild(ended).has_value()) return;
    strangers_.erase(ended);
    NoteEnd();
  }
}

// Thousands that were killed at once take their time on a busy machine: as long
// as some end, and none is new, none is held by the kernel.
void Orphans::NoteEnd() {
  if (phase_ != Phase::kKilling || any_new_) return;
  AwaitEndOfKilled(absl::InfiniteDuration());
}

void Orphans::End(absl::Duration grace) {
  if (phase_ == Phase::kKilling) return;
  if (phase_ == Phase::kAsking && grace == grace_) return;
  grace_ = grace;
  if (grace <= absl::ZeroDuration()) {
    BeginKilling();
    return;
  }
  phase_ = Phase::kAsking;
  timer_ = loop_->After(grace, [this] {
    BeginKilling();
    owner_->OnChange();
  });
}

void Orphans::BeginKilling() {
  phase_ = Phase::kKilling;
  killing_since_ = loop_->Now();
  timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  const auto ticks = static_cast<uint64_t>(sysconf(_SC_CLK_TCK));
  killing_ticks_ = static_cast<uint64_t>(now.tv_sec) * ticks +
                   static_cast<uint64_t>(now.tv_nsec) * ticks / 1'000'000'000;
  AwaitEndOfKilled(kEndOfPursuit);
}

// Counts anew from each process that was killed.
void Orphans::AwaitEndOfKilled(absl::Duration pursuit) {
  const absl::Duration left = killing_since_ + pursuit - loop_->Now();
  timer_ = loop_->After(std::min(kEndOfKilled, left), [this] {
    gave_up_ = true;
    if (cgroup_ != nullptr) ListLeft();
    owner_->OnChange();
  });
}

void Orphans::Rest() {
  phase_ = Phase::kLeavingAlone;
  timer_.Reset();
  asked_.clear();
  killed_.clear();
  left_.clear();
  gave_up_ = false;
  unseen_signalled_ = Phase::kLeavingAlone;
}

void Orphans::OnScan(absl::Span<const ProcessInfo> children) {
  left_.clear();
  seen_ = false;
  any_new_ = false;
  for (const ProcessInfo& child : children) {
    if (!IsOrphan(child.pid)) continue;
    seen_ = true;
    // What has ended as well: it shows the way to its group.
    Signal(child);
    if (!child.ended) {
      left_.push_back(child);
    } else if (LookAtChild(child.pid).ended != 0) {
      ReapChild(child.pid);
      NoteEnd();
    }
  }
}

bool Orphans::AreGone(bool supervised) const {
  return !seen_ &&
         (supervised || strangers_may_exist_ || !LookAtAllChildren().exist);
}

// What was started is in sessions of its own, and so is all that comes of it.
bool Orphans::IsOrphan(pid_t pid) const {
  if (!LookAtChild(pid).exist || getsid(pid) == getsid(0) ||
      strangers_.contains(pid)) {
    return false;
  }
  return !strangers_may_exist_ ||
         ReadVariable(pid, mark_variable_).starts_with(mark_);
}

void Orphans::Signal(const ProcessInfo& orphan) {
  if (phase_ == Phase::kKilling) {
    KillWithGroup(orphan.pid);
    const bool is_new = killed_.insert(orphan.key()).second;
    // Of thousands, scans find some late; those are not new.
    const bool is_younger = is_new && orphan.started > killing_ticks_;
    any_new_ = any_new_ || is_younger;
    if (is_new && !orphan.ended) {
      AwaitEndOfKilled(is_younger ? kEndOfPursuit : absl::InfiniteDuration());
    }
  } else if (phase_ == Phase::kAsking && asked_.insert(orphan.key()).second) {
    kill(orphan.pid, SIGTERM);
    kill(orphan.pid, SIGCONT);
  }
}

// The whole group, at one stroke: what starts new processes faster than one can
// look would else get away. A process that was killed cannot leave its group
// any more, and until it is reaped the group's number is its own.
void Orphans::KillWithGroup(pid_t pid) {
  kill(pid, SIGKILL);
  const pid_t group = getpgid(pid);
  if (group > 1) kill(-group, SIGKILL);
}

bool Orphans::CanSignalUnseen() const {
  return cgroup_ != nullptr || getpid() == 1;
}

void Orphans::SignalUnseen() {
  if (phase_ == Phase::kLeavingAlone) return;
  const bool is_new_phase = std::exchange(unseen_signalled_, phase_) != phase_;
  if (cgroup_ != nullptr) {
    SignalCgroup(is_new_phase);
  } else if (is_new_phase) {
    kill(-1, phase_ == Phase::kKilling ? SIGKILL : SIGTERM);
  }
}

void Orphans::SignalCgroup(bool is_new_phase) {
  seen_ = !cgroup_->IsEmpty();
  if (!seen_) return;
  if (phase_ == Phase::kKilling) {
    cgroup_->Kill();
  } else if (is_new_phase) {
    cgroup_->Signal(SIGTERM);
    cgroup_->Signal(SIGCONT);
  }
}

void Orphans::ListLeft() {
  left_.clear();
  for (pid_t pid : cgroup_->List()) {
    if (!owner_->Supervises(pid)) left_.push_back({.pid = pid});
  }
}

void Orphans::KillAndReapAll(std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    ChildrenState state = LookAtAllChildren();
    for (; state.ended != 0; state = LookAtAllChildren()) {
      ReapChild(state.ended);
      strangers_.erase(state.ended);
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (!state.exist || left.count() <= 0) return;
    if (!KillAll()) return;
    pollfd ready = {signals_.get(), POLLIN, 0};
    poll(&ready, 1, static_cast<int>(left.count()));
    ReadSignals();
  }
}

// Whether one is left whose end is to be waited for.
bool Orphans::KillAll() {
  if (cgroup_ != nullptr) {
    cgroup_->Kill();
    return !cgroup_->IsEmpty() || !strangers_may_exist_;
  }
  bool any = false;
  for (pid_t pid : ListChildren()) {
    if (!owner_->Supervises(pid) && !IsOrphan(pid)) continue;
    any = true;
    KillWithGroup(pid);
  }
  return any;
}

}  // namespace servo::exec
