// What is refused before anything runs, and calls that run nothing: contract.md
// section 1.

#include <sys/stat.h>

#include <string>
#include <utility>
#include <vector>

#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/runfiles.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using RefusalTest = ScenarioTest;

class BadInput
    : public ScenarioTest,
      public testing::WithParamInterface<std::pair<const char*, const char*>> {
};

INSTANTIATE_TEST_SUITE_P(
    Each, BadInput,
    testing::Values(
        std::pair("", "failed to parse input: "),
        std::pair("{", "failed to parse input: "),
        std::pair("[]", "\"control\""), std::pair("{}", "control"),
        std::pair(R"({"control": {}})", "control.duration"),
        std::pair(R"({"control": {"duration": "5"}})", "control.duration"),
        std::pair(R"({"control": {"duration": 5, "warmup": -1}})",
                  "control.warmup"),
        std::pair(R"({"control": {"duration": NaN}})", "control.duration")));

TEST_P(BadInput, IsABadRequestAndNothingRuns) {
  Configure(
      "exec: {pre: [{shell_exec: echo pre > $EVENTS}], post: "
      "[{shell_exec: echo post > $EVENTS}]}");
  DriverCommand command = MeasureCommand();
  command.input = GetParam().first;
  DriverProcess& driver = Start(command);
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer()["status"], "bad-request");
  EXPECT_EQ(driver.answer()["reason"], "bad-request");
  EXPECT_THAT(driver.answer()["message"].get<std::string>(),
              HasSubstr(GetParam().second));
  EXPECT_THAT(driver.progress(), IsEmpty());
  EXPECT_EQ(driver.exit_code(), 1);
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(RefusalTest, NothingInTheInputChangesWhatIsExecuted) {
  Configure("exec: {pre: [{shell_exec: echo pre > $EVENTS}]}");
  DriverCommand command = MeasureCommand();
  command.input = R"({"control": {"duration": 0, "exec": {"pre": []}},
      "exec": {"pre": [{"shell_exec": "echo other > $EVENTS"}]},
      "config": "/dev/null"})";
  DriverProcess& driver = Start(command);
  AwaitEnd(driver);
  EXPECT_EQ(driver.answer(), OkAnswer());
  EXPECT_THAT(events(), ElementsAre("pre"));
}

TEST_F(RefusalTest, ABrokenConfigurationIsToldWholeAndNothingRuns) {
  Configure(R"(exec:
  pre: [{shell_exec: echo pre > $EVENTS}]
  strat: []
  post:
    - {name: both, exec: x, shell_exec: y}
    - {exec: x, timeot: 5}
)");
  DriverProcess& driver = RunMeasure();
  EXPECT_TRUE(FailedWith(driver.answer(), {"config.yaml:3:3", "strat"}));
  EXPECT_TRUE(FailedWith(driver.answer(), {"config.yaml:5:", "both"}));
  EXPECT_TRUE(FailedWith(driver.answer(), {"config.yaml:6:", "timeot"}));
  EXPECT_EQ(driver.answer()["reason"], "invalid-config");
  EXPECT_EQ(driver.exit_code(), 1);
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(RefusalTest, AMissingConfigurationIsAnError) {
  DriverProcess& driver = RunMeasure();
  EXPECT_TRUE(FailedWith(driver.answer(), {"config.yaml", "No such file"}));
  EXPECT_EQ(driver.exit_code(), 1);
}

TEST_F(RefusalTest, AConfigurationThatEverybodyMayWriteIsRefused) {
  Configure("exec: {pre: [{shell_exec: echo pre > $EVENTS}]}");
  ASSERT_EQ(chmod((dir() + "/config.yaml").c_str(), 0666), 0);
  DriverProcess& driver = RunMeasure();
  EXPECT_TRUE(FailedWith(driver.answer(), {"config.yaml"}));
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(RefusalTest, TheConfigurationIsFoundByTheEnvironment) {
  Configure("exec: {pre: [{shell_exec: echo pre > $EVENTS}]}");
  DriverCommand command = MeasureCommand();
  command.argv = {command.argv[0], "app"};
  command.environment = {{"SERVO_EXEC_CONFIG", dir() + "/config.yaml"}};
  AwaitEnd(Start(command));
  EXPECT_THAT(events(), ElementsAre("pre"));
}

DriverCommand Asking(std::vector<std::string> args) {
  args.insert(args.begin(), RunfilePath("cmd/measure"));
  return {.argv = args};  // its stdin stays open
}

TEST_F(RefusalTest, InfoReadsNeitherStdinNorTheConfiguration) {
  Configure("exec: [broken");
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"--info"},
        {"--info", "app"},
        {"--info", "--config", dir() + "/config.yaml"}}) {
    DriverProcess& driver = Start(Asking(args));
    AwaitEnd(driver);
    EXPECT_EQ(driver.answer()["has_cancel"], true);
    EXPECT_THAT(driver.answer()["version"].get<std::string>(),
                testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
    EXPECT_EQ(driver.exit_code(), 0);
  }
}

TEST_F(RefusalTest, UsageErrorsHaveAnExitCodeAndAMessageOfTheirOwn) {
  for (const std::vector<std::string>& args : {std::vector<std::string>{},
                                               {"a", "b"},
                                               {"--info", "--describe", "a"},
                                               {"--describe"},
                                               {"--bogus", "a"},
                                               {"a", "--config"}}) {
    DriverProcess& driver = Start(Asking(args));
    AwaitEnd(driver);
    EXPECT_EQ(driver.exit_code(), 2);
    EXPECT_TRUE(driver.answer().is_null());
    EXPECT_THAT(driver.errors(), HasSubstr("measure --help"));
  }
}

}  // namespace
}  // namespace servo::e2e
