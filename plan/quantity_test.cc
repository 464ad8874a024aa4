#include "plan/quantity.h"

#include <cmath>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::plan {
namespace {

using ::testing::HasSubstr;

struct Case {
  const char* unit;
  const char* text;
  Number value;
};

TEST(ParseNumber, ReadsWhatToolsPrint) {
  for (const auto& [text, value] : std::vector<std::pair<const char*, Number>>{
           {"0", int64_t{0}},
           {" 12 ", int64_t{12}},
           {"+7", int64_t{7}},
           {"-7", int64_t{-7}},
           {"9223372036854775807", int64_t{9223372036854775807}},
           {"9223372036854775808", 9223372036854775808.0},
           {"1.50", 1.5},
           {".5", 0.5},
           {"5.", 5.0},
           {"1e3", 1000.0},
           {"1.5E-3", 0.0015},
           {"12\r", int64_t{12}}}) {
    const auto number = ParseNumber(text);
    ASSERT_TRUE(number.ok()) << text << ": " << number.status();
    EXPECT_EQ(*number, value) << text;
  }
}

TEST(ParseNumber, SaysWhatIsNone) {
  for (const char* text : {"", " ", "-", ".", "1,000", "0x10", "1.2.3", "1e",
                           "12ms", "one", "--1", "1 2"}) {
    const auto number = ParseNumber(text);
    EXPECT_EQ(number.status().code(), absl::StatusCode::kInvalidArgument)
        << text;
    EXPECT_THAT(std::string(number.status().message()),
                HasSubstr("expected a number, found \""));
  }
}

TEST(ParseNumber, WhatIsNotFiniteIsANumber) {
  EXPECT_TRUE(std::isnan(std::get<double>(*ParseNumber("NaN"))));
  EXPECT_TRUE(std::isinf(std::get<double>(*ParseNumber("+Inf"))));
  EXPECT_TRUE(std::isinf(std::get<double>(*ParseNumber("1e999"))));
  EXPECT_TRUE(std::isnan(std::get<double>(*ParseNumber("-nan"))));
  EXPECT_EQ(ParseNumber("Infinity").value(), Number(INFINITY));
  EXPECT_EQ(ParseNumber("-INFINITY").value(), Number(-INFINITY));
  EXPECT_EQ(ParseNumber("-inf").value(), Number(-INFINITY));
  for (const char* text : {"nano", "infinite", "info", "- inf", "inf 1"}) {
    EXPECT_FALSE(ParseNumber(text).ok()) << text;
  }
}

TEST(ParseQuantity, WhatIsNotFiniteNeedsNoUnit) {
  for (const char* text : {"NaN", "-nan", "nan ms", "nanms"}) {
    EXPECT_TRUE(std::isnan(std::get<double>(*ParseDurationIn("s", text))))
        << text;
  }
  EXPECT_EQ(ParseDurationIn("s", "Infinity").value(), Number(INFINITY));
  EXPECT_EQ(ParseDurationIn("s", "-inf s").value(), Number(-INFINITY));
  EXPECT_EQ(ParseDurationIn("s", "1e999 s").value(), Number(INFINITY));
  EXPECT_TRUE(std::isnan(std::get<double>(*ParseBytesIn("B", "NaN MB"))));
  EXPECT_EQ(ParseBytesIn("B", "+Inf").value(), Number(INFINITY));
  for (const char* text : {"nanoseconds", "inf MB", "nan\nms", "nan nan"}) {
    EXPECT_FALSE(ParseDurationIn("s", text).ok()) << text;
  }
}

TEST(ParseDurationIn, ConvertsToTheUnit) {
  for (const Case& c : {
           Case{"ms", "4.143 ms", 4.143},
           Case{"ms", "12.30ms", 12.3},
           Case{"ms", "876us", 0.876},
           Case{"ms", "876\u00b5s", 0.876},
           Case{"ms", "876\u03bcs", 0.876},
           Case{"us", "0.0123 secs", int64_t{12300}},
           Case{"ms", "1m30s", int64_t{90000}},
           Case{"s", "1h 2m 3s", int64_t{3723}},
           Case{"s", "2 days", int64_t{172800}},
           Case{"minutes", "90 seconds", 1.5},
           Case{"ns", "1 nanosecond", int64_t{1}},
           Case{"s", "-3s", int64_t{-3}},
           Case{"s", "+3s", int64_t{3}},
           Case{"ms", " 1s\t500ms\n", int64_t{1500}},
           Case{"ms", "1.005 s", int64_t{1005}},
           Case{"s", "1s 100ms 10us", 1.10001},
           Case{"h", "20m", 1.0 / 3},
           Case{"ms", "4.143456789012345678901234567 ms", 4.143456789012346},
       }) {
    const auto number = ParseDurationIn(c.unit, c.text);
    ASSERT_TRUE(number.ok()) << c.text << ": " << number.status();
    EXPECT_EQ(*number, c.value) << c.text;
  }
}

TEST(ParseDurationIn, IsOneDurationOfOneLine) {
  for (const char* text :
       {"5ms\n7ms", "1m\n30s", "5\nms", "30s1m", "1m1m", "60s 1min", "1m +30s",
        "1m-30s", "--3s", "-+3s", "- 3s"}) {
    EXPECT_EQ(ParseDurationIn("s", text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
  EXPECT_THAT(std::string(ParseDurationIn("s", "30s1m").status().message()),
              HasSubstr("units fall, as in 1m30s, found \"30s1m\""));
}

TEST(ParseDurationIn, AUnitIsNeeded) {
  for (const char* text :
       {"", "5", "5 x", "ms", "5 MB", "1m30", "1s-2s", "5 ms / req"}) {
    EXPECT_EQ(ParseDurationIn("s", text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
  EXPECT_FALSE(ParseDurationIn("requests", "5s").ok());
}

TEST(ParseBytesIn, KnowsBothKindsOfPrefixes) {
  for (const Case& c : {
           Case{"", "5 B", int64_t{5}},
           Case{"", "1K", int64_t{1024}},
           Case{"", "1.5 KiB", int64_t{1536}},
           Case{"", "1kB", int64_t{1000}},
           Case{"", "1KB", int64_t{1000}},
           Case{"MiB", "1GiB", int64_t{1024}},
           Case{"MB", "2.5 GB", int64_t{2500}},
           Case{"files", "2M", int64_t{2 * 1024 * 1024}},
           Case{"", "1T", int64_t{1} << 40},
           Case{"MB", "5M", 5.24288},
           Case{"kB", "4.143 KiB", 4.242432},
           Case{"GB", "1.1 KB", 0.0000011},
           Case{"", "-2K", int64_t{-2048}},
       }) {
    const auto number = ParseBytesIn(c.unit, c.text);
    ASSERT_TRUE(number.ok()) << c.text << ": " << number.status();
    EXPECT_EQ(*number, c.value) << c.text;
  }
  for (const char* text :
       {"", "5", "5 X", "K", "1MB/s", "1 MB 2", "1\nMB", "--1K"}) {
    EXPECT_FALSE(ParseBytesIn("B", text).ok()) << text;
  }
}

TEST(SimplestNumber, IsAnIntegerUpToWhatADoubleHolds) {
  EXPECT_EQ(SimplestNumber(300), Number{int64_t{300}});
  EXPECT_EQ(SimplestNumber(-2), Number{int64_t{-2}});
  EXPECT_EQ(SimplestNumber(0.5), Number{0.5});
  EXPECT_EQ(SimplestNumber(0x1p53), Number{int64_t{1} << 53});
  EXPECT_EQ(SimplestNumber(0x1p54), Number{0x1p54});
  EXPECT_EQ(SimplestNumber(INFINITY), Number{INFINITY});
}

TEST(Units, OfTime) {
  EXPECT_TRUE(IsTimeUnit("ms"));
  EXPECT_TRUE(IsTimeUnit("seconds"));
  EXPECT_FALSE(IsTimeUnit("requests/second"));
  EXPECT_FALSE(IsTimeUnit(""));
}

}  // namespace
}  // namespace servo::plan
