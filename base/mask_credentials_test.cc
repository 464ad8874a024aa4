#include "base/mask_credentials.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::base {
namespace {

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

}  // namespace
}  // namespace servo::base
