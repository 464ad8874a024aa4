// Whatever the bytes: what is read is what the library reads, and an error
// points to where the text stops being the beginning of JSON.

#include <cstddef>
#include <cstdint>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/utf8.h"
#include "jsonpath/bounded_json.h"
#include "jsonpath/parse_error.h"
#include "nlohmann/json.hpp"

namespace servo::jsonpath {
namespace {

constexpr JsonLimits kLimits = {.max_depth = 100, .max_values = 10'000};

void Check(absl::string_view text) {
  ParseError error;
  const absl::StatusOr<nlohmann::json> value = ReadJson(text, kLimits, &error);
  if (value.ok()) {
    CHECK_EQ(value->dump(), nlohmann::json::parse(text).dump());
    return;
  }
  CHECK(base::IsValidUtf8(value.status().message()));
  CHECK_LT(value.status().message().size(), 500u);
  if (absl::IsResourceExhausted(value.status())) return;
  CHECK(absl::IsInvalidArgument(value.status()));
  CHECK_LE(error.offset, text.size());
  // The library stops at a NUL.
  if (text.find('\0') == absl::string_view::npos) {
    CHECK(!nlohmann::json::accept(text));
  }
}

}  // namespace
}  // namespace servo::jsonpath

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  servo::jsonpath::Check(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
