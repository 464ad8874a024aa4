// Writes the lines of events.jsonl, whatever the disk does.
#ifndef REPORT_EVENT_WRITER_H_
#define REPORT_EVENT_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/unique_fd.h"
#include "report/event_sink.h"

namespace servo::report {

// Hands lines to a thread of its own, which opens the file and writes: a slow,
// full or hanging disk costs lines, never time. The first error ends the
// writing for good, so that the file has whole lines but for the last one.
//
// Lives on one thread; what it runs on its own thread has all signals blocked.
class EventWriter final : public EventSink {
 public:
  struct Limits {
    size_t queue = size_t{8} << 20;           // bytes that wait to be written
    uint64_t file = uint64_t{256} << 20;      // bytes of the file
    uint64_t last_words = uint64_t{1} << 20;  // of these, for the last words
  };

  // On the thread: opens the file.
  using Open = absl::AnyInvocable<absl::StatusOr<base::UniqueFd>()>;
  // On the thread: hears of what was written, whole lines, all of it in order.
  using Written = absl::AnyInvocable<void(absl::string_view lines)>;
  // On the thread: what is done when all is written. May use nothing that does
  // not outlive the process's end.
  using Last = absl::AnyInvocable<absl::Status()>;

  explicit EventWriter(Open open, Written written = nullptr)
      : EventWriter(std::move(open), std::move(written), Limits()) {}
  EventWriter(Open open, Written written, const Limits& limits);

  // Waits for what was taken, as Finish() does.
  ~EventWriter() override;

  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;

  Taken Write(std::string line, bool last_words) override;

  // Why nothing can be written any more; OK if all went well so far.
  absl::Status status() const;

  // Waits until all is written and `last` is done, `limit` at most; `last` is
  // not done where writing failed. Returns the first error of the file, or of
  // `last`; kDeadlineExceeded if that took too long: the thread is left to
  // itself then (see AnyAbandoned()). Once.
  absl::Status Finish(Last last, absl::Duration limit);

  // Whether a thread was left to itself: the process must end by _exit(2) then,
  // which waits for nothing.
  static bool AnyAbandoned();

 private:
  struct State;
  static void Run(const std::shared_ptr<State>& state, Open open,
                  Written written);

  const Limits limits_;
  const std::shared_ptr<State> state_;  // the thread's too
  std::optional<std::thread> thread_;
  uint64_t taken_ = 0;  // bytes
};

}  // namespace servo::report

#endif  // REPORT_EVENT_WRITER_H_
