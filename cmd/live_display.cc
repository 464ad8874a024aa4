#include "cmd/live_display.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/terminal_text.h"
#include "base/utf8.h"

namespace servo::cmd {
namespace {

constexpr absl::Duration kFrameTime = absl::Milliseconds(100);

// Of messages that wait for a terminal that takes nothing.
constexpr size_t kMaxMessageBytes = 1024 * 1024;

// A variable's value; empty if it is not set.
absl::string_view Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

sigset_t TerminalSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGWINCH);
  sigaddset(&set, SIGCONT);
  return set;
}

}  // namespace

bool CanRepaint(int fd) {
  const absl::string_view terminal = Variable("TERM");
  return isatty(fd) == 1 && !terminal.empty() && terminal != "dumb";
}

LiveDisplay::LiveDisplay(base::Loop* loop, int fd, bool verbose,
                         report::LiveListener* listener,
                         MakeSummary make_summary)
    : loop_(loop),
      fd_(fd),
      verbose_(verbose),
      listener_(listener),
      make_summary_(std::move(make_summary)),
      writer_(loop, fd, /*on_gone=*/nullptr) {
  screen_.color = Variable("NO_COLOR").empty();
  ReadSize();
  const sigset_t set = TerminalSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // Without it the size stays what it is: no reason to give up.
  signals_.Reset(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (signals_.get() >= 0) {
    signal_watch_ = loop_->Watch(signals_.get(), POLLIN,
                                 [this](short) { OnTerminalSignal(); });
  }
  tick_ = loop_->After(kFrameTime, [this] { Tick(); });
}

LiveDisplay::~LiveDisplay() {
  const sigset_t set = TerminalSignals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void LiveDisplay::OnTerminalSignal() {
  signalfd_siginfo info;
  constexpr ssize_t kSize = sizeof(info);
  while (read(signals_.get(), &info, sizeof(info)) == kSize) {
    // The shell has written below the frame.
    if (info.ssi_signo == SIGCONT) painter_.Forget();
  }
  ReadSize();
}

void LiveDisplay::ReadSize() {
  winsize size = {};
  if (ioctl(fd_, TIOCGWINSZ, &size) != 0) return;
  if (size.ws_col > 0) screen_.columns = size.ws_col;
  if (size.ws_row > 0) screen_.rows = size.ws_row;
}

// A job that the shell has put into the background.
bool LiveDisplay::IsInBackground() const {
  const pid_t foreground = tcgetpgrp(fd_);
  return foreground > 0 && foreground != getpgrp();
}

void LiveDisplay::Show(absl::string_view message) {
  const std::string text = base::VisibleText(base::ToValidUtf8(message));
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    message_bytes_ += line.size();
    messages_.emplace_back(line);
  }
  while (message_bytes_ > kMaxMessageBytes && messages_.size() > 1) {
    message_bytes_ -= messages_.front().size();
    messages_.pop_front();
    ++left_out_;
  }
  if (closed_) Paint();
}

void LiveDisplay::Detail(absl::string_view message) {
  if (verbose_) Show(message);
}

void LiveDisplay::CleaningUp(const protocol::CancelCause& cause) {
  listener_->SetNote(CleaningUpText(cause));
  Paint();
}

std::vector<std::string> LiveDisplay::TakeMessages() {
  std::vector<std::string> taken;
  if (left_out_ > 0) {
    taken.push_back(absl::StrCat("(", left_out_, " lines left out)"));
  }
  taken.insert(taken.end(), messages_.begin(), messages_.end());
  messages_.clear();
  message_bytes_ = 0;
  left_out_ = 0;
  return taken;
}

void LiveDisplay::Tick() {
  Paint();
  tick_ = loop_->After(kFrameTime, [this] { Tick(); });
}

// What is made while the terminal takes nothing would be old when it is
// written.
void LiveDisplay::Paint() {
  if (writer_.idle() || closed_) WriteFrame();
}

void LiveDisplay::WriteFrame() {
  std::string text;
  if (closed_ || IsInBackground()) {
    painter_.Forget();
    for (const std::string& line : TakeMessages()) {
      absl::StrAppend(&text, line, "\r\n");
    }
  } else {
    text = painter_.Paint(
        TakeMessages(),
        report::RenderLive(listener_->state(), loop_->Now(), screen_),
        screen_.columns);
  }
  if (!text.empty()) {
    writer_.Write(std::move(text), protocol::LineWriter::Keep::kAlways);
  }
}

// The last frame stays on the screen, above the summary.
void LiveDisplay::Close() {
  tick_.Reset();
  WriteFrame();
  closed_ = true;
}

std::string LiveDisplay::Summary(const protocol::Answer& answer) {
  return make_summary_(answer);
}

}  // namespace servo::cmd
