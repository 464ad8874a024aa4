// Whatever the bytes: what comes out is UTF-8 by the judgement of the library
// that writes the protocol's lines, and nothing well-formed is lost.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/log/check.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "base/utf8.h"
#include "nlohmann/json.hpp"

namespace servo::base {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";

// Strict: throws, which is false, at the first ill-formed byte.
bool IsTextForJson(absl::string_view text) {
  try {
    const std::string line = nlohmann::json(std::string(text)).dump();
    return nlohmann::json::parse(line).get<std::string>() == text;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

// The same, by length of sequence alone.
bool IsValidBySequences(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8SequenceLength(text);
    if (length == 0) return false;
    CHECK_LE(length, text.size());
    text.remove_prefix(length);
  }
  return true;
}

// The well-formed sequences of `text` that are no U+FFFD, in order.
std::string WellFormedParts(absl::string_view text) {
  std::string parts;
  while (!text.empty()) {
    const size_t length = Utf8SequenceLength(text);
    if (length > 0) parts.append(text.substr(0, length));
    text.remove_prefix(length > 0 ? length : 1);
  }
  return absl::StrReplaceAll(parts, {{kReplacement, ""}});
}

void Check(absl::string_view text) {
  const bool valid = IsValidUtf8(text);
  CHECK_EQ(valid, IsTextForJson(text));
  CHECK_EQ(valid, IsValidBySequences(text));

  const std::string mended = ToValidUtf8(text);
  CHECK(IsValidUtf8(mended));
  CHECK(IsTextForJson(mended));
  CHECK_EQ(ToValidUtf8(mended), mended);
  CHECK_EQ(valid, mended == text);
  CHECK(valid || absl::StrContains(mended, kReplacement));
  CHECK_LE(mended.size(), kReplacement.size() * text.size());
  CHECK_EQ(WellFormedParts(mended), WellFormedParts(text));

  // nlohmann::json's own mending differs in the number of replacements for a
  // cut sequence at most, never in what it keeps.
  const std::string line = nlohmann::json(std::string(text))
                               .dump(-1, ' ', /*ensure_ascii=*/false,
                                     nlohmann::json::error_handler_t::ignore);
  CHECK_EQ(WellFormedParts(nlohmann::json::parse(line).get<std::string>()),
           WellFormedParts(mended));
}

}  // namespace
}  // namespace servo::base

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  servo::base::Check(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
