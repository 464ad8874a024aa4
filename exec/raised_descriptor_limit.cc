#include "exec/raised_descriptor_limit.h"

namespace servo::exec {

RaisedDescriptorLimit::RaisedDescriptorLimit() {
  getrlimit(RLIMIT_NOFILE, &original_);
  const rlimit raised = {original_.rlim_max, original_.rlim_max};
  setrlimit(RLIMIT_NOFILE, &raised);
}

RaisedDescriptorLimit::~RaisedDescriptorLimit() {
  setrlimit(RLIMIT_NOFILE, &original_);
}

}  // namespace servo::exec
