#include "exec/posix_runner.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/unique_fd.h"
#include "exec/children.h"
#include "exec/cleanup_reserve.h"
#include "exec/invocation.h"
#include "exec/orphans.h"
#include "exec/output_pipe.h"
#include "exec/owned_cgroup.h"
#include "exec/process_group.h"
#include "exec/process_info.h"
#include "exec/process_owners.h"
#include "exec/process_scan.h"
#include "exec/scan_schedule.h"
#include "exec/starter.h"

namespace servo::exec {
namespace {

// More than a pipe holds unless it was enlarged, so that one read empties it.
constexpr size_t kReadBufferSize = 256 * 1024;

// How long destruction waits for what it has killed.
constexpr std::chrono::seconds kDestructionPatience(2);

// Two pipes, an input, a pidfd.
constexpr int kDescriptorsOfAStart = 6;

// The environment variable by which descendants are known again, and its value:
// the runner's part, and a number for each start.
constexpr char kMarkVariable[] = "SERVO_EXEC_MARK";
std::string NewMark() {
  static int count = 0;
  return absl::StrCat(
      getpid(), "-",
      absl::Hex(std::chrono::steady_clock::now().time_since_epoch().count()),
      "-", ++count, "-");
}

class PosixRunner final : public Runner,
                          public ProcessGroup::Owner,
                          public Orphans::Owner {
 public:
  PosixRunner(base::Loop* loop, const PosixRunnerOptions& options)
      : loop_(loop), options_(options) {}
  ~PosixRunner() override;

  absl::Status Init();

  absl::StatusOr<std::unique_ptr<Process>> Start(const Command& command,
                                                 const Options& options,
                                                 Done done) override;
  void EndAll(absl::Duration grace, EndAllDone done) override;
  void ReleaseReserve() override;
  std::string Limitation() const override;

 private:
  // A group and who is told of its end; shared with no one but weakly with its
  // handle.
  struct Entry {
    std::string mark;
    std::unique_ptr<ProcessGroup> group;
    Done done;  // null once called or dropped
  };
  class Handle;

  bool SeesOrphans() const;
  bool LetGoOfOutput();

  bool RequestScan() override;
  void Send(const ProcessInfo& member, int signal) override;
  void OnLeaderReaped() override;
  void OnOver(ProcessGroup* group, Result result, bool leader_held) override;
  void OnReleased(ProcessGroup* group) override;
  bool Supervises(pid_t pid) const override;
  void OnChange() override;

  ProcessOwners::Started StartedNow() const;
  void OnScan(absl::Span<const ProcessInfo> processes, bool complete);
  void OnEndedMember(const ProcessInfo& member, pid_t owner);
  bool WantsScans() const;

  void DiscardOutput(ProcessGroup* group);
  bool AnyRuns() const;
  void CheckEndAll();
  void EndUnseen();
  void FinishEndAll();

  base::Loop* const loop_;
  const PosixRunnerOptions options_;
  std::optional<Starter> starter_;
  std::optional<CleanupReserve> reserve_;
  // Not initialised, so that the pages which nothing is read into cost nothing.
  const std::unique_ptr<char[]> read_buffer_ =
      std::make_unique_for_overwrite<char[]>(kReadBufferSize);
  OutputPipe::Shared output_ = {{read_buffer_.get(), kReadBufferSize}};
  std::unique_ptr<Orphans> orphans_;  // null: not adopted
  std::map<pid_t, std::shared_ptr<Entry>> entries_;
  const std::string mark_ = NewMark();
  int starts_ = 0;
  // What was started when there was no other child, and nothing since then; 0:
  // none.
  pid_t sole_ = 0;
  ProcessOwners owners_;
  std::unique_ptr<ScanSchedule> scans_;  // null: processes can't be looked at

  // Held open by what processes left behind, which must neither block nor die
  // of SIGPIPE as long as it is let run.
  std::list<std::unique_ptr<OutputPipe>> discarded_;

  EndAllDone end_all_done_;  // not null: under way
  absl::Duration end_all_grace_;
  bool orphans_are_gone_ = false;  // so said the last scan
  base::Loop::Registration end_all_check_;
};

class PosixRunner::Handle final : public Process {
 public:
  explicit Handle(const std::shared_ptr<Entry>& entry)
      : pid_(entry->group->pid()), entry_(entry) {}

