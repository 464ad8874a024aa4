// The three example tasks that people know from the established driver's
// README, as they are written there: an unusual HEAD request, a VPN in the
// background, and a pipe through `mail`. Programs and files are put in their
// places in a mount namespace, the host is stood in for by a proxy.

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cmd/e2e/driver_process.h"
#include "cmd/e2e/scenario.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/request.h"
#include "http/testing/loopback_server.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {
namespace {

using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kExamples[] = R"(
exec:
  start:
  # HTTP HEAD request to 'http://api:8080?q=start', with 15-second timeout, special user-agent header and non-standard HTTP status codes.
  - name: HEAD request
    ignore_exitcode: true
    notify: true
    request:
      method: HEAD
      url: http://api:8080?q=start
      http_timeout: 15
      headers:
        user-agent: Mozilla/5.0
      success_codes:
        - 200-399
        - 876

  # Start OpenVPN in background
  - name: Start VPN tunnel
    async: true
    retries: 3
    exec:               
      - /bin/openvpn
      - -c
      - /etc/openvpn.conf
    
  # Grep for DATE in log
  - name: Find data
    shell_exec: "cat /var/log/log | grep DATE | mail user@host.com"
    ignore_exitcode: false
    notify: true

  stop:
  - shell_exec: read go < $GATE
)";

// Runs "$@" where /bin has the programs of $DIR/bin too, and /var/log is
// $DIR/log. Exits with 77 if this machine does not let us.
constexpr char kWithStandIns[] = R"sh(
mkdir "$DIR/work"
mount -t overlay overlay \
  -o "lowerdir=$(readlink -f /bin),upperdir=$DIR/bin,workdir=$DIR/work" \
  "$(readlink -f /bin)" || exit 77
mount --bind "$DIR/log" /var/log || exit 77
exec "$@"
)sh";

class ExamplesTest : public ScenarioTest {
 protected:
  ExamplesTest() {
    for (const char* name : {"/bin", "/log"})
      EXPECT_EQ(mkdir((dir() + name).c_str(), 0700), 0);
    MakeProgram("openvpn", "echo \"openvpn $*\" > $EVENTS\nexec sleep 1000\n");
    MakeProgram("mail",
                "echo \"mail to $* says: $(cat)\" > $EVENTS\necho sent\n");
    std::ofstream(dir() + "/log/log") << "noise\nDATE today\nnoise\n";
  }

  void MakeProgram(const std::string& name, const std::string& script) {
    const std::string path = absl::StrCat(dir(), "/bin/", name);
    std::ofstream(path) << "#!/bin/sh\n" << script;
    EXPECT_EQ(chmod(path.c_str(), 0755), 0);
  }

  http::LoopbackServer proxy_{&loop_};
};

TEST_F(ExamplesTest, RunAsWritten) {
  proxy_.Answer(http::Reply::Of(876));
  Configure(kExamples);
  DriverCommand command = MeasureCommand();
  command.argv.insert(command.argv.begin(),
                      {"/usr/bin/unshare", "--user", "--map-root-user",
                       "--mount", "/bin/sh", "-c", kWithStandIns, "sh"});
  command.environment = {{"http_proxy", proxy_.Url("")}};
  DriverProcess& driver = Start(command);
  // The last task of `start` is over; the one in the background has begun.
  Await([&] { return driver.exited() || events().size() == 2; }, "both");
  OpenGate();
  AwaitEnd(driver);
  if (driver.exit_code() == 77 || driver.answer().is_null())
    GTEST_SKIP() << "no mount namespaces here: " << driver.errors();

  EXPECT_EQ(driver.answer(), OkAnswer()) << driver.errors();
  EXPECT_EQ(driver.exit_code(), 0);

  ASSERT_THAT(proxy_.requests(), SizeIs(1));
  const auto& request = proxy_.requests()[0];
  EXPECT_EQ(request.method, "HEAD");
  EXPECT_EQ(request.target, "http://api:8080/?q=start");
  const std::string* agent = http::FindHeader(request.headers, "User-Agent");
  ASSERT_NE(agent, nullptr);
  EXPECT_EQ(*agent, "Mozilla/5.0");
  EXPECT_TRUE(driver.Said("Task HEAD request completed. status: HTTP/1.1 876"));

  EXPECT_THAT(events(),
              UnorderedElementsAre("openvpn -c /etc/openvpn.conf",
                                   "mail to user@host.com says: DATE today"));
  EXPECT_TRUE(driver.Said("Task Find data completed. stdout: sent"));
}

}  // namespace
}  // namespace servo::e2e
