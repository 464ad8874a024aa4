// What to execute: a plain value, no system calls.
#ifndef EXEC_COMMAND_H_
#define EXEC_COMMAND_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace servo::exec {

// A program, its arguments and its surroundings.
struct Command {
  // The program and its arguments; not empty. A program name without a slash is
  // looked up in the PATH of the environment that the program will get, as
  // execvp(3) does.
  std::vector<std::string> argv;

  // The working directory; empty: this process's. A relative program path is
  // resolved in it.
  std::string cwd;

  // Whether the program starts from an empty environment instead of this
  // process's.
  bool clear_env = false;

  // Set in the program's environment after that; later entries win.
  std::vector<std::pair<std::string, std::string>> env;

  // What the program reads from its standard input, then end-of-file; none:
  // /dev/null.
  std::optional<std::string> stdin_text;
};

// `/bin/sh -c SCRIPT ARGS...`: the arguments are the shell's `$0`, `$1`, ...
// (POSIX.1-2017, sh).
Command Shell(std::string script, std::vector<std::string> shell_args = {});

// `path` as a program with the working directory `cwd` sees it: relative to
// that, unless it begins with "/". An empty `cwd` is this process's.
std::string PathIn(const std::string& cwd, const std::string& path);

}  // namespace servo::exec

#endif  // EXEC_COMMAND_H_