  ~Handle() override {
    if (auto entry = entry_.lock(); entry != nullptr) {
      entry->done = nullptr;
      entry->group->DropTap();
      entry->group->Kill();
    }
  }

  pid_t pid() const override { return pid_; }

  void Stop() override {
    if (auto entry = entry_.lock(); entry != nullptr) entry->group->Stop();
  }

  void Kill() override {
    if (auto entry = entry_.lock(); entry != nullptr) entry->group->Kill();
  }

 private:
  const pid_t pid_;
  const std::weak_ptr<Entry> entry_;  // gone when it is over, or the runner is
};

absl::Status PosixRunner::Init() {
  struct sigaction sigchld;
  sigaction(SIGCHLD, nullptr, &sigchld);
  if (!options_.adopt_orphans && (sigchld.sa_handler == SIG_IGN ||
                                  (sigchld.sa_flags & SA_NOCLDWAIT) != 0)) {
    return absl::FailedPreconditionError(
        "SIGCHLD is ignored in this process: how its children end would be "
        "lost");
  }
  const base::UniqueFd self(
      static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  if (!self.valid()) {
    return absl::ErrnoToStatus(errno, "cannot watch processes: pidfd_open");
  }
  // Where it would keep out nobody it is left: root's core dumps are of use.
  if (options_.seal_process && geteuid() != 0) prctl(PR_SET_DUMPABLE, 0);
  starter_.emplace(Starter::Options{
      .die_with_parent = options_.die_with_parent,
      .raise_descriptor_limit = options_.raise_descriptor_limit});
  reserve_.emplace(options_.reserve);
  const bool by_children =
      options_.adopt_orphans && ProcessScan::CanListChildren();
  const bool lists_processes = by_children || ProcessScan::CanListAll();
  if (lists_processes) {
    scans_ = std::make_unique<ScanSchedule>(
        loop_,
        by_children ? ProcessScan::Scope::kDescendants
                    : ProcessScan::Scope::kAll,
        options_.adopt_orphans ? kMarkVariable : "",
        [this](absl::Span<const ProcessInfo> processes, bool complete) {
          OnScan(processes, complete);
        });
  }
  if (!options_.adopt_orphans) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<Orphans>> orphans =
      Orphans::Adopt(loop_, kMarkVariable, mark_, lists_processes, this);
  if (!orphans.ok()) return orphans.status();
  orphans_ = *std::move(orphans);
  if (orphans_->cgroup() != nullptr) {
    starter_->UseCgroup(orphans_->cgroup()->procs());
  }
  return absl::OkStatus();
}

PosixRunner::~PosixRunner() {
  const auto deadline = std::chrono::steady_clock::now() + kDestructionPatience;
  for (auto& [pid, entry] : entries_) entry->group->Kill();
  if (SeesOrphans()) {
    orphans_->KillAndReapAll(deadline);
    return;
  }
  if (orphans_ != nullptr && orphans_->CanSignalUnseen()) kill(-1, SIGKILL);
  for (auto& [pid, entry] : entries_) entry->group->WaitAndReap(deadline);
}

void PosixRunner::ReleaseReserve() { reserve_->Release(); }

std::string PosixRunner::Limitation() const {
  if (scans_ != nullptr) return "";
  if (orphans_ != nullptr && orphans_->CanSignalUnseen()) return "";
  return "there is no /proc: processes that leave their task's process group "
         "cannot be found, and survive";
}

// Whether what was left behind can be listed.
bool PosixRunner::SeesOrphans() const {
  return orphans_ != nullptr &&
         (scans_ != nullptr || orphans_->cgroup() != nullptr);
}

// Closes the oldest of the pipes that helpers of finished processes hold, as
// many as a start needs; whether there was any.
bool PosixRunner::LetGoOfOutput() {
  const bool any = !discarded_.empty();
  for (int i = 0; i < kDescriptorsOfAStart && !discarded_.empty(); ++i) {
    discarded_.pop_front();
  }
  return any;
}

absl::StatusOr<std::unique_ptr<Process>> PosixRunner::Start(
    const Command& command, const Options& options, Done done) {
  if (end_all_done_ != nullptr) {
    return absl::FailedPreconditionError(
        "nothing can be started while everything is being ended");
  }
  if (options.kill_signal < 1 || options.kill_signal > SIGRTMAX) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.kill_signal, " is not a signal's number"));
  }
  const std::string mark = absl::StrCat(mark_, ++starts_);
  absl::StatusOr<Invocation> invocation = Invocation::Prepare(
      command, orphans_ != nullptr ? absl::StrCat(kMarkVariable, "=", mark)
                                   : std::string());
  if (!invocation.ok()) return invocation.status();
  const bool is_sole = orphans_ != nullptr && !LookAtAllChildren().exist &&
                       !orphans_->strangers_may_exist();
  absl::StatusOr<Starter::Started> started = starter_->Start(
      command, *invocation, [this] { return LetGoOfOutput(); },
      [this] {
        if (orphans_ != nullptr) orphans_->Reap();
      });
  if (!started.ok()) return started.status();

