#include "http/testing/private_network.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/unique_fd.h"

namespace servo::http {
namespace {

absl::Status WriteFile(const char* path, absl::string_view text) {
  const base::UniqueFd fd(open(path, O_WRONLY | O_CLOEXEC));
  if (!fd.valid() || write(fd.get(), text.data(), text.size()) !=
                         static_cast<ssize_t>(text.size())) {
    return absl::ErrnoToStatus(errno, path);
  }
  return absl::OkStatus();
}

absl::Status BringUpLoopback() {
  const base::UniqueFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request = {};
  std::strncpy(request.ifr_name, "lo", sizeof(request.ifr_name) - 1);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl(fd.get(), SIOCSIFFLAGS, &request) != 0) {
    return absl::ErrnoToStatus(errno, "bring up the loopback interface");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status EnterPrivateNetwork(const std::string& etc) {
  const uid_t uid = getuid();
  const gid_t gid = getgid();
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) != 0) {
    return absl::ErrnoToStatus(errno, "unshare(2)");
  }
  for (const auto& [path, text] :
       {std::pair<const char*, std::string>("/proc/self/setgroups", "deny"),
        {"/proc/self/uid_map", absl::StrCat("0 ", uid, " 1")},
        {"/proc/self/gid_map", absl::StrCat("0 ", gid, " 1")}}) {
    if (absl::Status status = WriteFile(path, text); !status.ok()) {
      return status;
    }
  }
  if (mount(etc.c_str(), "/etc", nullptr, MS_BIND, nullptr) != 0) {
    return absl::ErrnoToStatus(errno, "mount over /etc");
  }
  return BringUpLoopback();
}

}  // namespace servo::http
