#include "exec/children.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>

#include "absl/log/check.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/unique_fd.h"

namespace servo::exec {
namespace {

ChildrenState LookAt(idtype_t type, pid_t id) {
  siginfo_t info = {};
  if (waitid(type, static_cast<id_t>(id), &info, WEXITED | WNOHANG | WNOWAIT) !=
      0) {
    PCHECK(errno == ECHILD) << "waitid";
    return {};
  }
  return {.exist = true, .ended = info.si_pid};
}

// Empty if there is no such file.
std::string ReadWhole(const std::string& path) {
  std::string text;
  const base::UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> part;
  ssize_t size;
  while ((size = read(fd.get(), part.data(), part.size())) > 0) {
    text.append(part.data(), static_cast<size_t>(size));
  }
  return text;
}

// The entries of `directory` that are numbers.
std::vector<pid_t> ListNumbers(const char* directory) {
  std::vector<pid_t> numbers;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(directory),
                                                   closedir);
  if (stream == nullptr) return numbers;
  while (const dirent* entry = readdir(stream.get())) {
    pid_t number;
    if (absl::SimpleAtoi(entry->d_name, &number)) numbers.push_back(number);
  }
  return numbers;
}

// Parses /proc/PID/stat (proc(5)): "PID (NAME) STATE PPID ...", where the name
// may hold anything.
pid_t ParentOf(absl::string_view stat) {
  const size_t name_end = stat.rfind(')');
  if (name_end == absl::string_view::npos) return 0;
  const std::vector<absl::string_view> fields =
      absl::StrSplit(stat.substr(name_end + 1), absl::MaxSplits(' ', 3));
  pid_t parent = 0;
  return fields.size() > 2 && absl::SimpleAtoi(fields[2], &parent) ? parent : 0;
}

}  // namespace

ChildrenState LookAtAllChildren() { return LookAt(P_ALL, 0); }
ChildrenState LookAtChild(pid_t pid) { return LookAt(P_PID, pid); }
ChildrenState LookAtGroup(pid_t group) { return LookAt(P_PGID, group); }

std::optional<int> ReapChild(pid_t pid) {
  siginfo_t info = {};
  PCHECK(waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG) == 0)
      << "process " << pid << " was reaped by someone else";
  if (info.si_pid == 0) return std::nullopt;
  return info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
}

std::vector<pid_t> ListChildren() {
  std::vector<pid_t> children;
  bool known = false;
  for (pid_t thread : ListNumbers("/proc/self/task")) {
    const std::string path =
        absl::StrCat("/proc/self/task/", thread, "/children");
    known = known || access(path.c_str(), R_OK) == 0;
    const std::string text = ReadWhole(path);
    for (absl::string_view word :
         absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty())) {
      pid_t child;
      if (absl::SimpleAtoi(word, &child)) children.push_back(child);
    }
  }
  return known ? children : ListChildrenByStat();
}

std::string NameOfProcess(pid_t pid) {
  std::string name = ReadWhole(absl::StrCat("/proc/", pid, "/comm"));
  if (name.ends_with('\n')) name.pop_back();
  return name;
}

std::vector<pid_t> ListChildrenByStat() {
  const pid_t self = getpid();
  std::vector<pid_t> children;
  for (pid_t pid : ListNumbers("/proc")) {
    if (ParentOf(ReadWhole(absl::StrCat("/proc/", pid, "/stat"))) == self) {
      children.push_back(pid);
    }
  }
  return children;
}

}  // namespace servo::exec
