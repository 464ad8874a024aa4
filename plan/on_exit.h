// What the end of a background task means that was not told to end.
#ifndef PLAN_ON_EXIT_H_
#define PLAN_ON_EXIT_H_

namespace servo::plan {

// In the order of the key's choices.
enum class OnExit {
  kIgnore,
  kWarn,         // it is told
  kFail,         // the run fails at once
  kFailOnError,  // the same, but only by a code that is no success
  kEndWindow,    // the window is over; by a code that is no success the run
                 // fails
};

}  // namespace servo::plan

#endif  // PLAN_ON_EXIT_H_
