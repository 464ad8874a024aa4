#include "http/testing/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::http {
namespace {

using ::testing::EndsWith;
using ::testing::SizeIs;

// A client that only knows sockets.
class LoopbackServerTest : public testing::Test {
 protected:
  base::UniqueFd Connect() {
    base::UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(server_.port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
                      sizeof(address)),
              0);
    loop_.RunPending();
    return fd;
  }

  void Send(const base::UniqueFd& fd, absl::string_view text) {
    EXPECT_EQ(send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
    loop_.RunPending();
  }

  // What has come by now; "(closed)" or "(reset)" at its end.
  std::string Received(const base::UniqueFd& fd) {
    std::string text;
    char buffer[1000];
    for (;;) {
      const ssize_t size = recv(fd.get(), buffer, sizeof(buffer), MSG_DONTWAIT);
      if (size == 0) return text + "(closed)";
      if (size < 0) return errno == ECONNRESET ? text + "(reset)" : text;
      text.append(buffer, static_cast<size_t>(size));
    }
  }

  base::FakeLoop loop_;
  LoopbackServer server_{&loop_};
};

constexpr char kGet[] = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

TEST_F(LoopbackServerTest, RecordsRequestsAndKeepsTheConnection) {
  const base::UniqueFd fd = Connect();
  Send(fd, "POST /a?b HTTP/1.1\r\nContent-Length: 3\r\nX: y\r\n\r\nab");
  EXPECT_THAT(server_.requests(), SizeIs(0));
  Send(fd, "c");
  EXPECT_EQ(Received(fd), "HTTP/1.1 200 Reason\r\nContent-Length: 0\r\n\r\n");
  Send(fd, kGet);
  ASSERT_THAT(server_.requests(), SizeIs(2));
  const LoopbackServer::Received& first = server_.requests()[0];
  EXPECT_EQ(first.method, "POST");
  EXPECT_EQ(first.target, "/a?b");
  EXPECT_EQ(first.body, "abc");
  EXPECT_THAT(first.headers, SizeIs(2));
  EXPECT_EQ(server_.requests()[1].head, kGet);
  EXPECT_EQ(server_.requests()[1].connection, 0);
  EXPECT_EQ(server_.accepted(), 1);
}

TEST_F(LoopbackServerTest, AnswersInOrderThenByTarget) {
  server_.Answer(Reply::Of(201, "once"));
  server_.AnswerAlways("/a", Reply::Redirect(302, "/b"));
  const base::UniqueFd fd = Connect();
  Send(fd, kGet);
  EXPECT_THAT(Received(fd), EndsWith("\r\n\r\nonce"));
  for (int i = 0; i < 2; ++i) {
    Send(fd, kGet);
    EXPECT_EQ(Received(fd),
              "HTTP/1.1 302 Reason\r\nLocation: /b\r\nContent-Length: 0\r\n"
              "\r\n");
  }
}

TEST_F(LoopbackServerTest, WorksOffItsSteps) {
  server_.Answer(Reply()
                     .Send("a")
                     .Pause(absl::Seconds(5))
                     .Drip("bc", absl::Seconds(1))
                     .SendTimes("d", 3)
                     .Close());
  const base::UniqueFd fd = Connect();
  Send(fd, kGet);
  EXPECT_EQ(Received(fd), "a");
  loop_.Advance(absl::Seconds(5));
  EXPECT_EQ(Received(fd), "b");
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(Received(fd), "c");
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(Received(fd), "ddd(closed)");
  EXPECT_EQ(server_.open(), 0);
}

TEST_F(LoopbackServerTest, ResetsAndStalls) {
  server_.OnConnect(Reply().Reset());
  EXPECT_EQ(Received(Connect()), "(reset)");
  server_.OnConnect(Reply().Send("x").Stall());
  base::UniqueFd stalled = Connect();
  Send(stalled, kGet);
  loop_.Advance(absl::Hours(1));
  EXPECT_EQ(Received(stalled), "x");
  EXPECT_THAT(server_.requests(), SizeIs(0));
  EXPECT_EQ(server_.open(), 1);
  stalled.Reset();
  loop_.RunPending();
  EXPECT_EQ(server_.open(), 0) << "a client that goes is noticed";
}

}  // namespace
}  // namespace servo::http
