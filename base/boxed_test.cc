#include "base/boxed.h"

#include <optional>
#include <string>
#include <utility>

#include "gtest/gtest.h"

namespace servo::base {
namespace {

struct Pair {
  std::string first;
  int second = 0;
};

TEST(Boxed, HasNoValueUntilItIsGivenOne) {
  Boxed<Pair> pair;
  EXPECT_FALSE(pair.has_value());
  EXPECT_FALSE(pair);
  pair = {.first = "a", .second = 1};
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->first, "a");
  EXPECT_EQ((*pair).second, 1);
}

TEST(Boxed, TakesOnePointer) {
  static_assert(sizeof(Boxed<Pair>) == sizeof(void*));
}

TEST(Boxed, CopiesTheValue) {
  Boxed<Pair> pair = Pair{"a", 1};
  Boxed<Pair> copy = pair;
  copy->first = "b";
  EXPECT_EQ(pair->first, "a");
  pair = copy;
  copy->first = "c";
  EXPECT_EQ(pair->first, "b");
  pair = *&pair;
  EXPECT_EQ(pair->first, "b");
  pair = Boxed<Pair>();
  EXPECT_FALSE(pair.has_value());
}

TEST(Boxed, MovesTheValue) {
  Boxed<Pair> pair = Pair{"a", 1};
  const Boxed<Pair> other = std::move(pair);
  EXPECT_EQ(other->first, "a");
  EXPECT_FALSE(pair.has_value());
}

TEST(Boxed, TakesWhatAnOptionalHas) {
  Boxed<Pair> pair = std::optional<Pair>(Pair{"a", 1});
  ASSERT_TRUE(pair.has_value());
  EXPECT_EQ(pair->first, "a");
  pair = std::optional<Pair>();
  EXPECT_FALSE(pair.has_value());
}

}  // namespace
}  // namespace servo::base
