#include "exec/owned_cgroup.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "exec/above_standard_fds.h"
#include "exec/process_info.h"

namespace servo::exec {
namespace {

constexpr const char* kMounts[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};

// No more directories are looked at, so that a machine with many costs little.
constexpr size_t kMostCgroups = 4096;

// So many processes are held by a descriptor at the same time.
constexpr size_t kMostPidfds = 64;

void AppendChildren(const std::string& cgroup,
                    std::vector<std::string>& cgroups) {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(cgroup.c_str()),
                                                   closedir);
  while (const dirent* entry =
             stream != nullptr ? readdir(stream.get()) : nullptr) {
    const absl::string_view name = entry->d_name;
    if (entry->d_type != DT_DIR || name == "." || name == "..") continue;
    cgroups.push_back(absl::StrCat(cgroup, "/", name));
  }
}

// `root` and all below it, parents first.
std::vector<std::string> ListCgroups(const std::string& root) {
  std::vector<std::string> cgroups = {root};
  for (size_t i = 0; i < cgroups.size() && i < kMostCgroups; ++i) {
    const std::string parent = cgroups[i];
    AppendChildren(parent, cgroups);
  }
  return cgroups;
}

void AppendProcesses(const std::string& cgroup, std::vector<pid_t>& pids) {
  const std::string text =
      ReadProcFile(absl::StrCat(cgroup, "/cgroup.procs").c_str()).value_or("");
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    pid_t pid;
    // 0 stands for a process of another PID namespace.
    if (absl::SimpleAtoi(line, &pid) && pid > 0) pids.push_back(pid);
  }
}

bool HoldsThisProcess(const std::string& cgroup) {
  std::vector<pid_t> pids;
  AppendProcesses(cgroup, pids);
  return std::find(pids.begin(), pids.end(), getpid()) != pids.end();
}

// Without /proc/self/cgroup the only way is to look for one's own number.
std::optional<std::string> FindOwnCgroup(const std::string& mount) {
  struct statfs fs;
  if (statfs(mount.c_str(), &fs) != 0 || fs.f_type != CGROUP2_SUPER_MAGIC) {
    return std::nullopt;
  }
  if (HoldsThisProcess(mount)) return mount;
  for (const std::string& cgroup : ListCgroups(mount)) {
    if (HoldsThisProcess(cgroup)) return cgroup;
  }
  return std::nullopt;
}

base::UniqueFd Open(const std::string& cgroup, absl::string_view file,
                    int mode) {
  return AboveStandardFds(
      open(absl::StrCat(cgroup, "/", file).c_str(), mode | O_CLOEXEC));
}

}  // namespace

std::unique_ptr<OwnedCgroup> OwnedCgroup::Make() {
  for (const char* mount : kMounts) {
    const std::optional<std::string> parent = FindOwnCgroup(mount);
    if (!parent.has_value()) continue;
    std::string path =
        absl::StrCat(*parent, "/servo-exec-", getpid(), "-XXXXXX");
    if (mkdtemp(path.data()) == nullptr) continue;
    auto cgroup = absl::WrapUnique(new OwnedCgroup(std::move(path)));
    if (cgroup->CanBeJoined()) return cgroup;
  }
  return nullptr;
}

OwnedCgroup::OwnedCgroup(std::string path)
    : path_(std::move(path)),
      procs_(Open(path_, "cgroup.procs", O_WRONLY)),
      events_(Open(path_, "cgroup.events", O_RDONLY)),
      kill_(Open(path_, "cgroup.kill", O_WRONLY)) {}

OwnedCgroup::~OwnedCgroup() {
  std::vector<std::string> cgroups = ListCgroups(path_);
  for (auto it = cgroups.rbegin(); it != cgroups.rend(); ++it) {
    rmdir(it->c_str());
  }
}

// Many things can be in the way: permissions of this cgroup and of its parent,
// a parent for threads, a limit.
bool OwnedCgroup::CanBeJoined() const {
  if (!procs_.valid() || !events_.valid()) return false;
  const pid_t pid = fork();
  if (pid < 0) return false;
  if (pid == 0) _exit(write(procs_.get(), "0", 1) == 1 ? 0 : 1);
  int status = -1;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status == 0;
}

bool OwnedCgroup::IsEmpty() const {
  std::array<char, 256> text;
  const ssize_t size = pread(events_.get(), text.data(), text.size(), 0);
  // Others can remove it when it is empty.
  if (size <= 0) return true;
  const absl::string_view events(text.data(), static_cast<size_t>(size));
  return !absl::StrContains(events, "populated 1");
}

std::vector<pid_t> OwnedCgroup::List() const {
  std::vector<pid_t> pids;
  for (const std::string& cgroup : ListCgroups(path_)) {
    AppendProcesses(cgroup, pids);
  }
  return pids;
}

// The pidfds are opened first: whose number is still listed after that is the
// process that was listed before, or has ended.
void OwnedCgroup::Signal(int signal) const {
  const std::vector<pid_t> pids = List();
  for (size_t next = 0; next < pids.size();) {
    std::vector<std::pair<pid_t, base::UniqueFd>> opened;
    for (; next < pids.size() && opened.size() < kMostPidfds; ++next) {
      base::UniqueFd pidfd(
          static_cast<int>(syscall(SYS_pidfd_open, pids[next], 0)));
      if (pidfd.valid()) opened.emplace_back(pids[next], std::move(pidfd));
    }
    const std::vector<pid_t> now = List();
    const absl::flat_hash_set<pid_t> members(now.begin(), now.end());
    for (const auto& [pid, pidfd] : opened) {
      if (!members.contains(pid)) continue;
      syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0);
    }
  }
}

void OwnedCgroup::Kill() const {
  if (!kill_.valid() || write(kill_.get(), "1", 1) != 1) Signal(SIGKILL);
}

}  // namespace servo::exec
