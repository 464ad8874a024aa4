// A run by hand on a terminal: a few lines that are repainted, below the
// messages.
#ifndef CMD_LIVE_DISPLAY_H_
#define CMD_LIVE_DISPLAY_H_

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "cmd/plain_display.h"
#include "protocol/cancel_cause.h"
#include "protocol/hand_run.h"
#include "protocol/line_writer.h"
#include "protocol/messages.h"
#include "report/frame_painter.h"
#include "report/live_listener.h"
#include "report/live_view.h"

namespace servo::cmd {

// Whether `fd` is a terminal on which lines can be repainted: not by TERM, if
// that is empty or "dumb".
bool CanRepaint(int fd);

// Paints at once what is new at a pace of at most ten frames a second, each
// with one write(2) if the terminal takes it whole; while the terminal takes
// nothing, no frame is made. Messages that wait are bounded: the oldest are
// left out, and a line says how many. Asks for the terminal's size when that
// changes, and begins a new frame after the process was stopped and goes on.
// In a process group in the background it shows messages alone, since the
// terminal is the shell's. No colours if NO_COLOR is set and not empty.
//
// Lives on the loop's thread; blocks SIGWINCH and SIGCONT in it.
class LiveDisplay final : public protocol::HandRunDisplay {
 public:
  // The terminal `fd` stays the caller's and open until destruction. `listener`
  // hears of the run.
  LiveDisplay(base::Loop* loop, int fd, bool verbose,
              report::LiveListener* listener ABSL_ATTRIBUTE_LIFETIME_BOUND,
              MakeSummary make_summary);
  ~LiveDisplay() override;

  void Stage(std::string) override {}  // the frame shows it
  void Notify(std::string message) override { Show(message); }
  void Warn(std::string message) override { Show("warning: " + message); }
  void Detail(absl::string_view message) override;
  bool wants_details() const override { return verbose_; }
  void CleaningUp(const protocol::CancelCause& cause) override;
  void Close() override;
  std::string Summary(const protocol::Answer& answer) override;
  bool idle() const override { return writer_.idle(); }

 private:
  void Show(absl::string_view message);
  void Tick();
  void Paint();
  void WriteFrame();
  void OnTerminalSignal();
  void ReadSize();
  std::vector<std::string> TakeMessages();
  bool IsInBackground() const;

  base::Loop* const loop_;
  const int fd_;
  const bool verbose_;
  report::LiveListener* const listener_;
  MakeSummary make_summary_;
  protocol::LineWriter writer_;
  report::FramePainter painter_;
  report::LiveScreen screen_;
  std::deque<std::string> messages_;  // lines that wait
  size_t message_bytes_ = 0;
  int left_out_ = 0;  // messages
  bool closed_ = false;
  base::UniqueFd signals_;
  base::Loop::Registration signal_watch_;
  base::Loop::Registration tick_;
};

}  // namespace servo::cmd

#endif  // CMD_LIVE_DISPLAY_H_
