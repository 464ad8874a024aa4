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
using ::testing::StartsWith;

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

  Inspection Here() const {
    return {
        .program = "measure-a", .places = {.flag = path_}, .section = "exec"};
  }

  static Outcome Run(int (*inspect)(const Inspection&),
                     const Inspection& inspection) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int exit_code = inspect(inspection);
    std::string out = testing::internal::GetCapturedStdout();
    return {exit_code, std::move(out), testing::internal::GetCapturedStderr()};
  }

  bool Ran() const { return access(ran_.c_str(), F_OK) == 0; }

  const std::string folder_ = testing::TempDir();
  const std::string path_ = folder_ + "/inspected.yaml";
  const std::string ran_ = folder_ + "/ran";
};

TEST_F(InspectionTest, StrictChecksRefuseWarnings) {
  Configure("exec: {pre: [{shell_exec: [x, y]}]}");
  EXPECT_EQ(Run(CheckConfig, Here()).exit_code, 0);
  Inspection strict = Here();
  strict.strict = true;
  const Outcome outcome = Run(CheckConfig, strict);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr("without effect"));
}

TEST_F(InspectionTest, StrictChecksTellNotesAndLetThemPass) {
  Configure("exec: {pre: [{exec: x, retry_delay: 1}]}");
  Inspection strict = Here();
  strict.strict = true;
  const Outcome outcome = Run(CheckConfig, strict);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("pre: 1 task"));
  EXPECT_THAT(outcome.err, HasSubstr("note: exec.pre[0].retry_delay: without"));
}

TEST_F(InspectionTest, CheckOfAGoodFileIsAShortPlanAndRunsNothing) {
  Configure(
      "exec:\n"
      "  pre:\n"
      "    - {name: first, shell_exec: touch RAN, timeout: 10}\n");
  const Outcome outcome = Run(CheckConfig, Here());
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
  const Outcome outcome = Run(CheckConfig, Here());
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
  const Outcome outcome = Run(CheckConfig, Here());
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
  const int exit_code = CheckConfig(Here());
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
  const Outcome outcome = Run(PrintDryRun, Here());
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("touch"), HasSubstr("1m30s"),
                    HasSubstr("retries"), HasSubstr("kill_timeout")));
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_FALSE(Ran());
}

TEST_F(InspectionTest, SecretsThatAreNotHereAreWarnedOf) {
  Configure("exec:\n  secrets: {a: {file: /nowhere/token}}\n  pre: []\n");
  const Outcome checked = Run(CheckConfig, Here());
  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_THAT(checked.err,
              HasSubstr(":2:16: warning: exec.secrets.a: cannot read the file "
                        "\"/nowhere/token\": No such file or directory"));
  const Outcome dry = Run(PrintDryRun, Here());
  EXPECT_EQ(dry.exit_code, 0);
  EXPECT_THAT(dry.out, HasSubstr("secrets:\n  a: file /nowhere/token\n"));
  Inspection strict = Here();
  strict.strict = true;
  EXPECT_EQ(Run(CheckConfig, strict).exit_code, 1);
}

TEST_F(InspectionTest, AMissingFileIsNamed) {
  Inspection nowhere = Here();
  nowhere.places.flag = folder_ + "/nowhere.yaml";
  const Outcome outcome = Run(PrintDryRun, nowhere);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err,
              AllOf(StartsWith("measure-a: "), HasSubstr("nowhere.yaml")));
}

TEST_F(InspectionTest, SeveralFilesAreNamedAndOneThatIsWrongFailsAll) {
  Configure("exec: {pre: [{name: good, exec: x}]}\n");
  const std::string wrong = folder_ + "/wrong.yaml";
  std::ofstream(wrong) << "exec: {psot: []}\n";
  PCHECK(chmod(wrong.c_str(), 0600) == 0);
  Inspection inspection = Here();
  inspection.places.flag = folder_ + "/nowhere.yaml";
  inspection.files = {path_, wrong};
  const Outcome outcome = Run(CheckConfig, inspection);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, AllOf(StartsWith(path_ + ":\npre: 1 task"),
                                 HasSubstr("good"), Not(HasSubstr(wrong))));
  EXPECT_THAT(outcome.err, AllOf(HasSubstr(wrong + ":1:8: exec.psot"),
                                 Not(HasSubstr(path_))));
}

TEST_F(InspectionTest, JsonHasProblemsWithRangesAndThePlan) {
  Configure("exec:\n  pre:\n    - {exec: x, retry_delay: 1}\n");
  const std::string wrong = folder_ + "/wrong.yaml";
  std::ofstream(wrong) << "exec:\n  psot: []\n";
  PCHECK(chmod(wrong.c_str(), 0600) == 0);
  Inspection inspection = Here();
  inspection.files = {path_, wrong};
  inspection.format = Inspection::Format::kJson;
  const Outcome outcome = Run(CheckConfig, inspection);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, IsEmpty());
  const auto files = nlohmann::json::parse(outcome.out).at("files");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].at("file"), path_);
  EXPECT_EQ(files[0].at("ok"), true);
  EXPECT_EQ(files[0].at("diagnostics")[0].at("severity"), "note");
  EXPECT_THAT(files[0].at("plan").get<std::string>(), HasSubstr("pre: 1 task"));
  EXPECT_EQ(files[1].at("ok"), false);
  EXPECT_FALSE(files[1].contains("plan"));
  const auto& problem = files[1].at("diagnostics")[0];
  EXPECT_EQ(problem.at("severity"), "error");
  EXPECT_EQ(problem.at("path"), "exec.psot");
  EXPECT_EQ(problem.at("range"), nlohmann::json::parse(R"({
    "start": {"line": 2, "column": 3}, "end": {"line": 2, "column": 7}})"));
}

TEST_F(InspectionTest, JsonOfAMissingFileHasNoRange) {
  Inspection inspection = Here();
  inspection.files = {folder_ + "/nowhere.yaml"};
  inspection.format = Inspection::Format::kJson;
  const Outcome outcome = Run(CheckConfig, inspection);
  EXPECT_EQ(outcome.exit_code, 1);
  const auto file = nlohmann::json::parse(outcome.out).at("files")[0];
  EXPECT_EQ(file.at("file"), folder_ + "/nowhere.yaml");
  EXPECT_FALSE(file.at("diagnostics")[0].contains("range"));
}

TEST_F(InspectionTest, DryRunShowsWholeValues) {
  const std::string longest(500, 'x');
  Configure("exec: {pre: [{shell_exec: 'echo " + longest + " | cat'}]}\n");
  EXPECT_THAT(Run(PrintDryRun, Here()).out, HasSubstr(longest + " | cat"));
  EXPECT_THAT(Run(CheckConfig, Here()).out, HasSubstr(longest + " | cat"));
}

TEST_F(InspectionTest, TheSchemaIsOne) {
  const Outcome outcome = Run(
      [](const Inspection& here) { return PrintSchema(here.program); }, Here());
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
  const int exit_code = CheckConfig(Here());
  std::clearerr(stdout);
  PCHECK(dup2(before.get(), STDOUT_FILENO) >= 0);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("cannot write to stdout"));
  EXPECT_EQ(exit_code, 1);
}

}  // namespace
}  // namespace servo::cmd
