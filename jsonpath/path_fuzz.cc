// Whatever the text: it is a path that can be carried out, or an error that
// points into the text and is text itself.

#include <cstddef>
#include <cstdint>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/utf8.h"
#include "jsonpath/parse_error.h"
#include "jsonpath/path.h"
#include "nlohmann/json.hpp"

namespace servo::jsonpath {
namespace {

constexpr Limits kLimits = {.max_nodes = 1'000, .max_steps = 20'000};

const nlohmann::json& Document() {
  static const auto* const document = new nlohmann::json(nlohmann::json::parse(
      R"({"a":[1,2.5,"x",null,true,[],{}],"b":{"a":"ab","b":{"c":"[ab]+"}},
          "c":-1,"":"\u00e9","99th":9007199254740993})"));
  return *document;
}

void CheckError(absl::string_view text, const ParseError& error) {
  CHECK_LE(error.offset, text.size());
  CHECK(base::IsValidUtf8(error.ToString()));
  CHECK(!error.expected.empty());
  CHECK(!error.found.empty());
  CHECK_LT(error.hint.size(), 1'000u);
}

void Check(absl::string_view text) {
  ParseError error;
  const absl::StatusOr<Path> path = Path::Parse(text, &error);
  if (!path.ok()) {
    CHECK(absl::IsInvalidArgument(path.status()));
    CheckError(text, error);
    return;
  }
  CHECK_EQ(path->text(), text);
  for (const ParseError& warning : path->warnings()) {
    CheckError(text, warning);
  }
  const auto found = path->Find(Document(), kLimits);
  if (!found.ok()) {
    CHECK(absl::IsResourceExhausted(found.status()));
    return;
  }
  CHECK_LE(found->size(), path->IsSingular() ? 1 : kLimits.max_nodes);
}

}  // namespace
}  // namespace servo::jsonpath

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  servo::jsonpath::Check(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
