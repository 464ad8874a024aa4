#include "yaml/file_trust.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>
#include <fstream>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/unique_fd.h"

namespace servo::yaml {
namespace {

// As many links as path_resolution(7) follows.
constexpr int kMaxLinks = 40;

// The owner that stands for all from outside of a user namespace
// (/proc/sys/kernel/overflowuid).
constexpr uid_t kOverflowUser = 65534;

// Whether owners can be hidden, since not all users have a number here.
bool InUserNamespace() {
  std::ifstream map("/proc/self/uid_map");
  unsigned long inside = 0;
  unsigned long outside = 0;
  unsigned long count = 0;
  return map >> inside >> outside >> count && count < UINT_MAX;
}

bool IsTrustedOwner(uid_t owner) {
  if (owner == 0 || owner == geteuid()) return true;
  static const bool in_namespace = InUserNamespace();
  return owner == kOverflowUser && in_namespace;
}

bool IsOnReadOnlyMount(int fd) {
  struct statvfs info;
  return fstatvfs(fd, &info) == 0 && (info.f_flag & ST_RDONLY) != 0;
}

// To look at it and to go on from it alone.
base::UniqueFd OpenDirectory(int at, const char* name) {
  return base::UniqueFd(
      openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// Whether both are one directory, as the root and the one above it are.
bool IsSame(int a, int b) {
  struct stat of_a;
  struct stat of_b;
  return fstat(a, &of_a) == 0 && fstat(b, &of_b) == 0 &&
         of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

absl::Status Unchecked(const std::string& path) {
  return absl::UnavailableError(
      absl::StrFormat("cannot check who may write the configuration %s: %s",
                      path, strerrordesc_np(errno)));
}

// Walks a path as the kernel does, and looks at what it meets.
class Walk {
 public:
  Walk(const std::string& path, std::vector<std::string>* warnings)
      : path_(path), warnings_(*warnings) {}

  // Checks all that leads to the file that is open as `file`.
  absl::Status Check(const struct stat& file) {
    Push(path_);
    const bool is_absolute = absl::StartsWith(path_, "/");
    if (absl::Status status = is_absolute ? StartAtRoot() : StartHere();
        !status.ok()) {
      return status;
    }
    while (!names_.empty()) {
      const std::string name = std::move(names_.back());
      names_.pop_back();
      if (absl::Status status = Step(name, file); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

 private:
  // The names of `path`, to be taken next.
  void Push(absl::string_view path) {
    const std::vector<std::string> names =
        absl::StrSplit(path, '/', absl::SkipEmpty());
    names_.insert(names_.end(), names.rbegin(), names.rend());
  }

  absl::Status StartAtRoot() { return Enter(OpenDirectory(AT_FDCWD, "/")); }

  // The directories above the working directory are on its own path. Those that
  // this user may not search are left out: an absolute path fails there.
  absl::Status StartHere() {
    directory_ = OpenDirectory(AT_FDCWD, ".");
    while (true) {
      base::UniqueFd above = OpenDirectory(directory_.get(), "..");
      if (above.get() < 0 && errno != EACCES) return Unchecked(path_);
      if (above.get() < 0 || IsSame(above.get(), directory_.get())) break;
      if (absl::Status status = Enter(std::move(above)); !status.ok()) {
        return status;
      }
    }
    return Enter(OpenDirectory(AT_FDCWD, "."));
  }

  // Goes on in this directory, if those who may write it are trusted.
  absl::Status Enter(base::UniqueFd directory) {
    struct stat info;
    if (directory.get() < 0 || fstat(directory.get(), &info) != 0) {
      return Unchecked(path_);
    }
    directory_ = std::move(directory);
    sticky_ = false;
    if (IsOnReadOnlyMount(directory_.get())) return absl::OkStatus();
    if (!IsTrustedOwner(info.st_uid)) {
      return Refuse(absl::StrFormat(
          "lies in a directory of the user %d, who could replace it",
          info.st_uid));
    }
    sticky_ = (info.st_mode & S_ISVTX) != 0;
    if ((info.st_mode & S_IWOTH) != 0 && !sticky_) {
      return Refuse(absl::StrFormat(
          "lies in a directory that everyone may write (mode %04o), who could "
          "replace it; run chmod o-w on it",
          info.st_mode & 07777));
    }
    if ((info.st_mode & S_IWGRP) != 0 && !sticky_) {
      warnings_.push_back(absl::StrFormat(
          "the configuration %s lies in a directory that its group may write, "
          "who could replace it",
          path_));
    }
    return absl::OkStatus();
  }

  absl::Status Step(const std::string& name, const struct stat& file) {
    if (name == ".") return absl::OkStatus();
    struct stat info;
    if (fstatat(directory_.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) !=
        0) {
      return Unchecked(path_);
    }
    if (sticky_ && !IsTrustedOwner(info.st_uid)) {
      return Refuse(absl::StrFormat(
          "is reached through an entry of the user %d in a directory that "
          "everyone may write",
          info.st_uid));
    }
    if (S_ISLNK(info.st_mode)) return Follow(name);
    if (S_ISDIR(info.st_mode)) {
      return Enter(OpenDirectory(directory_.get(), name.c_str()));
    }
    const bool same = info.st_dev == file.st_dev && info.st_ino == file.st_ino;
    return same ? absl::OkStatus()
                : Refuse("was replaced while it was being opened; try again");
  }

  absl::Status Follow(const std::string& name) {
    char target[PATH_MAX];
    const ssize_t size =
        readlinkat(directory_.get(), name.c_str(), target, sizeof(target));
    if (size < 0) return Unchecked(path_);
    if (++links_ > kMaxLinks) {
      errno = ELOOP;
      return Unchecked(path_);
    }
    const absl::string_view text(target, size);
    Push(text);
    return absl::StartsWith(text, "/") ? StartAtRoot() : absl::OkStatus();
  }

  absl::Status Refuse(absl::string_view why) const {
    return absl::PermissionDeniedError(
        absl::StrFormat("the configuration %s %s", path_, why));
  }

  const std::string& path_;
  std::vector<std::string>& warnings_;
  std::vector<std::string> names_;  // the next one last
  base::UniqueFd directory_;
  bool sticky_ = false;  // `directory_` lets others delete their own alone
  int links_ = 0;
};

}  // namespace

absl::Status CheckTrust(int fd, const std::string& path,
                        std::vector<std::string>* warnings) {
  struct stat file;
  if (fstat(fd, &file) != 0) return Unchecked(path);
  if (IsOnReadOnlyMount(fd)) return absl::OkStatus();
  if (!IsTrustedOwner(file.st_uid)) {
    return absl::PermissionDeniedError(absl::StrFormat(
        "the configuration %s belongs to the user %d, who could decide what is "
        "executed; run chown on it",
        path, file.st_uid));
  }
  if ((file.st_mode & S_IWOTH) != 0) {
    return absl::PermissionDeniedError(absl::StrFormat(
        "the configuration %s may be written by everyone (mode %04o), who "
        "could then decide what is executed; run chmod o-w on it",
        path, file.st_mode & 07777));
  }
  if ((file.st_mode & S_IWGRP) != 0) {
    warnings->push_back(absl::StrFormat(
        "the configuration %s may be written by its group (mode %04o), who "
        "could decide what is executed",
        path, file.st_mode & 07777));
  }
  return Walk(path, warnings).Check(file);
}

}  // namespace servo::yaml
