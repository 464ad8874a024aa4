// A process that may have more descriptors than what it starts.
#ifndef EXEC_RAISED_DESCRIPTOR_LIMIT_H_
#define EXEC_RAISED_DESCRIPTOR_LIMIT_H_

#include <sys/resource.h>

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

}  // namespace servo::exec

#endif  // EXEC_RAISED_DESCRIPTOR_LIMIT_H_
