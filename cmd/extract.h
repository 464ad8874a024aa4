// Looking at what look-ups find in a saved output: --extract.
#ifndef CMD_EXTRACT_H_
#define CMD_EXTRACT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "yaml/file.h"

namespace servo::cmd {

// A task of a configuration, and an output that was saved of it.
struct SavedOutput {
  std::string task;         // its name
  std::string output_path;  // of stdout, or the response's body
  std::string stderr_path;  // empty: nothing was printed there
};

// Prints what each metric of the task finds in the output, and to stderr what
// is wrong, as `program`. Nothing is executed. Returns the program's exit code:
// 0 if all is found that must be, else 1.
int ExtractFromSaved(absl::string_view program, const yaml::FilePlaces& places,
                     const std::string& section, const SavedOutput& saved);

}  // namespace servo::cmd

#endif  // CMD_EXTRACT_H_
