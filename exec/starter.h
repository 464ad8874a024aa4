// Starting a program with the streams that it is given.
#ifndef EXEC_STARTER_H_
#define EXEC_STARTER_H_

#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/unique_fd.h"
#include "exec/command.h"
#include "exec/invocation.h"
#include "exec/raised_descriptor_limit.h"
#include "exec/spawn.h"

namespace servo::exec {

// Makes the pipes and the input of a program and starts it, and copes with
// limits that are met meanwhile.
class Starter {
 public:
  struct Options {
    // Kills the program when the calling thread ends.
    bool die_with_parent = true;

    // Raises the limit of descriptors, for this process alone, as long as this
    // lives.
    bool raise_descriptor_limit = false;
  };
  explicit Starter(const Options& options);

  // What is started from now on is in the cgroup whose cgroup.procs this is,
  // open for writing; -1: in that of this process.
  void UseCgroup(int procs) { cgroup_procs_ = procs; }

  // A program that runs, and the reading ends of its pipes, non-blocking.
  struct Started {
    Spawned leader;
    base::UniqueFd out;
    base::UniqueFd err;
  };

  // `free_descriptors` closes some that can be spared, and returns whether
  // there were any; `reap` reaps processes that have ended. Errors are those of
  // Runner::Start().
  absl::StatusOr<Started> Start(const Command& command,
                                const Invocation& invocation,
                                absl::FunctionRef<bool()> free_descriptors,
                                absl::FunctionRef<void()> reap);

 private:
  struct Pipe {
    base::UniqueFd read_end;  // non-blocking
    base::UniqueFd write_end;
  };
  struct Streams {
    base::UniqueFd input;  // if not the empty one
    Pipe out;
    Pipe err;
  };

  static int MakePipe(Pipe& pipe);
  int OpenEmptyInput();
  absl::Status MakeStreams(const Command& command, Streams& streams,
                           bool& short_of_descriptors);
  absl::StatusOr<Started> TryToStart(const Command& command,
                                     const Invocation& invocation,
                                     absl::FunctionRef<void()> reap,
                                     bool& short_of_descriptors);

  const Options options_;
  int cgroup_procs_ = -1;
  std::optional<RaisedDescriptorLimit> raised_limit_;
  // Opened when it is first needed: a root directory may lack /dev/null.
  base::UniqueFd empty_input_;
};

}  // namespace servo::exec

#endif  // EXEC_STARTER_H_
