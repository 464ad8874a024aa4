// Closing what a started program must not inherit.
#ifndef EXEC_CLOSE_FDS_H_
#define EXEC_CLOSE_FDS_H_

namespace servo::exec {

// Closes every descriptor from `first` on. Async-signal-safe and without any
// allocation: for the child between fork and execve(2). Returns 0 or an errno
// value. Works on kernels before 5.9, and under filters that refuse
// close_range(2), where /proc is mounted.
int CloseFdsFrom(int first);

// The way of those kernels, through /proc/self/fd.
int CloseFdsFromByProc(int first);

}  // namespace servo::exec

#endif  // EXEC_CLOSE_FDS_H_
