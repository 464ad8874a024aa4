#include "exec/process_scan.h"

#include <dirent.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace servo::exec {
namespace {

// How often new children of this process are looked for in one scan, so that
// whoever starts ever new ones does not make it endless.
constexpr int kMostRounds = 8;

// A /proc of another PID namespace tells numbers that mean other processes
// here.
bool IsProcOfOwnNamespace() {
  std::array<char, 32> self;
  const ssize_t size = readlink("/proc/self", self.data(), self.size());
  return size > 0 &&
         absl::string_view(self.data(), static_cast<size_t>(size)) ==
             absl::StrCat(getpid());
}

}  // namespace

bool ProcessScan::CanListChildren() {
  return IsProcOfOwnNamespace() &&
         access(absl::StrCat("/proc/self/task/", getpid(), "/children").c_str(),
                R_OK) == 0;
}

bool ProcessScan::CanListAll() {
  return IsProcOfOwnNamespace() && access("/proc/self/stat", R_OK) == 0;
}

ProcessScan::ProcessScan(Scope scope, std::string mark_variable)
    : scope_(scope), mark_variable_(std::move(mark_variable)) {
  if (scope_ == Scope::kAll) {
    for (pid_t pid : ListNumbers("/proc")) items_.push_back({pid, 0});
  }
}

bool ProcessScan::Step(absl::FunctionRef<bool()> is_late) {
  while (next_ < items_.size() || FindNewChildren()) {
    LookAt(items_[next_++]);
    if (is_late()) return false;
  }
  return true;
}

bool ProcessScan::FindNewChildren() {
  if (scope_ == Scope::kAll) return false;
  const size_t before = items_.size();
  for (pid_t thread : ListNumbers("/proc/self/task")) {
    AddChildren({getpid(), thread});
  }
  if (items_.size() == before) return false;
  incomplete_ = incomplete_ || ++rounds_ > kMostRounds;
  return rounds_ <= kMostRounds;
}

void ProcessScan::LookAt(Item item) {
  if (item.thread != 0) return AddChildren(item);
  std::optional<ProcessInfo> process = ReadProcess(item.pid);
  if (!process.has_value()) return NoteError();
  if (scope_ == Scope::kDescendants && !process->ended) {
    if (process->threads == 1) {
      items_.push_back({item.pid, item.pid});
    } else {
      for (pid_t thread :
           ListNumbers(absl::StrCat("/proc/", item.pid, "/task"))) {
        items_.push_back({item.pid, thread});
      }
    }
  }
  if (!mark_variable_.empty() && process->parent == getpid()) {
    process->mark = ReadVariable(item.pid, mark_variable_);
  }
  found_.push_back(*std::move(process));
}

void ProcessScan::AddChildren(Item item) {
  const std::optional<std::string> children = ReadProcFile(
      absl::StrCat("/proc/", item.pid, "/task/", item.thread, "/children")
          .c_str());
  if (!children.has_value()) return NoteError();
  for (absl::string_view word :
       absl::StrSplit(*children, ' ', absl::SkipEmpty())) {
    pid_t child;
    if (absl::SimpleAtoi(word, &child) && seen_.insert(child).second) {
      items_.push_back({child, 0});
    }
  }
}

std::vector<pid_t> ProcessScan::ListNumbers(const std::string& directory) {
  std::vector<pid_t> numbers;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(directory.c_str()),
                                                   closedir);
  if (stream == nullptr) NoteError();
  while (const dirent* entry =
             stream != nullptr ? readdir(stream.get()) : nullptr) {
    pid_t number;
    if (absl::SimpleAtoi(entry->d_name, &number)) numbers.push_back(number);
  }
  return numbers;
}

// What has gone meanwhile is no error.
void ProcessScan::NoteError() {
  if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
    incomplete_ = true;
  }
}

}  // namespace servo::exec
