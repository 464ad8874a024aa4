#include "protocol/line_writer.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "base/testing/cpu_time.h"
#include "base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "protocol/json_line.h"

namespace servo::protocol {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using Keep = LineWriter::Keep;

// The kinds of channel that stdout can be.
enum class Channel { kPipe, kSocket, kPipeNotOpenedAnew };

// Both ends of a channel, of which the writer gets one.
struct Ends {
  base::UniqueFd reading;
  base::UniqueFd writing;
};

Ends MakePipe() {
  int fds[2];
  EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
  return {base::UniqueFd(fds[0]), base::UniqueFd(fds[1])};
}

Ends MakeSocketPair() {
  int fds[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
  return {base::UniqueFd(fds[0]), base::UniqueFd(fds[1])};
}

// Takes all that is there now.
std::string ReadAll(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  std::string text;
  char buffer[65536];
  for (ssize_t count; (count = read(fd, buffer, sizeof(buffer))) > 0;)
    text.append(buffer, count);
  return text;
}

std::string LongLine(int number, size_t size) {
  std::string line = absl::StrCat(number, " ");
  line.resize(size - 1, 'x');
  return line + "\n";
}

class LineWriterTest : public testing::TestWithParam<Channel> {
 protected:
  LineWriterTest()
      : ends_(GetParam() == Channel::kSocket ? MakeSocketPair() : MakePipe()) {
    std::signal(SIGPIPE, SIG_IGN);
  }

  // Not in the constructor, so that a test can prepare the channel.
  LineWriter& MakeWriter(size_t limit = LineWriter::kDefaultLimit) {
    rlimit before;
    getrlimit(RLIMIT_NOFILE, &before);
    if (GetParam() == Channel::kPipeNotOpenedAnew) {
      rlimit none = before;
      none.rlim_cur = 0;
      setrlimit(RLIMIT_NOFILE, &none);
    }
    writer_.emplace(
        &loop_, ends_.writing.get(),
        [this](const absl::Status& why) { gone_.push_back(why); }, limit);
    setrlimit(RLIMIT_NOFILE, &before);
    return *writer_;
  }

  // Writes lines of `size` bytes until one has to wait; returns how many.
  int Fill(size_t size) {
    int count = 0;
    while (writer_->idle())
      writer_->Write(LongLine(count++, size), Keep::kAlways);
    return count;
  }

  base::FakeLoop loop_;
  Ends ends_;
  std::vector<absl::Status> gone_;
  std::optional<LineWriter> writer_;
};

INSTANTIATE_TEST_SUITE_P(All, LineWriterTest,
                         testing::Values(Channel::kPipe, Channel::kSocket,
                                         Channel::kPipeNotOpenedAnew),
                         [](const auto& test) {
                           switch (test.param) {
                             case Channel::kPipe:
                               return "Pipe";
                             case Channel::kSocket:
                               return "Socket";
                             case Channel::kPipeNotOpenedAnew:
                               return "PipeNotOpenedAnew";
                           }
                           return "";
                         });

TEST_P(LineWriterTest, WritesAtOnce) {
  LineWriter& writer = MakeWriter();
  writer.Write("one\n", Keep::kAlways);
  writer.Write("two\n", Keep::kWhileNewest);
  EXPECT_TRUE(writer.idle());
  EXPECT_EQ(ReadAll(ends_.reading.get()), "one\ntwo\n");
}

TEST_P(LineWriterTest, LeavesTheFileDescriptionAlone) {
  const int before = fcntl(ends_.writing.get(), F_GETFL);
  MakeWriter().Write("one\n", Keep::kAlways);
  Fill(1000);
  EXPECT_EQ(fcntl(ends_.writing.get(), F_GETFL), before);
}

TEST_P(LineWriterTest, QueuesWhileTheReaderIsStuckAndKeepsTheOrder) {
  LineWriter& writer = MakeWriter();
  int count = Fill(1000);
  while (count % 100 != 0)
    writer.Write(LongLine(count++, 1000), Keep::kWithinLimit);
  EXPECT_FALSE(writer.idle());
  loop_.RunPending();
  EXPECT_FALSE(writer.idle());

  std::string text;
  while (!writer.idle()) {
    text += ReadAll(ends_.reading.get());
    loop_.RunPending();
  }
  text += ReadAll(ends_.reading.get());
  std::string expected;
  for (int i = 0; i < count; ++i) expected += LongLine(i, 1000);
  EXPECT_EQ(text, expected);
}

TEST_P(LineWriterTest, ALineLongerThanTheChannelArrivesWhole) {
  LineWriter& writer = MakeWriter();
  const std::string line = LongLine(1, 3 * 1000 * 1000);
  writer.Write(line, Keep::kWhileNewest);
  writer.Write("next\n", Keep::kAlways);
  std::string text;
  while (!writer.idle()) {
    text += ReadAll(ends_.reading.get());
    loop_.RunPending();
  }
  text += ReadAll(ends_.reading.get());
  EXPECT_EQ(text, line + "next\n");
}

TEST_P(LineWriterTest, ALongTextIsEscapedInPiecesAndTheLoopTurnsBetweenThem) {
  LineWriter& writer = MakeWriter();
  const std::string text(20 * 1000 * 1000, '\0');
  absl::Duration longest = absl::ZeroDuration();
  size_t received = 0;
  const auto timed = [&](auto step) {
    const absl::Duration begin = base::ThreadCpuTime();
    step();
    longest = std::max(longest, base::ThreadCpuTime() - begin);
  };
  timed([&] {
    writer.Write(JsonLine("{\"m\":\"", {text}, "\"}\n"), Keep::kWithinLimit);
  });
  while (!writer.idle()) {
    received += ReadAll(ends_.reading.get()).size();
    timed([&] { loop_.RunOnce(); });
  }
  received += ReadAll(ends_.reading.get()).size();
  EXPECT_EQ(received, 9 + 6 * text.size());
  EXPECT_LT(longest, base::CpuTimeBound(absl::Milliseconds(50)));
}

TEST_P(LineWriterTest, ALineLongerThanTheLimitIsKeptIfItIsTheNewest) {
  LineWriter& writer = MakeWriter(/*limit=*/20);
  Fill(PIPE_BUF);
  writer.Write("one\n", Keep::kWithinLimit);
  writer.Write(LongLine(2, 100), Keep::kWithinLimit);
  writer.Write("the answer\n", Keep::kAlways);
  std::string text;
  while (!writer.idle()) {
    text += ReadAll(ends_.reading.get());
    loop_.RunPending();
  }
  text += ReadAll(ends_.reading.get());
  EXPECT_THAT(text,
              testing::EndsWith("x\n" + LongLine(2, 100) + "the answer\n"));
  EXPECT_EQ(writer.dropped(), 1);
}

TEST_P(LineWriterTest, OfWaitingBeatsOnlyTheNewestIsKept) {
  LineWriter& writer = MakeWriter();
  Fill(PIPE_BUF);
  writer.Write("beat 1\n", Keep::kWhileNewest);
  writer.Write("beat 2\n", Keep::kWhileNewest);
  writer.Write("news\n", Keep::kWithinLimit);
  writer.Write("beat 3\n", Keep::kWhileNewest);
  writer.Write("beat 4\n", Keep::kWhileNewest);
  std::string text;
  while (!writer.idle()) {
    text += ReadAll(ends_.reading.get());
    loop_.RunPending();
  }
  text += ReadAll(ends_.reading.get());
  EXPECT_THAT(text, testing::EndsWith("x\nnews\nbeat 4\n"));
  EXPECT_EQ(writer.dropped(), 0);
}

TEST_P(LineWriterTest, BoundsWhatWaitsButNeverDropsTheAnswer) {
  LineWriter& writer = MakeWriter(/*limit=*/20);
  Fill(PIPE_BUF);
  for (int i = 0; i < 10; ++i)
    writer.Write(absl::StrCat("notice ", i, "\n"), Keep::kWithinLimit);
  writer.Write("the answer, longer than the limit\n", Keep::kAlways);
  std::string text;
  while (!writer.idle()) {
    text += ReadAll(ends_.reading.get());
    loop_.RunPending();
  }
  text += ReadAll(ends_.reading.get());
  EXPECT_THAT(text,
              testing::EndsWith("x\nnotice 8\nnotice 9\nthe answer, longer "
                                "than the limit\n"));
  EXPECT_EQ(writer.dropped(), 8);
}

TEST_P(LineWriterTest, NoticesWithoutAWriteThatTheReaderIsGone) {
  LineWriter& writer = MakeWriter();
  loop_.RunPending();
  EXPECT_THAT(gone_, SizeIs(0));
  ends_.reading.Reset();
  loop_.RunPending();
  ASSERT_THAT(gone_, SizeIs(1));
  EXPECT_TRUE(writer.gone());
  EXPECT_FALSE(writer.lost());
  loop_.Advance(absl::Hours(1));
  EXPECT_THAT(gone_, SizeIs(1));
}

TEST_P(LineWriterTest, NoticesByAWriteThatTheReaderIsGoneAndTellsLater) {
  LineWriter& writer = MakeWriter();
  ends_.reading.Reset();
  writer.Write("one\n", Keep::kAlways);
  EXPECT_THAT(gone_, SizeIs(0)) << "called from inside Write()";
  writer.Write("two\n", Keep::kAlways);
  loop_.RunPending();
  EXPECT_THAT(gone_, SizeIs(1));
  EXPECT_TRUE(writer.lost());
  EXPECT_TRUE(writer.idle());
}

TEST_P(LineWriterTest, NoticesThatAStuckReaderIsGone) {
  LineWriter& writer = MakeWriter();
  Fill(1000);
  ends_.reading.Reset();
  loop_.RunPending();
  EXPECT_THAT(gone_, SizeIs(1));
  EXPECT_TRUE(writer.lost());
  EXPECT_TRUE(writer.idle());
}

TEST_P(LineWriterTest, ReaderGoneBeforeTheWriterWasMade) {
  ends_.reading.Reset();
  MakeWriter();
  loop_.RunPending();
  EXPECT_THAT(gone_, SizeIs(1));
}

TEST_P(LineWriterTest, DestructionCancelsTheCallback) {
  LineWriter& writer = MakeWriter();
  ends_.reading.Reset();
  writer.Write("one\n", Keep::kAlways);
  writer_.reset();
  loop_.RunPending();
  EXPECT_THAT(gone_, SizeIs(0));
}

TEST(LineWriterToFile, WritesWhatIsAppended) {
  std::string path = absl::StrCat(getenv("TEST_TMPDIR"), "/lines");
  base::UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600));
  base::FakeLoop loop;
  LineWriter writer(&loop, fd.get(), nullptr);
  writer.Write("one\n", Keep::kAlways);
  writer.Write("two\n", Keep::kAlways);
  EXPECT_TRUE(writer.idle());
  lseek(fd.get(), 0, SEEK_SET);
  EXPECT_EQ(ReadAll(fd.get()), "one\ntwo\n");
}

