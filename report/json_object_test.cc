#include "report/json_object.h"

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace servo::report {
namespace {

TEST(JsonTextTest, ForScripts) {
  const auto quoted = [](absl::string_view text) {
    std::string appended;
    AppendJsonText(text, &appended, JsonEscapes::kForScript);
    return appended;
  };
  EXPECT_EQ(quoted("a\"\\\n<>&\x01\x7f\u2027\u2028\u2029\u202a"),
            "\"a\\\"\\\\\\n\\u003c\\u003e\\u0026\\u0001\\u007f\u2027\\u2028"
            "\\u2029\u202a\"");
  EXPECT_EQ(quoted(""), "\"\"");
}

TEST(JsonNumberTest, IsTheShortest) {
  const auto text = [](double number) {
    std::string appended;
    AppendJsonNumber(number, &appended);
    return appended;
  };
  EXPECT_EQ(text(0), "0");
  EXPECT_EQ(text(-12), "-12");
  EXPECT_EQ(text(0.1), "0.1");
  EXPECT_EQ(nlohmann::json::parse(text(1e300)).get<double>(), 1e300);
  std::string seconds;
  AppendJsonSeconds(1.23456789, &seconds);
  EXPECT_EQ(seconds, "1.234568");
}

}  // namespace
}  // namespace servo::report
