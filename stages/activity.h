// What a run is doing at the moment.
#ifndef STAGES_ACTIVITY_H_
#define STAGES_ACTIVITY_H_

#include "absl/time/time.h"
#include "plan/plan.h"

namespace servo::stages {

struct Activity {
  enum class Kind {
    kIdle,          // not begun, or over
    kBetweenTasks,  // of `stage`
    kTask,          // an attempt of `task` is under way
    kRetryWait,     // the next attempt of `task` is waited for
    kWindow,        // measuring: `elapsed` of `window`
    kEnding,        // what still runs is being ended
  };

  Kind kind = Kind::kIdle;
  plan::Stage stage = plan::Stage::kPre;
  const plan::Task* task = nullptr;  // the plan's
  absl::Duration elapsed;
  absl::Duration window;
};

}  // namespace servo::stages

#endif  // STAGES_ACTIVITY_H_
