#include "config/keys.h"

#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "yaml/key_spec.h"
#include "yaml/scalar.h"

namespace servo::config {
namespace {

TEST(KeySpec, KnowsTheNumberOfEveryDefaultThatIsOne) {
  for (const auto& keys : std::vector<absl::Span<const yaml::KeySpec>>{
           kSectionKeys, kTaskKeys, kRequestKeys}) {
    for (const yaml::KeySpec& spec : keys) {
      const bool is_number = spec.type == yaml::ValueType::kInteger ||
                             spec.type == yaml::ValueType::kNumber ||
                             spec.type == yaml::ValueType::kSeconds;
      if (!is_number || spec.default_text.empty()) continue;
      EXPECT_EQ(spec.default_number, yaml::ParseFloat(spec.default_text))
          << spec.name;
      EXPECT_GE(spec.default_number, spec.min) << spec.name;
      EXPECT_LE(spec.default_number, spec.max) << spec.name;
    }
  }
}

}  // namespace
}  // namespace servo::config
