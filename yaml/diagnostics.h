// Problems found in a configuration file, told as a good compiler tells them.
#ifndef YAML_DIAGNOSTICS_H_
#define YAML_DIAGNOSTICS_H_

#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/functional/function_ref.h"

namespace servo::yaml {

enum class Severity { kError, kWarning };

// One problem: what is wrong, and where.
struct Problem {
  Severity severity = Severity::kError;
  std::string file;
  // Counted from 1, the column in characters. A line of 0 means the file as a
  // whole.
  int line = 0;
  int column = 0;
  std::string path;     // "exec.start[1].timeout"; may be empty
  std::string task;     // the task's name, if it has one
  std::string message;  // one line
  // The line itself, or the part around the place, fit to be shown: without
  // secrets (Document::AddExcerpts()); may be empty. The caret's place in it is
  // counted in characters from 0.
  std::string excerpt;
  int caret = 0;
};

// Collects problems and gives them back in the order of the source. Of more
// than a limit only the first of the source are kept, the rest is counted, so
// that memory and output are bounded. The same message for the same place (an
// alias used twice) is kept once. A value; not thread-safe.
class Diagnostics {
 public:
  static constexpr size_t kDefaultLimit = 100;

  explicit Diagnostics(size_t limit = kDefaultLimit) : limit_(limit) {}

  void Add(Problem problem);

  // Whether a problem at this place would be counted only. Its message need not
  // be made then: Count() it.
  bool CountsOnly(int line, int column) const;
  void Count(Severity severity);

  size_t errors() const { return errors_; }
  size_t warnings() const { return warnings_; }
  bool has_errors() const { return errors_ > 0; }
  bool empty() const { return errors_ + warnings_ == 0; }

  // What is kept, in source order. Valid until the next Add().
  std::vector<const Problem*> problems() const;

  // Makes errors of all warnings.
  void MakeWarningsErrors();

  // Calls `edit` for each that is kept, in source order. It must not change
  // places.
  void ForEach(absl::FunctionRef<void(Problem&)> edit);

  // For a terminal or a log: each problem as
  //   FILE:LINE:COLUMN: PATH: (task "NAME") MESSAGE
  // with the offending line and a caret below, then how many more there are.
  // Empty if there is nothing to tell; else ends with a line break. With
  // `color`, ANSI escape sequences set off the place, the caret and the word
  // "warning".
  std::string Render(bool color = false) const;

  // For one message: the errors as above without source lines, at most `max` of
  // them, then how many more there are; no trailing line break.
  std::string Message(size_t max = 10) const;

 private:
  using Key = std::tuple<int, int, size_t>;  // line, column, order of arrival

  size_t limit_;
  size_t errors_ = 0;
  size_t warnings_ = 0;
  size_t arrivals_ = 0;
  std::map<Key, Problem> kept_;
};

}  // namespace servo::yaml

#endif  // YAML_DIAGNOSTICS_H_
