#include "protocol/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/unique_fd.h"

namespace servo::protocol {
namespace {

bool IsOpen(int fd) { return fcntl(fd, F_GETFD) >= 0 || errno != EBADF; }

}  // namespace

void OpenMissingStandardStreams() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (IsOpen(fd)) continue;
    int ends[2];
    if (pipe(ends) != 0) continue;
    // Either end may have been given the number that is to be filled.
    const int kept = fd == STDIN_FILENO ? 0 : 1;
    base::UniqueFd other(ends[1 - kept]);
    if (ends[kept] == fd) continue;
    base::UniqueFd copied(ends[kept]);
    if (other.get() == fd) (void)other.Release();  // dup2 closes it
    dup2(copied.get(), fd);
  }
}

}  // namespace servo::protocol
