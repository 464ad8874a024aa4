// What a large output costs beside what is kept of it.
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

#include "base/captured.h"
#include "gtest/gtest.h"

namespace {

size_t allocated = 0;
size_t peak = 0;

// In front of each block.
struct alignas(std::max_align_t) Header {
  size_t size;
};

}  // namespace

// A sanitizer has its own.
#ifndef __SANITIZE_ADDRESS__

void* operator new(size_t size) {
  auto* header = static_cast<Header*>(std::malloc(sizeof(Header) + size));
  if (header == nullptr) throw std::bad_alloc();
  header->size = size;
  allocated += size;
  if (allocated > peak) peak = allocated;
  return header + 1;
}

void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  Header* header = static_cast<Header*>(block) - 1;
  allocated -= header->size;
  std::free(header);
}

void operator delete(void* block, size_t) noexcept { operator delete(block); }

#endif

namespace servo::base {
namespace {

class CapturedMemoryTest : public testing::Test {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the sanitizer counts no blocks";
#endif
  }
};

constexpr size_t kLimit = 8 * 1024 * 1024;

// Bytes of which half are no UTF-8, as those of a binary file.
std::string BinaryPiece() {
  std::string piece(64 * 1024, '\0');
  unsigned state = 1;
  for (char& byte : piece) {
    state = state * 1664525u + 1013904223u;
    byte = static_cast<char>(state >> 24);
  }
  return piece;
}

TEST_F(CapturedMemoryTest, TextOfBinaryOutputCostsThreeTimesWhatIsKept) {
  const std::string piece = BinaryPiece();
  Captured captured(kLimit);
  while (captured.total() < 3 * kLimit + 1000) captured.Append(piece);
  const size_t before = allocated;
  peak = allocated;
  const std::string text = captured.Text();
  EXPECT_GT(text.size(), 2 * kLimit);
  EXPECT_LE(peak - before, text.capacity() + 1024);
  // Together with what is kept.
  EXPECT_LE(peak - before + 2 * kLimit, 3 * 2 * kLimit);
}

TEST_F(CapturedMemoryTest, AShortTextCostsAsMuchAsItIsLong) {
  Captured captured(kLimit);
  const std::string piece(64 * 1024, 'x');
  while (captured.total() < 2 * kLimit - 10) captured.Append(piece);
  peak = allocated;
  const size_t before = allocated;
  captured.TailText(1000);
  captured.HeadText(1000);
  EXPECT_LE(peak - before, 100 * 1024u);
}

}  // namespace
}  // namespace servo::base
