#include "yaml/schema_parts.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace servo::yaml {

std::string UpTo(int max) {
  const std::string digits = absl::StrCat(max);
  std::vector<std::string> alternatives = {digits};
  // Those that are smaller at one place, after the same beginning.
  for (size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] == '0') continue;
    const size_t rest = digits.size() - i - 1;
    alternatives.push_back(
        absl::StrCat(digits.substr(0, i), "[0-", std::string(1, digits[i] - 1),
                     "]", rest > 0 ? absl::StrCat("[0-9]{", rest, "}") : ""));
  }
  // Those with fewer digits.
  if (digits.size() > 1) {
    alternatives.push_back(absl::StrCat("[0-9]{1,", digits.size() - 1, "}"));
  }
  return absl::StrCat("0*(", absl::StrJoin(alternatives, "|"), ")");
}

std::string AnyCase(absl::string_view word) {
  std::string pattern;
  for (const char c : word) {
    if (absl::ascii_isalpha(c)) {
      absl::StrAppend(&pattern, "[", std::string(1, absl::ascii_toupper(c)),
                      std::string(1, absl::ascii_tolower(c)), "]");
    } else {
      pattern.push_back(c);
    }
  }
  return pattern;
}

Schema AnyOf(Schema alternatives) {
  return {{"anyOf", std::move(alternatives)}};
}

Schema Expecting(absl::string_view what, Schema schema) {
  schema["errorMessage"] = absl::StrCat("expected ", what);
  return schema;
}

Schema Text() { return {{"type", {"string", "number", "boolean"}}}; }

Schema NonEmptyText() {
  return {{"type", {"string", "number", "boolean"}}, {"minLength", 1}};
}

Schema NonBlankText() {
  return {{"type", {"string", "number", "boolean"}}, {"pattern", "\\S"}};
}

Schema TextWithout(absl::string_view pattern) {
  Schema text = Text();
  text["not"] = {{"type", "string"}, {"pattern", std::string(pattern)}};
  return text;
}

Schema TextMap(Schema names, Schema texts) {
  return {{"type", "object"},
          {"propertyNames", std::move(names)},
          {"additionalProperties", std::move(texts)}};
}

}  // namespace servo::yaml
