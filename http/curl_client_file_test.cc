#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/client.h"
#include "http/curl_client.h"
#include "http/request.h"
#include "http/saved_body.h"
#include "http/testing/client_fixture.h"
#include "http/testing/compress.h"
#include "http/testing/loopback_server.h"

namespace servo::http {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class CurlClientFileTest : public CurlClientTest {
 protected:
  CurlClientFileTest() {
    std::string name = testing::TempDir() + "/client_file.XXXXXX";
    directory_ = mkdtemp(name.data());
  }
  ~CurlClientFileTest() override { std::filesystem::remove_all(directory_); }

  std::string Write(const std::string& name, const std::string& content) {
    std::string path = directory_ + "/" + name;
    std::ofstream(path) << content;
    return path;
  }

  Request Upload(const std::string& path, const std::string& method = "POST") {
    Request request = To(server_.Url(), method);
    request.body_file = path;
    return request;
  }

  bool IsEmpty() const { return std::filesystem::is_empty(directory_); }

  std::string directory_;
};

TEST_F(CurlClientFileTest, StreamsAFileWithItsLength) {
  for (const size_t size : {0, 1, 3'000'000}) {
    const std::string content(size, 'x');
    for (const char* method : {"POST", "PUT", "GET"}) {
      ASSERT_TRUE(Send(Upload(Write("body", content), method)).ok());
      EXPECT_EQ(last().method, method);
      EXPECT_TRUE(last().body == content);
      EXPECT_EQ(HeaderOr(last().headers, "Content-Length"), absl::StrCat(size));
      EXPECT_EQ(HeaderOr(last().headers, "Transfer-Encoding"), kNone);
      EXPECT_EQ(HeaderOr(last().headers, "Expect"), kNone);
      EXPECT_EQ(HeaderOr(last().headers, "Content-Type"), kNone);
    }
  }
}

TEST_F(CurlClientFileTest, SendsTheFileAgainAfterARedirect) {
  server_.Answer(Reply::Redirect(307, "/next"));
  ASSERT_TRUE(Send(Upload(Write("body", "content"))).ok());
  EXPECT_EQ(last().target, "/next");
  EXPECT_EQ(last().body, "content");
  server_.Answer(Reply::Redirect(303, "/next"));
  ASSERT_TRUE(Send(Upload(Write("body", "content"))).ok());
  EXPECT_EQ(last().method, "GET");
  EXPECT_EQ(last().body, "");
}

// PUT may be repeated when a kept connection turns out to be closed.
TEST_F(CurlClientFileTest, SendsTheFileAgainOnANewConnection) {
  ASSERT_TRUE(Get(server_.Url()).ok());
  server_.Answer(Reply().Close());
  ASSERT_TRUE(Send(Upload(Write("body", "content"), "PUT")).ok());
  EXPECT_THAT(server_.requests(), SizeIs(3));
  EXPECT_EQ(last().body, "content");
}

TEST_F(CurlClientFileTest, RefusesWhatIsNoRegularFile) {
  const std::string fifo = directory_ + "/fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  for (const auto& [path, why] :
       {std::pair(fifo, "it is not a regular file"),
        std::pair(std::string("/dev/tty"), "it is not a regular file"),
        std::pair(directory_, "it is not a regular file"),
        std::pair(std::string("/proc/self/status"),
                  "its length is not known before it is read, as below /proc"),
        std::pair(directory_ + "/none", "No such file or directory")}) {
    EXPECT_EQ(client_->Start(Upload(path), [](auto) {}).status(),
              absl::InvalidArgumentError(absl::StrCat(
                  "cannot read the body's file ", path, ": ", why)));
  }
  EXPECT_EQ(server_.accepted(), 0);
}

TEST_F(CurlClientFileTest, TellsWhenTheFileBecomesShorter) {
  const std::string path = Write("body", std::string(30'000'000, 'x'));
  const auto call = StartCall(*client_, Upload(path));
  ASSERT_EQ(truncate(path.c_str(), 10), 0);
  EXPECT_THAT(Await(*call).status().message(),
              HasSubstr("body became shorter while it was sent"));
}

TEST_F(CurlClientFileTest, SavesTheWholeDecodedBody) {
  const std::string text(500'000, 'y');
  server_.Answer(Reply::Of(302, "not this", {{"Location", "/next"}}));
  server_.Answer(Reply::Of(200, Gzip(text), {{"Content-Encoding", "gzip"}}));
  Request request = To(server_.Url());
  request.save_to = directory_ + "/saved";
  request.output_limit = 10;
  const Result result = Send(request);
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_NE(result->saved, nullptr);
  EXPECT_TRUE(IsEmpty());
  ASSERT_EQ(result->saved->Commit(), absl::OkStatus());
  std::stringstream saved;
  saved << std::ifstream(request.save_to).rdbuf();
  EXPECT_TRUE(saved.str() == text);
}

TEST_F(CurlClientFileTest, NothingIsLeftOfWhatWasNotWanted) {
  Request request = To(server_.Url());
  request.save_to = directory_ + "/saved";
  server_.Answer(Reply::Of(500, "error"));
  ASSERT_TRUE(Send(request).ok());  // the response is dropped
  EXPECT_TRUE(IsEmpty());

  server_.Answer(
      Reply().Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").Close());
  EXPECT_FALSE(Send(request).ok());
  EXPECT_TRUE(IsEmpty());

  server_.Answer(
      Reply().Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").Stall());
  auto call = StartCall(*client_, request);
  RunUntil([this] { return server_.requests().size() == 3; });
  call.reset();
  EXPECT_TRUE(IsEmpty());
}

TEST_F(CurlClientFileTest, RefusesToSaveWhereNoFileCanBe) {
  Request request = To(server_.Url());
  request.save_to = "/dev/null";
  EXPECT_EQ(client_->Start(request, [](auto) {}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(server_.accepted(), 0);
}

TEST_F(CurlClientTest, TellsHowLongThePhasesTook) {
  server_.Answer(Reply()
                     .Pause(absl::Milliseconds(30))
                     .Send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
                     .Pause(absl::Milliseconds(20))
                     .Send("cd"));
  const Result first = Get(server_.Url());
  ASSERT_TRUE(first.ok());
  const PhaseTimes& phases = first->phases;
  EXPECT_GT(phases.connect, absl::ZeroDuration());
  EXPECT_EQ(phases.tls, absl::ZeroDuration());
  EXPECT_GE(phases.first_byte, absl::Milliseconds(30));
  EXPECT_GE(phases.body, absl::Milliseconds(20));
  EXPECT_GE(phases.total, phases.name_lookup + phases.connect +
                              phases.first_byte + phases.body);
  const Result second = Get(server_.Url());
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->phases.connect, absl::ZeroDuration());
}

}  // namespace
}  // namespace servo::http
