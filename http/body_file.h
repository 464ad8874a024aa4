// A request's body that is read from a file while it is sent.
#ifndef HTTP_BODY_FILE_H_
#define HTTP_BODY_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/unique_fd.h"

namespace servo::http {

// An open regular file and how much of it has been read. Movable.
class BodyFile {
 public:
  // kInvalidArgument with path and reason if it can't be read, is no regular
  // file, or has more than its size says, as files below /proc have; opening
  // never blocks.
  static absl::StatusOr<BodyFile> Open(const std::string& path);

  // How long it was when it was opened: so much is sent, whatever becomes of
  // it.
  uint64_t size() const { return size_; }

  // Reads up to `size` bytes on from where the last call ended; 0 only at the
  // end. kUnavailable if the file can't be read or has become shorter.
  absl::StatusOr<size_t> Read(char* buffer, size_t size);

  // The next Read() begins at `offset`.
  void Seek(uint64_t offset) { offset_ = offset; }

 private:
  BodyFile(std::string path, base::UniqueFd fd, uint64_t size);

  std::string path_;
  base::UniqueFd fd_;
  uint64_t size_;
  uint64_t offset_ = 0;
};

}  // namespace servo::http

#endif  // HTTP_BODY_FILE_H_
