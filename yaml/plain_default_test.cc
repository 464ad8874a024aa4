#include "yaml/plain_default.h"

#include <optional>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "yaml/scalar.h"

namespace servo::yaml {
namespace {

TEST(PlainDecimal, IsWhatYamlTakesItFor) {
  for (const absl::string_view text :
       {"0", "1", "10", "0.5", "60", "3.25", "1000000", "0.001"}) {
    EXPECT_TRUE(PlainDecimal(text).has_value()) << text;
    EXPECT_EQ(PlainDecimal(text), ParseFloat(text)) << text;
  }
}

TEST(PlainDecimal, LeavesWhatIsWrittenOtherwise) {
  for (const absl::string_view text :
       {"", ".", "5.", ".5", "-1", "+1", "010", "00", "0x10", "1e3", "1_000",
        "1:30", "1.2.3", "500ms", "64K", "true", "1234567890123456789"}) {
    EXPECT_EQ(PlainDecimal(text), std::nullopt) << text;
  }
}

TEST(PlainFlag, IsWhatYamlTakesItFor) {
  EXPECT_EQ(PlainFlag("true"), ParseBool("true"));
  EXPECT_EQ(PlainFlag("false"), ParseBool("false"));
  for (const absl::string_view text : {"", "yes", "off", "True", "1", "tru"}) {
    EXPECT_EQ(PlainFlag(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace servo::yaml
