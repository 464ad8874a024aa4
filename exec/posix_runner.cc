#include "exec/posix_runner.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <list>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/unique_fd.h"
#include "exec/above_standard_fds.h"
#include "exec/children.h"
#include "exec/invocation.h"
#include "exec/orphans.h"
#include "exec/output_pipe.h"
#include "exec/process_group.h"
#include "exec/spawn.h"
#include "exec/start_error.h"

namespace servo::exec {
namespace {

// More than a pipe holds unless it was enlarged, so that one read empties it.
constexpr size_t kReadBufferSize = 256 * 1024;

// How long destruction waits for what it has killed.
constexpr std::chrono::seconds kDestructionPatience(2);

struct Pipe {
  base::UniqueFd read_end;  // non-blocking
  base::UniqueFd write_end;
};

// 0 or an errno value.
int MakePipe(Pipe& pipe) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  pipe.read_end = AboveStandardFds(ends[0]);
  pipe.write_end = AboveStandardFds(ends[1]);
  const bool made = pipe.read_end.valid() && pipe.write_end.valid() &&
                    fcntl(pipe.read_end.get(), F_SETFL, O_NONBLOCK) == 0;
  return made ? 0 : errno;
}

// A file in memory that holds `text` and cannot be changed. 0 or an errno
// value.
int MakeInput(const std::string& text, base::UniqueFd& input) {
  input =
      AboveStandardFds(memfd_create("stdin", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!input.valid()) return errno;
  for (size_t written = 0; written < text.size();) {
    const ssize_t size =
        write(input.get(), text.data() + written, text.size() - written);
    if (size < 0 && errno != EINTR) return errno;
    if (size > 0) written += static_cast<size_t>(size);
  }
  if (lseek(input.get(), 0, SEEK_SET) != 0 ||
      fcntl(input.get(), F_ADD_SEALS,
            F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) {
    return errno;
  }
  return 0;
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

 private:
  // A group and who is told of its end; shared with no one but weakly with its
  // handle.
  struct Entry {
    std::unique_ptr<ProcessGroup> group;
    Done done;  // null once called or dropped
  };
  class Handle;

  // Everything that a program is given and that is to be read from it.
  struct Streams {
    base::UniqueFd input;  // if not /dev/null
    Pipe out;
    Pipe err;
  };
  absl::Status MakeStreams(const Command& command, Streams& streams);

  void OnLeaderReaped() override;
  void OnOver(ProcessGroup* group, Result result, bool leader_held) override;
  void OnReleased(ProcessGroup* group) override;
  bool Supervises(pid_t group) const override;
  void OnChildEnded() override;

  void DiscardOutput(ProcessGroup* group);
  bool AnyRuns() const;
  void CheckEndAll();
  void FinishEndAll(int orphans);

  base::Loop* const loop_;
  const PosixRunnerOptions options_;
  base::UniqueFd null_;  // opened when it is first needed: a root may lack it
  // Not initialised, so that the pages which nothing is read into cost nothing.
  const std::unique_ptr<char[]> read_buffer_ =
      std::make_unique_for_overwrite<char[]>(kReadBufferSize);
  std::unique_ptr<Orphans> orphans_;  // null: not adopted
  std::map<pid_t, std::shared_ptr<Entry>> entries_;

  // Held open by what processes left behind, which must neither block nor die
  // of SIGPIPE as long as it is let run.
  std::list<std::unique_ptr<OutputPipe>> discarded_;

  EndAllDone end_all_done_;  // not null: under way
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
  if (base::UniqueFd self(
          static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
      !self.valid()) {
    return absl::ErrnoToStatus(errno, "cannot watch processes: pidfd_open");
  }
  if (!options_.adopt_orphans) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<Orphans>> orphans =
      Orphans::Adopt(loop_, this);
  if (!orphans.ok()) return orphans.status();
  orphans_ = *std::move(orphans);
  return absl::OkStatus();
}

PosixRunner::~PosixRunner() {
  const auto deadline = std::chrono::steady_clock::now() + kDestructionPatience;
  for (auto& [pid, entry] : entries_) entry->group->Kill();
  if (orphans_ != nullptr) {
    orphans_->KillAndReapAll(deadline);
  } else {
    for (auto& [pid, entry] : entries_) entry->group->WaitAndReap(deadline);
  }
}

absl::Status PosixRunner::MakeStreams(const Command& command,
                                      Streams& streams) {
  if (command.stdin_text.has_value()) {
    if (int error = MakeInput(*command.stdin_text, streams.input); error != 0) {
      return StartResourceError(command, "its standard input", error);
    }
  } else if (!null_.valid()) {
    null_ = AboveStandardFds(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!null_.valid()) {
      return StartResourceError(command, "its standard input, /dev/null",
                                errno);
    }
  }
  for (Pipe* pipe : {&streams.out, &streams.err}) {
    if (int error = MakePipe(*pipe); error != 0) {
      return StartResourceError(command, "a pipe for its output", error);
    }
  }
  return absl::OkStatus();
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
  absl::StatusOr<Invocation> invocation = Invocation::Prepare(command);
  if (!invocation.ok()) return invocation.status();
  Streams streams;
  if (absl::Status made = MakeStreams(command, streams); !made.ok()) {
    return made;
  }

  const base::UniqueFd& input = streams.input.valid() ? streams.input : null_;
  std::variant<Spawned, SpawnFailure> spawned =
      Spawn({.invocation = &*invocation,
             .stdin_fd = input.get(),
             .stdout_fd = streams.out.write_end.get(),
             .stderr_fd = streams.err.write_end.get(),
             .die_with = options_.die_with_parent ? getpid() : 0});
  if (const auto* failure = std::get_if<SpawnFailure>(&spawned)) {
    return StartError(command, *invocation, *failure);
  }

  auto entry = std::make_shared<Entry>();
  entry->done = std::move(done);
  entry->group = std::make_unique<ProcessGroup>(
      loop_,
      ProcessGroup::Parts{.leader = std::get<Spawned>(std::move(spawned)),
                          .out = std::move(streams.out.read_end),
                          .err = std::move(streams.err.read_end),
                          .read_buffer = {read_buffer_.get(), kReadBufferSize}},
      options, /*adopts_members=*/orphans_ != nullptr, this);
  entries_.emplace(entry->group->pid(), entry);
  return std::make_unique<Handle>(entry);
}

bool PosixRunner::Supervises(pid_t group) const {
  return entries_.contains(group);
}

void PosixRunner::OnLeaderReaped() {
  // Orphans may have ended behind it.
  if (orphans_ != nullptr) orphans_->Reap();
}

void PosixRunner::OnChildEnded() {
  std::vector<std::shared_ptr<Entry>> waiting;
  for (auto& [pid, entry] : entries_) {
    if (entry->group->awaits_members()) waiting.push_back(entry);
  }
  for (auto& entry : waiting) entry->group->CheckMembers();
  CheckEndAll();
}

void PosixRunner::OnOver(ProcessGroup* group, Result result, bool leader_held) {
  const auto it = entries_.find(group->pid());
  const std::shared_ptr<Entry> entry = it->second;
  DiscardOutput(group);
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
  if (orphans_ != nullptr) {
    orphans_->End(again ? absl::ZeroDuration() : grace);
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
    const int orphans = orphans_ != nullptr ? orphans_->Pursue() : 0;
    if (AnyRuns()) return;
    if (orphans == 0 || orphans_->gave_up()) FinishEndAll(orphans);
  });
}

// What is still listed is held by the kernel.
void PosixRunner::FinishEndAll(int orphans) {
  std::vector<Unkillable> unkillable;
  for (const auto& [pid, entry] : entries_) {
    unkillable.push_back({pid, NameOfProcess(pid)});
  }
  if (orphans < 0) unkillable.emplace_back();
  if (orphans > 0) {
    for (pid_t pid : orphans_->left()) {
      unkillable.push_back({pid, NameOfProcess(pid)});
    }
  }
  if (orphans_ != nullptr) orphans_->Rest();
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
