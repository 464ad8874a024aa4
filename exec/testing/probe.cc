#include "exec/testing/probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/log/check.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace servo::exec {
namespace {

// Far longer than anything that a test waits for: that it takes so long is a
// failure on any machine.
constexpr int kMinuteInMilliseconds = 60 * 1000;

bool WaitUntilReadable(int fd, int milliseconds) {
  pollfd entry = {fd, POLLIN, 0};
  int ready;
  do {
    ready = poll(&entry, 1, milliseconds);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

Command Child(std::vector<std::string> actions) {
  // Absolute: a command may have a working directory of its own. Found once: a
  // test may have changed its own since.
  static const std::string* const program =
      new std::string(std::filesystem::absolute("exec/testing/child").string());
  Command command;
  command.argv = {*program};
  command.argv.insert(command.argv.end(),
                      std::make_move_iterator(actions.begin()),
                      std::make_move_iterator(actions.end()));
  return command;
}

std::set<int> OpenDescriptors() {
  std::set<int> fds;
  DIR* directory = opendir("/proc/self/fd");
  PCHECK(directory != nullptr);
  while (const dirent* entry = readdir(directory)) {
    int fd;
    if (absl::SimpleAtoi(entry->d_name, &fd) && fd != dirfd(directory)) {
      fds.insert(fd);
    }
  }
  closedir(directory);
  return fds;
}

std::string NewPath() {
  static int count = 0;
  const char* directory = std::getenv("TEST_TMPDIR");
  return absl::StrCat(directory != nullptr ? directory : "/tmp", "/probe_",
                      getpid(), "_", ++count);
}

std::string MakeFile(const std::string& content, mode_t mode) {
  std::string path = NewPath();
  std::ofstream(path) << content;
  PCHECK(chmod(path.c_str(), mode) == 0) << path;
  return path;
}

Fifo::Fifo() : path_(NewPath()) {
  PCHECK(mkfifo(path_.c_str(), 0600) == 0) << path_;
  // Open in both directions: no writer waits for a reader, and there is no
  // end-of-file between two writers.
  fd_.Reset(open(path_.c_str(), O_RDWR | O_CLOEXEC));
  PCHECK(fd_.valid()) << path_;
}

Fifo::~Fifo() { unlink(path_.c_str()); }

pid_t Fifo::WaitForPid() {
  size_t line_end;
  while ((line_end = unread_.find('\n')) == std::string::npos) {
    if (!WaitUntilReadable(fd_.get(), kMinuteInMilliseconds)) return 0;
    char part[256];
    const ssize_t size = read(fd_.get(), part, sizeof(part));
    PCHECK(size > 0) << path_;
    unread_.append(part, static_cast<size_t>(size));
  }
  pid_t pid = 0;
  CHECK(absl::SimpleAtoi(unread_.substr(0, line_end), &pid)) << unread_;
  unread_.erase(0, line_end + 1);
  return pid;
}

void Fifo::LetGo() { PCHECK(write(fd_.get(), "\n", 1) == 1) << path_; }

ProcessProbe::ProcessProbe(pid_t pid)
    : pidfd_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))) {
  PCHECK(pidfd_.valid()) << "process " << pid;
}

bool ProcessProbe::HasEnded() const {
  return WaitUntilReadable(pidfd_.get(), 0);
}

bool ProcessProbe::WaitForEnd() const {
  return WaitUntilReadable(pidfd_.get(), kMinuteInMilliseconds);
}

bool Exists(pid_t pid) { return kill(pid, 0) == 0 || errno != ESRCH; }

void FailSystemCall(long number, int error) {
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, 1),
      BPF_STMT(BPF_RET | BPF_K,
               SECCOMP_RET_ERRNO | static_cast<uint32_t>(error)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {4, code};
  PCHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  PCHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

int RunInFork(absl::FunctionRef<int()> body) {
  const pid_t pid = fork();
  PCHECK(pid >= 0);
  if (pid == 0) _exit(body());
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) PCHECK(errno == EINTR);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace servo::exec
