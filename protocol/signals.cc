#include "protocol/signals.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/loop.h"
#include "base/unique_fd.h"

namespace servo::protocol {
namespace {

// The bare system calls are used: the C library's functions leave out the two
// signals that it keeps for itself.
using KernelSignalSet = uint64_t;
constexpr int kLastSignal = 64;

KernelSignalSet HandledSignals() {
  KernelSignalSet handled = 0;
  for (int signal = 1; signal <= kLastSignal; ++signal) {
    if (IsHandled(signal)) handled |= KernelSignalSet{1} << (signal - 1);
  }
  return handled;
}

void ChangeMask(int how, KernelSignalSet signals) {
  syscall(SYS_rt_sigprocmask, how, &signals, nullptr, sizeof(signals));
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

bool IsHandled(int signal) {
  constexpr int kFirstRealTime = 32;
  if (signal >= kFirstRealTime) return signal <= kLastSignal;
  switch (signal) {
    case SIGINT:
    case SIGQUIT:
    case SIGUSR1:
    case SIGUSR2:
    case SIGALRM:
    case SIGTERM:
    case SIGSTKFLT:
    case SIGXCPU:
    case SIGVTALRM:
    case SIGPROF:
    case SIGIO:
    case SIGPWR:
      return true;
    case SIGHUP: {
      struct sigaction hangup;
      return sigaction(SIGHUP, nullptr, &hangup) == 0 &&
             hangup.sa_handler != SIG_IGN;
    }
    default:
      return false;
  }
}

void BlockSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);
  ChangeMask(SIG_BLOCK, HandledSignals());
}

void UnblockSignals() { ChangeMask(SIG_UNBLOCK, HandledSignals()); }

absl::StatusOr<std::unique_ptr<SignalSource>> NewSignalfdSource() {
  const KernelSignalSet handled = HandledSignals();
  base::UniqueFd fd(
      static_cast<int>(syscall(SYS_signalfd4, -1, &handled, sizeof(handled),
                               SFD_CLOEXEC | SFD_NONBLOCK)));
  if (!fd.valid())
    return absl::ErrnoToStatus(errno, "cannot wait for signals: signalfd");
  return std::make_unique<SignalfdSource>(std::move(fd));
}

}  // namespace servo::protocol
