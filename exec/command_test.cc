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

}  // namespace
}  // namespace servo::exec
