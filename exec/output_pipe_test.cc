#include "exec/output_pipe.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/captured.h"
#include "base/fake_loop.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

class OutputPipeTest : public testing::Test {
 protected:
  OutputPipeTest() { Open(1000); }

  // A new pipe, read with a buffer of this size.
  void Open(size_t buffer_size) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    pipe_.reset();
    buffer_.resize(buffer_size);
    shared_ = {absl::MakeSpan(buffer_)};
    pipe_ = std::make_unique<OutputPipe>(&loop_, base::UniqueFd(ends[0]),
                                         base::Captured(1 << 20), &shared_);
    writer_.Reset(ends[1]);
  }

  void Write(const std::string& text) {
    ASSERT_EQ(write(writer_.get(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }

  base::FakeLoop loop_;
  std::vector<char> buffer_;
  OutputPipe::Shared shared_;
  std::unique_ptr<OutputPipe> pipe_;
  base::UniqueFd writer_;
};

TEST_F(OutputPipeTest, ReadsAsItComes) {
  loop_.RunPending();
  Write("a");
  loop_.RunPending();
  Write("b");
  loop_.RunPending();
  EXPECT_TRUE(pipe_->open());
  EXPECT_EQ(pipe_->Take().Text(), "ab");
}

TEST_F(OutputPipeTest, ManyPipesShareWhatIsReadInATurn) {
  Open(1 << 20);
  fcntl(writer_.get(), F_SETPIPE_SZ, 256 * 1024);
  Write(std::string(200 * 1024, 'x'));
  shared_.open = 200;
  loop_.RunOnce();
  int left = 0;
  ASSERT_EQ(ioctl(writer_.get(), FIONREAD, &left), 0);
  EXPECT_GT(left, 100 * 1024);
  shared_.open = 1;
  loop_.RunOnce();
  ASSERT_EQ(ioctl(writer_.get(), FIONREAD, &left), 0);
  EXPECT_EQ(left, 0);
}

TEST_F(OutputPipeTest, ClosesAtTheEnd) {
  Write("a");
  writer_.Reset();
  loop_.RunPending();
  EXPECT_FALSE(pipe_->open());
  EXPECT_EQ(pipe_->Take().Text(), "a");
}

TEST_F(OutputPipeTest, DrainsWhatThereIsAtOnce) {
  for (size_t size : {1, 999, 1000, 1001, 2000, 65536}) {
    Write(std::string(size, 'x'));
    pipe_->Drain();
    EXPECT_EQ(pipe_->Take().total(), size);
    EXPECT_TRUE(pipe_->open());
    int left = -1;
    ioctl(writer_.get(), FIONREAD, &left);
    EXPECT_EQ(left, 0);
  }
}

TEST_F(OutputPipeTest, DrainSeesTheEnd) {
  Write("abc");
  writer_.Reset();
  pipe_->Drain();
  EXPECT_FALSE(pipe_->open());
  EXPECT_EQ(pipe_->Take().Text(), "abc");
  pipe_->Drain();
}

TEST_F(OutputPipeTest, GivesAFloodALargerPipe) {
  Open(1 << 20);
  const int before = fcntl(writer_.get(), F_GETPIPE_SZ);
  Write(std::string(65536, 'x'));
  loop_.RunPending();
  EXPECT_GT(fcntl(writer_.get(), F_GETPIPE_SZ), before);
  EXPECT_TRUE(pipe_->open());
  EXPECT_EQ(pipe_->Take().total(), 65536u);
}

// A loop on whose clock every look takes 100 microseconds, and during which one
// more byte is written.
class DrippingLoop final : public base::Loop {
 public:
  absl::Duration Now() const override {
    ++looks;
    if (writer >= 0) {
      EXPECT_EQ(write(writer, "x", 1), 1);
    }
    return looks * absl::Microseconds(100);
  }

  mutable int looks = 0;
  int writer = -1;

 private:
  void Wait(absl::Span<pollfd> fds, absl::Duration) override {
    EXPECT_GE(poll(fds.data(), fds.size(), 0), 0);
  }
};

TEST(OutputPipe, LooksAgainAtAFloodThatRunsDryButNotForLong) {
  DrippingLoop loop;
  std::vector<char> buffer(1 << 20);
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  const base::UniqueFd writer(ends[1]);
  OutputPipe::Shared shared = {absl::MakeSpan(buffer)};
  OutputPipe pipe(&loop, base::UniqueFd(ends[0]), base::Captured(1 << 20),
                  &shared);
  const std::string flood(65536, 'x');
  ASSERT_EQ(write(writer.get(), flood.data(), flood.size()), 65536);
  loop.RunOnce();
  loop.writer = writer.get();
  ASSERT_EQ(write(writer.get(), flood.data(), flood.size()), 65536);
  const int looks_before = loop.looks;
  loop.RunOnce();
  EXPECT_GE(loop.looks - looks_before, 10);
  EXPECT_LE(loop.looks - looks_before, 20);
  EXPECT_GT(pipe.Take().total(), 2 * 65536u + 5);
}

TEST_F(OutputPipeTest, TellsTheEndAndMayBeDestroyedThen) {
  int calls = 0;
  pipe_->OnClosed([&] {
    ++calls;
    pipe_.reset();
  });
  Write("a");
  loop_.RunPending();
  EXPECT_EQ(calls, 0);
  writer_.Reset();
  loop_.RunPending();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(pipe_, nullptr);
}

TEST_F(OutputPipeTest, KeepsNothingOnceTaken) {
  Write("a");
  loop_.RunPending();
  EXPECT_EQ(pipe_->Take().Text(), "a");
  Write("b");
  loop_.RunPending();
  EXPECT_EQ(pipe_->Take().omitted(), 1u);
}

}  // namespace
}  // namespace servo::exec
