#include "exec/close_fds.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdint>

#include "absl/base/attributes.h"

namespace servo::exec {
namespace {

// The head of a record of getdents64(2); the name follows it.
struct DirectoryRecord {
  uint64_t inode;
  int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[1];
};

// The number that `name` is, or -1.
ABSL_ATTRIBUTE_NO_SANITIZE_ADDRESS int ParseFd(const char* name) {
  int fd = 0;
  for (; *name != '\0'; ++name) {
    if (*name < '0' || *name > '9' || fd > INT_MAX / 10 - 1) return -1;
    fd = fd * 10 + (*name - '0');
  }
  return fd;
}

// Closes those of one batch of records; whether there were any to close.
ABSL_ATTRIBUTE_NO_SANITIZE_ADDRESS bool CloseListed(const char* records,
                                                    long size, int first,
                                                    int directory) {
  bool closed = false;
  for (long at = 0; at < size;) {
    const auto* record = reinterpret_cast<const DirectoryRecord*>(records + at);
    at += record->length;
    const int fd = ParseFd(record->name);
    if (fd < first || fd == directory) continue;
    close(fd);
    closed = true;
  }
  return closed;
}

}  // namespace

// The address sanitizer is kept out since the child of Spawn() shares its
// parent's memory: what it poisoned of its stack would stay so.
ABSL_ATTRIBUTE_NO_SANITIZE_ADDRESS int CloseFdsFromByProc(int first) {
  const int directory =
      open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return errno;
  alignas(DirectoryRecord) char records[1024];
  bool closed = true;
  while (closed) {
    // From the start again after each round: closing moves the positions.
    closed = false;
    lseek(directory, 0, SEEK_SET);
    long size = 0;
    while (!closed && (size = syscall(SYS_getdents64, directory, records,
                                      sizeof(records))) > 0) {
      closed = CloseListed(records, size, first, directory);
    }
    if (size < 0) break;
  }
  close(directory);
  return 0;
}

ABSL_ATTRIBUTE_NO_SANITIZE_ADDRESS int CloseFdsFrom(int first) {
  if (syscall(SYS_close_range, first, ~0U, 0) == 0) return 0;
  return CloseFdsFromByProc(first);
}

}  // namespace servo::exec
