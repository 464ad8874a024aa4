#include "http/redirect.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/request.h"
#include "http/url.h"

namespace servo::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Hop From(const std::string& url, const std::string& method = "GET") {
  absl::StatusOr<Url> parsed = Url::Parse(url);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return Hop{.method = method, .url = *std::move(parsed)};
}

std::vector<std::string> Names(const Headers& headers) {
  std::vector<std::string> names;
  for (const auto& [name, value] : headers) names.push_back(name);
  return names;
}

TEST(IsRedirectTest, OfAllStatusCodes) {
  for (int status = 0; status < 1000; ++status) {
    const bool expected = status == 301 || status == 302 || status == 303 ||
                          status == 307 || status == 308;
    EXPECT_EQ(IsRedirect(status), expected) << status;
  }
}

TEST(FollowRedirectTest, TurnsMethodsAsBrowsersDo) {
  const std::vector<std::string> methods = {"GET",    "HEAD",  "POST",    "PUT",
                                            "DELETE", "PATCH", "OPTIONS", "X"};
  for (const std::string& method : methods) {
    for (int status : {301, 302, 303, 307, 308}) {
      const bool turned =
          status == 303 ? method != "GET" && method != "HEAD"
                        : (status == 301 || status == 302) && method == "POST";
      Hop from = From("http://h/", method);
      from.headers = {{"content-type", "a"},
                      {"Content-Length", "1"},
                      {"CONTENT-ENCODING", "gzip"},
                      {"Accept", "*/*"}};
      const absl::StatusOr<Hop> to = FollowRedirect(from, status, "/next");
      ASSERT_TRUE(to.ok()) << to.status();
      EXPECT_EQ(to->method, turned ? "GET" : method) << method << status;
      EXPECT_EQ(to->send_body, !turned) << method << status;
      EXPECT_EQ(to->headers.size(), turned ? 1u : 4u) << method << status;
    }
  }
}

struct LocationCase {
  std::string from;
  std::string location;
  std::string to;
};

class LocationTest : public testing::TestWithParam<LocationCase> {};

TEST_P(LocationTest, IsResolved) {
  const absl::StatusOr<Hop> to =
      FollowRedirect(From(GetParam().from), 302, GetParam().location);
  ASSERT_TRUE(to.ok()) << to.status();
  EXPECT_EQ(to->url.ToString(), GetParam().to);
}

// The examples of RFC 3986 section 5.4, and what servers send beside.
INSTANTIATE_TEST_SUITE_P(
    Rfc3986, LocationTest,
    testing::Values(
        LocationCase{"http://a/b/c/d;p?q", "g", "http://a/b/c/g"},
        LocationCase{"http://a/b/c/d;p?q", "./g", "http://a/b/c/g"},
        LocationCase{"http://a/b/c/d;p?q", "g/", "http://a/b/c/g/"},
        LocationCase{"http://a/b/c/d;p?q", "/g", "http://a/g"},
        LocationCase{"http://a/b/c/d;p?q", "//g", "http://g/"},
        LocationCase{"http://a/b/c/d;p?q", "?y", "http://a/b/c/d;p?y"},
        LocationCase{"http://a/b/c/d;p?q", "g?y#s", "http://a/b/c/g?y#s"},
        LocationCase{"http://a/b/c/d;p?q", "../g", "http://a/b/g"},
        LocationCase{"http://a/b/c/d;p?q", "../../../g", "http://a/g"},
        LocationCase{"http://a/b/c/d;p?q", "HTTPS://G/x", "https://G/x"},
        LocationCase{"http://a:81/b", "/c", "http://a:81/c"},
        LocationCase{"http://a/", "http://b", "http://b/"},
        LocationCase{"http://a/", "/b c?d e", "http://a/b%20c?d%20e"},
        LocationCase{"http://a/", "/\xc3\xbc", "http://a/%C3%BC"},
        LocationCase{"http://u:p@a/b", "c", "http://a/c"}));

