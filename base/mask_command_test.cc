#include "base/mask_command.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::base {
namespace {

using ::testing::ElementsAre;

TEST(MaskText, HidesValuesOfSecretNames) {
  const struct {
    const char* line;
    const char* masked;
  } kCases[] = {
      {"  password: hunter2 and more", "  password: ***"},
      {"password: \"a b\" # why", "password: *** # why"},
      {"password: \"unclosed", "password: ***"},
      {"{\"Api-Key\": \"a\", \"b\": \"c\"}",
       "{\"Api-Key\": ***, \"b\": \"c\"}"},
      {"TOKEN=x curl http://h/", "TOKEN=*** curl http://h/"},
      {"tool --token x --other y", "tool --token *** --other y"},
      {"tool --token=x --other", "tool --token=*** --other"},
      {"tool --token --other", "tool --token --other"},
      {"tool --token 'x y' z", "tool --token *** z"},
      {"curl -H \"Authorization: Bearer x\" http://h/p",
       "curl -H \"Authorization: ***\" http://h/p"},
      {"curl -H 'Authorization: Bearer x' http://h/p",
       "curl -H 'Authorization: ***' http://h/p"},
      {"curl --header Authorization=Bearer x http://h/p",
       "curl --header Authorization=*** http://h/p"},
      {"url: http://me:p@ss@host/x@y", "url: http://***@host/x@y"},
      {"http://h/?token=x&a=b", "http://h/?token=***&a=b"},
      {"echo \"{\\\"token\\\": \\\"x\\\"}\" y",
       "echo \"{\\\"token\\\": ***\" y"},
      {"curl -d '{\"token\": \"x\", \"b\": 1}' http://h",
       "curl -d '{\"token\": ***, \"b\": 1}' http://h"},
      {"--password=\u00e9\u00e9", "--password=***"},
      {"timeout: 10", "timeout: 10"},
      {"mail user@host.com", "mail user@host.com"},
      {"password:", "password:"},
      {"", ""},
  };
  for (const auto& c : kCases) EXPECT_EQ(MaskText(c.line), c.masked);
}

TEST(MaskArguments, HidesWhatFollowsAnOption) {
  EXPECT_THAT(MaskArguments({"tool", "--token", "x", "--user", "me:x", "-v"}),
              ElementsAre("tool", "--token", "***", "--user", "***", "-v"));
  EXPECT_THAT(MaskArguments({"tool", "--token=x", "y", "--user", "me"}),
              ElementsAre("tool", "--token=***", "y", "--user", "me"));
  EXPECT_THAT(MaskArguments({"tool", "--token"}),
              ElementsAre("tool", "--token"));
}

}  // namespace
}  // namespace servo::base
