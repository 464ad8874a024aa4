#include "exec/command.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace servo::exec {
namespace {

TEST(ShellTest, GivesTheScriptAndItsArgumentsToTheShell) {
  EXPECT_EQ(Shell("a; b").argv,
            (std::vector<std::string>{"/bin/sh", "-c", "a; b"}));
  EXPECT_EQ(Shell("a", {"zero", "", "two words"}).argv,
            (std::vector<std::string>{"/bin/sh", "-c", "a", "zero", "",
                                      "two words"}));
}

TEST(PathInTest, IsWhatTheProgramSees) {
  EXPECT_EQ(PathIn("", "a/b"), "a/b");
  EXPECT_EQ(PathIn("/srv", "a"), "/srv/a");
  EXPECT_EQ(PathIn("/srv", "/a"), "/a");
}

}  // namespace
}  // namespace servo::exec
