#include "protocol/cancel_cause.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "protocol/signals.h"

namespace servo::protocol {

std::string ToString(const CancelCause& cause) {
  switch (cause.kind) {
    case CancelCause::Kind::kSignal:
      return SignalName(cause.signal);
    case CancelCause::Kind::kReaderGone:
      return "nobody reads stdout";
    case CancelCause::Kind::kInternalError:
      return "internal error";
  }
  return "";
}

std::string CancelMessage(const CancelCause& cause) {
  switch (cause.kind) {
    case CancelCause::Kind::kSignal:
      return absl::StrCat("Exiting due to signal: ", SignalName(cause.signal));
    case CancelCause::Kind::kReaderGone:
      return "Exiting: nobody reads stdout any more";
    case CancelCause::Kind::kInternalError:
      return "Exiting due to an internal error";
  }
  return "";
}

}  // namespace servo::protocol
