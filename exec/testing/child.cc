// A program that behaves as its arguments say, one action after the other, for
// tests of what starts and ends processes. It never sleeps to wait for anything
// and depends on the C library alone.
//
//   out TEXT, err TEXT   prints a line
//   lines N              prints N lines on each stream, taking turns
//   flood N              prints N bytes to stdout, in large pieces
//   args ...             prints the arguments that follow, one a line, and ends
//   env NAME             prints "NAME=VALUE", or "NAME unset"
//   env-names            prints the names of the environment, one a line
//   cwd                  prints the working directory
//   stdin                copies stdin to stdout
//   fds                  prints the numbers of the open descriptors
//   limit-of-descriptors prints its soft and its hard value
//   status FIELD         prints the field of /proc/self/status
//   ids                  prints "pid PID pgid PGID sid SID"
//   tell FIFO            writes its process number and a newline to FIFO
//   await FIFO           waits until someone has opened FIFO to write and
//   closed fork { ACTIONS }     a child does the actions and exits with 0
//   setsid               becomes the leader of a session of its own
//   setpgid              becomes the leader of a process group of its own
//   traceable            lets any process trace it
//   seize-parent         traces its parent
//   parentless           waits until its parent has ended
//   subreaper            adopts its descendants, and reaps none
//   traced-by FIFO       lets a detached process trace it, which tells FIFO its
//                        number and lets nobody reap this one until it is ended
//   hop                  for ever: forks, and lets the child go on alone
//   spawn-until-killed   for ever: forks children that exit
//   close FD             closes a descriptor
//   ignore SIGNAL        ignores it
//   trap SIGNAL CODE     exits with CODE when it comes
//   raise SIGNAL         sends it to itself
//   pause                waits for signals, for ever
//   exit CODE            exits
//
// Signals are numbers. Without `exit` it exits with 0; with 99, and a message,
// when an action cannot be done.

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

[[noreturn]] void Fail(const std::string& what) {
  std::perror(what.c_str());
  std::_Exit(99);
}

void WriteAll(int fd, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t size = write(fd, text.data() + done, text.size() - done);
    if (size < 0) Fail("write");
    done += static_cast<size_t>(size);
  }
}

void Print(const std::string& line) { WriteAll(STDOUT_FILENO, line + "\n"); }

void PrintLines(int count) {
  for (int i = 0; i < count; ++i) {
    const std::string line = "line " + std::to_string(i) + "\n";
    WriteAll(STDOUT_FILENO, line);
    WriteAll(STDERR_FILENO, line);
  }
}

void Flood(long long bytes) {
  const std::string piece(128 * 1024, 'x');
  for (; bytes > 0; bytes -= static_cast<long long>(piece.size())) {
    WriteAll(
        STDOUT_FILENO,
        piece.substr(0, static_cast<size_t>(std::min<long long>(
                            bytes, static_cast<long long>(piece.size())))));
  }
}

void PrintEnvironmentNames() {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    Print(text.substr(0, text.find('=')));
  }
}

void CopyStdin() {
  char part[4096];
  ssize_t size;
  while ((size = read(STDIN_FILENO, part, sizeof(part))) > 0) {
    WriteAll(STDOUT_FILENO, std::string(part, static_cast<size_t>(size)));
  }
  if (size < 0) Fail("read");
}

void PrintDescriptors() {
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) Fail("/proc/self/fd");
  std::vector<int> fds;
  while (const dirent* entry = readdir(directory)) {
    const int fd = std::atoi(entry->d_name);
    if (entry->d_name[0] != '.' && fd != dirfd(directory)) fds.push_back(fd);
  }
  closedir(directory);
  std::sort(fds.begin(), fds.end());
  std::string line;
  for (int fd : fds) line += (line.empty() ? "" : " ") + std::to_string(fd);
  Print(line);
}

void PrintStatusField(const std::string& field) {
  std::FILE* file = std::fopen("/proc/self/status", "re");
  if (file == nullptr) Fail("/proc/self/status");
  char line[4096];
  while (std::fgets(line, sizeof(line), file) != nullptr) {
    if (std::string(line).starts_with(field + ":")) {
      WriteAll(STDOUT_FILENO, line);
    }
  }
  std::fclose(file);
}

void Tell(const std::string& fifo) {
  const int fd = open(fifo.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) Fail(fifo);
  WriteAll(fd, std::to_string(getpid()) + "\n");
  close(fd);
}

void Await(const std::string& fifo) {
  const int fd = open(fifo.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) Fail(fifo);
  char byte;
  if (read(fd, &byte, 1) != 1) Fail(fifo);
  close(fd);
}

// The process that forked this one by `fork`.
pid_t forked_by = 0;

void AwaitEndOfParent() {
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, forked_by, 0));
  pollfd ended = {pidfd, POLLIN, 0};
  if (pidfd >= 0 && getppid() == forked_by) poll(&ended, 1, -1);
  close(pidfd);
}

[[noreturn]] void PauseForEver() {
  for (;;) pause();
}

