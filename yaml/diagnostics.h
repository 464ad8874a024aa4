// Problems found in a configuration file, told as a good compiler tells them.
#ifndef YAML_DIAGNOSTICS_H_
#define YAML_DIAGNOSTICS_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/functional/function_ref.h"

namespace servo::yaml {

// The strongest first. A note tells what is worth knowing and nobody's fault.
enum class Severity { kError, kWarning, kNote };

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

  // Where an alias or a merge key brings what the problem is in, if that stands
  // elsewhere in the file.
  struct Use {
    int line = 0;
    int column = 0;
    std::string excerpt = "";
    int caret = 0;
  };
  std::optional<Use> used = std::nullopt;
};

// Collects problems and gives them back in the order of the source. Of more
// than a limit only the first of the source are kept, errors before others; the
// rest is counted, so that memory and output are bounded. The same message for
// the same place (an alias used twice) is kept once. A value; not thread-safe.
class Diagnostics {
 public:
  static constexpr size_t kDefaultLimit = 100;

  explicit Diagnostics(size_t limit = kDefaultLimit) : limit_(limit) {}

  void Add(Problem problem);

  // Whether a problem at this place would be counted only. Its message need not
  // be made then: Count() it.
  bool CountsOnly(Severity severity, int line, int column) const;
  void Count(Severity severity);

  size_t errors() const { return counts_[0]; }
  size_t warnings() const { return counts_[1]; }
  size_t notes() const { return counts_[2]; }
  bool has_errors() const { return errors() > 0; }
  bool empty() const { return total() == 0; }
  // How many there are beyond those that are kept.
  size_t omitted() const { return total() - kept_.size(); }

  // What is kept, in source order. Valid until the next Add().
  std::vector<const Problem*> problems() const;

  // Makes errors of all warnings. Notes stay.
  void MakeWarningsErrors();

  // Forgets all notes.
  void DropNotes();

  // Calls `edit` for each that is kept, in source order. It must not change
  // places.
  void ForEach(absl::FunctionRef<void(Problem&)> edit);

  // For a terminal or a log: each problem as
  //   FILE:LINE:COLUMN: PATH: (task "NAME") MESSAGE
  // with the offending line and a caret below, and the line that uses it if
  // that is another; then how many more there are. Empty if there is nothing to
  // tell; else ends with a line break. With `color`, ANSI escape sequences set
  // off the place, the caret and the words "warning" and "note".
  std::string Render(bool color = false) const;

  // For one message: the errors as above without source lines, then how many
  // more there are; no trailing line break.
  std::string Message() const;

 private:
  using Key = std::tuple<int, int, size_t>;  // line, column, order of arrival

  size_t total() const { return counts_[0] + counts_[1] + counts_[2]; }

  // Forgets the last that is kept; an error only if all are.
  void DropLast();

  size_t limit_;
  size_t counts_[3] = {};  // by severity
  size_t kept_errors_ = 0;
  size_t arrivals_ = 0;
  std::map<Key, Problem> kept_;
};

}  // namespace servo::yaml

#endif  // YAML_DIAGNOSTICS_H_
