// Why a measurement is asked to end early.
#ifndef BASE_CANCEL_CAUSE_H_
#define BASE_CANCEL_CAUSE_H_

#include <string>

namespace servo::base {

// A value. It becomes words only where it is shown.
struct CancelCause {
  enum class Kind { kSignal, kReaderGone, kInternalError };

  Kind kind = Kind::kSignal;
  int signal = 0;  // the signal's number for kSignal, otherwise 0

  static CancelCause Signal(int signal) { return {Kind::kSignal, signal}; }
  static CancelCause ReaderGone() { return {Kind::kReaderGone}; }
  static CancelCause InternalError() { return {Kind::kInternalError}; }

  friend bool operator==(const CancelCause&, const CancelCause&) = default;
};

// A few words for a log: "SIGUSR1", "nobody reads stdout", "internal error".
std::string ToString(const CancelCause& cause);

}  // namespace servo::base

#endif  // BASE_CANCEL_CAUSE_H_
