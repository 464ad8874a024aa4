// How long to wait before a task is tried again.
#ifndef STAGES_RETRY_DELAY_H_
#define STAGES_RETRY_DELAY_H_

#include <optional>

#include "absl/time/time.h"
#include "plan/plan.h"

namespace servo::stages {

// The most that a server's Retry-After delays a retry, so that a broken clock
// there does not stop a run here for years.
inline constexpr absl::Duration kMaxServerDelay = absl::Hours(1);

// The wait before retry number `retry` (1 is the first): the policy's delay,
// multiplied by its factor once for each earlier retry, or what the server
// asked for, up to kMaxServerDelay, if that is longer; never more than the
// policy's maximum.
absl::Duration RetryDelay(const plan::RetryPolicy& policy, int retry,
                          std::optional<absl::Duration> retry_after);

}  // namespace servo::stages

#endif  // STAGES_RETRY_DELAY_H_