// The tracer is in a session of its own, so that what is sent to this process's
// group does not reach it, and a grandchild, so that it is nobody's to reap. It
// begins when its parent has been reaped: the signal of that would stop this
// process in the hands of the tracer.
void LetItselfBeTraced(const std::string& fifo) {
  int begin[2], attached[2];
  if (pipe2(begin, O_CLOEXEC) != 0 || pipe2(attached, O_CLOEXEC) != 0) {
    Fail("pipe2");
  }
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
  const pid_t traced = getpid();
  char byte = '0';
  const pid_t middle = fork();
  if (middle == 0) {
    setsid();
    if (fork() != 0) _exit(0);
    // It holds no output.
    for (int fd = 0; fd <= 2; ++fd) close(fd);
    if (read(begin[0], &byte, 1) != 1 ||
        ptrace(PTRACE_SEIZE, traced, nullptr, nullptr) != 0) {
      _exit(0);
    }
    Tell(fifo);
    WriteAll(attached[1], "1");
    PauseForEver();
  }
  waitpid(middle, nullptr, 0);
  close(attached[1]);
  WriteAll(begin[1], "1");
  if (read(attached[0], &byte, 1) != 1) {
    Print("cannot be traced");
    std::_Exit(98);
  }
  for (int fd : {begin[0], begin[1], attached[0]}) close(fd);
}

[[noreturn]] void Hop() {
  for (;;) {
    if (fork() > 0) _exit(0);
  }
}

[[noreturn]] void SpawnUntilKilled() {
  signal(SIGCHLD, SIG_IGN);
  for (;;) {
    if (fork() == 0) _exit(0);
  }
}

volatile sig_atomic_t exit_codes[65];

void ExitByCode(int signal) { _exit(exit_codes[signal]); }

// The actions, and how far they are done.
class Script {
 public:
  Script(int argc, char** argv) : words_(argv + 1, argv + argc) {}

  // Does the actions up to the brace that ends the block at hand.
  void Run() {
    while (next_ < words_.size() && words_[next_] != "}") Step();
  }

 private:
  const std::string& Next() {
    if (next_ >= words_.size()) {
      errno = EINVAL;
      Fail("an argument is missing");
    }
    return words_[next_++];
  }
  int Number() { return std::atoi(Next().c_str()); }

  void Step() {
    const std::string action = Next();
    if (Print(action) || Process(action) || Signal(action)) return;
    errno = EINVAL;
    Fail(action);
  }

  bool Print(const std::string& action) {
    if (action == "out") {
      ::Print(Next());
    } else if (action == "err") {
      WriteAll(STDERR_FILENO, Next() + "\n");
    } else if (action == "lines") {
      PrintLines(Number());
    } else if (action == "flood") {
      Flood(std::atoll(Next().c_str()));
    } else if (action == "args") {
      while (next_ < words_.size()) ::Print(Next());
    } else if (action == "env") {
      const std::string name = Next();
      const char* value = std::getenv(name.c_str());
      ::Print(value != nullptr ? name + "=" + value : name + " unset");
    } else if (action == "env-names") {
      PrintEnvironmentNames();
    } else if (action == "cwd") {
      char path[4096];
      if (getcwd(path, sizeof(path)) == nullptr) Fail("getcwd");
      ::Print(path);
    } else if (action == "stdin") {
      CopyStdin();
    } else if (action == "fds") {
      PrintDescriptors();
    } else if (action == "limit-of-descriptors") {
      rlimit limit;
      getrlimit(RLIMIT_NOFILE, &limit);
      ::Print(std::to_string(limit.rlim_cur) + " " +
              std::to_string(limit.rlim_max));
    } else if (action == "status") {
      PrintStatusField(Next());
    } else if (action == "ids") {
      ::Print("pid " + std::to_string(getpid()) + " pgid " +
              std::to_string(getpgrp()) + " sid " + std::to_string(getsid(0)));
    } else {
      return false;
    }
    return true;
  }

  bool Process(const std::string& action) {
    if (action == "tell") {
      Tell(Next());
    } else if (action == "await") {
      Await(Next());
    } else if (action == "fork") {
      Fork();
    } else if (action == "setsid") {
      if (setsid() < 0) Fail("setsid");
    } else if (action == "setpgid") {
      if (setpgid(0, 0) != 0) Fail("setpgid");
    } else if (action == "parentless") {
      AwaitEndOfParent();
    } else if (action == "traceable") {
      prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
    } else if (action == "seize-parent") {
      if (ptrace(PTRACE_SEIZE, getppid(), nullptr, nullptr) != 0) {
        Fail("PTRACE_SEIZE");
      }
    } else if (action == "subreaper") {
      prctl(PR_SET_CHILD_SUBREAPER, 1);
    } else if (action == "traced-by") {
      LetItselfBeTraced(Next());
    } else if (action == "hop") {
      Hop();
    } else if (action == "spawn-until-killed") {
      SpawnUntilKilled();
    } else if (action == "close") {
      close(Number());
    } else if (action == "exit") {
      std::_Exit(Number());
    } else {
      return false;
    }
    return true;
  }

  bool Signal(const std::string& action) {
    if (action == "ignore") {
      signal(Number(), SIG_IGN);
    } else if (action == "trap") {
      const int number = Number();
      exit_codes[number] = Number();
      signal(number, ExitByCode);
    } else if (action == "raise") {
      raise(Number());
    } else if (action == "pause") {
      PauseForEver();
    } else {
      return false;
    }
    return true;
  }

  void Fork() {
    Next();  // the opening brace
    const pid_t self = getpid();
    const pid_t child = fork();
    if (child < 0) Fail("fork");
    if (child == 0) {
      forked_by = self;
      Run();
      std::_Exit(0);
    }
    for (int depth = 1; depth > 0;) {
      const std::string& word = Next();
      depth += word == "{" ? 1 : word == "}" ? -1 : 0;
    }
  }

  const std::vector<std::string> words_;
  size_t next_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Script(argc, argv).Run();
  std::_Exit(0);
}
