#include "cmd/inspection.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <utility>

#include "absl/log/check.h"
#include "absl/strings/string_view.h"
#include "base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "yaml/file.h"

namespace servo::cmd {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kEscape[] = "\x1b[";

class InspectionTest : public testing::Test {
 protected:
  struct Outcome {
    int exit_code;
    std::string out;
    std::string err;
  };

  // A configuration of this text; "RAN" in it is the path of a file that is not
  // there.
  void Configure(std::string text) {
    if (const size_t at = text.find("RAN"); at != std::string::npos) {
      text.replace(at, 3, ran_);
    }
    std::ofstream(path_) << text;
    PCHECK(chmod(path_.c_str(), 0600) == 0);
  }

  yaml::FilePlaces Places() const { return {.flag = path_}; }

  static Outcome Run(int (*inspect)(const yaml::FilePlaces&, bool,
                                    absl::string_view),
                     const yaml::FilePlaces& places, bool strict = false) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int exit_code = inspect(places, strict, "exec");
    std::string out = testing::internal::GetCapturedStdout();
    return {exit_code, std::move(out), testing::internal::GetCapturedStderr()};
  }

  bool Ran() const { return access(ran_.c_str(), F_OK) == 0; }

  const std::string folder_ = testing::TempDir();
  const std::string path_ = folder_ + "/inspected.yaml";
  const std::string ran_ = folder_ + "/ran";
};

TEST_F(InspectionTest, StrictChecksRefuseWarnings) {
  Configure("exec: {pre: [{exec: x, retry_delay: 1}]}");
  EXPECT_EQ(Run(CheckConfig, Places()).exit_code, 0);
  const Outcome outcome = Run(CheckConfig, Places(), /*strict=*/true);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr("without effect"));
}

TEST_F(InspectionTest, CheckOfAGoodFileIsAShortPlanAndRunsNothing) {
  Configure(
      "exec:\n"
      "  pre:\n"
      "    - {name: first, shell_exec: touch RAN, timeout: 10}\n");
  const Outcome outcome = Run(CheckConfig, Places());
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("pre"), HasSubstr("first"), HasSubstr("10s")));
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_FALSE(Ran());
}

TEST_F(InspectionTest, CheckOfABadFileTellsEachPlace) {
  Configure(
      "exec:\n"
      "  pre:\n"
      "    - {shell_exec: touch RAN, timeuot: 10}\n"
      "  psot: []\n");
  const Outcome outcome = Run(CheckConfig, Places());
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr(path_ + ":3:"), HasSubstr("exec.pre[0].timeuot"),
                    HasSubstr("did you mean \"timeout\"?"),
                    HasSubstr(path_ + ":4:3: exec.psot"), HasSubstr("^"),
                    Not(HasSubstr(kEscape))));
  EXPECT_FALSE(Ran());
}

TEST_F(InspectionTest, AWarningIsToldAndChangesNothing) {
  Configure(
      "exec: {pre: [{request: {url: 'http://host/', "
      "content-type: text/plain}}]}\n");
  const Outcome outcome = Run(CheckConfig, Places());
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("pre"));
  EXPECT_THAT(outcome.err, HasSubstr("warning"));
}

TEST_F(InspectionTest, ATerminalGetsColour) {
  Configure("exec: {psot: []}\n");
  int master, slave;
  PCHECK(openpty(&master, &slave, nullptr, nullptr, nullptr) == 0);
  const base::UniqueFd terminal(master);
  const base::UniqueFd before(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3));
  PCHECK(dup2(slave, STDERR_FILENO) >= 0);
  close(slave);
  const int exit_code = CheckConfig(Places(), /*strict=*/false, "exec");
  PCHECK(dup2(before.get(), STDERR_FILENO) >= 0);  // closes the terminal

  std::string shown;
  char buffer[4096];
  for (ssize_t size;
       (size = read(terminal.get(), buffer, sizeof(buffer))) > 0;) {
    shown.append(buffer, static_cast<size_t>(size));
  }
  EXPECT_EQ(exit_code, 1);
  EXPECT_THAT(shown, AllOf(HasSubstr("psot"), HasSubstr(kEscape)));
}

TEST_F(InspectionTest, DryRunShowsDefaultsAndMergesAndRunsNothing) {
  Configure(
      "x-slow: &slow {timeout: 90, retries: 2}\n"
      "exec:\n"
      "  post:\n"
      "    - {<<: *slow, shell_exec: touch RAN}\n");
  const Outcome outcome = Run(PrintDryRun, Places());
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("touch"), HasSubstr("1m30s"),
                    HasSubstr("retries"), HasSubstr("kill_timeout")));
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_FALSE(Ran());
}

TEST_F(InspectionTest, AMissingFileIsNamed) {
  const Outcome outcome = Run(PrintDryRun, {.flag = folder_ + "/nowhere.yaml"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err,
              AllOf(HasSubstr("measure: "), HasSubstr("nowhere.yaml")));
}

TEST_F(InspectionTest, TheSchemaIsOne) {
  const Outcome outcome = Run([](const yaml::FilePlaces&, bool,
                                 absl::string_view) { return PrintSchema(); },
                              Places());
  EXPECT_EQ(outcome.exit_code, 0);
  const auto schema = nlohmann::json::parse(outcome.out, nullptr, false);
  ASSERT_TRUE(schema.is_object());
  EXPECT_TRUE(schema.contains("$schema"));
}

TEST_F(InspectionTest, AFullStdoutIsAnError) {
  Configure("exec: {}\n");
  const base::UniqueFd before(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
  const base::UniqueFd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full.valid());
  PCHECK(dup2(full.get(), STDOUT_FILENO) >= 0);
  testing::internal::CaptureStderr();
  const int exit_code = CheckConfig(Places(), /*strict=*/false, "exec");
  std::clearerr(stdout);
  PCHECK(dup2(before.get(), STDOUT_FILENO) >= 0);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("cannot write to stdout"));
  EXPECT_EQ(exit_code, 1);
}

}  // namespace
}  // namespace servo::cmd
