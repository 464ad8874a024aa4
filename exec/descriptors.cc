#include "exec/descriptors.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace servo::exec {

RaisedDescriptorLimit::RaisedDescriptorLimit() {
  getrlimit(RLIMIT_NOFILE, &original_);
  const rlimit raised = {original_.rlim_max, original_.rlim_max};
  setrlimit(RLIMIT_NOFILE, &raised);
}

RaisedDescriptorLimit::~RaisedDescriptorLimit() {
  setrlimit(RLIMIT_NOFILE, &original_);
}

DescriptorReserve::DescriptorReserve(int fd, int count) {
  for (int i = 0; i < count; ++i) {
    base::UniqueFd copy(fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!copy.valid()) return;
    held_.push_back(std::move(copy));
  }
}

}  // namespace servo::exec
