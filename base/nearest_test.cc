#include "base/nearest.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace servo::base {
namespace {

TEST(Nearest, FindsTheNameThatIsMeant) {
  const std::vector<absl::string_view> names = {
      "pre",     "start",         "stop",       "post",    "timeout",
      "retries", "exec",          "shell_exec", "request", "content-type",
      "headers", "success_codes", "username"};
  const struct {
    const char* name;
    const char* nearest;
  } kCases[] = {{"strat", "start"},
                {"PRE", "pre"},
                {"timeuot", "timeout"},
                {"time_out", "timeout"},
                {"retrys", "retries"},
                {"shell-exec", "shell_exec"},
                {"content_type", "content-type"},
                {"header", "headers"},
                {"user", "username"},
                {"succes_code", "success_codes"},
                {"teardown", ""},
                {"x", ""},
                {"", ""}};
  for (const auto& c : kCases) EXPECT_EQ(Nearest(c.name, names), c.nearest);
}

TEST(Nearest, LongNamesAreNotCompared) {
  EXPECT_EQ(Nearest(std::string(100'000, 'a'), {"start"}), "");
}

}  // namespace
}  // namespace servo::base
