#include "yaml/meant_number.h"

#include "gtest/gtest.h"

namespace servo::yaml {
namespace {

TEST(MeantNumber, ATextWithAnExponent) {
  EXPECT_EQ(NumberTextHint("1e-3"),
            "; YAML 1.1 takes 1e-3 for a text: write 0.001 or 1.0e-3");
  EXPECT_EQ(NumberTextHint("2.5E3"),
            "; YAML 1.1 takes 2.5E3 for a text: write 2500 or 2.5e+3");
  EXPECT_EQ(NumberTextHint("-1e99"),
            "; YAML 1.1 takes -1e99 for a text: write -1.0e+99");
}

TEST(MeantNumber, ATextInQuotes) {
  EXPECT_EQ(NumberTextHint("5"), "; a number stands without quotes");
  EXPECT_EQ(NumberTextHint("1.0e-3"), "; a number stands without quotes");
}

TEST(MeantNumber, ADurationInWords) {
  EXPECT_EQ(DurationTextHint("30 s"), "; did you mean 30s?");
  EXPECT_EQ(DurationTextHint("5 minutes"), "; did you mean 5m?");
  EXPECT_EQ(DurationTextHint("30s"), "");
  EXPECT_EQ(DurationTextHint("soon"), "");
  EXPECT_EQ(DurationTextHint(""), "");
}

TEST(MeantNumber, ASizeWithALongerUnit) {
  constexpr uint64_t kMax = 64 << 20;
  EXPECT_EQ(BytesTextHint("10 MB", kMax), "; did you mean 10M?");
  EXPECT_EQ(BytesTextHint("64 MB", kMax), "; did you mean 64M?");
  EXPECT_EQ(BytesTextHint("64KiB", kMax), "; did you mean 64K?");
  EXPECT_EQ(BytesTextHint("100 b", kMax), "; did you mean 100?");
  for (const char* text :
       {"", "64M", "64k", "B", "MB", "1.5MB", "-1MB", "1GB", "65MB", "much"}) {
    EXPECT_EQ(BytesTextHint(text, kMax), "") << text;
  }
}

TEST(MeantNumber, NoNumber) {
  for (const char* text :
       {"", "x", "1e", "e3", "1e3x", "inf", "nan", "1e999"}) {
    EXPECT_EQ(NumberTextHint(text), "") << text;
  }
}

}  // namespace
}  // namespace servo::yaml
