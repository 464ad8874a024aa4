#include "yaml/scalar.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "gtest/gtest.h"

namespace servo::yaml {
namespace {

// What PyYAML 6.0's safe loader makes of each text.
struct Case {
  const char* text;
  ScalarType type;
};

TEST(ResolvePlain, AgreesWithPyYaml) {
  constexpr Case kCases[] = {
      {"", ScalarType::kNull},
      {"~", ScalarType::kNull},
      {"null", ScalarType::kNull},
      {"Null", ScalarType::kNull},
      {"NULL", ScalarType::kNull},
      {"nULL", ScalarType::kString},
      {"none", ScalarType::kString},
      {"nil", ScalarType::kString},
      {"true", ScalarType::kBool},
      {"True", ScalarType::kBool},
      {"TRUE", ScalarType::kBool},
      {"tRUE", ScalarType::kString},
      {"TRue", ScalarType::kString},
      {"false", ScalarType::kBool},
      {"False", ScalarType::kBool},
      {"FALSE", ScalarType::kBool},
      {"yes", ScalarType::kBool},
      {"Yes", ScalarType::kBool},
      {"YES", ScalarType::kBool},
      {"no", ScalarType::kBool},
      {"No", ScalarType::kBool},
      {"NO", ScalarType::kBool},
      {"nO", ScalarType::kString},
      {"on", ScalarType::kBool},
      {"On", ScalarType::kBool},
      {"ON", ScalarType::kBool},
      {"off", ScalarType::kBool},
      {"Off", ScalarType::kBool},
      {"OFF", ScalarType::kBool},
      {"y", ScalarType::kString},
      {"n", ScalarType::kString},
      {"Y", ScalarType::kString},
      {"0", ScalarType::kInt},
      {"-0", ScalarType::kInt},
      {"7", ScalarType::kInt},
      {"-1", ScalarType::kInt},
      {"+12", ScalarType::kInt},
      {"1_000", ScalarType::kInt},
      {"010", ScalarType::kInt},
      {"08", ScalarType::kString},
      {"0o10", ScalarType::kString},
      {"0x1F", ScalarType::kInt},
      {"0X1F", ScalarType::kString},
      {"-0x1f", ScalarType::kInt},
      {"0xg", ScalarType::kString},
      {"0b101", ScalarType::kInt},
      {"0b102", ScalarType::kString},
      {"1:30", ScalarType::kInt},
      {"-1:30:00", ScalarType::kInt},
      {"1:60", ScalarType::kString},
      {"01:30", ScalarType::kString},
      {"190:20:30", ScalarType::kInt},
      {"1 2", ScalarType::kString},
      {"1-2", ScalarType::kString},
      {"200-399", ScalarType::kString},
      {"1.5", ScalarType::kFloat},
      {"-1.5", ScalarType::kFloat},
      {"1.", ScalarType::kFloat},
      {".5", ScalarType::kFloat},
      {"-.5", ScalarType::kString},
      {".", ScalarType::kString},
      {"..", ScalarType::kString},
      {"1e3", ScalarType::kString},
      {"1.0e3", ScalarType::kString},
      {"1.0e+3", ScalarType::kFloat},
      {"1.5e-3", ScalarType::kFloat},
      {"1.e+3", ScalarType::kFloat},
      {".5e-3", ScalarType::kFloat},
      {"1_0.5", ScalarType::kFloat},
      {"1:30.5", ScalarType::kFloat},
      {".inf", ScalarType::kFloat},
      {"-.Inf", ScalarType::kFloat},
      {"+.INF", ScalarType::kFloat},
      {"inf", ScalarType::kString},
      {".nan", ScalarType::kFloat},
      {".NaN", ScalarType::kFloat},
      {"-.nan", ScalarType::kString},
      {"nan", ScalarType::kString},
      {"1.2.3", ScalarType::kString},
      {"10.0.0.1", ScalarType::kString},
      {"-", ScalarType::kString},
      {"+", ScalarType::kString},
      {"<<", ScalarType::kString},
      {"=", ScalarType::kString},
      {"2024-01-31", ScalarType::kString},
      {"10s", ScalarType::kString},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(static_cast<int>(ResolvePlain(c.text)), static_cast<int>(c.type))
        << "\"" << c.text << "\"";
  }
}

TEST(ParseBool, SaysWhatTheWordMeans) {
  for (const char* text : {"true", "Yes", "ON"}) {
    EXPECT_EQ(ParseBool(text), true) << text;
  }
  for (const char* text : {"false", "No", "OFF"}) {
    EXPECT_EQ(ParseBool(text), false) << text;
  }
  for (const char* text : {"", "maybe", "y", "truE", "1"}) {
    EXPECT_EQ(ParseBool(text), std::nullopt) << text;
  }
}

TEST(ParseInt, ReadsEveryBase) {
  const struct {
    const char* text;
    std::optional<int64_t> value;
  } kCases[] = {
      {"0", 0},
      {"-0", 0},
      {"12", 12},
      {"+12", 12},
      {"-12", -12},
      {"1_000_000", 1000000},
      {"010", 8},
      {"-010", -8},
      {"0_7", 7},
      {"0x1F", 31},
      {"0xff_ff", 65535},
      {"0b1010", 10},
      {"1:30", 90},
      {"-1:30:00", -5400},
      {"9223372036854775807", INT64_MAX},
      {"-9223372036854775808", INT64_MIN},
      {"9223372036854775808", std::nullopt},
      {"-9223372036854775809", std::nullopt},
      {"99999999999999999999999", std::nullopt},
      {"0xffffffffffffffffff", std::nullopt},
      {"99999999999999999999:59", std::nullopt},
      {"1.5", std::nullopt},
      {"text", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& c : kCases) EXPECT_EQ(ParseInt(c.text), c.value) << c.text;
}

TEST(ParseFloat, ReadsNumbersOfBothTypes) {
  const struct {
    const char* text;
    double value;
  } kCases[] = {
      {"1.5", 1.5},
      {"-1.5", -1.5},
      {"1.", 1},
      {".5", 0.5},
      {"1.5e+3", 1500},
      {"1.5e-3", 0.0015},
      {"1_0.2_5", 10.25},
      {"1:30.5", 90.5},
      {"-1:00:00.0", -3600},
      {"12", 12},
      {"010", 8},
      {"0x10", 16},
      {"1:30", 90},
      {"10000000000000000000000", 1e22},
  };
  for (const auto& c : kCases) {
    const std::optional<double> value = ParseFloat(c.text);
    ASSERT_TRUE(value) << c.text;
    EXPECT_DOUBLE_EQ(*value, c.value) << c.text;
  }
  EXPECT_EQ(ParseFloat(".inf"), INFINITY);
  EXPECT_EQ(ParseFloat("-.INF"), -INFINITY);
  EXPECT_TRUE(std::isnan(*ParseFloat(".NaN")));
  for (const char* text : {"", "text", "1e3", "inf", "0xffffffffffffffffff"}) {
    EXPECT_EQ(ParseFloat(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace servo::yaml
