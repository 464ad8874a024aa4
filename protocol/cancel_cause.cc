#include "protocol/cancel_cause.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/signal_name.h"

namespace servo::protocol {

std::string CancelMessage(const CancelCause& cause) {
  switch (cause.kind) {
    case CancelCause::Kind::kSignal:
      return absl::StrCat("Exiting due to signal: ",
                          base::SignalName(cause.signal));
    case CancelCause::Kind::kReaderGone:
      return "Exiting: nobody reads stdout any more";
    case CancelCause::Kind::kInternalError:
      return "Exiting due to an internal error";
  }
  return "";
}

}  // namespace servo::protocol
