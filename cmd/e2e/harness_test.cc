// The stand-in for the core notices what it is there to notice.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class HarnessTest : public ScenarioTest {
 protected:
  DriverProcess& RunShell(const std::string& script,
                          bool stdout_keeps_writes = false) {
    DriverProcess& driver = Start({.argv = {"/bin/sh", "-c", script},
                                   .input = "",
                                   .stdout_keeps_writes = stdout_keeps_writes});
    Await([&] { return driver.over(); }, "the script's end");
    return driver;
  }
};

TEST_F(HarnessTest, AcceptsADriverThatKeepsToTheRules) {
  DriverProcess& driver = RunShell(
      "echo '{\"progress\": 0, \"message\": \"a\"}'\n"
      "echo '{\"progress\": 50, \"message\": \"b\"}'\n"
      "echo '{\"status\": \"ok\"}'; exit 7");
  EXPECT_THAT(driver.violations(), IsEmpty());
  EXPECT_THAT(driver.progress(), SizeIs(2));
  EXPECT_TRUE(driver.Said("b"));
  EXPECT_EQ(driver.answer()["status"], "ok");
  EXPECT_EQ(driver.exit_code(), 7);
}

TEST_F(HarnessTest, NoticesEachBrokenRule) {
  for (auto [script, violation] :
       std::vector<std::pair<std::string, std::string>>{
           {"echo hello", "a line that is not a JSON object"},
           {"echo '[]'", "a line that is not a JSON object"},
           {"printf '{\"x\": \"\\377\"}\\n'",
            "a line that is not a JSON object"},
           {"echo '{}'; echo '{}'", "a line after the answer"},
           {"printf '{}'", "an incomplete last line"},
           {"echo '{\"progress\": 101, \"message\": \"\"}'",
            "progress that is no integer"},
           {"echo '{\"progress\": 1, \"message\": null}'",
            "progress without a message"},
           {"echo '{\"progress\": 2, \"message\": \"\"}'; echo "
            "'{\"progress\": 1, \"message\": \"\"}'",
            "progress that is no integer in 0..100 or falls"}}) {
    DriverProcess& driver = RunShell(script);
    EXPECT_THAT(driver.violations(), ElementsAre(StartsWith(violation)))
        << script;
  }
}

TEST_F(HarnessTest, NoticesALineInTwoWrites) {
  DriverProcess& driver =
      RunShell("printf '{\"progress\": 1, '; printf '\"message\": \"\"}\\n'",
               /*stdout_keeps_writes=*/true);
  EXPECT_THAT(driver.violations(), SizeIs(1));
}

TEST_F(HarnessTest, AcceptsALongLineInFullPieces) {
  // NULs are six characters each: 96 KiB, in two pieces.
  Configure(
      "exec:\n  pre: [{exec: [head, -c, 16K, /dev/zero], notify: true}]\n");
  DriverCommand command = MeasureCommand();
  command.stdout_keeps_writes = true;
  DriverProcess& driver = Start(command);
  AwaitEnd(driver);
  EXPECT_TRUE(driver.Said(std::string(16 * 1024, '\0')));
}

TEST_F(HarnessTest, NoticesALongLineInShortPieces) {
  DriverProcess& driver = RunShell(
      "echo '{\"progress\": 1, \"message\": \"'\"$(head -c 65400 /dev/zero | "
      "tr '\\0' x)\"'\"}' > $DIR/line; head -c 65000 $DIR/line; "
      "tail -c +65001 $DIR/line",
      /*stdout_keeps_writes=*/true);
  EXPECT_THAT(driver.violations(), Not(IsEmpty()));
  EXPECT_THAT(driver.progress(), SizeIs(1));
}

TEST_F(HarnessTest, FindsWhatIsLeftBehind) {
  DriverProcess& driver = Start({.argv = {"/bin/sh", "-c",
                                          "/bin/sh -c 'echo $$ > $EVENTS; read "
                                          "go < $GATE' > /dev/null 2>&1 &"},
                                 .input = ""});
  Await([&] { return driver.over(); }, "the script's end");
  Await([&] { return events().size() == 1; }, "what is left to tell");
  EXPECT_EQ(absl::StrJoin(LeftProcesses(), ","), events()[0]);
  OpenGate();
  AwaitNoProcesses();
}

}  // namespace
}  // namespace servo::e2e
