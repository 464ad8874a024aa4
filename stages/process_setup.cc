#include "stages/process_setup.h"

namespace servo::stages {

exec::Options OptionsOf(const plan::Task& task,
                        const plan::ProcessAction& action) {
  exec::Options options = action.options;
  options.timeout = task.timeout;
  return options;
}

}  // namespace servo::stages
