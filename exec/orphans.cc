#include "exec/orphans.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "exec/above_standard_fds.h"
#include "exec/children.h"

namespace servo::exec {
namespace {

// See process_group.cc: longer than this only the kernel holds a process that
// was killed. Whoever starts ever new ones is pursued as long.
constexpr absl::Duration kEndOfKilled = absl::Seconds(2);

sigset_t OnlySigchld() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  return set;
}

}  // namespace

Orphans::Orphans(base::Loop* loop, Owner* owner) : loop_(loop), owner_(owner) {}

absl::StatusOr<std::unique_ptr<Orphans>> Orphans::Adopt(base::Loop* loop,
                                                        Owner* owner) {
  auto orphans = absl::WrapUnique(new Orphans(loop, owner));
  if (absl::Status status = orphans->Init(); !status.ok()) return status;
  return orphans;
}

absl::Status Orphans::Init() {
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
  owner_->OnChildEnded();
}

void Orphans::Reap() {
  for (pid_t ended = LookAtAllChildren().ended;
       ended != 0 && !owner_->Supervises(ended);
       ended = LookAtAllChildren().ended) {
    ReapChild(ended);
    asked_.erase(ended);
  }
}

void Orphans::End(absl::Duration grace) {
  if (phase_ == Phase::kKilling) return;
  if (grace <= absl::ZeroDuration()) {
    BeginKilling();
    return;
  }
  phase_ = Phase::kAsking;
  timer_ = loop_->After(grace, [this] { BeginKilling(); });
  Pursue();
}

void Orphans::BeginKilling() {
  phase_ = Phase::kKilling;
  timer_ = loop_->After(kEndOfKilled, [this] {
    gave_up_ = true;
    owner_->OnChildEnded();
  });
  Pursue();
}

void Orphans::Rest() {
  phase_ = Phase::kLeavingAlone;
  timer_.Reset();
  asked_.clear();
  gave_up_ = false;
}

int Orphans::Pursue() {
  left_.clear();
  Reap();
  if (!LookAtAllChildren().exist) return 0;
  const std::vector<pid_t> children = ListChildren();
  if (children.empty()) return -1;
  for (pid_t pid : children) {
    if (owner_->Supervises(pid) || owner_->Supervises(getpgid(pid))) continue;
    if (!IsOrphan(pid)) continue;
    left_.push_back(pid);
    Signal(pid);
  }
  return static_cast<int>(left_.size());
}

// What was started is in sessions of its own, and so is all that comes of it. A
// child in this process's session was its child already before it became this
// program, by execve(2), or is another part's of the program.
bool Orphans::IsOrphan(pid_t pid) {
  return LookAtChild(pid).exist && getsid(pid) != getsid(0);
}

void Orphans::Signal(pid_t pid) {
  if (phase_ == Phase::kKilling) {
    KillWithGroup(pid);
  } else if (phase_ == Phase::kAsking && asked_.insert(pid).second) {
    kill(pid, SIGTERM);
    kill(pid, SIGCONT);
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

void Orphans::KillAndReapAll(std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    ChildrenState state = LookAtAllChildren();
    for (; state.ended != 0; state = LookAtAllChildren()) {
      ReapChild(state.ended);
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (!state.exist || left.count() <= 0) return;
    const std::vector<pid_t> children = ListChildren();
    bool any = children.empty();  // /proc does not tell: wait for them
    for (pid_t pid : children) {
      if (!IsOrphan(pid)) continue;
      any = true;
      KillWithGroup(pid);
    }
    if (!any) return;
    pollfd ready = {signals_.get(), POLLIN, 0};
    poll(&ready, 1, static_cast<int>(left.count()));
    ReadSignals();
  }
}

}  // namespace servo::exec
