#include "http/check_request.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::http {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class GoodUrlTest : public testing::TestWithParam<std::string> {};

TEST_P(GoodUrlTest, IsAccepted) {
  EXPECT_EQ(CheckUrl(GetParam()), absl::OkStatus());
}

INSTANTIATE_TEST_SUITE_P(
    Urls, GoodUrlTest,
    testing::Values("http://host", "https://host/", "HTTP://HOST/Path",
                    "http://host:1/", "http://host:65535", "http://host:/",
                    "http://127.0.0.1:8080/a/b?c=d&e#f", "http://[::1]:80/",
                    "http://user:secret@host/", "http://us%40er:p%3Ass@host/",
                    "http://host?q=start", "http://host#fragment",
                    "http://host/\xc3\xbc", "http://host/a|b{c}\"",
                    "http://under_score.local/", "http://host./"));

struct BadUrl {
  std::string name;
  std::string url;
  std::string why;
};

class BadUrlTest : public testing::TestWithParam<BadUrl> {};

TEST_P(BadUrlTest, IsRefusedWithTheReason) {
  const absl::Status status = CheckUrl(GetParam().url);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr(GetParam().why));
  EXPECT_THAT(status.message(), Not(HasSubstr("secret")));
}

INSTANTIATE_TEST_SUITE_P(
    Urls, BadUrlTest,
    testing::Values(
        BadUrl{"Empty", "", "the URL \"\" is empty; expected http://host:8080"},
        BadUrl{"NoScheme", "host/path", "neither http:// nor https://"},
        BadUrl{"HostAndPort", "host:8080/p", "neither http:// nor https://"},
        BadUrl{"Ftp", "ftp://host/", "neither http:// nor https://"},
        BadUrl{"File", "file:///etc/passwd", "neither http:// nor https://"},
        BadUrl{"OneSlash", "http:/host/", "neither http:// nor https://"},
        BadUrl{"ThreeSlashes", "http:///path", "names no host"},
        BadUrl{"NoHost", "http://", "names no host"},
        BadUrl{"NoHostButPort", "http://:80/", "names no host"},
        BadUrl{"NoHostButQuery", "http://?q", "names no host"},
        BadUrl{"NoHostButUser", "http://user:secret@/", "names no host"},
        BadUrl{"BigPort", "http://host:65536/", "from 1 to 65535"},
        BadUrl{"ZeroPort", "http://host:0/", "from 1 to 65535"},
        BadUrl{"WordPort", "http://host:http/", "from 1 to 65535"},
        BadUrl{"NegativePort", "http://host:-1/", "from 1 to 65535"},
        BadUrl{"BlankInHost", "http://ho st/", "a blank before its path"},
        BadUrl{"BlankInPassword", "http://u:secret x@h/", "a blank before"},
        BadUrl{"LineBreak", "http://host/\r\nX: y", "control character"},
        BadUrl{"Nul", std::string("http://host/\0x", 14), "control character"},
        BadUrl{"Delete", "http://host/\x7f", "control character"},
        BadUrl{"Ipv6", "http://[::1:80/", "IPv6"},
        BadUrl{"Ipv6Digits", "http://[::x]/", "IPv6"},
        BadUrl{"HostCharacter", "http://ho<st>/", "host name"},
        BadUrl{"Backslash", "http://host\\@evil/", "host name"},
        BadUrl{"HostBeyondAscii",
               "http://b\xc3\xbc"
               "cher.example/",
               "xn--"},
        BadUrl{"PasswordEncoding", "http://user:secret%0a@host/",
               "password with a broken percent-encoding"},
        BadUrl{"SlashInPassword", "http://user:sec/secret@host/",
               "\"http://***@host/\" has a port"}),
    [](const auto& tested) { return tested.param.name; });

TEST(CheckUrlTest, ShowsTheUrlEscapedAndMasked) {
  EXPECT_EQ(CheckUrl("http://u:p@h:0/\xff").message(),
            "the URL \"http://***@h:0/\xEF\xBF\xBD\" has a port that is not a "
            "number from 1 to 65535");
  EXPECT_THAT(CheckUrl("http://h/\n").message(), HasSubstr("\"http://h/\\n\""));
}

TEST(CheckMethodTest, TakesTokensOnly) {
  for (const char* good : {"GET", "get", "M-SEARCH", "X!#$%&'*+.^_`|~9"}) {
    EXPECT_EQ(CheckMethod(good), absl::OkStatus()) << good;
  }
  for (const char* bad :
       {"", " GET", "GET /", "GE\nT", "GET\r\n", "G(T)", "\xc3\xbc", "GET:"}) {
    EXPECT_THAT(CheckMethod(bad).message(), HasSubstr("is not an HTTP method"))
        << bad;
  }
}

TEST(CheckHeaderTest, TakesTokenNames) {
  EXPECT_EQ(CheckHeader("X-Trace_1", "any"), absl::OkStatus());
  for (const char* bad : {"", "A B", "A:", "A\r\nB", "\xc3\xbc", "(A)"}) {
    EXPECT_THAT(CheckHeader(bad, "v").message(),
                HasSubstr("is not the name of a header"))
        << bad;
  }
}

