// The files that look-ups read.
#ifndef STAGES_ATTEMPT_FILES_H_
#define STAGES_ATTEMPT_FILES_H_

#include <sys/stat.h>

#include <map>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plan/lookup.h"
#include "plan/plan.h"

namespace servo::stages {

// How the files that a task's look-ups read were when its attempt began, so
// that the last run's result is not taken for this one's. A value.
class AttemptFiles {
 public:
  // Beyond this a file is refused.
  static constexpr size_t kMaxBytes = size_t{64} << 20;

  // Knows no file: each one counts as new.
  AttemptFiles() = default;

  // Notes how the files are now. `path_of` puts values into their paths.
  using PathOf = absl::FunctionRef<std::string(absl::string_view path)>;
  AttemptFiles(const plan::Task& task, PathOf path_of);

  // The same of paths without references.
  explicit AttemptFiles(const plan::Task& task)
      : AttemptFiles(
            task, [](absl::string_view path) { return std::string(path); }) {}

  // The content of the file that `lookup` of `task` names: a regular file, not
  // a link, opened without blocking.
  //
  // kNotFound if there is none, or if it has not changed (inode, size and time
  // of modification) since the attempt began. Other errors: it is no regular
  // file, it is too large, or the system says why. Messages name the path.
  absl::StatusOr<std::string> Read(const plan::Task& task,
                                   const plan::Lookup& lookup) const;

 private:
  struct Mark {
    dev_t device;
    ino_t inode;
    off_t size;
    timespec modified;
  };

  static Mark MarkOf(const struct stat& info);
  bool IsUnchanged(const std::string& path, const struct stat& info) const;

  void Note(const plan::Task& task, const plan::Lookup& lookup, PathOf path_of);

  std::map<std::string, std::string> paths_;  // by the look-up's argument
  std::map<std::string, Mark> before_;        // of those that existed
};

}  // namespace servo::stages

#endif  // STAGES_ATTEMPT_FILES_H_
