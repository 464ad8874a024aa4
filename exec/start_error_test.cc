#include "exec/start_error.h"

#include <fcntl.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/status_matchers.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/unique_fd.h"
#include "exec/command.h"
#include "exec/invocation.h"
#include "exec/spawn.h"
#include "exec/testing/probe.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

using absl::StatusCode;
using absl_testing::StatusIs;

// What is said of a command that really cannot be started.
absl::Status Start(const Command& command) {
  absl::StatusOr<Invocation> invocation = Invocation::Prepare(command);
  EXPECT_TRUE(invocation.ok()) << invocation.status();
  const base::UniqueFd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  const std::variant<Spawned, SpawnFailure> spawned =
      Spawn({.invocation = &*invocation,
             .stdin_fd = null.get(),
             .stdout_fd = null.get(),
             .stderr_fd = null.get()});
  const auto* failure = std::get_if<SpawnFailure>(&spawned);
  EXPECT_NE(failure, nullptr) << command.argv[0] << " has been started";
  return failure == nullptr ? absl::OkStatus()
                            : StartError(command, *invocation, *failure);
}

std::string CannotStart(const std::string& program, absl::string_view why) {
  return absl::StrCat("cannot start \"", program, "\": ", why);
}

TEST(StartErrorTest, NoSuchProgram) {
  EXPECT_THAT(Start({.argv = {"no-such-program"}}),
              StatusIs(StatusCode::kNotFound,
                       "cannot start \"no-such-program\": no such program in "
                       "the directories of PATH"));
  EXPECT_THAT(Start({.argv = {"/no/such/program"}}),
              StatusIs(StatusCode::kNotFound,
                       "cannot start \"/no/such/program\": no such file"));
  EXPECT_THAT(Start({.argv = {"./program"}, .cwd = "/usr"}),
              StatusIs(StatusCode::kNotFound,
                       "cannot start \"./program\": no such file in the "
                       "working directory /usr"));
  EXPECT_THAT(Start({.argv = {"/dev/null/program"}}),
              StatusIs(StatusCode::kNotFound,
                       "cannot start \"/dev/null/program\": no such file"));
  EXPECT_THAT(
      Start({.argv = {""}}),
      StatusIs(StatusCode::kNotFound, "cannot start \"\": no such file"));
}

TEST(StartErrorTest, TextThatWasMeantToBeSplit) {
  EXPECT_THAT(Start({.argv = {"no-such-program --token x"}}),
              StatusIs(StatusCode::kNotFound,
                       "cannot start \"no-such-program ...\": no such program; "
                       "all of the text, its blanks too, is taken for the "
                       "program's name: arguments are further items of a list, "
                       "[PROGRAM, ARGUMENT], or use a shell"));
}

TEST(StartErrorTest, NoInterpreter) {
  const std::string script = MakeFile("#!  /no/such/sh -e\r\necho\n", 0755);
  EXPECT_THAT(
      Start({.argv = {script}}),
      StatusIs(
          StatusCode::kNotFound,
          CannotStart(script, absl::StrCat("the interpreter \"/no/such/sh\""
                                           " that the first line of ",
                                           script, " names does not exist"))));
}

// As editors of another system end lines.
TEST(StartErrorTest, InterpreterWithACarriageReturn) {
  const std::filesystem::path script = MakeFile("#!/bin/sh\r\necho\r\n", 0755);
  const std::string name = script.filename().string();
  EXPECT_THAT(
      Start({.argv = {name}, .env = {{"PATH", script.parent_path().string()}}}),
      StatusIs(
          StatusCode::kNotFound,
          CannotStart(name,
                      absl::StrCat("the interpreter \"/bin/sh\\r\" that the "
                                   "first line of ",
                                   script.string(),
                                   " names does not exist; its lines end in CR "
                                   "LF: convert them to LF"))));
}

TEST(StartErrorTest, NotExecutable) {
  const std::string file = MakeFile("#!/bin/sh\n", 0644);
  EXPECT_THAT(
      Start({.argv = {file}}),
      StatusIs(StatusCode::kPermissionDenied,
               CannotStart(file, absl::StrCat(file,
                                              " is not executable for this "
                                              "user; chmod +x makes it so"))));
  EXPECT_THAT(Start({.argv = {"/usr"}}),
              StatusIs(StatusCode::kPermissionDenied,
                       "cannot start \"/usr\": /usr is a directory"));
  const std::string script = MakeFile("#!" + file + "\n", 0755);
  EXPECT_THAT(
      Start({.argv = {script}}),
      StatusIs(StatusCode::kPermissionDenied,
               CannotStart(script,
                           "permission denied: the program, its interpreter or "
                           "a directory above them is not executable for this "
                           "user")));
}

TEST(StartErrorTest, NeitherProgramNorScript) {
  for (const char* content : {"echo hello\n",
                              "\x7f"
                              "ELF"}) {
    const std::string file = MakeFile(content, 0755);
    EXPECT_THAT(
        Start({.argv = {file}}),
        StatusIs(StatusCode::kPermissionDenied,
                 CannotStart(file,
                             "neither a program for this machine nor a script: "
                             "the first line of a script names its "
                             "interpreter, as \"#!/bin/sh\"")));
  }
}

TEST(StartErrorTest, WorkingDirectory) {
  EXPECT_THAT(Start({.argv = {"/bin/true"}, .cwd = "/no/such"}),
              StatusIs(StatusCode::kFailedPrecondition,
                       "cannot start \"/bin/true\": the working directory "
                       "/no/such: No such file or directory"));
  EXPECT_THAT(Start({.argv = {"/bin/true"}, .cwd = "/dev/null"}),
              StatusIs(StatusCode::kFailedPrecondition,
                       "cannot start \"/bin/true\": the working directory "
                       "/dev/null: Not a directory"));
}

TEST(StartErrorTest, TooLong) {
  const Command command = {.argv = {"/bin/true", std::string(8 << 20, 'x')}};
  EXPECT_THAT(Start(command),
              StatusIs(StatusCode::kInvalidArgument,
                       "cannot start \"/bin/true\": the arguments and the "
                       "environment are too long"));
}

TEST(StartErrorTest, Resources) {
  const Command command = {.argv = {"x"}};
  EXPECT_THAT(StartResourceError(command, "a pipe for its output", EMFILE),
              StatusIs(StatusCode::kResourceExhausted,
                       "cannot start \"x\": cannot make a pipe for its output: "
                       "Too many open files; `ulimit -n` shows the limit"));
  const absl::StatusOr<Invocation> invocation = Invocation::Prepare(command);
  EXPECT_THAT(
      StartError(command, *invocation, {SpawnFailure::kFork, EAGAIN}),
      StatusIs(StatusCode::kResourceExhausted,
               "cannot start \"x\": cannot make a process: Resource "
               "temporarily unavailable; the limits are `ulimit -u` and the "
               "control group's pids.max"));
  EXPECT_THAT(
      StartError(command, *invocation, {SpawnFailure::kExecute, ENOMEM}),
      StatusIs(StatusCode::kResourceExhausted,
               "cannot start \"x\": Cannot allocate memory"));
}

}  // namespace
}  // namespace servo::exec
