#include "protocol/command_line.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;
using Mode = Arguments::Mode;

Program TestProgram() {
  return {.name = "measure",
          .version = "1.2.3",
          .summary = "Runs tasks.",
          .options = {{.name = "config",
                       .value = "FILE",
                       .help = "Reads its tasks from FILE."},
                      {.name = "colour", .help = "Is pretty."},
                      {.name = "only",
                       .value = "NAME",
                       .help = "Runs this task.",
                       .is_repeatable = true,
                       .only_with = {"run", "trace"}},
                      {.name = "run",
                       .value = "DURATION",
                       .help = "Runs for people.",
                       .is_mode = true},
                      {.name = "trace",
                       .value = "FILE",
                       .help = "Writes a trace.",
                       .value_is_optional = true,
                       .is_mode = true},
                      {.name = "check",
                       .help = "Checks the configuration.",
                       .is_mode = true},
                      {.name = "lint",
                       .help = "Checks files.",
                       .is_mode = true,
                       .files = "FILE"}}};
}

absl::StatusOr<Arguments> Parse(const std::vector<std::string>& args) {
  return ParseCommandLine(TestProgram(), args);
}

std::string ErrorOf(const std::vector<std::string>& args) {
  absl::Status status = Parse(args).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(ParseCommandLine, MeasuresAnApp) {
  absl::StatusOr<Arguments> arguments = Parse({"app"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_EQ(arguments->mode, Mode::kMeasure);
  EXPECT_EQ(arguments->app_id, "app");
  EXPECT_FALSE(arguments->verbose);
  EXPECT_TRUE(arguments->options.empty());
}

TEST(ParseCommandLine, OptionsStandAnywhereAndTakeValuesInBothForms) {
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"--config", "f", "--verbose", "app"},
        {"app", "--verbose", "--config=f"},
        {"--verbose", "app", "--config", "f"},
        {"--verbose", "--conf=f", "--", "app"},
        {"--config=e", "--verbose", "app", "--config=f"}}) {
    absl::StatusOr<Arguments> arguments = Parse(args);
    ASSERT_TRUE(arguments.ok()) << arguments.status();
    EXPECT_EQ(arguments->app_id, "app");
    EXPECT_TRUE(arguments->verbose);
    EXPECT_THAT(arguments->options,
                ElementsAre(Pair("config", ElementsAre("f"))));
  }
}

