#include "stages/attempt_files.h"

#include <sys/stat.h>

#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/quoted.h"
#include "base/regular_file.h"
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

absl::Status Cannot(absl::string_view action, const std::string& path,
                    const absl::Status& why) {
  return absl::UnavailableError(
      absl::StrCat("cannot ", action, " ", Called(path), ": ", why.message()));
}

// The regular file at `path`, which is not a link.
absl::StatusOr<base::FoundFile> Open(const std::string& path) {
  absl::StatusOr<base::FoundFile> file =
      base::OpenRegularFile(path, base::LastLink::kKeep);
  if (absl::IsNotFound(file.status())) {
    return absl::NotFoundError(absl::StrCat(Called(path), " does not exist"));
  }
  if (!file.ok()) return Cannot("open", path, file.status());
  if (file->is_regular()) return file;
  return absl::FailedPreconditionError(absl::StrCat(
      Called(path), S_ISLNK(file->info.st_mode)
                        ? " is a symbolic link; name what it links to"
                        : " is no regular file"));
}

absl::StatusOr<std::string> ReadContent(const base::FoundFile& file,
                                        const std::string& path) {
  absl::StatusOr<std::string> content =
      base::ReadWhole(file, AttemptFiles::kMaxBytes);
  if (absl::IsOutOfRange(content.status())) {
    return absl::ResourceExhaustedError(
        absl::StrCat(Called(path), " has more than ",
                     AttemptFiles::kMaxBytes >> 20, " MiB"));
  }
  if (!content.ok()) return Cannot("read", path, content.status());
  return content;
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
  const absl::StatusOr<base::FoundFile> file = Open(path);
  if (!file.ok()) return file.status();
  if (IsUnchanged(path, file->info)) {
    return absl::NotFoundError(absl::StrCat(
        Called(path),
        " has not changed since the attempt began: it is an earlier result"));
  }
  return ReadContent(*file, path);
}

}  // namespace servo::stages
