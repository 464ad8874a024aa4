#include "exec/invocation.h"

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/status_matchers.h"
#include "absl/status/statusor.h"
#include "exec/command.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

using absl_testing::StatusIs;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

using Edits = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> ToVector(char* const* array) {
  std::vector<std::string> words;
  for (; *array != nullptr; ++array) words.push_back(*array);
  return words;
}

Invocation Prepare(const Command& command) {
  absl::StatusOr<Invocation> invocation = Invocation::Prepare(command);
  EXPECT_TRUE(invocation.ok()) << invocation.status();
  // Also a test of moving: the arrays stay where they are.
  return *std::move(invocation);
}

TEST(InvocationTest, HoldsArgumentsAndDirectory) {
  Command command = {.argv = {"/bin/echo", "", "a b"}};
  EXPECT_THAT(ToVector(Prepare(command).argv()),
              ElementsAre("/bin/echo", "", "a b"));
  EXPECT_EQ(Prepare(command).cwd(), nullptr);
  command.cwd = "/tmp";
  EXPECT_STREQ(Prepare(command).cwd(), "/tmp");
}

TEST(InvocationTest, GivesThisProcesssEnvironmentUnlessItIsEdited) {
  EXPECT_EQ(Prepare({.argv = {"x"}}).envp(), environ);
}

TEST(InvocationTest, EditsTheEnvironment) {
  setenv("INVOCATION_TEST", "old", 1);
  Command command = {.argv = {"x"}, .env = {{"INVOCATION_TEST", "new"}}};
  const Invocation edited = Prepare(command);
  EXPECT_THAT(ToVector(edited.envp()), Contains("INVOCATION_TEST=new"));
  EXPECT_THAT(ToVector(edited.envp()), Not(Contains("INVOCATION_TEST=old")));
  command.env = {{"INVOCATION_TEST2", "1"}};
  EXPECT_THAT(ToVector(Prepare(command).envp()),
              Contains("INVOCATION_TEST=old"));
  unsetenv("INVOCATION_TEST");
}

TEST(InvocationTest, ClearsTheEnvironmentAndLetsLaterEntriesWin) {
  Command command = {.argv = {"x"}, .clear_env = true};
  EXPECT_THAT(ToVector(Prepare(command).envp()), ElementsAre());
  command.env = {{"A", "1"}, {"B", ""}, {"A", "2=3"}};
  EXPECT_THAT(ToVector(Prepare(command).envp()), ElementsAre("B=", "A=2=3"));
}

TEST(InvocationTest, SearchesThePathThatTheProgramGets) {
  const struct {
    std::string program;
    Edits env;
    std::vector<std::string> paths;
  } kCases[] = {
      {"ls", {{"PATH", "/a:/b/c"}}, {"/a/ls", "/b/c/ls"}},
      {"ls", {{"PATH", "/a::bin:"}}, {"/a/ls", "ls", "bin/ls", "ls"}},
      {"ls", {{"PATH", ""}}, {"ls"}},
      {"ls", {{"PATHS", "/a"}}, {"/bin/ls", "/usr/bin/ls"}},
      {"./ls", {{"PATH", "/a"}}, {"./ls"}},
      {"a/ls", {{"PATH", "/a"}}, {"a/ls"}},
      {"/ls", {}, {"/ls"}},
      {"", {{"PATH", "/a"}}, {""}},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(
        Prepare({.argv = {c.program}, .clear_env = true, .env = c.env}).paths(),
        c.paths);
  }
}

TEST(InvocationTest, RefusesWhatTheKernelCannotBeTold) {
  const std::string nul("a\0b", 3);
  const struct {
    Command command;
    std::string message;
  } kCases[] = {
      {{}, "cannot start a command of no words"},
      {{.argv = {nul}},
       "cannot start \"a\": the program's name holds a NUL "
       "byte"},
      {{.argv = {"x", "y", nul}},
       "cannot start \"x\": argument 2 holds a NUL byte"},
      {{.argv = {"x"}, .cwd = nul},
       "cannot start \"x\": the working directory holds a NUL byte"},
      {{.argv = {"x"}, .env = {{"", "v"}}},
       "cannot start \"x\": \"\" cannot be an environment variable's name"},
      {{.argv = {"x"}, .env = {{"A=B", "v"}}},
       "cannot start \"x\": \"A=B\" cannot be an environment variable's name"},
      {{.argv = {"x"}, .env = {{"SECRET", nul}}},
       "cannot start \"x\": the value of the environment variable SECRET holds "
       "a NUL byte"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(Invocation::Prepare(c.command),
                StatusIs(absl::StatusCode::kInvalidArgument, c.message));
  }
}

}  // namespace
}  // namespace servo::exec
