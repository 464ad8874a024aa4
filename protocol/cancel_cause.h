// Why a measurement ends early, and what its answer says of that.
#ifndef PROTOCOL_CANCEL_CAUSE_H_
#define PROTOCOL_CANCEL_CAUSE_H_

#include <string>

#include "base/cancel_cause.h"

namespace servo::protocol {

// What Driver::Cancel() is told. It becomes words once, in the answer.
using base::CancelCause;

// The message of the cancelled measurement's answer (contract.md section 1):
// "Exiting due to signal: SIGUSR1", "Exiting: nobody reads stdout any more".
std::string CancelMessage(const CancelCause& cause);

}  // namespace servo::protocol

#endif  // PROTOCOL_CANCEL_CAUSE_H_
