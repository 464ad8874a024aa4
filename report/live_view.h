// What a person sees of a run while it goes on: its state, and the lines of
// text that show it.
#ifndef REPORT_LIVE_VIEW_H_
#define REPORT_LIVE_VIEW_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "plan/plan.h"

namespace servo::report {

// One task, as far as it has come. A value.
struct LiveTask {
  enum class State {
    kWaiting,   // not begun
    kRunning,   // an attempt is under way
    kRetrying,  // the next attempt is waited for
    kUp,        // in the background
    kDone,      // with success, or told to end
    kEnded,     // a background task that ended before it was told to
    kFailed,
    kIgnored,  // failed, and the run goes on
    kSkipped,  // has not begun, and will not
    kInterrupted,
  };

  // Whether it has begun and is not over.
  bool runs() const {
    return state == State::kRunning || state == State::kRetrying ||
           state == State::kUp;
  }

  std::string name;
  State state = State::kWaiting;
  int attempt = 0;
  int attempts = 0;       // that there may be; 0: without a limit
  bool rounds = false;    // a sampler's attempts are rounds
  absl::Duration begin;   // on the loop's clock, as all times here
  absl::Duration end;     // unless it still runs
  std::string last_line;  // of a background task's output; may be empty
};

// A run, as far as it has come. A value.
struct LiveState {
  struct Window {
    absl::Duration begin;
    absl::Duration length;
    absl::Duration lead;  // delay and warm-up
    std::optional<absl::Duration> end = std::nullopt;
  };

  std::array<std::vector<LiveTask>, plan::kStages.size()> tasks;
  std::optional<Window> window;

  // What is told all the time, as that the cleanup has begun; may be empty.
  std::string note;
};

// Where the lines are shown.
struct LiveScreen {
  size_t columns = 80;
  size_t rows = 24;
  bool color = false;
};

// The lines that show `state` at the time `now`: none before there is anything
// to show, fewer than `screen` has rows, each narrower than its columns. Of
// what does not fit, tasks that wait go first, then tasks that are done, then
// what background tasks say; each stage says how many of its tasks are done.
// Texts have no control characters; with colour there are SGR sequences.
std::vector<std::string> RenderLive(const LiveState& state, absl::Duration now,
                                    const LiveScreen& screen);

}  // namespace servo::report

#endif  // REPORT_LIVE_VIEW_H_
