#include "base/masking.h"

#include <string>

#include "gtest/gtest.h"

namespace servo::base {
namespace {

TEST(IsSecretName, KnowsTheUsualOnes) {
  for (const char* name :
       {"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie",
        "X-Api-Key", "api_key", "PRIVATE-TOKEN", "DB_PASSWORD", "passwd",
        "AWS_SECRET_ACCESS_KEY", "X-Auth-User", "HTTP_AUTH", "PGPASS",
        "MYSQL_PWD", "pass", "sig"}) {
    EXPECT_TRUE(IsSecretName(name)) << name;
  }
  for (const char* name : {"Accept", "PATH", "name", "author", "Content-Type",
                           "url", "key", "bypass", "compass"}) {
    EXPECT_FALSE(IsSecretName(name)) << name;
  }
}

TEST(LooksLikeName, IsTrueOfWordsAlone) {
  for (const char* name : {"timeout", "retry_delay", "content-type", "PATH",
                           "X-Api-Key", "_name", "colour", "exec.start"}) {
    EXPECT_TRUE(LooksLikeName(name)) << name;
  }
  for (const char* text :
       {"", "-", "hunter2", "TOKEN=x", "Bearer x", "aGVsbG8", "a:b", "k\n",
        "12", "\u00e4", "Authorization: Bearer",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    EXPECT_FALSE(LooksLikeName(text)) << text;
  }
}

TEST(MaskUrl, HidesCredentialsAndSecretParameters) {
  EXPECT_EQ(MaskUrl("http://me:pw@h/p?a=1&token=x%20y&b=2#f"),
            "http://***@h/p?a=1&token=***&b=2#f");
  EXPECT_EQ(MaskUrl("http://h/?api_key="), "http://h/?api_key=***");
  EXPECT_EQ(MaskUrl("http://h/token?a=b"), "http://h/token?a=b");
  EXPECT_EQ(MaskUrl("http://h/?token"), "http://h/?token");
}

TEST(UrlOutline, KeepsSchemeHostAndPath) {
  const struct {
    const char* url;
    const char* outline;
  } kCases[] = {
      {"http://host:8080/a/b", "http://host:8080/a/b"},
      {"htp://x", "htp://x"},
      {"http://[::1]:80/a", "http://[::1]:80/a"},
      {"http:///a", "http:///a"},
      {"http://h/a?token=x#y", "http://h/a?***"},
      {"http://h/a#y", "http://h/a#***"},
      {"http://me:pw@h/a", "http://***@h/a"},
      {"http://me:p/w@h/a", "http://***@h/a"},
      // What people mistype.
      {"http://u:p%40host/", "http://***/"},
      {"http://u:p?w@h/", "http://***?***"},
      {"http://u:pw", "http://***"},
      {"hunter2", "***"},
      {"u:p@h", "***"},
      {"localhost:80/x", "***"},
      {"p w://h", "***"},
      {"", ""},
  };
  for (const auto& c : kCases) EXPECT_EQ(UrlOutline(c.url), c.outline);
}

}  // namespace
}  // namespace servo::base
