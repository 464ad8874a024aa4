// Opening a path that may name anything, and reading it if it is a regular
// file.
#ifndef BASE_REGULAR_FILE_H_
#define BASE_REGULAR_FILE_H_

#include <sys/stat.h>

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "base/unique_fd.h"

namespace servo::base {

// What a path names. Only a regular file is open.
struct FoundFile {
  UniqueFd fd;            // to be read from its beginning; none: not regular
  struct stat info = {};  // tells what it is; of a regular file: when opened

  bool is_regular() const { return fd.valid(); }
};

// Whether a link at a path's end is followed, or is what the path names.
enum class LastLink { kFollow, kKeep };

// Opens the regular file that `path` names. Never waits for another process: a
// FIFO, a socket or a device is not even opened, since opening a device may
// already do something. What takes the place of a regular file between the look
// and the opening is closed at once.
//
// Finding something else than a regular file is no error. Errors, whose
// messages are the system's reason alone ("Permission denied"):
//   kNotFound          nothing is there (ENOENT, ENOTDIR)
//   kPermissionDenied  it may not be looked at or opened (EACCES, EPERM)
//   kUnavailable       any other error of the system
absl::StatusOr<FoundFile> OpenRegularFile(
    const std::string& path, LastLink last_link = LastLink::kFollow);

// The content of `file`, which is regular. Errors:
//   kOutOfRange  it has more than `max_bytes`; a file that says so is not read
//   others       as of ReadSome()
absl::StatusOr<std::string> ReadWhole(const FoundFile& file, size_t max_bytes);

// All that can still be read from `fd`, be it of a file or of a pipe; blocks as
// read(2) does. Errors as of ReadWhole().
absl::StatusOr<std::string> ReadToEnd(int fd, size_t max_bytes);

// Reads up to `size` bytes, which are more than 0, and returns how many it got;
// 0 only at the end. Tries again when a signal came. Errors are those of
// OpenRegularFile().
absl::StatusOr<size_t> ReadSome(int fd, char* buffer, size_t size);

}  // namespace servo::base

#endif  // BASE_REGULAR_FILE_H_