  auto entry = std::make_shared<Entry>();
  entry->mark = mark;
  entry->done = std::move(done);
  entry->group = std::make_unique<ProcessGroup>(
      loop_,
      ProcessGroup::Parts{.leader = std::move(started->leader),
                          .out = std::move(started->out),
                          .err = std::move(started->err),
                          .output = &output_},
      options, /*adopts_members=*/orphans_ != nullptr, this);
  entries_.emplace(entry->group->pid(), entry);
  sole_ = is_sole ? entry->group->pid() : 0;
  return std::make_unique<Handle>(entry);
}

bool PosixRunner::Supervises(pid_t pid) const { return entries_.contains(pid); }

bool PosixRunner::RequestScan() {
  if (scans_ != nullptr) scans_->Request();
  return scans_ != nullptr;
}

void PosixRunner::Send(const ProcessInfo& member, int signal) {
  // A child's number is its own until it is reaped.
  if (member.parent != getpid() || !LookAtChild(member.pid).exist) {
    scans_->Send(member, signal);
  } else if (signal == SIGKILL) {
    Orphans::KillWithGroup(member.pid);
  } else {
    kill(member.pid, signal);
  }
}

void PosixRunner::OnLeaderReaped() {
  // Orphans may have ended behind it.
  if (orphans_ != nullptr) orphans_->Reap();
}

void PosixRunner::OnChange() {
  if (scans_ == nullptr) {
    std::vector<std::shared_ptr<Entry>> entries;
    for (auto& [pid, entry] : entries_) entries.push_back(entry);
    for (auto& entry : entries) entry->group->OnChildEnded();
  } else if (WantsScans()) {
    scans_->Request();
  }
  CheckEndAll();
}

bool PosixRunner::WantsScans() const {
  if (end_all_done_ != nullptr && orphans_ != nullptr) return true;
  for (const auto& [pid, entry] : entries_) {
    if (entry->group->awaits_members()) return true;
  }
  return false;
}

ProcessOwners::Started PosixRunner::StartedNow() const {
  ProcessOwners::Started started;
  for (const auto& [pid, entry] : entries_) started.by_mark[entry->mark] = pid;
  started.sole = entries_.contains(sole_) ? sole_ : 0;
  return started;
}

void PosixRunner::OnScan(absl::Span<const ProcessInfo> processes,
                         bool complete) {
  const std::vector<pid_t> owners =
      owners_.Find(processes, StartedNow(), getpid());
  std::map<pid_t, std::vector<ProcessInfo>> members;
  std::vector<ProcessInfo> orphans;
  for (size_t i = 0; i < processes.size(); ++i) {
    const ProcessInfo& process = processes[i];
    if (owners[i] == 0 && process.parent == getpid()) {
      orphans.push_back(process);
    } else if (owners[i] != 0 && !process.ended) {
      members[owners[i]].push_back(process);
    } else if (owners[i] != 0) {
      OnEndedMember(process, owners[i]);
    }
  }
  if (end_all_done_ != nullptr && orphans_ != nullptr) {
    orphans_->OnScan(orphans);
    orphans_are_gone_ = complete && orphans_->AreGone(!entries_.empty());
    if (orphans_are_gone_) CheckEndAll();
  }
  std::vector<std::shared_ptr<Entry>> stopping;
  for (auto& [pid, entry] : entries_) {
    if (entry->group->is_stopping()) stopping.push_back(entry);
  }
  for (auto& entry : stopping) {
    entry->group->OnScan(members[entry->group->pid()], complete);
  }
  if (WantsScans()) scans_->RequestLater();
}

