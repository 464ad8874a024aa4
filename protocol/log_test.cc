#include "protocol/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/fake_loop.h"
#include "base/unique_fd.h"
#include "gtest/gtest.h"

namespace servo::protocol {
namespace {

class LogTest : public testing::TestWithParam<bool> {
 protected:
  LogTest() {
    int fds[2];
    EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
    read_end_.Reset(fds[0]);
    write_end_.Reset(fds[1]);
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
  }

  std::string Written() {
    char buffer[4096];
    ssize_t count = read(read_end_.get(), buffer, sizeof(buffer));
    return count < 0 ? "" : std::string(buffer, count);
  }

  base::FakeLoop loop_;
  base::UniqueFd read_end_;
  base::UniqueFd write_end_;
};

INSTANTIATE_TEST_SUITE_P(Verbose, LogTest, testing::Bool());

TEST_P(LogTest, WarningsAlwaysDetailsWhenVerbose) {
  Log log(&loop_, write_end_.get(), "measure", /*verbose=*/GetParam());
  log.Warn("careful");
  EXPECT_EQ(Written(), "measure: careful\n");
  log.Detail("boring");
  EXPECT_EQ(Written(), GetParam() ? "measure: boring\n" : "");
  EXPECT_TRUE(log.idle());
}

TEST_P(LogTest, IsAsciiWhereNoTerminalReadsIt) {
  Log log(&loop_, write_end_.get(), "me\xc3\x9fure", /*verbose=*/GetParam());
  log.Warn("caf\xc3\xa9 \xf0\x9f\x98\x80 \xc3( \xff\n\tb");
  EXPECT_EQ(Written(),
            "me\\u00dfure: caf\\u00e9 \\U0001f600 \\ufffd( \\ufffd\n\tb\n");
}

TEST_P(LogTest, IsUtf8WhereAPersonReadsIt) {
  Log log(&loop_, write_end_.get(), "measure", /*verbose=*/GetParam(),
          Log::Reader::kPerson);
  log.Warn("caf\xc3\xa9 \xff\x1b[2J\n\tb");
  EXPECT_EQ(Written(), "measure: caf\xc3\xa9 \xef\xbf\xbd\n\tb\n");
}

TEST(ForStderr, IsUtf8OnATerminal) {
  base::UniqueFd terminal(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(terminal.valid());
  ASSERT_EQ(grantpt(terminal.get()), 0);
  ASSERT_EQ(unlockpt(terminal.get()), 0);
  base::UniqueFd fd(
      open(ptsname(terminal.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!fd.valid()) GTEST_SKIP() << "no devpts here";
  EXPECT_EQ(ForStderr("caf\xc3\xa9 \xff", fd.get()),
            "caf\xc3\xa9 \xef\xbf\xbd");
  EXPECT_EQ(ForStderr("\x1b[2Jone\ttwo\n\u009b31mthree", fd.get()),
            "one\ttwo\nthree");
}

}  // namespace
}  // namespace servo::protocol
