#include "report/event_writer.h"

#include <signal.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/write_all.h"

namespace servo::report {
namespace {

std::atomic<bool> any_abandoned = false;

// The least time between two writes. Each one wakes the thread, and two threads
// at work make every start of a process dearer: without a pause 1,000 tasks
// cost a quarter more.
constexpr std::chrono::milliseconds kPause(50);

// So many bytes that wait end a pause.
constexpr size_t kHurry = size_t{1} << 20;

constexpr absl::Duration kDestructorLimit = absl::Seconds(2);

absl::Status SystemError(absl::string_view what, int error) {
  return absl::UnavailableError(
      absl::StrCat(what, ": ", strerrordesc_np(error)));
}

absl::Status CheckIsThere(int fd) {
  struct stat info;
  if (fstat(fd, &info) == 0 && info.st_nlink == 0) {
    return absl::NotFoundError(
        "events.jsonl was removed while it was being written");
  }
  return absl::OkStatus();
}

// Blocks all signals in this thread, and so in those that it starts, as long as
// it lives.
class SignalBlock {
 public:
  SignalBlock() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~SignalBlock() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalBlock(const SignalBlock&) = delete;
  SignalBlock& operator=(const SignalBlock&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

struct EventWriter::State {
  std::mutex mutex;
  std::condition_variable work;  // for the thread
  std::condition_variable news;  // for who waits for it

  // All below under `mutex`.
  std::string waiting;   // lines that are to be written
  size_t unwritten = 0;  // bytes of these and of those being written
  bool idle = false;     // the thread waits for work
  bool closing = false;
  bool over = false;
  Last last;
  absl::Status status;
};

EventWriter::EventWriter(Open open, Written written, const Limits& limits)
    : limits_(limits), state_(std::make_shared<State>()) {
  const SignalBlock block;
  try {
    std::thread thread([state = state_, open = std::move(open),
                        written = std::move(written)]() mutable {
      Run(state, std::move(open), std::move(written));
    });
    thread_ = std::move(thread);
  } catch (const std::system_error& error) {
    state_->status = SystemError("cannot start a thread", error.code().value());
    state_->over = true;
  }
}

void EventWriter::Run(const std::shared_ptr<State>& state, Open open,
                      Written written) {
  absl::StatusOr<base::UniqueFd> file = open();
  absl::Status status = file.status();
  std::unique_lock lock(state->mutex);
  while (status.ok()) {
    state->idle = true;
    state->work.wait(lock,
                     [&] { return !state->waiting.empty() || state->closing; });
    state->idle = false;
    if (state->waiting.empty()) break;
    const std::string lines = std::exchange(state->waiting, {});
    lock.unlock();
    if (const int error = base::WriteAll(file->get(), lines); error != 0) {
      status = SystemError("cannot write events.jsonl", error);
    } else if (written != nullptr) {
      written(lines);
    }
    lock.lock();
    state->unwritten -= lines.size();
    if (!status.ok()) break;
    state->work.wait_for(lock, kPause, [&] {
      return state->closing || state->unwritten > kHurry;
    });
  }
  state->status = status;
  state->waiting.clear();
  state->work.wait(lock, [&] { return state->closing; });
  Last last = std::move(state->last);
  lock.unlock();
  if (status.ok()) status = CheckIsThere(file->get());
  if (status.ok() && last != nullptr) status = last();
  if (file.ok()) file->Reset();
  last = nullptr;
  lock.lock();
  state->status = status;
  state->over = true;
  state->news.notify_all();
}

EventSink::Taken EventWriter::Write(std::string line, bool last_words) {
  const uint64_t limit =
      last_words ? limits_.file : limits_.file - limits_.last_words;
  if (taken_ + line.size() > limit) return Taken::kFileFull;
  const std::lock_guard lock(state_->mutex);
  if (!state_->status.ok()) return Taken::kNever;
  const bool fits = state_->unwritten == 0 ||
                    state_->unwritten + line.size() <= limits_.queue;
  // The last words are few.
  if (!fits && !last_words) return Taken::kQueueFull;
  taken_ += line.size();
  state_->unwritten += line.size();
  state_->waiting.append(line);
  if (state_->idle || state_->unwritten > kHurry) state_->work.notify_one();
  return Taken::kYes;
}

absl::Status EventWriter::status() const {
  const std::lock_guard lock(state_->mutex);
  return state_->status;
}

absl::Status EventWriter::Finish(Last last, absl::Duration limit) {
  if (!thread_.has_value()) return status();
  std::unique_lock lock(state_->mutex);
  state_->last = std::move(last);
  state_->closing = true;
  state_->work.notify_one();
  const bool over = state_->news.wait_for(
      lock, absl::ToChronoNanoseconds(limit), [this] { return state_->over; });
  lock.unlock();
  if (over) {
    thread_->join();
  } else {
    thread_->detach();
    any_abandoned = true;
  }
  thread_.reset();
  if (!over) return absl::DeadlineExceededError("took too long");
  return state_->status;
}

EventWriter::~EventWriter() {
  if (thread_.has_value()) Finish(nullptr, kDestructorLimit).IgnoreError();
}

bool EventWriter::AnyAbandoned() { return any_abandoned; }

}  // namespace servo::report
