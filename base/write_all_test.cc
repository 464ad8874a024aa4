#include "base/write_all.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>

#include "base/unique_fd.h"
#include "gtest/gtest.h"

namespace servo::base {
namespace {

TEST(WriteAll, WritesMoreThanAPipeHolds) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const UniqueFd out(ends[0]);
  UniqueFd in(ends[1]);
  const std::string text(1 << 20, 'x');
  int error = -1;
  std::thread writer([&] {
    error = WriteAll(in.get(), text);
    in.Reset();
  });
  std::string read_back;
  char block[4096];
  for (ssize_t count; (count = read(out.get(), block, sizeof(block))) > 0;) {
    read_back.append(block, static_cast<size_t>(count));
  }
  writer.join();
  EXPECT_EQ(error, 0);
  EXPECT_EQ(read_back, text);
}

TEST(WriteAll, ReturnsWhyItFailed) {
  const UniqueFd full(open("/dev/full", O_WRONLY));
  ASSERT_TRUE(full.valid());
  EXPECT_EQ(WriteAll(full.get(), "text"), ENOSPC);
  EXPECT_EQ(WriteAll(-1, "text"), EBADF);
  EXPECT_EQ(WriteAll(-1, ""), 0);
}

}  // namespace
}  // namespace servo::base
