// Holds curl to what docs/third_party.md says is compiled in: a new release may
// bring features that curl_config.h does not know yet.

#include <curl/curl.h>

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace {

using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

std::vector<std::string> List(const char* const* names) {
  std::vector<std::string> list;
  for (; *names != nullptr; ++names) list.push_back(*names);
  return list;
}

const curl_version_info_data& Info() {
  return *curl_version_info(CURLVERSION_NOW);
}

TEST(CurlFeaturesTest, SpeaksHttpAndHttpsOnly) {
  EXPECT_THAT(List(Info().protocols), UnorderedElementsAre("http", "https"));
}

TEST(CurlFeaturesTest, HasWhatIsDocumentedAndNothingElse) {
  EXPECT_THAT(
      List(Info().feature_names),
      UnorderedElementsAre("AsynchDNS", "HTTPS-proxy", "IPv6", "Largefile",
                           "SSL", "UnixSockets", "libz", "threadsafe"));
}

TEST(CurlFeaturesTest, StandsOnThePinnedLibraries) {
  EXPECT_THAT(Info().ssl_version, StartsWith("OpenSSL/"));
  ASSERT_NE(Info().ares, nullptr);
  ASSERT_NE(Info().libz_version, nullptr);
  EXPECT_EQ(Info().cainfo, nullptr);
  EXPECT_EQ(Info().capath, nullptr);
}

TEST(CurlFeaturesTest, KnowsNoOptionsOfWhatIsLeftOut) {
  CURL* curl = curl_easy_init();
  ASSERT_NE(curl, nullptr);
  EXPECT_NE(curl_easy_setopt(curl, CURLOPT_NETRC, CURL_NETRC_OPTIONAL),
            CURLE_OK);
  EXPECT_NE(curl_easy_setopt(curl, CURLOPT_COOKIEFILE, ""), CURLE_OK);
  curl_easy_cleanup(curl);
}

}  // namespace
