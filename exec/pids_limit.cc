#include "exec/pids_limit.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "exec/process_info.h"

namespace servo::exec {
namespace {

// Where the hierarchy is mounted that a line of /proc/self/cgroup is of, if it
// can limit processes: "0::/PATH" or "8:pids:/PATH".
std::vector<absl::string_view> MountsOf(absl::string_view controllers) {
  if (controllers.empty()) return {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
  const std::vector<absl::string_view> names = absl::StrSplit(controllers, ',');
  if (std::find(names.begin(), names.end(), "pids") == names.end()) return {};
  return {"/sys/fs/cgroup/pids"};
}

void Take(const std::string& file, std::optional<uint64_t>* least) {
  const std::optional<std::string> text = ReadProcFile(file.c_str());
  uint64_t limit = 0;  // "max" is no number
  if (!text.has_value() || !absl::SimpleAtoi(*text, &limit)) return;
  *least = std::min(least->value_or(limit), limit);
}

}  // namespace

std::optional<uint64_t> FindPidsLimit(const std::string& root) {
  std::optional<uint64_t> least;
  const std::string cgroups =
      ReadProcFile(absl::StrCat(root, "/proc/self/cgroup").c_str())
          .value_or("");
  for (const absl::string_view line : absl::StrSplit(cgroups, '\n')) {
    const std::vector<absl::string_view> fields =
        absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (fields.size() != 3) continue;
    for (const absl::string_view mount : MountsOf(fields[1])) {
      // Where a container sees its own part alone, only the last one is there.
      for (absl::string_view path = fields[2]; !path.empty();
           path = path.substr(0, path.rfind('/'))) {
        Take(absl::StrCat(root, mount, path, "/pids.max"), &least);
      }
      Take(absl::StrCat(root, mount, "/pids.max"), &least);
    }
  }
  return least;
}

}  // namespace servo::exec
