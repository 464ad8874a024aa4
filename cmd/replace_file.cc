#include "cmd/replace_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/quoted.h"
#include "base/unique_fd.h"
#include "base/write_all.h"

namespace servo::cmd {
namespace {

absl::Status Failure(const std::string& path, absl::string_view why) {
  return absl::UnavailableError(
      absl::StrCat("cannot write ", base::Quoted(path), ": ", why));
}

absl::Status SystemError(const std::string& path, int error) {
  return Failure(path, strerrordesc_np(error));
}

}  // namespace

absl::Status ReplaceFile(const std::string& path, absl::string_view text,
                         mode_t mode) {
  struct stat info;
  if (lstat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    return Failure(path, S_ISLNK(info.st_mode)
                             ? "it is a link; name the file itself"
                             : "it is not a regular file");
  }
  const std::string temporary = absl::StrCat(path, ".", getpid(), ".tmp");
  // One that is left of a process that had our number.
  unlink(temporary.c_str());
  base::UniqueFd fd(open(temporary.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                         mode));
  if (fd.get() < 0) return SystemError(path, errno);
  int error = base::WriteAll(fd.get(), text);
  fd.Reset();
  if (error == 0 && rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return absl::OkStatus();
  unlink(temporary.c_str());
  return SystemError(path, error);
}

}  // namespace servo::cmd