TEST(CheckHeaderTest, TakesValuesWithoutControlCharacters) {
  for (const char* good : {"", " ", "a\tb", "\"q\"", "\xc3\xbc", "\xff"}) {
    EXPECT_EQ(CheckHeader("A", good), absl::OkStatus()) << good;
  }
  for (const std::string& bad :
       {std::string("a\r\nB: c"), std::string("a\n"), std::string("a\r"),
        std::string("a\0b", 3), std::string("\x7f"), std::string("\x1b[0m")}) {
    const absl::Status status =
        CheckHeader("Name", absl::StrCat("secret", bad));
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr("\"Name\" holds a line break"),
                      Not(HasSubstr("secret"))));
  }
}

Request Good() {
  Request request;
  request.url = "http://host/";
  return request;
}

TEST(CheckRequestTest, TakesTheDefaults) {
  EXPECT_EQ(CheckRequest(Good()), absl::OkStatus());
}

struct BadRequest {
  std::string name;
  void (*spoil)(Request&);
  std::string why;
};

class BadRequestTest : public testing::TestWithParam<BadRequest> {};

TEST_P(BadRequestTest, IsRefusedWithTheReason) {
  Request request = Good();
  GetParam().spoil(request);
  const absl::Status status = CheckRequest(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr(GetParam().why));
  EXPECT_THAT(status.message(), Not(HasSubstr("secret")));
}

INSTANTIATE_TEST_SUITE_P(
    Requests, BadRequestTest,
    testing::Values(
        BadRequest{"Url", [](Request& r) { r.url = "host"; }, "the URL"},
        BadRequest{"Method", [](Request& r) { r.method = "G T"; },
                   "HTTP method"},
        BadRequest{"HeadWithBody",
                   [](Request& r) {
                     r.method = "HEAD";
                     r.body = "";
                   },
                   "a HEAD request cannot have a body"},
        BadRequest{"HeaderName",
                   [](Request& r) {
                     r.headers = {{"A", "b"}, {"C D", "e"}};
                   },
                   "is not the name of a header"},
        BadRequest{"HeaderValue",
                   [](Request& r) {
                     r.headers = {{"A", "secret\n"}};
                   },
                   "\"A\" holds"},
        BadRequest{"TransferEncoding",
                   [](Request& r) {
                     r.headers = {{"transfer-encoding", "chunked"}};
                   },
                   "\"Transfer-Encoding\" cannot be set"},
        BadRequest{"ContentLength",
                   [](Request& r) {
                     r.body = "12345";
                     r.headers = {{"content-length", "4"}};
                   },
                   "contradicts the body, which has 5 bytes"},
        BadRequest{"ContentLengthIsNoNumber",
                   [](Request& r) {
                     r.headers = {{"Content-Length", "0, 0"}};
                   },
                   "contradicts the body"},
        BadRequest{"UserWithColon",
                   [](Request& r) {
                     r.auth = BasicAuth{"secret:", "secret"};
                   },
                   "colon"},
        BadRequest{"PasswordWithLineBreak",
                   [](Request& r) {
                     r.auth = BasicAuth{"u", "secret\n"};
                   },
                   "control character"},
        BadRequest{"IdleTimeout",
                   [](Request& r) { r.idle_timeout = absl::ZeroDuration(); },
                   "the idle timeout must be positive, not 0"},
        BadRequest{"Timeout", [](Request& r) { r.timeout = absl::Seconds(-1); },
                   "the timeout must be positive, not -1s"},
        BadRequest{"MaxRedirects", [](Request& r) { r.max_redirects = -1; },
                   "redirects must not be negative"},
        BadRequest{"LongSocket",
                   [](Request& r) { r.unix_socket = std::string(108, 'x'); },
                   "at most 107 are possible"},
        BadRequest{"NulInPath",
                   [](Request& r) { r.tls.ca_bundle = std::string("a\0.", 3); },
                   "a path holds a NUL byte"},
        BadRequest{"KeyWithoutCertificate",
                   [](Request& r) { r.tls.client_key = "key.pem"; },
                   "without its certificate"}),
    [](const auto& tested) { return tested.param.name; });

TEST(CheckRequestTest, TakesTheTrueContentLength) {
  Request request = Good();
  request.headers = {{"Content-Length", "0"}};
  EXPECT_EQ(CheckRequest(request), absl::OkStatus());
  request.body = "12345";
  request.headers = {{"content-length", "5"}};
  EXPECT_EQ(CheckRequest(request), absl::OkStatus());
}

TEST(CheckRequestTest, TellsTheFirstProblem) {
  Request request = Good();
  request.method = "";
  request.url = "host";
  EXPECT_THAT(CheckRequest(request).message(), HasSubstr("the URL"));
}

TEST(FindHeaderTest, IgnoresCaseAndTakesTheFirst) {
  const Headers headers = {
      {"A", "1"}, {"Set-Cookie", "2"}, {"set-cookie", "3"}};
  ASSERT_NE(FindHeader(headers, "SET-COOKIE"), nullptr);
  EXPECT_EQ(*FindHeader(headers, "SET-COOKIE"), "2");
  EXPECT_EQ(FindHeader(headers, "B"), nullptr);
}

}  // namespace
}  // namespace servo::http
