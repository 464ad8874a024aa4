#include "http/body_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/errno_text.h"
#include "base/regular_file.h"

namespace servo::http {

BodyFile::BodyFile(std::string path, base::UniqueFd fd, uint64_t size)
    : path_(std::move(path)), fd_(std::move(fd)), size_(size) {}

absl::StatusOr<BodyFile> BodyFile::Open(const std::string& path) {
  auto refused = [&path](absl::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot read the body's file ", path, ": ", why));
  };
  absl::StatusOr<base::FoundFile> file = base::OpenRegularFile(path);
  if (!file.ok()) return refused(file.status().message());
  if (!file->is_regular()) return refused("it is not a regular file");
  char byte;
  if (file->info.st_size == 0 && pread(file->fd.get(), &byte, 1, 0) > 0) {
    return refused("its length is not known before it is read, as below /proc");
  }
  return BodyFile(path, std::move(file->fd),
                  static_cast<uint64_t>(file->info.st_size));
}

absl::StatusOr<size_t> BodyFile::Read(char* buffer, size_t size) {
  const size_t want = static_cast<size_t>(
      std::min<uint64_t>(size, size_ - std::min(size_, offset_)));
  if (want == 0) return 0;
  ssize_t got = 0;
  do {
    got = pread(fd_.get(), buffer, want, static_cast<off_t>(offset_));
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    return absl::UnavailableError(absl::StrCat(
        "cannot read the body's file ", path_, ": ", base::ErrnoText(errno)));
  }
  if (got == 0) {
    return absl::UnavailableError(absl::StrCat(
        "the body's file ", path_, " became shorter while it was sent"));
  }
  offset_ += static_cast<uint64_t>(got);
  return static_cast<size_t>(got);
}

}  // namespace servo::http
