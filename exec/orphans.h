// What the started processes left behind: adopted, reaped, ended.
#ifndef EXEC_ORPHANS_H_
#define EXEC_ORPHANS_H_

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "base/unique_fd.h"

namespace servo::exec {

// Makes this process the reaper of all its descendants
// (PR_SET_CHILD_SUBREAPER, prctl(2)): whatever loses its parent, detached or
// not, becomes a child of this process. Every child in another session, and in
// a process group that the owner does not supervise, is such an orphan.
//
// Only children are signalled, seen by waitid(2) not to be reaped yet, so that
// their numbers are their own. When one of them ends, what it had started takes
// its place. Lives on the loop's thread; loop and owner outlive it.
class Orphans {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;

    // Whether the owner ends and reaps what is in this process group.
    virtual bool Supervises(pid_t group) const = 0;

    // A child, of whatever kind, has ended; or End() has given up. Called on
    // the loop.
    virtual void OnChildEnded() = 0;
  };

  // Sets SIGCHLD to its default and blocks it in the calling thread; it is read
  // from a descriptor instead. Destruction undoes that and the adoption, and
  // leaves orphans alone. Errors: kResourceExhausted, kUnimplemented.
  static absl::StatusOr<std::unique_ptr<Orphans>> Adopt(base::Loop* loop,
                                                        Owner* owner);
  ~Orphans();
  Orphans(const Orphans&) = delete;
  Orphans& operator=(const Orphans&) = delete;

  // Reaps the orphans that have ended. One may be missed behind a supervised
  // child that has ended and is not reaped: call again after reaping one.
  void Reap();

  // Begins to end all orphans, and those to come: SIGTERM (and SIGCONT), then
  // SIGKILL after `grace`; at once if that is zero. A second call before that
  // replaces the grace.
  void End(absl::Duration grace);

  // To be called after End(), when a child has ended: signals the orphans that
  // have come since, and returns how many are left. -1: some are, /proc does
  // not tell how many.
  int Pursue();

  // The orphans that Pursue() found the last time.
  const std::vector<pid_t>& left() const { return left_; }

  // Whether some did not end within two seconds of their SIGKILL.
  bool gave_up() const { return gave_up_; }

  // Forgets End(): orphans are left alone again.
  void Rest();

  // Kills and reaps all orphans, and what is supervised as well, until none is
  // left or `deadline` has passed, blocking.
  void KillAndReapAll(std::chrono::steady_clock::time_point deadline);

 private:
  Orphans(base::Loop* loop, Owner* owner);

  absl::Status Init();
  void ReadSignals();
  void OnSignal();
  void BeginKilling();
  void Signal(pid_t pid);
  static bool IsOrphan(pid_t pid);
  static void KillWithGroup(pid_t pid);

  enum class Phase { kLeavingAlone, kAsking, kKilling };

  base::Loop* const loop_;
  Owner* const owner_;
  int was_subreaper_ = 0;
  struct sigaction old_action_ = {};
  sigset_t old_mask_ = {};
  base::UniqueFd signals_;
  base::Loop::Registration watch_;
  Phase phase_ = Phase::kLeavingAlone;
  base::Loop::Registration timer_;    // the grace, then giving up
  absl::flat_hash_set<pid_t> asked_;  // have been sent SIGTERM
  std::vector<pid_t> left_;
  bool gave_up_ = false;
};

}  // namespace servo::exec

#endif  // EXEC_ORPHANS_H_
