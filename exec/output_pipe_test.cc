#include "exec/output_pipe.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "base/fake_loop.h"
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
    pipe_ = std::make_unique<OutputPipe>(&loop_, base::UniqueFd(ends[0]),
                                         /*limit=*/1 << 20,
                                         absl::MakeSpan(buffer_));
    writer_.Reset(ends[1]);
  }

  void Write(const std::string& text) {
    ASSERT_EQ(write(writer_.get(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }

  base::FakeLoop loop_;
  std::vector<char> buffer_;
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
