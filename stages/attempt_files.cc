#include "stages/attempt_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/quoted.h"
#include "base/unique_fd.h"
#include "exec/command.h"
#include "plan/condition.h"
#include "plan/metric.h"

namespace servo::stages {
namespace {

// `path` as the task's process sees it; a request sees what the driver sees.
std::string PathFromTask(const plan::Task& task, const std::string& path) {
  const auto* action = std::get_if<plan::ProcessAction>(&task.action);
  return action == nullptr ? path : exec::PathIn(action->command.cwd, path);
}

std::string Called(const std::string& path) {
  return absl::StrCat("the file ", base::Quoted(path));
}

absl::Status OpenError(const std::string& path, int error) {
  if (error == ENOENT) {
    return absl::NotFoundError(absl::StrCat(Called(path), " does not exist"));
  }
  if (error == ELOOP) {
    return absl::FailedPreconditionError(absl::StrCat(
        Called(path), " is a symbolic link; name what it links to"));
  }
  return absl::UnavailableError(
      absl::StrCat("cannot open ", Called(path), ": ", std::strerror(error)));
}

absl::Status TooLarge(const std::string& path) {
  return absl::ResourceExhaustedError(absl::StrCat(
      Called(path), " has more than ", AttemptFiles::kMaxBytes >> 20, " MiB"));
}

// All of the open file.
absl::StatusOr<std::string> ReadAll(int fd, const std::string& path,
                                    size_t expected) {
  std::string content;
  content.reserve(expected + 1);
  char buffer[64 * 1024];
  while (true) {
    const ssize_t size = read(fd, buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      return absl::UnavailableError(absl::StrCat("cannot read ", Called(path),
                                                 ": ", std::strerror(errno)));
    }
    if (size == 0) return content;
    content.append(buffer, static_cast<size_t>(size));
    if (content.size() > AttemptFiles::kMaxBytes) return TooLarge(path);
  }
}

}  // namespace

AttemptFiles::AttemptFiles(const plan::Task& task, PathOf path_of) {
  for (const plan::Metric& metric : task.metrics) {
    Note(task, metric.lookup, path_of);
  }
  for (const plan::Capture& capture : task.captures) {
    Note(task, capture.lookup, path_of);
  }
  for (const auto* conditions :
       {&task.expect, &task.give_up_if, &task.end_window_if}) {
    for (const plan::Condition& condition : *conditions) {
      Note(task, condition.lookup, path_of);
    }
  }
}

void AttemptFiles::Note(const plan::Task& task, const plan::Lookup& lookup,
                        PathOf path_of) {
  if (lookup.source != plan::Source::kFile) return;
  const std::string path = PathFromTask(task, path_of(lookup.argument));
  paths_[lookup.argument] = path;
  struct stat info;
  if (lstat(path.c_str(), &info) == 0) before_[path] = MarkOf(info);
}

AttemptFiles::Mark AttemptFiles::MarkOf(const struct stat& info) {
  return {info.st_dev, info.st_ino, info.st_size, info.st_mtim};
}

bool AttemptFiles::IsUnchanged(const std::string& path,
                               const struct stat& info) const {
  const auto before = before_.find(path);
  if (before == before_.end()) return false;
  const Mark now = MarkOf(info);
  const Mark& mark = before->second;
  return mark.device == now.device && mark.inode == now.inode &&
         mark.size == now.size && mark.modified.tv_sec == now.modified.tv_sec &&
         mark.modified.tv_nsec == now.modified.tv_nsec;
}

absl::StatusOr<std::string> AttemptFiles::Read(
    const plan::Task& task, const plan::Lookup& lookup) const {
  const auto noted = paths_.find(lookup.argument);
  const std::string path = noted != paths_.end()
                               ? noted->second
                               : PathFromTask(task, lookup.argument);
  const base::UniqueFd fd(open(
      path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd.valid()) return OpenError(path, errno);
  struct stat info;
  if (fstat(fd.get(), &info) != 0) return OpenError(path, errno);
  if (!S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat(Called(path), " is no regular file"));
  }
  if (IsUnchanged(path, info)) {
    return absl::NotFoundError(absl::StrCat(
        Called(path),
        " has not changed since the attempt began: it is of an earlier run"));
  }
  if (static_cast<size_t>(info.st_size) > kMaxBytes) return TooLarge(path);
  return ReadAll(fd.get(), path, static_cast<size_t>(info.st_size));
}

}  // namespace servo::stages
