#include "yaml/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/regular_file.h"
#include "yaml/document.h"
#include "yaml/file_trust.h"

namespace servo::yaml {
namespace {

// "cannot ACTION the configuration PATH: WHY".
absl::Status Cannot(absl::string_view action, absl::string_view path,
                    const absl::Status& why) {
  return absl::Status(
      why.code(), absl::StrFormat("cannot %s the configuration %s: %s", action,
                                  path, why.message()));
}

absl::StatusOr<base::FoundFile> Open(const std::string& path) {
  absl::StatusOr<base::FoundFile> file = base::OpenRegularFile(path);
  if (!file.ok()) return Cannot("open", path, file.status());
  if (S_ISDIR(file->info.st_mode)) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "the configuration %s is a directory; expected a file", path));
  }
  if (!file->is_regular()) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "the configuration %s is a pipe or a device; expected a regular file",
        path));
  }
  return file;
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

absl::StatusOr<std::string> ReadText(int fd, const std::string& path) {
  absl::StatusOr<std::string> text = base::ReadToEnd(fd, Document::kMaxBytes);
  if (absl::IsOutOfRange(text.status())) {
    return absl::OutOfRangeError(
        absl::StrFormat("the configuration %s is larger than %d bytes", path,
                        Document::kMaxBytes));
  }
  if (!text.ok()) return Cannot("read", path, text.status());
  return text;
}

// That root does not run what it finds where it happens to be, unless root has
// put it there.
absl::Status CheckOwnerIsRoot(uid_t owner, const std::string& path) {
  if (owner == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrFormat(
      "the configuration %s belongs to the user %d and not to root, who runs "
      "it; name it by --config if it is the right one",
      path, owner));
}

absl::StatusOr<File> ReadOne(const std::string& path, bool trusted,
                             bool must_be_roots = false) {
  const absl::StatusOr<base::FoundFile> opened = Open(path);
  if (!opened.ok()) return opened.status();
  if (must_be_roots) {
    absl::Status status = CheckOwnerIsRoot(opened->info.st_uid, path);
    if (!status.ok()) return status;
  }
  File file = {path, "", {}};
  if (!trusted) {
    const absl::Status status =
        CheckTrust(opened->fd.get(), path, &file.warnings);
    if (!status.ok()) return WithOverride(status);
  }
  absl::StatusOr<std::string> text = ReadText(opened->fd.get(), path);
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
  absl::StatusOr<std::string> text = ReadText(STDIN_FILENO, file.path);
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
