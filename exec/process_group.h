// One started process and its group, from its start until it is over.
#ifndef EXEC_PROCESS_GROUP_H_
#define EXEC_PROCESS_GROUP_H_

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "exec/output_pipe.h"
#include "exec/runner.h"
#include "exec/spawn.h"

namespace servo::exec {

// Watches the group's leader, enforces its deadlines and stops the group.
//
// No process or group is ever signalled whose number might have passed to
// another: the leader's is its own until it is reaped, the group's until the
// last member is. After the leader was reaped, the group is signalled only
// while a child of this process is seen in it: an adopted member, which the
// leader's end has made ours before it was announced.
//
// Lives on the loop's thread. The loop and the owner outlive it.
class ProcessGroup {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;

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
    absl::Span<char> read_buffer;  // see OutputPipe
  };

  // `adopts_members`: members that the leader leaves behind become children of
  // this process (PR_SET_CHILD_SUBREAPER) and are waited for; otherwise they
  // are killed as soon as the leader of a group that is being stopped has
  // ended, the last moment at which that is safe.
  ProcessGroup(base::Loop* loop, Parts parts, const Options& options,
               bool adopts_members, Owner* owner);
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;

  // The leader's, and the group's.
  pid_t pid() const { return leader_.pid; }

  // As Process::Stop() and Process::Kill().
  void Stop();
  void Kill();

  // From now on no tap hears the output.
  void DropTap();

  // Whether the leader is over and reaped, and members are waited for.
  bool awaits_members() const { return code_.has_value() && !over_; }

  // Whether OnOver() was called with `leader_held`.
  bool leader_held() const { return over_ && !code_.has_value(); }

  // To be called when a child of this process has ended, while
  // awaits_members(): is over if that was the last of the group.
  void CheckMembers();

  // Waits until the leader has ended, `deadline` at the latest, and reaps it.
  // For the owner's destructor, after Kill(); nothing is called back.
  void WaitAndReap(std::chrono::steady_clock::time_point deadline);

  // Takes the output pipe of which someone holds the other end still; null if
  // there is none, and after the second.
  std::unique_ptr<OutputPipe> TakeOpenPipe();

 private:
  void OnLeaderEnded();
  void OnTimeout();
  bool LeaderHasEnded() const;
  void Ask(Ending why);
  void SignalGroup(int signal);
  void KillGroup();
  bool MembersGone();
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
  base::Loop::Registration timer_;  // timeout, then kill_timeout, then holding
  std::optional<Ending> stopping_;
  bool killed_ = false;
  std::optional<int> code_;  // once the leader is reaped
  bool over_ = false;
};

}  // namespace servo::exec

#endif  // EXEC_PROCESS_GROUP_H_
