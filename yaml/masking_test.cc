#include "yaml/masking.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::yaml {
namespace {

TEST(IsSecretName, KnowsTheUsualOnes) {
  for (const char* name :
       {"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie",
        "X-Api-Key", "api_key", "PRIVATE-TOKEN", "DB_PASSWORD", "passwd",
        "AWS_SECRET_ACCESS_KEY", "X-Auth-User", "HTTP_AUTH"}) {
    EXPECT_TRUE(IsSecretName(name)) << name;
  }
  for (const char* name :
       {"Accept", "PATH", "name", "author", "Content-Type", "url", "key"}) {
    EXPECT_FALSE(IsSecretName(name)) << name;
  }
}

TEST(MaskLine, KeepsTheWidth) {
  const struct {
    const char* line;
    const char* masked;
  } kCases[] = {
      {"  password: hunter2", "  password: *******"},
      {"  password: \"a b\" # why", "  password: ***** # why"},
      {"  password: \"unclosed", "  password: *********"},
      {"{token: 'x', exec: ls}", "{token: ***, exec: ls}"},
      {"{\"Api-Key\": \"a\", b: c}", "{\"Api-Key\": ***, b: c}"},
      {"Authorization: [hunter2]", "Authorization: *********"},
      {"auth: {username: me, password: p}",
       "auth: {username: me, password: **"},
      {"url: http://me:p@ss@host/x@y", "url: http://*******@host/x@y"},
      {"--password=\u00e9\u00e9", "--password=**"},
      {"timeout: 10", "timeout: 10"},
      {"mail user@host.com", "mail user@host.com"},
  };
  for (const auto& c : kCases) EXPECT_EQ(MaskLine(c.line), c.masked);
}

TEST(MaskUrl, HidesCredentialsAndSecretParameters) {
  EXPECT_EQ(MaskUrl("http://me:pw@h/p?a=1&token=x%20y&b=2#f"),
            "http://***@h/p?a=1&token=***&b=2#f");
  EXPECT_EQ(MaskUrl("http://h/?api_key="), "http://h/?api_key=***");
  EXPECT_EQ(MaskUrl("http://h/token?a=b"), "http://h/token?a=b");
}

}  // namespace
}  // namespace servo::yaml
