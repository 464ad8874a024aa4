#include "http/url.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/url_position.h"

namespace servo::http {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(UrlTest, TakesAUrlApart) {
  const absl::StatusOr<Url> url =
      Url::Parse("HTTPS://us%20er:p%40ss@Example.com:8443/a/../b?c#d");
  ASSERT_TRUE(url.ok()) << url.status();
  EXPECT_TRUE(url->is_https());
  EXPECT_EQ(url->host(), "Example.com");
  EXPECT_EQ(url->port(), "8443");
  EXPECT_EQ(url->zone(), "");
  EXPECT_EQ(url->ToString(), "https://Example.com:8443/b?c#d");
  ASSERT_TRUE(url->auth().has_value());
  EXPECT_EQ(url->auth()->username, "us er");
  EXPECT_EQ(url->auth()->password, "p@ss");
  EXPECT_EQ(Url::Parse("http://[fe80::1%25eth0]/")->zone(), "eth0");
  EXPECT_EQ(Url::Parse("http://h/")->port(), "80");
}

TEST(UrlTest, EncodesWhatAUrlMayNotHold) {
  for (const auto& [text, url] :
       std::vector<std::pair<std::string, std::string>>{
           {"http://h/a b", "http://h/a%20b"},
           {"http://h/?q=sum(rate(hits{job=\"api\"}|x^2))",
            "http://h/?q=sum(rate(hits%7Bjob=%22api%22%7D%7Cx%5E2))"},
           {"http://h/<a>`b`\\c", "http://h/%3Ca%3E%60b%60%5Cc"},
           {"http://h?a b", "http://h/?a%20b"},
           {"http://h/%7B%zz+", "http://h/%7B%zz+"},
           {"http://h/\xc3\xbc", "http://h/%C3%BC"},
           {"http://h/[1]?a[]=1", "http://h/[1]?a[]=1"},
       }) {
    const absl::StatusOr<Url> parsed = Url::Parse(text);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(parsed->ToString(), url);
  }
}

TEST(UrlTest, RefusesWhatIsNoUrl) {
  for (const auto& [text, why] :
       std::vector<std::pair<std::string, std::string>>{
           {"", "is empty"},
           {"ftp://h/", "begins with neither http:// nor https://"},
           {"http:/h/", "begins with neither http:// nor https://"},
           {"http://", "names no host"},
           {"http:///path", "names no host"},
           {"http://a b/", "holds a blank before its path"},
           {"http://h/a\tb", "holds a control character"},
           {"http://h/a\nb", "holds a control character"},
           {"http://h\\@evil/", "has a character in its host name"},
           {"http://user:p@ss@h/", "as %40"},
           {"http://h:0/", "has a port that is not a number"},
           {"http://h:99999/", "has a port that is not a number"},
           {"http://[::1/", "has a malformed IPv6 address"},
       }) {
    const absl::Status status = Url::Parse(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(status.message(), HasSubstr(why));
  }
}

TEST(UrlTest, NeverShowsCredentials) {
  EXPECT_THAT(Url::Parse("http://user:secret@h:x/").status().message(),
              AllOf(HasSubstr("***@"), Not(HasSubstr("secret"))));
}

TEST(UrlTest, ResolvesReferences) {
  const Url base = *Url::Parse("https://host:8443/a/b?c");
  for (const auto& [reference, url] :
       std::vector<std::pair<std::string, std::string>>{
           {"d", "https://host:8443/a/d"},
           {"/d e?f{g}", "https://host:8443/d%20e?f%7Bg%7D"},
           {"?x y", "https://host:8443/a/b?x%20y"},
           {"../d", "https://host:8443/d"},
           {"//other/d", "https://other/d"},
           {"http://other", "http://other/"},
           {"HTTP://other/x", "http://other/x"},
           {"\\\\evil\\x", "https://host:8443/a/%5C%5Cevil%5Cx"},
           {"/\\evil", "https://host:8443/%5Cevil"},
       }) {
    const absl::StatusOr<Url> resolved = base.Resolve(reference);
    ASSERT_TRUE(resolved.ok()) << reference << ": " << resolved.status();
    EXPECT_EQ(resolved->ToString(), url) << reference;
  }
}

TEST(UrlTest, RefusesMalformedReferences) {
  const Url base = *Url::Parse("http://host/");
  for (const std::string reference :
       {"http:/ok", "http:ok", "https:", "http:///ok", "///ok", "//",
        "http://a\\@b/", "//a\\b", "http://a b/", "ftp://host/",
        "javascript:alert(1)", "http://host:99999/", "http://h\xc3\xb6st/"}) {
    const absl::Status status = base.Resolve(reference).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition)
        << reference;
    EXPECT_THAT(status.message(), HasSubstr("cannot be followed: it "));
  }
}

TEST(UrlPositionTest, KnowsTheParts) {
  // One letter for the part behind each character.
  constexpr char kLetters[] = "sapqf";
  for (const auto& [url, parts] :
       std::vector<std::pair<std::string, std::string>>{
           {"http://u:p@h:1/a//b?c/d?#e#/?", "ssssssaaaaaaaapppppqqqqqfffff"},
           {"http://h?a", "ssssssaaqq"},
           {"http://h#a", "ssssssaaff"},
           {"http:///a", "ssssssapp"},
           {"http:/h?a#b", "sssssssssff"},
           {"/a/b", "ssaa"},
           {"h/a", "sss"}}) {
    UrlPosition position;
    std::string found;
    for (const char c : url) {
      position.Pass(c);
      found += kLetters[static_cast<size_t>(position.part())];
    }
    EXPECT_EQ(found, parts) << url;
  }
}

TEST(UrlPositionTest, TellsTheEndsOfSegments) {
  UrlPosition position;
  std::string ends;
  for (const char c : std::string("http://h/a//b?c/d?#/")) {
    if (position.Pass(c)) ends += c;
  }
  EXPECT_EQ(ends, "///?");
}

}  // namespace
}  // namespace servo::http
