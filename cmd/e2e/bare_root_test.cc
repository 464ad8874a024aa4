// The program needs nothing but itself: it runs in a root directory that holds
// no library and no /proc, and of /dev only what every container has.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/runfiles.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/testing/loopback_server.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {
namespace {

// Runs /measure with "$@" in the root directory.
constexpr char kInRoot[] =
    "mount --bind /dev/null $DIR/root/dev/null || exit 77; "
    "exec /usr/sbin/chroot $DIR/root /measure \"$@\"";

using ::testing::HasSubstr;
using ::testing::SizeIs;

class BareRootTest : public ScenarioTest {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "a sanitizer's program is not static";
#endif
    std::filesystem::create_directories(dir() + "/root/dev");
    const std::ofstream null(dir() + "/root/dev/null");
    std::filesystem::copy_file(RunfilePath("cmd/measure"),
                               dir() + "/root/measure");
  }

  // Runs the program in the bare root.
  DriverProcess& RunInRoot(const std::vector<std::string>& args) {
    DriverCommand command = {
        .argv = {"/usr/bin/unshare", "--user", "--map-root-user", "--mount",
                 "/bin/sh", "-c", kInRoot, "sh"},
        .input = Request(0)};
    command.argv.insert(command.argv.end(), args.begin(), args.end());
    DriverProcess& driver = Start(command);
    AwaitEnd(driver);
    return driver;
  }

  // Whether this machine let us make namespaces.
  static bool Permitted(const DriverProcess& driver) {
    return driver.exit_code() != 77 &&
           !absl::StrContains(driver.errors(), "unshare:");
  }
};

TEST_F(BareRootTest, TellsOfItself) {
  DriverProcess& driver = RunInRoot({"--info"});
  if (!Permitted(driver)) GTEST_SKIP() << driver.errors();
  EXPECT_EQ(driver.exit_code(), 0) << driver.errors();
  EXPECT_EQ(driver.answer()["has_cancel"], true);
}

TEST_F(BareRootTest, MeasuresWithRequests) {
  http::LoopbackServer server(&loop_);
  Configure(absl::StrCat("exec: {pre: [{notify: true, request: {url: '",
                         server.Url("/"), "'}}], post: [{exec: nothing}]}"));
  std::filesystem::copy_file(dir() + "/config.yaml",
                             dir() + "/root/config.yaml");
  DriverProcess& driver = RunInRoot({"app"});
  if (!Permitted(driver)) GTEST_SKIP() << driver.errors();
  EXPECT_EQ(driver.answer(), OkAnswer()) << driver.errors();
  EXPECT_EQ(driver.exit_code(), 0);
  EXPECT_THAT(server.requests(), SizeIs(1));
  // There is no such program, which `post` shrugs off.
  EXPECT_THAT(driver.errors(), HasSubstr("nothing"));
}

}  // namespace
}  // namespace servo::e2e
