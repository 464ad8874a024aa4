#include "cmd/e2e/marked_processes.h"

#include <dirent.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/log/check.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace servo::e2e {

std::vector<pid_t> MarkedProcesses(absl::string_view mark) {
  const std::string variable = absl::StrCat(kMarkVariable, "=", mark);
  std::vector<pid_t> marked;
  DIR* proc = opendir("/proc");
  PCHECK(proc != nullptr);
  while (dirent* entry = readdir(proc)) {
    pid_t pid = 0;
    if (!absl::SimpleAtoi(entry->d_name, &pid) || pid == getpid()) continue;
    std::ifstream file(absl::StrCat("/proc/", pid, "/environ"),
                       std::ios::binary);
    const std::string environment{std::istreambuf_iterator<char>(file),
                                  std::istreambuf_iterator<char>()};
    if (absl::c_linear_search(
            std::vector<absl::string_view>(absl::StrSplit(environment, '\0')),
            variable)) {
      marked.push_back(pid);
    }
  }
  closedir(proc);
  return marked;
}

}  // namespace servo::e2e
