// A body on its way into a file that nobody sees before it is complete.
#ifndef HTTP_SAVED_BODY_H_
#define HTTP_SAVED_BODY_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/unique_fd.h"

namespace servo::http {

// Writes to a file of mode 0600 in the directory of `path`: one without a name
// where the file system has such (open(2), O_TMPFILE), so that even a killed
// process leaves nothing behind; else a hidden one, which destruction removes.
// Errors name `path` and the reason. Not thread-safe.
class SavedBody {
 public:
  // kInvalidArgument if no file can be made there, or if `path` is something
  // else than a regular file: a device is never replaced.
  static absl::StatusOr<std::unique_ptr<SavedBody>> Create(std::string path);

  ~SavedBody();
  SavedBody(const SavedBody&) = delete;
  SavedBody& operator=(const SavedBody&) = delete;

  // Errors are kUnavailable: the file system is full, for instance.
  absl::Status Append(absl::string_view bytes);

  // Puts the file under `path`, in place of what is there. Once.
  absl::Status Commit();

  const std::string& path() const { return path_; }

 private:
  SavedBody(std::string path, base::UniqueFd fd, std::string hidden_name);

  absl::Status Failed(absl::string_view what, int error) const;

  const std::string path_;
  base::UniqueFd fd_;
  std::string hidden_name_;  // empty while the file has none
};

}  // namespace servo::http

#endif  // HTTP_SAVED_BODY_H_
