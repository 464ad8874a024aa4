// One started process and all that comes of it, until it is over.
#ifndef EXEC_PROCESS_GROUP_H_
#define EXEC_PROCESS_GROUP_H_

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "exec/output_pipe.h"
#include "exec/process_info.h"
#include "exec/runner.h"
#include "exec/spawn.h"

namespace servo::exec {

// Watches the leader of the session, enforces its deadlines and stops it and
// its members: the processes of its session, in whatever group, and those that
// left the session but descend from it. The leader's own group is signalled at
// once; other members are when the owner's scan of the processes has found
// them.
//
// No process or group is ever signalled whose number might have passed to
// another: the leader of what is being stopped is not reaped until no member is
// left, so that the numbers of its group and session are its own.
//
// Lives on the loop's thread. The loop and the owner outlive it.
class ProcessGroup {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;

    // Asks for a call of OnScan() that knows everything up to now. Returns
    // false if there is no way to look at processes: members are then known no
    // further than the leader's group.
    virtual bool RequestScan() = 0;

    // Sends `signal` to a member, soon and unless it has ended.
    virtual void Send(const ProcessInfo& member, int signal) = 0;

    // The leader of `group` has been reaped.
    virtual void OnLeaderReaped() = 0;

    // All is said about `group`; called once, as its last action: the owner may
    // destroy it. With `leader_held` the leader is not reaped, since the kernel
    // (or a tracer) has not let go of it although it was killed: the group must
    // then be kept, and tells by OnReleased() when that has happened.
    virtual void OnOver(ProcessGroup* group, Result result,
                        bool leader_held) = 0;
    virtual void OnReleased(ProcessGroup* group) = 0;
  };

  // What is supervised. The pipes are non-blocking.
  struct Parts {
    Spawned leader;
    base::UniqueFd out;
    base::UniqueFd err;
    OutputPipe::Shared* output;
  };

  // `adopts_members`: members that lose their parent become children of this
  // process (PR_SET_CHILD_SUBREAPER).
  ProcessGroup(base::Loop* loop, Parts parts, const Options& options,
               bool adopts_members, Owner* owner);
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;

  // The leader's, and that of its group and session.
  pid_t pid() const { return leader_.pid; }

  // As Process::Stop() and Process::Kill().
  void Stop();
  void Kill();

  // From now on no tap hears the output.
  void DropTap();

  // Whether it is being stopped, so that OnScan() makes a difference.
  bool is_stopping() const { return stopping_.has_value() && !over_; }

  // Whether it was killed, or waits for nothing but its members: they are to be
  // looked at until they are gone.
  bool awaits_members() const {
    return is_stopping() && (killed_ || leader_ended_);
  }

  bool was_killed() const { return killed_; }

  // Whether OnOver() was called with `leader_held`.
  bool leader_held() const { return over_ && !code_.has_value(); }

  // What a scan has found: the members that are alive, the leader among them.
  // With `complete` there are no others.
  void OnScan(absl::Span<const ProcessInfo> members, bool complete);

  // To be called when a child of this process has ended, where processes cannot
  // be scanned.
  void OnChildEnded();

  // Waits until the leader has ended, `deadline` at the latest, and reaps it.
  // For the owner's destructor, after Kill(); nothing is called back.
  void WaitAndReap(std::chrono::steady_clock::time_point deadline);

  // Takes an output pipe whose other end is still open; null if there is none,
  // and after the second.
  std::unique_ptr<OutputPipe> TakeOpenPipe();

 private:
  void OnLeaderEnded();
  void OnTimeout();
  bool LeaderHasEnded() const;
  void Ask(Ending why);
  void SignalGroup(int signal);
  void KillGroup();
  void SignalMember(const ProcessInfo& member);
  void AwaitEndOfKilled();
  // Whether it is reaped; not so while a tracer holds it.
  bool ReapLeader();
  void Finish();
  void FinishUnseen();
  bool GroupIsGone();
  void GiveUp();
  void Over();

  base::Loop* const loop_;
  const Spawned leader_;
  const Options options_;
  const bool adopts_members_;
  Owner* const owner_;
  const absl::Duration started_at_;
  base::Loop::Registration leader_watch_;  // its pidfd, or for a tracer
  std::unique_ptr<OutputPipe> out_;
  std::unique_ptr<OutputPipe> err_;
  base::Loop::Registration timer_;  // timeout, kill_timeout, end of the killed
  std::optional<Ending> stopping_;
  bool killed_ = false;
  absl::Duration killed_at_;
  bool leader_ended_ = false;
  int empty_scans_ = 0;
  // Members that were sent kill_signal, and SIGKILL.
  absl::flat_hash_set<ProcessInfo::Key> asked_members_;
  absl::flat_hash_set<ProcessInfo::Key> killed_members_;
  std::optional<int> code_;  // once the leader is reaped
  bool over_ = false;
};

}  // namespace servo::exec

#endif  // EXEC_PROCESS_GROUP_H_
