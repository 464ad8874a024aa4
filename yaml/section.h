// Opening one driver's section of a configuration file that several share.
//
//   const absl::Status status = ReadSection(
//       places, "probe", &diagnostics, [&](const Field& section) {
//         const MappingReader keys(section, kKeys);
//         if (keys.ok()) keys[KeyIndex(kKeys, "target")].Read(&target);
//       });
#ifndef YAML_SECTION_H_
#define YAML_SECTION_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "yaml/diagnostics.h"
#include "yaml/document.h"
#include "yaml/file.h"
#include "yaml/reader.h"

namespace servo::yaml {

// Whether the top level of `document` can hold sections, as a mapping and an
// empty file can; if not, reports that a mapping with the key `name` is
// expected.
bool HasSections(const Document& document, absl::string_view name,
                 Diagnostics* diagnostics);

// Reads the values of a section. `section` and all that comes from it are valid
// during the call. It is not given() if the file has no such section, or a null
// one; a MappingReader then reports the keys that are required.
using SectionReader = absl::FunctionRef<void(const Field& section)>;

// Parses `text`, which problems call `file_name`, and calls `read` once with
// the value of the top-level key `name`. Duplicate keys, unknown tags and
// impossible merges in the section are reported to `diagnostics`, as is all
// that `read` reports, with excerpts. What stands beside the section is other
// drivers'.
//
// kInvalidArgument if the text is no YAML (`read` is not called then), if its
// top level is no mapping, or if there are errors; Diagnostics::Message() is
// the message.
absl::Status ReadSection(absl::string_view text, absl::string_view file_name,
                         absl::string_view name, Diagnostics* diagnostics,
                         SectionReader read);

// The same of the file at `places`; errors of ReadFile() besides.
absl::Status ReadSection(const FilePlaces& places, absl::string_view name,
                         Diagnostics* diagnostics, SectionReader read);

}  // namespace servo::yaml

#endif  // YAML_SECTION_H_
