// Looking at files that hold a driver's section without running anything: what
// its --check and --dry-run do.
//
//   // {.name = "check", .is_mode = true, .files = "FILE"} is an option.
//   return InspectSection({.program = name,
//                          .files = arguments.files,
//                          .section = "mine"},
//                         [](const Field& section) {
//                           const MappingReader keys(section, kMyKeys);
//                           ReadMine(keys);
//                           return DescribeValues(keys);
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

// The values of a mapping that was read, a line for each key of its table:
// "KEY: VALUE", or what stands for it if it is not given. Of secret values
// (KeySpec::shown) "***".
std::string DescribeValues(const MappingReader& mapping);

// Writes `text` to stdout; 0, or 1 after telling on stderr why `program` could
// not do that.
int Print(absl::string_view program, absl::string_view text);

}  // namespace servo::yaml

#endif  // YAML_INSPECTION_H_
