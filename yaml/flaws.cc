#include "yaml/flaws.h"

#include "absl/strings/str_cat.h"
#include "base/quoted.h"

namespace servo::yaml {

std::string FlawMessage(const Flaw& flaw, absl::string_view key) {
  switch (flaw.kind) {
    case Flaw::Kind::kDuplicateKey:
      return absl::StrCat(
          "duplicate key ", base::Quoted(key), "; the first is at ",
          flaw.first.line, ":", flaw.first.column,
          key == "<<" ? "; to merge several mappings, give a list: "
                        "\"<<: [*a, *b]\""
                      : "");
    case Flaw::Kind::kUnknownTag:
      return "found a tag that is not known; the tags are !!str, !!int, "
             "!!float, !!bool, !!null, !!map and !!seq; quote a text that "
             "begins with \"!\"";
    case Flaw::Kind::kBareTag:
      return "found \"!\" alone, which YAML takes for a tag and drops; quote "
             "the "
             "text that begins with it";
    case Flaw::Kind::kTagMismatch:
      return "the value does not fit its tag";
    case Flaw::Kind::kBadMerge:
      return "expected a mapping to merge, or a list of mappings, after \"<<\"";
  }
  return "";  // not an enumerator
}

}  // namespace servo::yaml
