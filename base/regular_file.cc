#include "base/regular_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/errno_text.h"

namespace servo::base {
namespace {

absl::Status SystemError(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(ErrnoText(error));
    case EACCES:
    case EPERM:
      return absl::PermissionDeniedError(ErrnoText(error));
    default:
      return absl::UnavailableError(ErrnoText(error));
  }
}

absl::Status TooLarge(size_t max_bytes) {
  return absl::OutOfRangeError(
      absl::StrCat("it has more than ", max_bytes, " bytes"));
}

// Non-blocking, in case that it has become a FIFO.
int Open(const std::string& path, LastLink last_link) {
  const int no_follow = last_link == LastLink::kKeep ? O_NOFOLLOW : 0;
  int fd;
  do {
    fd = open(path.c_str(),
              O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | no_follow);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

// `content` and what can be read from `fd` behind it.
absl::StatusOr<std::string> Continue(std::string content, int fd,
                                     size_t max_bytes) {
  char buffer[64 * 1024];
  while (true) {
    const absl::StatusOr<size_t> count = ReadSome(fd, buffer, sizeof(buffer));
    if (!count.ok()) return count.status();
    if (*count == 0) return content;
    if (*count > max_bytes - content.size()) return TooLarge(max_bytes);
    content.append(buffer, *count);
  }
}

}  // namespace

absl::StatusOr<FoundFile> OpenRegularFile(const std::string& path,
                                          LastLink last_link) {
  FoundFile file;
  const int flags = last_link == LastLink::kKeep ? AT_SYMLINK_NOFOLLOW : 0;
  if (fstatat(AT_FDCWD, path.c_str(), &file.info, flags) != 0) {
    return SystemError(errno);
  }
  if (!S_ISREG(file.info.st_mode)) return file;
  file.fd.Reset(Open(path, last_link));
  if (!file.fd.valid() || fstat(file.fd.get(), &file.info) != 0) {
    return SystemError(errno);
  }
  if (!S_ISREG(file.info.st_mode)) file.fd.Reset();
  return file;
}

absl::StatusOr<std::string> ReadWhole(const FoundFile& file, size_t max_bytes) {
  const size_t size = static_cast<size_t>(file.info.st_size);
  if (size > max_bytes) return TooLarge(max_bytes);
  std::string content;
  content.reserve(size);
  return Continue(std::move(content), file.fd.get(), max_bytes);
}

absl::StatusOr<std::string> ReadToEnd(int fd, size_t max_bytes) {
  return Continue("", fd, max_bytes);
}

absl::StatusOr<size_t> ReadSome(int fd, char* buffer, size_t size) {
  ssize_t count;
  do {
    count = read(fd, buffer, size);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return SystemError(errno);
  return static_cast<size_t>(count);
}

}  // namespace servo::base
