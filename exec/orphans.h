// What the started processes left behind: adopted, reaped, ended.
#ifndef EXEC_ORPHANS_H_
#define EXEC_ORPHANS_H_

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "exec/owned_cgroup.h"
#include "exec/process_info.h"

namespace servo::exec {

// Makes this process the reaper of all its descendants
// (PR_SET_CHILD_SUBREAPER, prctl(2)): whatever loses its parent, detached or
// not, becomes a child of this process. A child that the owner does not
// supervise is such an orphan, if it comes of what was started here. It does
// not if
//   * it is in this process's session (what is started here is in others): it
//     is another part's of the program;
//   * it was a child already before this process became this program, by
//     execve(2);
//   * it may come of such a child, or be handed to this process as PID 1 of its
//     namespace, and does not carry a mark of what was started here.
//
// Only children are signalled, seen by waitid(2) not to be reaped yet, so that
// their numbers are their own. When one of them ends, what it had started takes
// its place. Lives on the loop's thread; loop and owner outlive it.
class Orphans {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;

    // Whether the owner ends and reaps this child.
    virtual bool Supervises(pid_t pid) const = 0;

    // A child, of whatever kind, has ended, or a deadline of End() has passed.
    // Called on the loop.
    virtual void OnChange() = 0;
  };

  // Sets SIGCHLD to its default and blocks it in the calling thread; it is read
  // from a descriptor instead. Destruction undoes that and the adoption, and
  // leaves orphans alone. What is started carries an environment variable
  // `mark_variable` whose value begins with `mark`. `lists_processes`: there is
  // a /proc that tells of this process's PID namespace. Errors:
  // kResourceExhausted, kUnimplemented.
  static absl::StatusOr<std::unique_ptr<Orphans>> Adopt(
      base::Loop* loop, std::string mark_variable, std::string mark,
      bool lists_processes, Owner* owner);
  ~Orphans();
  Orphans(const Orphans&) = delete;
  Orphans& operator=(const Orphans&) = delete;

  // Whether children may exist that do not come of what was started here.
  bool strangers_may_exist() const { return strangers_may_exist_; }

  // Reaps the children that have ended and are not supervised. One may be
  // missed behind a supervised child that has ended and is not reaped.
  void Reap();

  // Begins to end all orphans, and those to come: SIGTERM (and SIGCONT), then
  // SIGKILL after `grace`; at once if that is zero. A second call before that
  // replaces the grace.
  void End(absl::Duration grace);

  // To be called after End() with the children that belong to nothing that is
  // supervised: signals the orphans among them and reaps those that have ended.
  // left() is then the list of the living.
  void OnScan(absl::Span<const ProcessInfo> children);
  const std::vector<ProcessInfo>& left() const { return left_; }

  // Whether none is left, as far as the last scan can tell: it has seen none.
  // While others are reaped /proc may leave out any child, so where no child
  // can be another's, nor the owner's (`supervised`), waitid(2) has the last
  // word.
  bool AreGone(bool supervised) const;

  // Where processes cannot be looked at: whether all that was started can be
  // ended nevertheless, since this process is PID 1 of its namespace, or has a
  // cgroup for it. Then signals it; with a cgroup that takes the place of
  // OnScan(), and left() is what lives when gave_up() becomes true.
  bool CanSignalUnseen() const;
  void SignalUnseen();

  // The cgroup in which to start what CanSignalUnseen() is to hold; null: there
  // is none, or no need of one.
  const OwnedCgroup* cgroup() const { return cgroup_.get(); }

  // Whether what is left was sent SIGKILL two seconds ago, or more, and for as
  // long none of it has ended.
  bool gave_up() const { return gave_up_; }

  // Forgets End(): orphans are left alone again.
  void Rest();

  // Kills and reaps all orphans, and what is supervised as well, until none is
  // left or `deadline` has passed, blocking. Where processes cannot be looked
  // at it needs a cgroup.
  void KillAndReapAll(std::chrono::steady_clock::time_point deadline);

  // Kills a child and its whole group.
  static void KillWithGroup(pid_t pid);

 private:
  Orphans(base::Loop* loop, std::string mark_variable, std::string mark,
          Owner* owner);

  absl::Status Init(bool lists_processes);
  void ReadSignals();
  void OnSignal();
  void BeginKilling();
  void AwaitEndOfKilled(absl::Duration pursuit);
  void NoteEnd();
  void Signal(const ProcessInfo& orphan);
  void SignalCgroup(bool is_new_phase);
  void ListLeft();
  bool KillAll();
  bool IsOrphan(pid_t pid) const;

  enum class Phase { kLeavingAlone, kAsking, kKilling };

  base::Loop* const loop_;
  const std::string mark_variable_;
  const std::string mark_;
  Owner* const owner_;
  int was_subreaper_ = 0;
  struct sigaction old_action_ = {};
  sigset_t old_mask_ = {};
  base::UniqueFd signals_;
  base::Loop::Registration watch_;
  // Children before the adoption; their numbers are theirs until they are
  // reaped.
  absl::flat_hash_set<pid_t> strangers_;
  bool strangers_may_exist_ = false;
  std::unique_ptr<OwnedCgroup> cgroup_;
  Phase phase_ = Phase::kLeavingAlone;
  Phase unseen_signalled_ = Phase::kLeavingAlone;
  absl::Duration grace_;
  absl::Duration killing_since_;
  uint64_t killing_ticks_ = 0;      // the same, as ProcessInfo::started
  base::Loop::Registration timer_;  // the grace, then giving up
  absl::flat_hash_set<ProcessInfo::Key> asked_;   // were sent SIGTERM
  absl::flat_hash_set<ProcessInfo::Key> killed_;  // were sent SIGKILL
  std::vector<ProcessInfo> left_;
  bool seen_ = false;     // in the last scan, ended or not
  bool any_new_ = false;  // in the last scan, begun since killing began
  bool gave_up_ = false;
};

}  // namespace servo::exec

#endif  // EXEC_ORPHANS_H_
