#include "base/cancel_cause.h"

#include "base/signal_name.h"

namespace servo::base {

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

}  // namespace servo::base
