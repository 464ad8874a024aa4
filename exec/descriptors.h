// That a process does not run out of descriptors.
#ifndef EXEC_DESCRIPTORS_H_
#define EXEC_DESCRIPTORS_H_

#include <sys/resource.h>

#include <vector>

#include "base/unique_fd.h"

namespace servo::exec {

// Raises this process's soft limit of descriptors to its hard limit, and sets
// it back when destroyed. Other programs should not inherit the raised limit:
// those that use select(2) break with numbers above 1023.
class RaisedDescriptorLimit {
 public:
  RaisedDescriptorLimit();
  ~RaisedDescriptorLimit();
  RaisedDescriptorLimit(const RaisedDescriptorLimit&) = delete;
  RaisedDescriptorLimit& operator=(const RaisedDescriptorLimit&) = delete;

  // The limit as it was.
  const rlimit& original() const { return original_; }

 private:
  rlimit original_ = {};
};

// Holds descriptors so that others cannot use them up.
class DescriptorReserve {
 public:
  // Holds `count` copies of `fd`, or as many as can be made.
  DescriptorReserve(int fd, int count);

  // Closes them.
  void Release() { held_.clear(); }

 private:
  std::vector<base::UniqueFd> held_;
};

}  // namespace servo::exec

#endif  // EXEC_DESCRIPTORS_H_
