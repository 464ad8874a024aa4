// What a test's steps cost: CPU time, which other load of the machine does not
// change.
#ifndef BASE_TESTING_CPU_TIME_H_
#define BASE_TESTING_CPU_TIME_H_

#include "absl/time/time.h"

namespace servo::base {

// The CPU time that the calling thread has used.
absl::Duration ThreadCpuTime();

// The bound to hold code to that must not use more than `limit` on a common
// machine: ten times as much in builds with sanitizers or without optimization,
// and more on a machine that is slow to give memory, by as much as it is.
absl::Duration CpuTimeBound(absl::Duration limit);

}  // namespace servo::base

#endif  // BASE_TESTING_CPU_TIME_H_
