#include "http/saved_body.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/log/check.h"
#include "absl/strings/str_cat.h"
#include "base/errno_text.h"
#include "base/write_all.h"

namespace servo::http {
namespace {

constexpr mode_t kMode = 0600;

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// The name by which the kernel lets a file without one be linked (open(2)).
std::string ProcName(int fd) { return absl::StrCat("/proc/self/fd/", fd); }

// A name beside `path`; mkostemp(3) and link(2) need one that is free.
std::string HiddenTemplate(const std::string& path) {
  const size_t slash = path.rfind('/');
  const size_t name = slash == std::string::npos ? 0 : slash + 1;
  // Names have 255 bytes at most.
  return absl::StrCat(path.substr(0, name), ".", path.substr(name, 200),
                      ".XXXXXX");
}

base::UniqueFd OpenNameless(const std::string& path) {
  base::UniqueFd fd(
      open(DirectoryOf(path).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, kMode));
  // Without /proc it could never get a name.
  if (fd.valid() && access(ProcName(fd.get()).c_str(), F_OK) != 0) fd.Reset();
  return fd;
}

base::UniqueFd OpenHidden(const std::string& path, std::string* name) {
  *name = HiddenTemplate(path);
  return base::UniqueFd(mkostemp(name->data(), O_CLOEXEC));
}

// Gives the file behind `fd` a name beside `path`; empty if that fails.
std::string LinkBeside(int fd, const std::string& path) {
  std::string name = HiddenTemplate(path);
  // mkostemp() finds a free name; link(2) wants nothing to be there.
  const base::UniqueFd placeholder(mkostemp(name.data(), O_CLOEXEC));
  if (!placeholder.valid()) return "";
  unlink(name.c_str());
  return linkat(AT_FDCWD, ProcName(fd).c_str(), AT_FDCWD, name.c_str(),
                AT_SYMLINK_FOLLOW) == 0
             ? name
             : "";
}

}  // namespace

SavedBody::SavedBody(std::string path, base::UniqueFd fd,
                     std::string hidden_name)
    : path_(std::move(path)),
      fd_(std::move(fd)),
      hidden_name_(std::move(hidden_name)) {}

SavedBody::~SavedBody() {
  if (!hidden_name_.empty()) unlink(hidden_name_.c_str());
}

absl::StatusOr<std::unique_ptr<SavedBody>> SavedBody::Create(std::string path) {
  struct stat there = {};
  if (lstat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "cannot save the body to ", path, ": it is not a regular file"));
  }
  std::string hidden_name;
  base::UniqueFd fd = OpenNameless(path);
  if (!fd.valid()) fd = OpenHidden(path, &hidden_name);
  if (!fd.valid()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "cannot save the body to ", path, ": ", base::ErrnoText(errno)));
  }
  return std::unique_ptr<SavedBody>(
      new SavedBody(std::move(path), std::move(fd), std::move(hidden_name)));
}

absl::Status SavedBody::Failed(absl::string_view what, int error) const {
  return absl::UnavailableError(
      absl::StrCat(what, " ", path_, ": ", base::ErrnoText(error)));
}

absl::Status SavedBody::Append(absl::string_view bytes) {
  const int error = base::WriteAll(fd_.get(), bytes);
  return error == 0 ? absl::OkStatus()
                    : Failed("cannot write the body to", error);
}

absl::Status SavedBody::Commit() {
  CHECK(fd_.valid()) << "committed twice";
  if (hidden_name_.empty()) hidden_name_ = LinkBeside(fd_.get(), path_);
  if (hidden_name_.empty() ||
      std::rename(hidden_name_.c_str(), path_.c_str()) != 0) {
    return Failed("cannot save the body to", errno);
  }
  hidden_name_.clear();
  fd_.Reset();
  return absl::OkStatus();
}

}  // namespace servo::http
