#include "yaml/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/unique_fd.h"
#include "yaml/document.h"
#include "yaml/file_trust.h"

namespace servo::yaml {
namespace {

// "cannot ACTION the configuration PATH: REASON", with a code that fits
// `error`.
absl::Status SystemError(absl::string_view action, absl::string_view path,
                         int error) {
  const std::string message =
      absl::StrFormat("cannot %s the configuration %s: %s", action, path,
                      strerrordesc_np(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(message);
    case EACCES:
    case EPERM:
      return absl::PermissionDeniedError(message);
    default:
      return absl::UnavailableError(message);
  }
}

// Non-blocking, so that a named pipe cannot hold this up before it is refused.
absl::StatusOr<base::UniqueFd> Open(const std::string& path) {
  int fd;
  do {
    fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return SystemError("open", path, errno);
  return base::UniqueFd(fd);
}

absl::Status Check(int fd, const std::string& path) {
  struct stat status;
  if (fstat(fd, &status) != 0) return SystemError("examine", path, errno);
  if (S_ISDIR(status.st_mode)) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "the configuration %s is a directory; expected a file", path));
  }
  if (!S_ISREG(status.st_mode)) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "the configuration %s is a pipe or a device; expected a regular file",
        path));
  }
  return absl::OkStatus();
}

// Names what lets a file pass whose mode or owner is not the real one.
absl::Status WithOverride(const absl::Status& status) {
  if (!absl::IsPermissionDenied(status)) return status;
  return absl::PermissionDeniedError(
      absl::StrCat(status.message(),
                   "; where bind mounts show other modes and "
                   "owners than there are, set ",
                   kTrustVariable, "=1"));
}

absl::StatusOr<std::string> ReadAll(int fd, const std::string& path) {
  constexpr size_t kChunk = 16 * 1024;
  std::string text;
  while (text.size() <= Document::kMaxBytes) {
    const size_t size = text.size();
    text.resize(size + kChunk);
    const ssize_t count = read(fd, &text[size], kChunk);
    const int error = errno;
    text.resize(size + (count > 0 ? count : 0));
    if (count == 0) return text;
    if (count < 0 && error != EINTR) return SystemError("read", path, error);
  }
  return absl::OutOfRangeError(
      absl::StrFormat("the configuration %s is larger than %d bytes", path,
                      Document::kMaxBytes));
}

// That root does not run what it finds where it happens to be, unless root has
// put it there.
absl::Status CheckOwnerIsRoot(int fd, const std::string& path) {
  struct stat status;
  if (fstat(fd, &status) != 0) return SystemError("examine", path, errno);
  if (status.st_uid == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrFormat(
      "the configuration %s belongs to the user %d and not to root, who runs "
      "it; name it by --config if it is the right one",
      path, status.st_uid));
}

absl::StatusOr<File> ReadOne(const std::string& path, bool trusted,
                             bool must_be_roots = false) {
  absl::StatusOr<base::UniqueFd> fd = Open(path);
  if (!fd.ok()) return fd.status();
  if (absl::Status status = Check(fd->get(), path); !status.ok()) return status;
  if (must_be_roots) {
    absl::Status status = CheckOwnerIsRoot(fd->get(), path);
    if (!status.ok()) return status;
  }
  File file = {path, "", {}};
  if (!trusted) {
    const absl::Status status = CheckTrust(fd->get(), path, &file.warnings);
    if (!status.ok()) return WithOverride(status);
  }
  absl::StatusOr<std::string> text = ReadAll(fd->get(), path);
  if (!text.ok()) return text.status();
  file.text = *std::move(text);
  return file;
}

// An error of a file that was asked for by `origin`.
absl::Status FromOrigin(const absl::Status& status, absl::string_view origin) {
  return absl::Status(status.code(), absl::StrCat(status.message(),
                                                  " (given by ", origin, ")"));
}

}  // namespace

absl::StatusOr<File> ReadOperand(const std::string& path, bool trusted) {
  if (path != "-") return ReadOne(path, trusted);
  File file = {"<stdin>", "", {}};
  absl::StatusOr<std::string> text = ReadAll(STDIN_FILENO, file.path);
  if (!text.ok()) return text.status();
  file.text = *std::move(text);
  return file;
}

absl::StatusOr<File> ReadFile(const FilePlaces& places) {
  if (!places.flag.empty()) {
    absl::StatusOr<File> file = ReadOne(places.flag, places.trusted);
    if (!file.ok()) return FromOrigin(file.status(), "--config");
    return file;
  }
  if (!places.environment.empty()) {
    absl::StatusOr<File> file = ReadOne(places.environment, places.trusted);
    if (!file.ok()) return FromOrigin(file.status(), kFileVariable);
    return file;
  }
  for (const std::string& path : places.defaults) {
    const bool must_be_roots =
        places.guards_root && geteuid() == 0 && !absl::StartsWith(path, "/");
    absl::StatusOr<File> file = ReadOne(path, places.trusted, must_be_roots);
    if (!absl::IsNotFound(file.status())) return file;
  }
  return absl::NotFoundError(absl::StrFormat(
      "there is no configuration: neither --config nor %s names one, and none "
      "exists as %s",
      kFileVariable, absl::StrJoin(places.defaults, " or ")));
}

}  // namespace servo::yaml
