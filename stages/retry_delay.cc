#include "stages/retry_delay.h"

#include <algorithm>
#include <cmath>

namespace servo::stages {

absl::Duration RetryDelay(const plan::RetryPolicy& policy, int retry,
                          std::optional<absl::Duration> retry_after) {
  // 0 times an infinite factor is not a number; the delay of 0 stays 0.
  absl::Duration delay =
      policy.delay == absl::ZeroDuration()
          ? absl::ZeroDuration()
          : policy.delay * std::pow(policy.backoff, retry - 1);
  const absl::Duration asked = retry_after.value_or(absl::ZeroDuration());
  delay = std::max(delay, std::min(asked, kMaxServerDelay));
  return std::min(delay, policy.max_delay);
}

}  // namespace servo::stages
