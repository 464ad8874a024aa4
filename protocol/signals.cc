#include "protocol/signals.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/loop.h"
#include "base/unique_fd.h"

namespace servo::protocol {
namespace {

sigset_t HandledSignals() {
  sigset_t handled;
  sigemptyset(&handled);
  for (int signal : {SIGUSR1, SIGTERM, SIGINT}) sigaddset(&handled, signal);
  struct sigaction hangup;
  if (sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
    sigaddset(&handled, SIGHUP);
  return handled;
}

class SignalfdSource final : public SignalSource {
 public:
  explicit SignalfdSource(base::UniqueFd fd) : fd_(std::move(fd)) {}

  void Listen(base::Loop* loop, OnSignal on_signal) override {
    on_signal_ = std::move(on_signal);
    watch_.Reset();
    if (on_signal_)
      watch_ = loop->Watch(fd_.get(), POLLIN, [this](short) { Read(); });
  }

 private:
  // One at a time: the loop comes back for the rest, and the callback is free
  // to end the listening.
  void Read() {
    signalfd_siginfo info;
    if (read(fd_.get(), &info, sizeof(info)) == sizeof(info))
      on_signal_(static_cast<int>(info.ssi_signo));
  }

  const base::UniqueFd fd_;
  OnSignal on_signal_;
  base::Loop::Registration watch_;
};

}  // namespace

void BlockSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);
  const sigset_t handled = HandledSignals();
  pthread_sigmask(SIG_BLOCK, &handled, nullptr);
}

void UnblockSignals() {
  const sigset_t handled = HandledSignals();
  pthread_sigmask(SIG_UNBLOCK, &handled, nullptr);
}

std::string SignalName(int signal) {
  const char* name = sigabbrev_np(signal);
  return name == nullptr ? absl::StrCat("signal ", signal)
                         : absl::StrCat("SIG", name);
}

absl::StatusOr<std::unique_ptr<SignalSource>> NewSignalfdSource() {
  const sigset_t handled = HandledSignals();
  base::UniqueFd fd(signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.valid())
    return absl::ErrnoToStatus(errno, "cannot wait for signals: signalfd");
  return std::make_unique<SignalfdSource>(std::move(fd));
}

}  // namespace servo::protocol
