// Any text is a number, a duration, a size, or an error that quotes it; what is
// read from the shortest form of a number is that number.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "absl/log/check.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/utf8.h"
#include "plan/metric.h"
#include "plan/quantity.h"

namespace servo::plan {
namespace {

double ToDouble(Number number) {
  return std::visit([](auto value) { return static_cast<double>(value); },
                    number);
}

void Check(const absl::StatusOr<Number>& number) {
  if (!number.ok()) {
    CHECK(base::IsValidUtf8(number.status().message()));
    CHECK_LE(number.status().message().size(), 1000u);
  }
}

}  // namespace
}  // namespace servo::plan

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace servo;
  const std::string text = base::ToValidUtf8(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  const absl::StatusOr<plan::Number> number = plan::ParseNumber(text);
  plan::Check(number);
  plan::Check(plan::ParseDurationIn("ms", text));
  plan::Check(plan::ParseDurationIn(text, "1s"));
  plan::Check(plan::ParseBytesIn("KiB", text));
  plan::Check(plan::ParseBytesIn(text, "1K"));
  if (number.ok() && std::isfinite(plan::ToDouble(*number))) {
    // The same with units of their own size.
    const double value = plan::ToDouble(*number);
    if (value >= 0 && std::holds_alternative<int64_t>(*number) &&
        value < 9e15) {
      const absl::StatusOr<plan::Number> seconds = plan::ParseDurationIn(
          "s", absl::StrCat(std::get<int64_t>(*number), " s"));
      CHECK(seconds.ok());
      CHECK_EQ(plan::ToDouble(*seconds), value);
    }
  }
  return 0;
}