TEST(ParseCommandLine, TwoDashesEndTheOptions) {
  absl::StatusOr<Arguments> arguments = Parse({"--", "--info"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_EQ(arguments->mode, Mode::kMeasure);
  EXPECT_EQ(arguments->app_id, "--info");
}

TEST(ParseCommandLine, FlagsOfTheDriverAreToldByPresence) {
  absl::StatusOr<Arguments> arguments = Parse({"app", "--colour"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_TRUE(arguments->Has("colour"));
  EXPECT_FALSE(arguments->Has("config"));
}

TEST(ParseCommandLine, InfoTakesAnAppIdOrNone) {
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"--info"}, {"--info", "app"}}) {
    absl::StatusOr<Arguments> arguments = Parse(args);
    ASSERT_TRUE(arguments.ok()) << arguments.status();
    EXPECT_EQ(arguments->mode, Mode::kInfo);
  }
}

TEST(ParseCommandLine, ARepeatableOptionHasAllItsValuesInOrder) {
  absl::StatusOr<Arguments> arguments =
      Parse({"--run=5s", "--only", "b", "app", "--only=a", "--only=b"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_EQ(arguments->mode, Mode::kOther);
  EXPECT_EQ(arguments->app_id, "app");
  EXPECT_EQ(arguments->Value("run"), "5s");
  EXPECT_THAT(arguments->Values("only"), ElementsAre("b", "a", "b"));
  EXPECT_EQ(arguments->Value("only"), "b");
  EXPECT_EQ(arguments->Value("config"), "");
  EXPECT_THAT(arguments->Values("config"), SizeIs(0));
}

TEST(ParseCommandLine, AnOptionalValueStandsBehindAnEqualsSignAlone) {
  absl::StatusOr<Arguments> arguments = Parse({"--trace", "app"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_TRUE(arguments->Has("trace"));
  EXPECT_EQ(arguments->Value("trace"), "");
  EXPECT_EQ(arguments->app_id, "app");
  arguments = Parse({"--trace=f"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_EQ(arguments->Value("trace"), "f");
}

TEST(ParseCommandLine, AModeMayTakeFilesInsteadOfAnAppId) {
  absl::StatusOr<Arguments> arguments =
      Parse({"a.yaml", "--lint", "-", "--", "--b.yaml"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_THAT(arguments->files, ElementsAre("a.yaml", "-", "--b.yaml"));
  EXPECT_EQ(arguments->app_id, "");
  arguments = Parse({"--lint"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_THAT(arguments->files, SizeIs(0));
  EXPECT_EQ(ErrorOf({"--check", "a", "b"}), "more than one APP_ID: 'a', 'b'");
}

TEST(ParseCommandLine, AnOptionOfAModeIsRefusedWithoutIt) {
  EXPECT_EQ(ErrorOf({"--only=a", "app"}),
            "option --only goes with --run or --trace alone");
  EXPECT_EQ(ErrorOf({"--check", "--only=a"}),
            "option --only goes with --run or --trace alone");
  EXPECT_TRUE(Parse({"--trace", "--only=a"}).ok());
}

TEST(ParseCommandLine, ModesOfTheDriverNeedNoAppId) {
  absl::StatusOr<Arguments> arguments = Parse({"--check", "--config=f"});
  ASSERT_TRUE(arguments.ok()) << arguments.status();
  EXPECT_EQ(arguments->mode, Mode::kOther);
  EXPECT_TRUE(arguments->Has("check"));
  EXPECT_EQ(Parse({"--describe", "app"})->mode, Mode::kDescribe);
}

TEST(ParseCommandLine, HelpAndVersionMakeTheRestIrrelevant) {
  EXPECT_EQ(Parse({"--help", "--bogus"})->mode, Mode::kHelp);
  EXPECT_EQ(Parse({"-h"})->mode, Mode::kHelp);
  EXPECT_EQ(Parse({"a", "b", "--version"})->mode, Mode::kVersion);
}

TEST(ParseCommandLine, AMissingAppIdNamesTheRunByHand) {
  const Program program = {
      .name = "measure",
      .options = {{.name = "run", .value = "DURATION", .is_run = true}}};
  EXPECT_EQ(ParseCommandLine(program, {}).status().message(),
            "APP_ID is missing; to measure by hand give --run=DURATION");
  EXPECT_EQ(ParseCommandLine(program, {"--describe"}).status().message(),
            "APP_ID is missing");
}

TEST(ParseCommandLine, ErrorsSayWhatIsWrong) {
  EXPECT_EQ(ErrorOf({}), "APP_ID is missing");
  EXPECT_EQ(ErrorOf({""}), "APP_ID is empty");
  EXPECT_EQ(ErrorOf({"--describe"}), "APP_ID is missing");
  EXPECT_EQ(ErrorOf({"a", "b"}), "more than one APP_ID: 'a', 'b'");
  EXPECT_EQ(ErrorOf({"--info", "a", "b"}), "more than one APP_ID: 'a', 'b'");
  EXPECT_EQ(ErrorOf({"--info", "--describe", "a"}),
            "--info and --describe exclude each other");
  EXPECT_EQ(ErrorOf({"--check", "--info"}),
            "--check and --info exclude each other");
  EXPECT_EQ(ErrorOf({"app", "--config"}),
            "option --config needs a value: --config=FILE");
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"app", "--config="},
        {"app", "--config", ""},
        {"--config=", "--info"}}) {
    EXPECT_EQ(ErrorOf(args),
              "the value of option --config is empty: --config=FILE");
  }
  EXPECT_EQ(ErrorOf({"app", "--info=yes"}), "option --info takes no value");
  EXPECT_EQ(ErrorOf({"app", "-x"}), "unknown option -x");
}

TEST(ParseCommandLine, UnknownOptionsGetTheNearestName) {
  EXPECT_EQ(ErrorOf({"--inof", "app"}),
            "unknown option --inof; did you mean --info?");
  EXPECT_EQ(ErrorOf({"--confg=x", "app"}),
            "unknown option --confg; did you mean --config?");
  EXPECT_EQ(ErrorOf({"app", "--wildly-different"}),
            "unknown option --wildly-different");
  EXPECT_EQ(ErrorOf({"app", "--ver"}),
            "option --ver is ambiguous: --verbose or --version");
}

TEST(ParseCommandLine, TheSameModeTwiceIsNoContradiction) {
  EXPECT_EQ(Parse({"--info", "--info"})->mode, Mode::kInfo);
}

TEST(HelpText, FitsEightyColumnsAndNamesAllOptions) {
  Program program = TestProgram();
  program.summary =
      "A first paragraph that is long enough to be broken into more than one "
      "line of the terminal.\n\nA second one.";
  program.options.push_back(
      {.name = "an-option-with-a-rather-long-name",
       .value = "VALUE",
       .help = "Its help is also long enough to be broken into several lines, "
               "each of which is indented."});
  const std::string help = HelpText(program);
  for (absl::string_view line : absl::StrSplit(help, '\n'))
    EXPECT_THAT(line, SizeIs(testing::Le(80u)));
  for (const char* text :
       {"--config=FILE", "--colour", "--check", "--info", "--describe",
        "--verbose", "--version", "-h, --help", "APP_ID",
        "--an-option-with-a-rather-long-name=VALUE\n", "A second one.\n",
        "Exit status"}) {
    EXPECT_THAT(help, HasSubstr(text));
  }
  EXPECT_EQ(help.back(), '\n');
}

}  // namespace
}  // namespace servo::protocol
