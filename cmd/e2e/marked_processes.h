// Finding all processes of a run, wherever they have gone.
#ifndef CMD_E2E_MARKED_PROCESSES_H_
#define CMD_E2E_MARKED_PROCESSES_H_

#include <sys/types.h>

#include <vector>

#include "absl/strings/string_view.h"

namespace servo::e2e {

// The variable that marks a process and all that descend from it.
inline constexpr char kMarkVariable[] = "SERVO_E2E_MARK";

// The processes, other than this one, in whose environment kMarkVariable is
// `mark`. Ended ones that nobody has reaped have no environment and do not
// count.
std::vector<pid_t> MarkedProcesses(absl::string_view mark);

}  // namespace servo::e2e

#endif  // CMD_E2E_MARKED_PROCESSES_H_
