#include "base/masking.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::base {
namespace {

using ::testing::ElementsAre;

TEST(MaskRanges, ReplacesEachByOneMask) {
  EXPECT_EQ(MaskRanges("a text", {}), "a text");
  EXPECT_EQ(MaskRanges("a text", {{0, 1}, {2, 4}, {4, 6}}), "*** ******");
  EXPECT_EQ(MaskRanges("", {{0, 0}}), "***");
}

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
  EXPECT_EQ(MaskUrl("http://h/#access_token=x&state=y?a=b"),
            "http://h/#access_token=***&state=y?a=b");
  EXPECT_EQ(MaskUrl("http://h/?token=x#token=y"),
            "http://h/?token=***#token=***");
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

struct MaskCase {
  std::string url;
  std::string masked;
};

class MaskCredentialsTest : public testing::TestWithParam<MaskCase> {};

TEST_P(MaskCredentialsTest, HidesUserAndPassword) {
  EXPECT_EQ(MaskCredentials(GetParam().url), GetParam().masked);
}

INSTANTIATE_TEST_SUITE_P(
    Urls, MaskCredentialsTest,
    testing::Values(
        MaskCase{"", ""}, MaskCase{"http://host/path", "http://host/path"},
        MaskCase{"http://", "http://"}, MaskCase{"http:///", "http:///"},
        MaskCase{"http://user:secret@host:80/p?q#f",
                 "http://***@host:80/p?q#f"},
        MaskCase{"https://token@host", "https://***@host"},
        MaskCase{"http://user:p@ss@host/", "http://***@host/"},
        MaskCase{"http://user:secret@[::1]:80/", "http://***@[::1]:80/"},
        MaskCase{"http://host:80/a@b", "http://host:80/a@b"},
        MaskCase{"http://host/?mail=a@b", "http://host/?mail=a@b"},
        MaskCase{"http://[::1]/a@b", "http://[::1]/a@b"},
        // Not URLs, but what people mistype.
        MaskCase{"user:secret@host/", "***@host/"},
        MaskCase{"http:user:secret@host", "***@host"},
        MaskCase{"user:secret@http://host/", "***@http://host/"},
        MaskCase{"user:secret@http://a@b/", "***@b/"},
        MaskCase{"user:sec://ret@host/", "***@host/"},
        MaskCase{"http:///user:secret@host/", "http:///***@host/"},
        MaskCase{"http://user:sec/ret@host/", "http://***@host/"},
        MaskCase{"http://user:sec#ret@host/", "http://***@host/"}));

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
