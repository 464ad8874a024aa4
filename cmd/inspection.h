// Looking at configurations without running them: --check, --dry-run, --schema.
#ifndef CMD_INSPECTION_H_
#define CMD_INSPECTION_H_

#include <string>
#include <vector>

#include "yaml/file.h"

namespace servo::cmd {

// What to look at, and how to tell it.
struct Inspection {
  enum class Format {
    kText,  // problems on stderr, coloured if that is a terminal; plans on
            // stdout, each below the name of its file
    kJson,  // all on stdout, as one JSON document
  };

  yaml::FilePlaces places;         // where the file is if `files` is empty
  std::vector<std::string> files;  // "-" is stdin
  bool strict = false;             // warnings are errors
  std::string section;             // the configuration's key at the top level
  Format format = Format::kText;
};

// Each writes to the standard streams and returns the program's exit code: 0,
// or 1 if a configuration is missing or wrong or stdout takes no more. Nothing
// is executed.

// Every problem; a short plan of each file that has no error. As JSON:
//   {"files": [{"file", "ok", "diagnostics": [...], "omitted"?, "plan"?}]}
// with the diagnostics of diagnostics_json.h, how many of them were omitted,
// and the plan as text.
int CheckConfig(const Inspection& inspection);

// The same, but the plan is whole: every task with every parameter.
int PrintDryRun(const Inspection& inspection);

// The JSON Schema of the configuration's `exec` section.
int PrintSchema();

}  // namespace servo::cmd

#endif  // CMD_INSPECTION_H_
