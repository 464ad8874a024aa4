// Why a measurement ends early.
#ifndef PROTOCOL_CANCEL_CAUSE_H_
#define PROTOCOL_CANCEL_CAUSE_H_

#include <string>

namespace servo::protocol {

// A value: what Driver::Cancel() is told. It becomes words once, in the answer.
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

// The message of the cancelled measurement's answer (contract.md section 1):
// "Exiting due to signal: SIGUSR1", "Exiting: nobody reads stdout any more".
std::string CancelMessage(const CancelCause& cause);

}  // namespace servo::protocol

#endif  // PROTOCOL_CANCEL_CAUSE_H_
