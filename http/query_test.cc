#include "http/query.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct QueryCase {
  std::string url;
  std::vector<QueryParameter> parameters;
  std::string result;
};

class AppendQueryTest : public testing::TestWithParam<QueryCase> {};

TEST_P(AppendQueryTest, AppendsEncoded) {
  const absl::StatusOr<std::string> result =
      AppendQuery(GetParam().url, GetParam().parameters);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(*result, GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(
    Urls, AppendQueryTest,
    testing::Values(
        QueryCase{"http://h/p", {}, "http://h/p"},
        QueryCase{"http://h/p?#f", {}, "http://h/p?#f"},
        QueryCase{"http://h", {{"a", "b"}}, "http://h?a=b"},
        QueryCase{"http://h/p", {{"a", "b"}, {"a", "c"}}, "http://h/p?a=b&a=c"},
        QueryCase{"http://h/p?", {{"a", "b"}}, "http://h/p?a=b"},
        QueryCase{"http://h/p?x=1", {{"a", "b"}}, "http://h/p?x=1&a=b"},
        QueryCase{"http://h/p?x=1&", {{"a", "b"}}, "http://h/p?x=1&a=b"},
        QueryCase{"http://u:p@h/p?x=%20+#f?g",
                  {{"a", "b"}},
                  "http://u:p@h/p?x=%20+&a=b#f?g"},
        QueryCase{"http://h/#f", {{"a", "b"}}, "http://h/?a=b#f"},
        QueryCase{"http://h/", {{"a b", "c d"}}, "http://h/?a%20b=c%20d"},
        QueryCase{"http://h/",
                  {{"a=&?#", "%+/"}},
                  "http://h/?a%3D%26%3F%23=%25%2B%2F"},
        QueryCase{"http://h/",
                  {{"-._~09azAZ", "\xc3\xbc\n"}},
                  "http://h/?-._~09azAZ=%C3%BC%0A"},
        QueryCase{
            "http://h/", {{"", ""}, {"empty", ""}}, "http://h/?=&empty="}));

TEST(AppendQueryTest, RefusesWhatIsNoUrl) {
  const absl::Status status =
      AppendQuery("ftp://u:secret@h/", {{"a", "b"}}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), Not(HasSubstr("secret")));
}

TEST(FormBodyTest, EncodesBlanksAsPlus) {
  EXPECT_EQ(FormBody({}), "");
  EXPECT_EQ(FormBody({{"a b", "c  d"}, {"a b", "+&=%20"}, {"", ""}}),
            "a+b=c++d&a+b=%2B%26%3D%2520&=");
}

}  // namespace
}  // namespace servo::http
