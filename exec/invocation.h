// A command made ready for execve(2).
#ifndef EXEC_INVOCATION_H_
#define EXEC_INVOCATION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exec/command.h"

namespace servo::exec {

// The arguments of execve(2), and what it is tried on, computed before the
// fork: the child of a multi-threaded program may not allocate. Move-only. The
// arrays end with a null pointer, point into the command (and this process's
// environment) and live as long as those and this do.
class Invocation {
 public:
  // `mark`: an entry `NAME=VALUE` of the environment that is set after all
  // others; empty: none. Errors: kInvalidArgument for no arguments, a NUL byte
  // in any text, or the name of an environment variable that is empty or holds
  // a `=`.
  static absl::StatusOr<Invocation> Prepare(const Command& command,
                                            std::string mark = "");

  Invocation(Invocation&&) = default;
  Invocation& operator=(Invocation&&) = default;

  char* const* argv() const { return argv_.data(); }
  char* const* envp() const { return envp_; }

  // The working directory, or null for this process's.
  const char* cwd() const { return cwd_; }

  // What to try to execute, in this order: the program's own path if it holds a
  // slash, else one for each directory of PATH (execvp(3)). Relative ones are
  // relative to the working directory.
  const std::vector<std::string>& paths() const { return paths_; }

 private:
  Invocation() = default;
  void SetEnvironment(const Command& command, std::string mark);
  void SetPaths(const std::string& program);
  const char* EnvironmentValue(const char* name) const;

  std::vector<char*> argv_;
  std::vector<std::string> env_texts_;
  std::vector<char*> env_;
  char* const* envp_ = nullptr;
  const char* cwd_ = nullptr;
  std::vector<std::string> paths_;
};

}  // namespace servo::exec

#endif  // EXEC_INVOCATION_H_
