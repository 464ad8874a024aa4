#include "yaml/tags.h"

#include <utility>

#include "absl/strings/strip.h"
#include "yaml/scalar.h"

namespace servo::yaml {
namespace {

constexpr absl::string_view kStandardTag = "tag:yaml.org,2002:";

// A scalar of `kind` if its text fits, else a string with a flaw.
TaggedScalar If(bool fits, Node::Kind kind) {
  if (fits) return {.kind = kind};
  return {.flaw = Flaw::Kind::kTagMismatch};
}

}  // namespace

Node::Kind KindOfPlain(absl::string_view text) {
  switch (ResolvePlain(text)) {
    case ScalarType::kNull:
      return Node::Kind::kNull;
    case ScalarType::kBool:
      return Node::Kind::kBool;
    case ScalarType::kInt:
      return Node::Kind::kInt;
    case ScalarType::kFloat:
      return Node::Kind::kFloat;
    case ScalarType::kString:
      break;
  }
  return Node::Kind::kString;
}

TaggedScalar ResolveTag(absl::string_view tag, absl::string_view text) {
  if (tag == "!") return {};
  const Node::Kind plain = KindOfPlain(text);
  if (tag == "?") return {.kind = plain};
  absl::string_view name = tag;
  if (!absl::ConsumePrefix(&name, kStandardTag)) name = "";
  if (name == "str") return {};
  for (const auto& [word, kind] : {std::pair("int", Node::Kind::kInt),
                                   std::pair("bool", Node::Kind::kBool),
                                   std::pair("null", Node::Kind::kNull)}) {
    if (name == word) return If(plain == kind, kind);
  }
  if (name == "float") {
    return If(plain == Node::Kind::kInt || plain == Node::Kind::kFloat,
              Node::Kind::kFloat);
  }
  return {.flaw = Flaw::Kind::kUnknownTag};
}

bool FitsCollection(absl::string_view tag, Node::Kind kind) {
  absl::string_view name = tag;
  return tag == "?" || tag == "!" ||
         (absl::ConsumePrefix(&name, kStandardTag) &&
          name == (kind == Node::Kind::kMapping ? "map" : "seq"));
}

}  // namespace servo::yaml
