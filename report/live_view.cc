#include "report/live_view.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/terminal_text.h"
#include "base/utf8.h"
#include "report/terminal_width.h"

namespace servo::report {
namespace {

using State = LiveTask::State;

// What a line is worth where there is no room: the last go first.
enum class Worth { kNeeded, kLastLine, kDone, kWaiting };

enum class Color { kNone, kGreen, kYellow, kRed, kCyan };

struct Line {
  std::string text;
  Worth worth = Worth::kNeeded;
  Color color = Color::kNone;
  size_t color_begin = 0;  // in bytes
  size_t color_end = 0;
};

struct Look {
  const char* word;
  Color color;
};

Look LookOf(State state) {
  switch (state) {
    case State::kWaiting:
      return {"wait", Color::kNone};
    case State::kRunning:
      return {"run", Color::kCyan};
    case State::kRetrying:
      return {"retry", Color::kYellow};
    case State::kUp:
      return {"up", Color::kCyan};
    case State::kDone:
      return {"ok", Color::kGreen};
    case State::kEnded:
      return {"ended", Color::kYellow};
    case State::kFailed:
      return {"FAIL", Color::kRed};
    case State::kIgnored:
      return {"warn", Color::kYellow};
    case State::kSkipped:
      return {"skip", Color::kNone};
    case State::kInterrupted:
      return {"stop", Color::kYellow};
  }
  return {"", Color::kNone};
}

constexpr size_t kWordWidth = 5;  // of the longest one

// "0.4s", "12s", "2m05s".
std::string TimeText(absl::Duration time) {
  time = std::max(time, absl::ZeroDuration());
  const double seconds = absl::ToDoubleSeconds(time);
  if (seconds < 9.95) return absl::StrFormat("%.1fs", seconds);
  const int64_t whole = absl::ToInt64Seconds(time);
  if (whole < 60) return absl::StrFormat("%ds", whole);
  if (whole < 3600) return absl::StrFormat("%dm%02ds", whole / 60, whole % 60);
  return absl::StrFormat("%dh%02dm", whole / 3600, whole / 60 % 60);
}

std::string Clean(const std::string& text) {
  std::string clean = base::VisibleText(base::ToValidUtf8(text));
  std::replace(clean.begin(), clean.end(), '\n', ' ');
  std::replace(clean.begin(), clean.end(), '\t', ' ');
  return clean;
}

// "attempt 2 of 5" of a task that was tried before; "round 3".
std::string AttemptText(const LiveTask& task) {
  if (task.rounds) {
    return task.attempt > 0 ? absl::StrCat("round ", task.attempt) : "";
  }
  if (task.attempt < 2) return "";
  return task.attempts > 0
             ? absl::StrFormat("attempt %d of %d", task.attempt, task.attempts)
             : absl::StrCat("attempt ", task.attempt);
}

Line TaskLine(const LiveTask& task, absl::Duration now) {
  const Look look = LookOf(task.state);
  Line line;
  line.text = "  ";
  line.color = look.color;
  line.color_begin = line.text.size();
  line.text += look.word;
  line.color_end = line.text.size();
  line.text = Padded(line.text, 2 + kWordWidth + 1);
  line.text += Clean(task.name);
  if (task.state == State::kWaiting || task.state == State::kSkipped) {
    line.worth = Worth::kWaiting;
    return line;
  }
  if (task.state == State::kDone) line.worth = Worth::kDone;
  const absl::Duration end = task.runs() ? now : task.end;
  absl::StrAppend(&line.text, "  ", TimeText(end - task.begin));
  if (const std::string attempt = AttemptText(task); !attempt.empty()) {
    absl::StrAppend(&line.text, "  ", attempt);
  }
  return line;
}

// "pre     2 of 3".
Line StageLine(plan::Stage stage, const std::vector<LiveTask>& tasks) {
  const auto over =
      std::count_if(tasks.begin(), tasks.end(), [](const LiveTask& task) {
        return task.state != State::kWaiting && task.state != State::kRunning &&
               task.state != State::kRetrying && task.state != State::kSkipped;
      });
  Line line;
  line.text = absl::StrFormat("%s%d of %d", Padded(plan::StageName(stage), 8),
                              over, tasks.size());
  return line;
}

// Each with all its tasks, and what those in the background say.
void AddStage(plan::Stage stage, const std::vector<LiveTask>& tasks,
              absl::Duration now, std::vector<Line>* lines) {
  if (tasks.empty()) return;
  lines->push_back(StageLine(stage, tasks));
  for (const LiveTask& task : tasks) {
    lines->push_back(TaskLine(task, now));
    if (task.last_line.empty()) continue;
    lines->push_back(
        {.text = absl::StrCat("          | ", Clean(task.last_line)),
         .worth =
             task.state == State::kDone ? Worth::kDone : Worth::kLastLine});
  }
}

// "[####------]", `columns` wide.
std::string Bar(double share, size_t columns) {
  const size_t inside = columns - 2;
  const size_t full = static_cast<size_t>(static_cast<double>(inside) *
                                          std::clamp(share, 0.0, 1.0));
  return absl::StrCat("[", std::string(full, '#'),
                      std::string(inside - full, '-'), "]");
}

// "window  [####------] 12s left".
Line WindowLine(const LiveState::Window& window, absl::Duration now,
                size_t columns) {
  constexpr size_t kHead = 8;
  constexpr size_t kTail = 22;
  constexpr size_t kWidest = 40;
  const absl::Duration elapsed = window.end.value_or(now) - window.begin;
  const double share = window.length > absl::ZeroDuration()
                           ? absl::FDivDuration(elapsed, window.length)
                           : 1;
  std::string tail;
  if (window.end.has_value()) {
    tail = absl::StrCat("over after ", TimeText(elapsed));
  } else if (elapsed < window.lead) {
    tail = absl::StrCat(TimeText(window.length - elapsed), " left, warm-up");
  } else {
    tail = absl::StrCat(TimeText(window.length - elapsed), " left");
  }
  Line line;
  line.text = Padded("window", kHead);
  // A bar of fewer columns would tell nothing.
  if (columns >= kHead + kTail + 7) {
    const size_t bar = std::min(columns - kHead - kTail, kWidest);
    absl::StrAppend(&line.text, Bar(share, bar), " ");
  }
  line.text += tail;
  return line;
}

// Removes the lines that are worth least until at most `most` are left.
void MakeRoom(size_t most, std::vector<Line>* lines) {
  for (const Worth worth : {Worth::kWaiting, Worth::kDone, Worth::kLastLine}) {
    for (size_t i = lines->size(); i-- > 0 && lines->size() > most;) {
      if ((*lines)[i].worth == worth) lines->erase(lines->begin() + i);
    }
  }
  // What is going on stands towards the end.
  if (lines->size() > most) {
    lines->erase(lines->begin(), lines->end() - most);
  }
}

const char* Sequence(Color color) {
  switch (color) {
    case Color::kGreen:
      return "\x1b[32m";
    case Color::kYellow:
      return "\x1b[33m";
    case Color::kRed:
      return "\x1b[1;31m";
    case Color::kCyan:
      return "\x1b[36m";
    case Color::kNone:
      break;
  }
  return "";
}

std::string Shown(const Line& line, const LiveScreen& screen) {
  // The last column stays free: what follows it is done differently by each
  // terminal.
  std::string text = Fitted(line.text, std::max<size_t>(screen.columns, 2) - 1);
  const bool whole_word = line.color_end <= text.size();
  if (!screen.color || line.color == Color::kNone || !whole_word) return text;
  text.insert(line.color_end, "\x1b[0m");
  text.insert(line.color_begin, Sequence(line.color));
  return text;
}

}  // namespace

std::vector<std::string> RenderLive(const LiveState& state, absl::Duration now,
                                    const LiveScreen& screen) {
  std::vector<Line> lines;
  for (const plan::Stage stage : plan::kStages) {
    if (stage == plan::Stage::kStop && state.window.has_value()) {
      lines.push_back(WindowLine(*state.window, now, screen.columns));
    }
    AddStage(stage, state.tasks[static_cast<size_t>(stage)], now, &lines);
  }
  if (!state.note.empty()) lines.push_back({.text = Clean(state.note)});
  MakeRoom(std::max<size_t>(screen.rows, 2) - 1, &lines);
  std::vector<std::string> shown;
  for (const Line& line : lines) shown.push_back(Shown(line, screen));
  return shown;
}

}  // namespace servo::report