TEST(LineWriterToFile, AFullDeviceIsTheEnd) {
  base::UniqueFd fd(open("/dev/full", O_WRONLY | O_CLOEXEC));
  if (!fd.valid()) GTEST_SKIP() << "no /dev/full here";
  base::FakeLoop loop;
  std::vector<absl::Status> gone;
  LineWriter writer(&loop, fd.get(),
                    [&](const absl::Status& why) { gone.push_back(why); });
  writer.Write("one\n", Keep::kAlways);
  loop.RunPending();
  ASSERT_THAT(gone, SizeIs(1));
  EXPECT_THAT(gone[0].message(), HasSubstr("No space left"));
}

TEST(LineWriterToFile, AClosedDescriptorIsTheEnd) {
  base::UniqueFd fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
  const int number = fd.get();
  fd.Reset();
  base::FakeLoop loop;
  std::vector<absl::Status> gone;
  LineWriter writer(&loop, number,
                    [&](const absl::Status& why) { gone.push_back(why); });
  loop.RunPending();
  ASSERT_THAT(gone, SizeIs(1));
  EXPECT_THAT(gone[0].message(), HasSubstr("Bad file descriptor"));
}

TEST(LineWriterToTerminal, WritesAndNoticesTheHangUp) {
  base::UniqueFd terminal(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(terminal.valid());
  ASSERT_EQ(grantpt(terminal.get()), 0);
  ASSERT_EQ(unlockpt(terminal.get()), 0);
  base::UniqueFd fd(
      open(ptsname(terminal.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!fd.valid()) GTEST_SKIP() << "no devpts here";
  base::FakeLoop loop;
  int gone = 0;
  LineWriter writer(&loop, fd.get(), [&](const absl::Status&) { ++gone; });
  writer.Write("one\n", Keep::kAlways);
  loop.RunPending();
  EXPECT_EQ(ReadAll(terminal.get()), "one\r\n");
  EXPECT_EQ(gone, 0);
  terminal.Reset();
  loop.RunPending();
  EXPECT_EQ(gone, 1);
}

}  // namespace
}  // namespace servo::protocol
