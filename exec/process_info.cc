#include "exec/process_info.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/unique_fd.h"

namespace servo::exec {
namespace {

// No file in /proc that is read here is longer, except by malice: the kernel
// bounds an environment by a quarter of the stack's limit.
constexpr size_t kMostBytes = 8 * 1024 * 1024;

// Where the fields stand after the name.
enum Field : size_t {
  kState = 0,
  kParent = 1,
  kGroup = 2,
  kSession = 3,
  kThreads = 17,
  kStarted = 19,
  kFields = 20
};

}  // namespace

std::optional<std::string> ReadProcFile(const char* path) {
  const base::UniqueFd fd(open(path, O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return std::nullopt;
  std::string text;
  std::array<char, 4096> part;
  ssize_t size;
  while ((size = read(fd.get(), part.data(), part.size())) > 0 &&
         text.size() < kMostBytes) {
    text.append(part.data(), static_cast<size_t>(size));
  }
  if (size < 0) return std::nullopt;
  return text;
}

// "PID (NAME) STATE PPID ...", where the name may hold anything.
std::optional<ProcessInfo> ParseStat(absl::string_view stat) {
  const size_t name_begin = stat.find('(');
  const size_t name_end = stat.rfind(')');
  if (name_end == absl::string_view::npos || name_begin > name_end) {
    return std::nullopt;
  }
  const std::vector<absl::string_view> fields =
      absl::StrSplit(stat.substr(name_end + 1),
                     absl::MaxSplits(' ', kFields + 1), absl::SkipEmpty());
  ProcessInfo info;
  if (fields.size() < kFields ||
      !absl::SimpleAtoi(stat.substr(0, name_begin), &info.pid) ||
      !absl::SimpleAtoi(fields[kParent], &info.parent) ||
      !absl::SimpleAtoi(fields[kGroup], &info.group) ||
      !absl::SimpleAtoi(fields[kSession], &info.session) ||
      !absl::SimpleAtoi(fields[kThreads], &info.threads) ||
      !absl::SimpleAtoi(fields[kStarted], &info.started)) {
    return std::nullopt;
  }
  // The first thread of a process may end before the others.
  const char state = fields[kState][0];
  info.ended = (state == 'Z' || state == 'X') && info.threads <= 1;
  info.name =
      std::string(stat.substr(name_begin + 1, name_end - name_begin - 1));
  return info;
}

std::optional<ProcessInfo> ReadProcess(pid_t pid) {
  const std::optional<std::string> stat =
      ReadProcFile(absl::StrCat("/proc/", pid, "/stat").c_str());
  if (!stat.has_value()) return std::nullopt;
  errno = 0;
  return ParseStat(*stat);
}

std::string ReadVariable(pid_t pid, absl::string_view name) {
  const std::string environment =
      ReadProcFile(absl::StrCat("/proc/", pid, "/environ").c_str())
          .value_or("");
  for (absl::string_view variable : absl::StrSplit(environment, '\0')) {
    if (absl::ConsumePrefix(&variable, name) &&
        absl::ConsumePrefix(&variable, "=")) {
      return std::string(variable);
    }
  }
  return "";
}

// The pidfd is opened first: if the process is the expected one after that, it
// was so when the pidfd was opened.
bool SignalProcess(const ProcessInfo& process, int signal) {
  const base::UniqueFd pidfd(
      static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0)));
  if (!pidfd.valid()) return false;
  const std::optional<ProcessInfo> now = ReadProcess(process.pid);
  return now.has_value() && now->key() == process.key() &&
         syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0;
}

}  // namespace servo::exec
