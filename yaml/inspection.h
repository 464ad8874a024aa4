// Looking at files that hold a driver's section without running anything: what
// its --check and --dry-run do.
//
//   // Options: {.name = "check", .is_mode = true, .files = "FILE"}, and
//   // "dry-run" likewise.
//   const Values values =
//       arguments.Has("dry-run") ? Values::kAll : Values::kGiven;
//   return InspectSection({.program = name,
//                          .files = arguments.files,
//                          .section = "mine"},
//                         [values](const Field& section) {
//                           const MappingReader keys(section, kMyKeys);
//                           ReadMine(keys);
//                           return DescribeValues(keys, values);
//                         });
#ifndef YAML_INSPECTION_H_
#define YAML_INSPECTION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "yaml/diagnostics.h"
#include "yaml/file.h"
#include "yaml/reader.h"

namespace servo::yaml {

// What to look at, and how to tell it.
struct Inspection {
  enum class Format {
    kText,  // problems on stderr, coloured if that is a terminal; what was read
            // on stdout, each below the name of its file
    kJson,  // all on stdout, as one JSON document
  };

  std::string program;             // its name, for what is of no file
  FilePlaces places;               // where the file is if `files` is empty
  std::vector<std::string> files;  // "-" is stdin
  bool strict = false;             // warnings are errors
  std::string section;             // the file's key at the top level
  Format format = Format::kText;
};

// Each writes to the standard streams and returns the program's exit code: 0,
// or 1 if a file is missing or wrong or stdout takes no more. As JSON:
//   {"files": [{"file", "ok", "diagnostics": [...], "omitted"?, "plan"?}]}
// with the diagnostics of diagnostics_json.h, how many of them were omitted,
// and what the file asks for as text.

// `describe` reads a file and tells what it asks for, in lines of text; none if
// it has errors, which it adds to `diagnostics`.
using DescribeFile = absl::FunctionRef<std::optional<std::string>(
    const File& file, Diagnostics* diagnostics)>;
int InspectFiles(const Inspection& inspection, DescribeFile describe);

// The same for one section. `describe` reads its values, whose problems are
// reported as they are read.
using DescribeSection = absl::FunctionRef<std::string(const Field& section)>;
int InspectSection(const Inspection& inspection, DescribeSection describe);

// Which values of a mapping are told.
enum class Values {
  kGiven,  // those that stand in the file, in short: for --check
  kAll,    // what stands for the others too: what a run would go by, for
           // --dry-run
};

// The values of a mapping that was read, in the order of its table, each in a
// line "KEY: VALUE". Of secret values (KeySpec::shown) "***".
std::string DescribeValues(const MappingReader& mapping, Values values);

// Writes `text` to stdout; 0, or 1 after telling on stderr why `program` could
// not do that.
int Print(absl::string_view program, absl::string_view text);

}  // namespace servo::yaml

#endif  // YAML_INSPECTION_H_
