#include "report/run_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/quoted.h"

namespace servo::report {
namespace {

constexpr char kTimeFormat[] = "%Y%m%dT%H%M%SZ";
constexpr absl::string_view kTimeShape = "00000000T000000Z";  // 0: a digit
constexpr size_t kMaxAppId = 64;
constexpr size_t kRunIdLength = 12;

// The name of events.jsonl until it is locked, so that nobody takes its
// directory for one that can go.
constexpr char kUnlockedEvents[] = "events.jsonl.new";

absl::Status Failure(absl::string_view what, absl::string_view path,
                     int error) {
  return absl::UnavailableError(absl::StrCat(what, " ", base::Quoted(path),
                                             ": ", strerrordesc_np(error)));
}

bool IsPlain(char c) {
  return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
}

bool HasTimeShape(absl::string_view text) {
  if (text.size() != kTimeShape.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool fits = kTimeShape[i] == '0' ? absl::ascii_isdigit(text[i])
                                           : text[i] == kTimeShape[i];
    if (!fits) return false;
  }
  return true;
}

bool IsRunId(absl::string_view text) {
  return text.size() == kRunIdLength && absl::ascii_islower(text[0]) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c);
         });
}

// mkdir -p. Returns errno, or 0.
int MakeParents(const std::string& path) {
  for (size_t at = path.find('/', 1); at != path.npos;
       at = path.find('/', at + 1)) {
    if (mkdir(path.substr(0, at).c_str(), 0777) != 0 && errno != EEXIST) {
      return errno;
    }
  }
  return mkdir(path.c_str(), 0777) != 0 && errno != EEXIST ? errno : 0;
}

base::UniqueFd OpenDirectory(int parent, const char* name, int flags) {
  return base::UniqueFd(
      openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags));
}

bool IsOurs(int fd) {
  struct stat info;
  return fstat(fd, &info) == 0 && info.st_uid == geteuid();
}

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

// The names in the open directory, "." and ".." aside; false if they cannot be
// read.
bool ReadNames(int fd, std::vector<std::string>* names) {
  // Of its own, since reading moves it.
  base::UniqueFd copy(openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!copy.valid()) return false;
  const std::unique_ptr<DIR, CloseDirectory> directory(fdopendir(copy.get()));
  if (directory == nullptr) return false;
  static_cast<void>(copy.Release());
  errno = 0;
  while (const dirent* entry = readdir(directory.get())) {
    const absl::string_view name = entry->d_name;
    if (name != "." && name != "..") names->emplace_back(name);
  }
  return errno == 0;
}

// Whether a report makes a file of that name; also while it is made.
bool IsReportFile(absl::string_view name) {
  for (const absl::string_view file : {kEventsFile, kPageFile, kTraceFile}) {
    if (name == file || absl::StartsWith(name, absl::StrCat(file, "."))) {
      return true;
    }
  }
  return false;
}

// Whether the open directory is one of a run that is over, with nothing in it
// but a report's files; these are `files` then. `events` is locked.
bool IsOverAndPure(int directory, base::UniqueFd* events,
                   std::vector<std::string>* files) {
  if (!IsOurs(directory) || !ReadNames(directory, files)) return false;
  if (!std::all_of(files->begin(), files->end(), IsReportFile)) return false;
  events->Reset(openat(directory, std::string(kEventsFile).c_str(),
                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat info;
  if (!events->valid() || fstat(events->get(), &info) != 0 ||
      !S_ISREG(info.st_mode) || info.st_uid != geteuid()) {
    return false;
  }
  return flock(events->get(), LOCK_EX | LOCK_NB) == 0;
}

// Removes the directory if it can go. What somebody else removes at the same
// time is no error.
absl::Status RemoveRun(int parent, const std::string& name) {
  const base::UniqueFd directory =
      OpenDirectory(parent, name.c_str(), O_NOFOLLOW);
  if (!directory.valid()) return absl::OkStatus();
  base::UniqueFd events;
  std::vector<std::string> files;
  if (!IsOverAndPure(directory.get(), &events, &files)) {
    return absl::OkStatus();
  }
  for (const std::string& file : files) {
    if (unlinkat(directory.get(), file.c_str(), 0) != 0 && errno != ENOENT) {
      return Failure("cannot remove", absl::StrCat(name, "/", file), errno);
    }
  }
  if (unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
    return Failure("cannot remove", name, errno);
  }
  return absl::OkStatus();
}

}  // namespace

std::string RunDirectoryName(absl::Time begin, absl::string_view app_id,
                             absl::string_view run_id) {
  std::string name(app_id.substr(0, kMaxAppId));
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !IsPlain(c); }, '_');
  return absl::StrCat(absl::FormatTime(kTimeFormat, begin, absl::UTCTimeZone()),
                      "-", name, "-", run_id);
}

bool IsRunDirectoryName(absl::string_view name) {
  const size_t time = kTimeShape.size();
  if (name.size() < time + 2 + kRunIdLength) return false;
  const size_t id = name.size() - kRunIdLength;
  const absl::string_view app_id = name.substr(time + 1, id - 1 - time - 1);
  return HasTimeShape(name.substr(0, time)) && name[time] == '-' &&
         name[id - 1] == '-' && IsRunId(name.substr(id)) &&
         app_id.size() <= kMaxAppId &&
         std::all_of(app_id.begin(), app_id.end(), IsPlain);
}

absl::StatusOr<base::UniqueFd> MakeRunDirectory(const std::string& parent,
                                                const std::string& name) {
  const std::string path = absl::StrCat(parent, "/", name);
  if (const int error = MakeParents(parent); error != 0) {
    return Failure("cannot make the directory", parent, error);
  }
  const base::UniqueFd above = OpenDirectory(AT_FDCWD, parent.c_str(), 0);
  if (!above.valid()) {
    return Failure("cannot open the directory", parent, errno);
  }
  if (mkdirat(above.get(), name.c_str(), 0700) != 0) {
    return Failure("cannot make the directory", path, errno);
  }
  const base::UniqueFd directory =
      OpenDirectory(above.get(), name.c_str(), O_NOFOLLOW);
  base::UniqueFd events(openat(
      directory.get(), kUnlockedEvents,
      O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!events.valid()) {
    const int error = errno;
    unlinkat(above.get(), name.c_str(), AT_REMOVEDIR);
    return Failure("cannot write to", path, error);
  }
  // Where the file system has no locks, the name alone protects it.
  flock(events.get(), LOCK_EX | LOCK_NB);
  if (renameat(directory.get(), kUnlockedEvents, directory.get(),
               std::string(kEventsFile).c_str()) != 0) {
    return Failure("cannot write to", path, errno);
  }
  return events;
}

absl::Status RemoveOldRuns(const std::string& parent, const std::string& own,
                           int keep) {
  const base::UniqueFd above = OpenDirectory(AT_FDCWD, parent.c_str(), 0);
  std::vector<std::string> names;
  if (!above.valid() || !ReadNames(above.get(), &names)) {
    return Failure("cannot read", parent, errno);
  }
  std::erase_if(names, [&own](const std::string& name) {
    return name == own || !IsRunDirectoryName(name);
  });
  std::sort(names.begin(), names.end());
  const size_t others = static_cast<size_t>(std::max(keep, 1)) - 1;
  absl::Status status;
  for (size_t i = 0; i + others < names.size(); ++i) {
    status.Update(RemoveRun(above.get(), names[i]));
  }
  return status;
}

}  // namespace servo::report
