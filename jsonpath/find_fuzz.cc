// An input is a path, a line end and a document. Whatever they are: an
// evaluation ends within its limits, and the normalized path of each value that
// it finds finds that value, and no other.

#include <cstddef>
#include <cstdint>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "jsonpath/bounded_json.h"
#include "jsonpath/path.h"
#include "nlohmann/json.hpp"

namespace servo::jsonpath {
namespace {

constexpr Limits kLimits = {.max_nodes = 1'000, .max_steps = 100'000};

// Places cost more, but change nothing else.
constexpr Limits kLimitsOfPlaces = {.max_nodes = 1'000,
                                    .max_steps = 100 * kLimits.max_steps};

void CheckPlace(const nlohmann::json& document, const Located& node) {
  const absl::StatusOr<Path> path = Path::Parse(node.path);
  if (!path.ok()) {  // A document may hold names that are too long for a path.
    CHECK_GT(node.path.size(), size_t{64} << 10);
    return;
  }
  CHECK(path->IsSingular());
  const auto found = path->Find(document, kLimits);
  CHECK(found.ok());
  CHECK_EQ(found->size(), 1u);
  CHECK_EQ(found->front(), node.value);
  CHECK_EQ(path->FindLocated(document)->front().path, node.path);
}

void Check(absl::string_view input) {
  const size_t line = input.find('\n');
  if (line == absl::string_view::npos) return;
  const absl::StatusOr<nlohmann::json> document =
      ReadJson(input.substr(line + 1));
  const absl::StatusOr<Path> path = Path::Parse(input.substr(0, line));
  if (!document.ok() || !path.ok()) return;
  const auto found = path->Find(*document, kLimits);
  if (!found.ok()) {
    CHECK(absl::IsResourceExhausted(found.status()));
    return;
  }
  const auto located = path->FindLocated(*document, kLimitsOfPlaces);
  CHECK(located.ok()) << located.status();
  CHECK_EQ(found->size(), located->size());
  for (size_t i = 0; i < located->size(); ++i) {
    CHECK_EQ((*located)[i].value, (*found)[i]);
    CheckPlace(*document, (*located)[i]);
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
