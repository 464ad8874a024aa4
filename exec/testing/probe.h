// Looking at processes and descriptors from a test.
#ifndef EXEC_TESTING_PROBE_H_
#define EXEC_TESTING_PROBE_H_

#include <sys/types.h>

#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "base/unique_fd.h"
#include "exec/command.h"

namespace servo::exec {

// A command that does `actions`, the language of child.cc. A test that uses it
// has //exec/testing:child in its data.
Command Child(std::vector<std::string> actions);

// The numbers of this process's descriptors.
std::set<int> OpenDescriptors();

// A path of a file that does not exist, in the test's own directory.
std::string NewPath();

// Writes a file with these permissions; its path.
std::string MakeFile(const std::string& content, mode_t mode);

// A named pipe through which processes and the test meet.
class Fifo {
 public:
  Fifo();
  ~Fifo();
  Fifo(const Fifo&) = delete;
  Fifo& operator=(const Fifo&) = delete;

  const std::string& path() const { return path_; }

  // Readable when a process has told its number.
  int fd() const { return fd_.get(); }

  // Waits until a process has told its number; 0 if none does within a minute:
  // child.cc's `tell`.
  pid_t WaitForPid();

  // Lets one process go on that waits here, or will: child.cc's `await`. A FIFO
  // serves either purpose, not both.
  void LetGo();

 private:
  std::string path_;
  base::UniqueFd fd_;
  std::string unread_;
};

// Knows a process, whoever's child it is, even after it is gone.
class ProcessProbe {
 public:
  // `pid` exists.
  explicit ProcessProbe(pid_t pid);

  // Whether it has ended by now.
  bool HasEnded() const;

  // Waits until it has ended; false if it has not within a minute.
  bool WaitForEnd() const;

 private:
  base::UniqueFd pidfd_;
};

// Whether process `pid` exists, ended ones that are not reaped included.
bool Exists(pid_t pid);

// From now on, and for good, the system call `number` of this process and of
// all that it starts fails with `error`: for use within RunInFork().
void FailSystemCall(long number, int error);

// Runs `body` in a forked copy of this process and returns what it returned,
// 0..255; or minus the signal that killed the copy.
int RunInFork(absl::FunctionRef<int()> body);

}  // namespace servo::exec

#endif  // EXEC_TESTING_PROBE_H_
