#include "http/retry_after.h"

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "http/request.h"

namespace servo::http {
namespace {

const absl::Time kNow = absl::FromCivil(
    absl::CivilSecond(1994, 11, 6, 8, 49, 37), absl::UTCTimeZone());

std::optional<absl::Duration> Of(const std::string& value) {
  return RetryAfter({{"Content-Type", "text/plain"}, {"retry-after", value}},
                    kNow);
}

TEST(RetryAfterTest, NoHeader) {
  EXPECT_EQ(RetryAfter({}, kNow), std::nullopt);
}

TEST(RetryAfterTest, Seconds) {
  EXPECT_EQ(Of("0"), absl::ZeroDuration());
  EXPECT_EQ(Of("120"), absl::Seconds(120));
  EXPECT_EQ(Of(" 7 "), absl::Seconds(7));
}

TEST(RetryAfterTest, TheThreeFormsOfDates) {
  EXPECT_EQ(Of("Sun, 06 Nov 1994 08:50:37 GMT"), absl::Minutes(1));
  EXPECT_EQ(Of("Sunday, 06-Nov-94 08:50:37 GMT"), absl::Minutes(1));
  EXPECT_EQ(Of("Sun Nov  6 08:50:37 1994"), absl::Minutes(1));
}

TEST(RetryAfterTest, ADateThatHasPassedIsNoWait) {
  EXPECT_EQ(Of("Sun, 06 Nov 1994 08:00:00 GMT"), absl::ZeroDuration());
}

TEST(RetryAfterTest, LongWaitsAreTheCallersToCut) {
  EXPECT_EQ(Of("7200"), absl::Hours(2));
}

TEST(RetryAfterTest, AbsurdWaitsAreCut) {
  EXPECT_EQ(Of("999999999999"), kMaxRetryAfter);
  EXPECT_EQ(Of("99999999999999999999999999"), kMaxRetryAfter);
  EXPECT_EQ(Of("Sun, 06 Nov 2194 08:49:37 GMT"), kMaxRetryAfter);
}

TEST(RetryAfterTest, MalformedIsNone) {
  for (const char* value : {"", "soon", "-1", "1.5", "10s", "0x10",
                            "Sun, 06 Nov 1994", "99/99/9999"}) {
    EXPECT_EQ(Of(value), std::nullopt) << value;
  }
}

}  // namespace
}  // namespace servo::http
