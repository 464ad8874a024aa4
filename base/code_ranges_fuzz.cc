// Sets of codes against a reading of the same grammar by a regular expression:
//   range = blanks code blanks [ "-" blanks code blanks ]
// One text a line, all added to one set.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <regex>
#include <string>
#include <vector>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/code_ranges.h"

namespace servo::base {
namespace {

constexpr CodeRanges::Limits kLimits = {100, 999, "a code"};

// Short texts alone: std::regex recurses once a character.
constexpr size_t kMaxLine = 200;

// The value of decimal digits, 1000 if it is larger.
int ValueOf(const std::string& digits) {
  int value = 0;
  for (char c : digits) value = std::min(1000, 10 * value + (c - '0'));
  return value;
}

// Enters what `text` says into `codes`, if it says anything.
bool AddToOracle(const std::string& text, std::vector<bool>* codes) {
  static const std::regex grammar(
      "[ \t\v\f\r\n]*([0-9]+)[ \t\v\f\r\n]*"
      "(-[ \t\v\f\r\n]*([0-9]+)[ \t\v\f\r\n]*)?");
  std::smatch parts;
  if (!std::regex_match(text, parts, grammar)) return false;
  const int first = ValueOf(parts[1]);
  const int last = parts[2].matched ? ValueOf(parts[3]) : first;
  if (first < kLimits.min || last > kLimits.max || first > last) return false;
  for (int code = first; code <= last; ++code) (*codes)[code] = true;
  return true;
}

void Check(absl::string_view input) {
  CodeRanges ranges;
  std::vector<bool> oracle(1001);
  for (absl::string_view line : absl::StrSplit(input, '\n')) {
    if (line.size() > kMaxLine) return;
    const CodeRanges before = ranges;
    const absl::Status status = ranges.Add(line, kLimits);
    CHECK_EQ(status.ok(), AddToOracle(std::string(line), &oracle));
    if (status.ok()) continue;
    CHECK(absl::IsInvalidArgument(status));
    CHECK(!status.message().empty());
    CHECK(ranges == before);
  }
  for (int code = -1; code <= 1000; ++code)
    CHECK_EQ(ranges.Contains(code), code >= 0 && oracle[code]) << code;

  // What it says of itself means the same.
  CodeRanges again;
  if (!ranges.empty()) {
    for (absl::string_view part : absl::StrSplit(ranges.ToString(), ", "))
      CHECK_OK(again.Add(part, kLimits));
  }
  CHECK(again == ranges);
}

}  // namespace
}  // namespace servo::base

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  servo::base::Check(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
