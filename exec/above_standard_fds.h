// Keeping descriptors 0 to 2 for what they mean.
#ifndef EXEC_ABOVE_STANDARD_FDS_H_
#define EXEC_ABOVE_STANDARD_FDS_H_

#include "base/unique_fd.h"

namespace servo::exec {

// Takes a new close-on-exec descriptor, or -1, and returns it, or a copy if it
// is one of 0 to 2: what is made in a process that was started without its
// standard descriptors becomes one of them, and what anyone then prints goes
// there. Invalid, with errno set, if `fd` is -1 or no copy can be made.
base::UniqueFd AboveStandardFds(int fd);

}  // namespace servo::exec

#endif  // EXEC_ABOVE_STANDARD_FDS_H_
