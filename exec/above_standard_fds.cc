#include "exec/above_standard_fds.h"

#include <fcntl.h>
#include <unistd.h>

namespace servo::exec {

base::UniqueFd AboveStandardFds(int fd) {
  base::UniqueFd given(fd);
  if (fd < 0 || fd > STDERR_FILENO) return given;
  return base::UniqueFd(fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

}  // namespace servo::exec
