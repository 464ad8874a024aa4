// The names of signals.
#ifndef BASE_SIGNAL_NAME_H_
#define BASE_SIGNAL_NAME_H_

#include <string>

namespace servo::base {

// "SIGUSR1"; "SIGRTMIN+3" for a real-time signal; "signal 32" for a number that
// has no name.
std::string SignalName(int signal);

}  // namespace servo::base

#endif  // BASE_SIGNAL_NAME_H_
