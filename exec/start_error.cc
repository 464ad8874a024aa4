#include "exec/start_error.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "base/unique_fd.h"

namespace servo::exec {
namespace {

std::string ErrnoText(int error) {
  return std::generic_category().message(error);
}

// What to do about it, or nothing.
absl::string_view Hint(int error) {
  if (error == EMFILE) return "; `ulimit -n` shows the limit";
  if (error == EAGAIN) {
    return "; the limits are `ulimit -u` and the control group's pids.max";
  }
  return "";
}

// Whether the program's name looks like a command with its arguments in one
// text, which may be secret.
bool IsUnsplit(const Command& command) {
  return command.argv.size() == 1 &&
         command.argv[0].find(' ') != std::string::npos;
}

// The program's name as it may be shown.
std::string Name(const Command& command) {
  const std::string& name = command.argv[0];
  if (!IsUnsplit(command)) return name;
  return absl::StrCat(name.substr(0, name.find(' ')), " ...");
}

absl::Status Error(absl::StatusCode code, const Command& command,
                   absl::string_view why) {
  return absl::Status(
      code, absl::StrFormat("cannot start \"%s\": %s", Name(command), why));
}

// `path` as seen from the program's working directory.
std::string FromWorkingDirectory(const Command& command,
                                 const std::string& path) {
  if (command.cwd.empty() || path.starts_with("/")) return path;
  return absl::StrCat(command.cwd, "/", path);
}

bool IsFromPath(const Command& command) {
  return !command.argv[0].empty() &&
         command.argv[0].find('/') == std::string::npos;
}

// What a script's first line names as its interpreter; none: not a script.
std::optional<std::string> Interpreter(const std::string& file) {
  const base::UniqueFd fd(
      open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::array<char, 256> head;  // as much as the kernel looks at
  const ssize_t size = read(fd.get(), head.data(), head.size());
  if (size <= 0) return std::nullopt;
  absl::string_view line(head.data(), static_cast<size_t>(size));
  if (!absl::ConsumePrefix(&line, "#!")) return std::nullopt;
  line = line.substr(0, line.find('\n'));
  while (absl::ConsumePrefix(&line, " ") || absl::ConsumePrefix(&line, "\t")) {
  }
  return std::string(line.substr(0, line.find_first_of(" \t")));
}

// ENOENT: the program, or what the kernel needs to execute it.
absl::Status NotFound(const Command& command, const Invocation& invocation) {
  for (const std::string& path : invocation.paths()) {
    const std::string file = FromWorkingDirectory(command, path);
    if (path.empty() || access(file.c_str(), F_OK) != 0) continue;
    const std::optional<std::string> interpreter = Interpreter(file);
    if (!interpreter.has_value()) {
      return Error(absl::StatusCode::kNotFound, command,
                   absl::StrFormat("the loader or a library that %s was linked "
                                   "for does not exist here",
                                   file));
    }
    const bool has_crlf = absl::EndsWith(*interpreter, "\r");
    return Error(
        absl::StatusCode::kNotFound, command,
        absl::StrFormat(
            "the interpreter \"%s\" that the first line of %s names "
            "does not exist%s",
            absl::CHexEscape(*interpreter), file,
            has_crlf ? "; its lines end in CR LF: convert them to LF" : ""));
  }
  if (IsUnsplit(command)) {
    return Error(absl::StatusCode::kNotFound, command,
                 "no such program; all of the text, its blanks too, is taken "
                 "for the program's name: arguments are further items of a "
                 "list, [PROGRAM, ARGUMENT], or use a shell");
  }
  if (IsFromPath(command)) {
    return Error(absl::StatusCode::kNotFound, command,
                 "no such program in the directories of PATH");
  }
  if (!command.cwd.empty() && !command.argv[0].starts_with("/")) {
    return Error(absl::StatusCode::kNotFound, command,
                 absl::StrFormat("no such file in the working directory %s",
                                 command.cwd));
  }
  return Error(absl::StatusCode::kNotFound, command, "no such file");
}

// EACCES: the program, its interpreter, or a directory on the way.
absl::Status NotExecutable(const Command& command,
                           const Invocation& invocation) {
  for (const std::string& path : invocation.paths()) {
    const std::string file = FromWorkingDirectory(command, path);
    struct stat status;
    if (stat(file.c_str(), &status) != 0) continue;
    if (S_ISDIR(status.st_mode)) {
      return Error(absl::StatusCode::kPermissionDenied, command,
                   absl::StrFormat("%s is a directory", file));
    }
    if (access(file.c_str(), X_OK) != 0) {
      return Error(absl::StatusCode::kPermissionDenied, command,
                   absl::StrFormat("%s is not executable for this user; chmod "
                                   "+x makes it so",
                                   file));
    }
  }
  return Error(absl::StatusCode::kPermissionDenied, command,
               "permission denied: the program, its interpreter or a directory "
               "above them is not executable for this user");
}

absl::Status ExecuteError(const Command& command, const Invocation& invocation,
                          int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return NotFound(command, invocation);
    case EACCES:
      return NotExecutable(command, invocation);
    case ENOEXEC:
      return Error(absl::StatusCode::kPermissionDenied, command,
                   "neither a program for this machine nor a script: the first "
                   "line of a script names its interpreter, as \"#!/bin/sh\"");
    case E2BIG:
      return Error(absl::StatusCode::kInvalidArgument, command,
                   "the arguments and the environment are too long");
    case EAGAIN:
      return StartResourceError(command, "a process", error);
    default:
      return Error(absl::ErrnoToStatusCode(error), command, ErrnoText(error));
  }
}

}  // namespace

absl::Status StartError(const Command& command, const Invocation& invocation,
                        const SpawnFailure& failure) {
  switch (failure.step) {
    case SpawnFailure::kChangeDirectory:
      return Error(absl::StatusCode::kFailedPrecondition, command,
                   absl::StrFormat("the working directory %s: %s", command.cwd,
                                   ErrnoText(failure.error)));
    case SpawnFailure::kExecute:
      return ExecuteError(command, invocation, failure.error);
    case SpawnFailure::kDescriptors:
      return StartResourceError(command, "its standard streams", failure.error);
    case SpawnFailure::kFork:
    case SpawnFailure::kNone:
      break;
  }
  return StartResourceError(command, "a process", failure.error);
}

absl::Status StartResourceError(const Command& command, absl::string_view what,
                                int error) {
  const absl::StatusCode code = error == EAGAIN
                                    ? absl::StatusCode::kResourceExhausted
                                    : absl::ErrnoToStatusCode(error);
  return Error(
      code, command,
      absl::StrCat("cannot make ", what, ": ", ErrnoText(error), Hint(error)));
}

}  // namespace servo::exec
