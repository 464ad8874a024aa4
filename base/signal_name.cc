#include "base/signal_name.h"

#include <csignal>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace servo::base {

std::string SignalName(int signal) {
  if (signal >= SIGRTMIN && signal <= SIGRTMAX)
    return absl::StrCat("SIGRTMIN+", signal - SIGRTMIN);
  const char* name = sigabbrev_np(signal);
  return name == nullptr ? absl::StrCat("signal ", signal)
                         : absl::StrCat("SIG", name);
}

}  // namespace servo::base
