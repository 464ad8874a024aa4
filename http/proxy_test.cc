#include "http/proxy.h"

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "http/url.h"

namespace servo::http {
namespace {

using Environment = std::map<std::string, std::string>;

absl::StatusOr<std::optional<Proxy>> Find(const std::string& url,
                                          const Environment& environment) {
  return FindProxy(*Url::Parse(url), [&](const char* name) -> const char* {
    auto variable = environment.find(name);
    return variable != environment.end() ? variable->second.c_str() : nullptr;
  });
}

// The proxy's URL, or "direct".
std::string Through(const std::string& url, const Environment& environment) {
  const auto proxy = Find(url, environment);
  EXPECT_TRUE(proxy.ok()) << proxy.status();
  return proxy.ok() && proxy->has_value() ? (*proxy)->url : "direct";
}

TEST(FindProxyTest, TheFirstVariableThatIsSetCounts) {
  EXPECT_EQ(Through("http://a/", {}), "direct");
  EXPECT_EQ(Through("http://a/", {{"http_proxy", "p"}, {"HTTP_PROXY", "q"}}),
            "p");
  EXPECT_EQ(Through("http://a/", {{"http_proxy", ""}, {"HTTP_PROXY", "q"}}),
            "q");
  EXPECT_EQ(Through("http://a/", {{"https_proxy", "p"}, {"ALL_PROXY", "q"}}),
            "q");
  EXPECT_EQ(Through("https://a/", {{"http_proxy", "p"}, {"HTTPS_PROXY", "q"}}),
            "q");
  EXPECT_EQ(Through("https://a/", {{"all_proxy", "p"}, {"ALL_PROXY", "q"}}),
            "p");
}

TEST(FindProxyTest, AWebServersRequestHeaderIsNoProxy) {
  EXPECT_EQ(
      Through("http://a/", {{"HTTP_PROXY", "evil"}, {"REQUEST_METHOD", "GET"}}),
      "direct");
  EXPECT_EQ(Through("http://a/", {{"HTTP_PROXY", "evil"},
                                  {"ALL_PROXY", "q"},
                                  {"REQUEST_METHOD", ""}}),
            "q");
  EXPECT_EQ(
      Through("http://a/", {{"http_proxy", "p"}, {"REQUEST_METHOD", "GET"}}),
      "p");
}

TEST(FindProxyTest, TellsTheKind) {
  EXPECT_TRUE((*Find("http://a/", {{"http_proxy", "HTTPS://p"}}))->is_https);
  EXPECT_TRUE((*Find("http://a/", {{"http_proxy", "socks5h://p"}}))->is_socks);
  const Proxy plain = **Find("http://a/", {{"http_proxy", "u:pw@p:3128"}});
  EXPECT_FALSE(plain.is_https || plain.is_socks);
}

TEST(FindProxyTest, NeverQuotesWhatItRefuses) {
  for (const char* value :
       {"u:s3cret", "http://u:s3cret@", "gopher://u:s3cret@h", "s3cret:x@h:p",
        "http://u:s3cret@h:99999", "http://s3cret/ @h:x"}) {
    const auto proxy = Find("http://a/", {{"http_proxy", value}});
    ASSERT_FALSE(proxy.ok()) << value;
    EXPECT_EQ(proxy.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_TRUE(absl::StrContains(proxy.status().message(),
                                  "cannot use the proxy of http_proxy: "));
    EXPECT_FALSE(absl::StrContains(proxy.status().message(), "s3cret"))
        << proxy.status();
  }
}

TEST(FindProxyTest, LowerCaseNoProxyWins) {
  EXPECT_EQ(Through("http://a/", {{"http_proxy", "p"}, {"NO_PROXY", "a"}}),
            "direct");
  EXPECT_EQ(
      Through("http://a/",
              {{"http_proxy", "p"}, {"no_proxy", "b"}, {"NO_PROXY", "a"}}),
      "p");
}

struct NoProxyCase {
  std::string url;
  std::string no_proxy;
  bool listed;
};

TEST(NoProxyTest, ListsHostsDomainsAddressesAndNetworks) {
  for (const NoProxyCase& tested : {
           NoProxyCase{"http://a.b/", "", false},
           {"http://a.b/", "*", true},
           {"http://a.b/", "foo,*", true},
           {"http://a.b/", "x, a.b ,y", true},
           {"http://a.b/", "x a.b", true},
           {"http://a.b/", "A.B", true},
           {"http://a.b./", "a.b", true},
           {"http://a.b/", "a.b.", true},
           {"http://a.b/", "b", true},
           {"http://a.b/", ".b", true},
           {"http://a.b/", "*.b", true},
           {"http://a.bb/", "b", false},
           {"http://ab/", "b", false},
           {"http://a.b/", ".", false},
           {"http://a.b/", "a.b:80", true},
           {"http://a.b:8080/", "a.b:80", false},
           {"http://a.b:8080/", "a.b:8080", true},
           {"https://a.b/", "b:443", true},
           {"http://10.1.2.3/", "10.0.0.0/8", true},
           {"http://11.1.2.3/", "10.0.0.0/8", false},
           {"http://11.1.2.3/", "0.0.0.0/0", true},
           {"http://10.1.2.3/", "10.1.2.2/31", true},
           {"http://10.1.2.4/", "10.1.2.2/31", false},
           {"http://10.1.2.3/", "10.1.2.3/33", false},
           {"http://10.1.2.3/", "10.1.2.3/", false},
           {"http://10.1.2.3/", "10.1.2.3", true},
           {"http://10.1.2.3/", "10.1.2.3:80", true},
           {"http://10.1.2.3/", "2.3", false},
           {"http://[::1]/", "::1", true},
           {"http://[::1]/", "[::1]", true},
           {"http://[::1]/", "[::1]:80", true},
           {"http://[::1]:81/", "[::1]:80", false},
           {"http://[0:0:0::1]/", "::1", true},
           {"http://[::1]/", "::1/64,fd00::/8", true},
           {"http://[fdab::1]/", "fd00::/8", true},
           {"http://[fe80::1]/", "fd00::/8", false},
           {"http://[fe80::1]/", "[fe80::]/10", true},
           {"http://[fe80::1]/", "::/0", true},
           {"http://10.1.2.3/", "::/0", false},
           {"http://a.b/", "0.0.0.0/0", false},
       }) {
    EXPECT_EQ(IsListedInNoProxy(*Url::Parse(tested.url), tested.no_proxy),
              tested.listed)
        << tested.url << " in " << tested.no_proxy;
  }
}

}  // namespace
}  // namespace servo::http