TEST(FollowRedirectTest, RefusesWhatIsNoHttpUrl) {
  for (const std::string location :
       {"ftp://h/", "file:///etc/passwd", "javascript:alert(1)", "http://",
        "http://h:99999/", "http://user:secret@h:x/", "data:,x"}) {
    const absl::Status status =
        FollowRedirect(From("http://a/"), 302, location).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << location;
    EXPECT_THAT(status.message(), HasSubstr("cannot be followed"));
    EXPECT_THAT(status.message(), Not(HasSubstr("secret")));
  }
}

struct CredentialsCase {
  std::string from;
  std::string location;
  bool kept;
};

class CredentialsTest : public testing::TestWithParam<CredentialsCase> {};

TEST_P(CredentialsTest, GoNowhereElse) {
  Hop from = From(GetParam().from);
  from.auth = BasicAuth{"user", "secret"};
  from.headers = {{"authorization", "a"},
                  {"COOKIE", "b"},
                  {"Host", "c"},
                  {"Proxy-Authorization", "d"},
                  {"X-Other", "e"}};
  const absl::StatusOr<Hop> to = FollowRedirect(from, 307, GetParam().location);
  ASSERT_TRUE(to.ok()) << to.status();
  EXPECT_EQ(to->auth.has_value(), GetParam().kept);
  EXPECT_EQ(to->send_client_cert, GetParam().kept);
  EXPECT_EQ(Names(to->headers), GetParam().kept
                                    ? Names(from.headers)
                                    : std::vector<std::string>{"X-Other"});
}

INSTANTIATE_TEST_SUITE_P(
    Origins, CredentialsTest,
    testing::Values(
        CredentialsCase{"http://a/", "/next", true},
        CredentialsCase{"http://a/", "http://A:80/next", true},
        CredentialsCase{"https://a/", "https://a:443/", true},
        CredentialsCase{"http://a/", "http://b/", false},
        CredentialsCase{"http://a/", "//b/", false},
        CredentialsCase{"http://a/", "http://sub.a/", false},
        CredentialsCase{"http://a/", "http://a:81/", false},
        CredentialsCase{"http://a:81/", "http://a/", false},
        CredentialsCase{"https://a/", "http://a/", false},
        CredentialsCase{"https://a/", "http://a:443/", false},
        CredentialsCase{"http://a/", "https://a/", true},
        CredentialsCase{"http://a/", "https://a:8443/", false},
        CredentialsCase{"http://a:8080/", "https://a/", false},
        CredentialsCase{"http://a/", "https://b/", false},
        CredentialsCase{"http://[fe80::1%25a]/", "http://[fe80::1%25a]/x",
                        true},
        CredentialsCase{"http://[fe80::1%25a]/", "http://[fe80::1%25b]/",
                        false},
        CredentialsCase{"http://[fe80::1%a]/", "http://[fe80::1%b]/", false},
        CredentialsCase{"http://[fe80::1%25a]/", "http://[fe80::1]/", false}));

TEST(FollowRedirectTest, CredentialsOnceDroppedStayDropped) {
  Hop from = From("http://a/");
  from.auth = BasicAuth{"user", "secret"};
  const absl::StatusOr<Hop> away = FollowRedirect(from, 302, "http://b/");
  ASSERT_TRUE(away.ok());
  const absl::StatusOr<Hop> back = FollowRedirect(*away, 302, "http://a/");
  ASSERT_TRUE(back.ok());
  EXPECT_FALSE(back->auth.has_value());
  EXPECT_FALSE(back->send_client_cert);
}

TEST(FollowRedirectTest, UsesTheCredentialsOfTheLocation) {
  const absl::StatusOr<Hop> to =
      FollowRedirect(From("http://a/"), 302, "http://u:p%40q@b/");
  ASSERT_TRUE(to.ok()) << to.status();
  ASSERT_TRUE(to->auth.has_value());
  EXPECT_EQ(to->auth->username, "u");
  EXPECT_EQ(to->auth->password, "p@q");
  EXPECT_EQ(to->url.ToString(), "http://b/");
}

}  // namespace
}  // namespace servo::http
