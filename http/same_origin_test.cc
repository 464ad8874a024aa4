#include "http/same_origin.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::http {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Resolve(absl::string_view reference,
                    absl::string_view asked = "http://h:80/api/jobs") {
  const absl::StatusOr<std::string> url =
      ResolveWithinOrigin(reference, asked, asked);
  return url.ok() ? *url : "refused: " + std::string(url.status().message());
}

TEST(ResolveWithinOrigin, TakesWhatStaysThere) {
  EXPECT_EQ(Resolve("/api/jobs/7"), "http://h:80/api/jobs/7");
  EXPECT_EQ(Resolve("jobs/7"), "http://h:80/api/jobs/7");
  EXPECT_EQ(Resolve("?a=b"), "http://h:80/api/jobs?a=b");
  EXPECT_EQ(Resolve("http://H/x#part"), "http://H/x");
  EXPECT_EQ(Resolve("https://h/x"), "https://h/x");
  EXPECT_EQ(Resolve("//h/x"), "http://h/x");
}

TEST(ResolveWithinOrigin, RefusesWhatNamesNothing) {
  for (const char* reference : {"", "#", "#part"}) {
    EXPECT_EQ(Resolve(reference), "refused: is empty") << reference;
  }
}

TEST(ResolveWithinOrigin, RefusesControlCharacters) {
  for (const absl::string_view reference :
       {absl::string_view("/a\0b", 4), absl::string_view("/a\r\nX: y"),
        absl::string_view("\t/a")}) {
    EXPECT_EQ(Resolve(reference), "refused: has a control character");
  }
}

TEST(ResolveWithinOrigin, RefusesWhatLeadsElsewhere) {
  for (const char* reference :
       {"http://other/x", "//other/x", "http://h:81/x", "https://h:81/x",
        "http://h.other/x", "http://other\\@h/x"}) {
    EXPECT_THAT(Resolve(reference), StartsWith("refused: ")) << reference;
  }
  EXPECT_THAT(Resolve("http://other/x"), HasSubstr("another origin"));
  EXPECT_THAT(Resolve("http://u:p@h/x"), HasSubstr("has credentials"));
  EXPECT_THAT(Resolve("http://h/x", "https://h/"), HasSubstr("another origin"));
  EXPECT_THAT(Resolve("https://h/x", "http://h:8080/"),
              HasSubstr("another origin"));
  EXPECT_THAT(Resolve("file:///etc/passwd"), HasSubstr("is no URL"));
  EXPECT_THAT(Resolve("/x", "no URL"), HasSubstr("does not come from"));
}

}  // namespace
}  // namespace servo::http