// An adopted member is reaped, and shows the way to its group.
void PosixRunner::OnEndedMember(const ProcessInfo& member, pid_t owner) {
  if (orphans_ == nullptr || member.parent != getpid() || member.pid == owner ||
      LookAtChild(member.pid).ended == 0) {
    return;
  }
  if (entries_.at(owner)->group->was_killed()) {
    Orphans::KillWithGroup(member.pid);
  }
  ReapChild(member.pid);
}

void PosixRunner::OnOver(ProcessGroup* group, Result result, bool leader_held) {
  const auto it = entries_.find(group->pid());
  const std::shared_ptr<Entry> entry = it->second;
  DiscardOutput(group);
  owners_.Forget(group->pid());
  if (!leader_held) entries_.erase(it);
  CheckEndAll();
  if (entry->done != nullptr) {
    std::exchange(entry->done, nullptr)(std::move(result));
  }
}

void PosixRunner::OnReleased(ProcessGroup* group) {
  entries_.erase(group->pid());
}

void PosixRunner::DiscardOutput(ProcessGroup* group) {
  while (std::unique_ptr<OutputPipe> pipe = group->TakeOpenPipe()) {
    OutputPipe* const open = pipe.get();
    const auto it = discarded_.insert(discarded_.end(), std::move(pipe));
    open->OnClosed([this, it] { discarded_.erase(it); });
  }
}

void PosixRunner::EndAll(absl::Duration grace, EndAllDone done) {
  const bool again = end_all_done_ != nullptr;
  end_all_done_ = std::move(done);
  for (auto& [pid, entry] : entries_) {
    again ? entry->group->Kill() : entry->group->Stop();
  }
  end_all_grace_ = again ? absl::ZeroDuration() : grace;
  if (orphans_ != nullptr && LookAtAllChildren().exist && RequestScan()) {
    orphans_->End(end_all_grace_);
  }
  CheckEndAll();
}

bool PosixRunner::AnyRuns() const {
  for (const auto& [pid, entry] : entries_) {
    if (!entry->group->leader_held()) return true;
  }
  return false;
}

// In the loop's next turn, so that one look serves all that end in this one,
// and is never inside of a call.
void PosixRunner::CheckEndAll() {
  if (end_all_done_ == nullptr || end_all_check_.active()) return;
  end_all_check_ = loop_->After(absl::ZeroDuration(), [this] {
    if (AnyRuns()) return;
    if (orphans_ != nullptr) orphans_->Reap();
    if (orphans_ == nullptr || !LookAtAllChildren().exist)
      return FinishEndAll();
    if (scans_ == nullptr) return EndUnseen();
    const bool none_left = std::exchange(orphans_are_gone_, false);
    if (none_left || orphans_->gave_up()) return FinishEndAll();
    scans_->Request();
  });
}

// Without /proc: what the cgroup holds, all processes of the namespace, or
// none.
void PosixRunner::EndUnseen() {
  if (!orphans_->CanSignalUnseen() || orphans_->gave_up()) {
    return FinishEndAll();
  }
  orphans_->End(end_all_grace_);
  orphans_->SignalUnseen();
  if (SeesOrphans() && orphans_->AreGone(!entries_.empty())) FinishEndAll();
}

// What is still listed is held by the kernel.
void PosixRunner::FinishEndAll() {
  std::vector<Unkillable> unkillable;
  for (const auto& [pid, entry] : entries_) {
    unkillable.push_back({pid, NameOfProcess(pid)});
  }
  if (orphans_ != nullptr) {
    for (const ProcessInfo& orphan : orphans_->left()) {
      if (!LookAtChild(orphan.pid).exist) continue;
      unkillable.push_back({orphan.pid, orphan.name});
    }
    const bool unlisted = !SeesOrphans() || (unkillable.empty() &&
                                             !orphans_->strangers_may_exist());
    if (unlisted && LookAtAllChildren().exist) unkillable.emplace_back();
    orphans_->Rest();
  }
  discarded_.clear();
  std::exchange(end_all_done_, nullptr)(std::move(unkillable));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Runner>> NewPosixRunner(
    base::Loop* loop, const PosixRunnerOptions& options) {
  auto runner = std::make_unique<PosixRunner>(loop, options);
  if (absl::Status status = runner->Init(); !status.ok()) return status;
  return runner;
}

}  // namespace servo::exec
