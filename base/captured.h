// What is kept of an unbounded stream of bytes: its head and its tail.
#ifndef BASE_CAPTURED_H_
#define BASE_CAPTURED_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"

namespace servo::base {

class Redactor;  // base/redactor.h

// Takes any number of bytes and keeps the first and the last `limit` of them
// (contract.md section 3, "Output"). A value: copyable, movable; not
// thread-safe. Memory: at most 2 x `limit`, and no more than what was appended.
class Captured {
 public:
  static constexpr size_t kDefaultLimit = 64 * 1024;

  // Keeps up to `limit` bytes of the head and as many of the tail. Zero keeps
  // nothing but the count. What is shown of it (Text() and the like) is without
  // the secrets of `redactor`, if not null, which must outlive all copies; also
  // without the rest of one that the limit has cut.
  explicit Captured(
      size_t limit = kDefaultLimit,
      const Redactor* redactor ABSL_ATTRIBUTE_LIFETIME_BOUND = nullptr)
      : limit_(limit), redactor_(redactor) {}

  void Append(absl::string_view bytes);

  // All bytes ever appended.
  uint64_t total() const { return total_; }

  // Bytes between the head and the tail that were not kept.
  uint64_t omitted() const { return total_ - head_.size() - tail_.size(); }

  // Whether everything was kept.
  bool whole() const { return omitted() == 0; }

  // The bytes as they came, secrets included: all that was kept, with nothing
  // to mark a gap; the first of them; and the last, empty as long as the head
  // is not full.
  std::string Raw() const;
  absl::string_view head() const { return head_; }
  std::string tail() const;

  // Valid UTF-8 of what was kept: ill-formed bytes as U+FFFD (so that it may be
  // three times as long), and where bytes were left out a line that says how
  // many. A character that the cut would split is left out whole.
  std::string Text() const;

  // As Text(), but with the secrets that are in it.
  std::string UnmaskedText() const;

  // Appends Text(). So that nothing is copied twice, of which there may be
  // much, make room for TextSize() more bytes before.
  void AppendText(std::string* text) const;
  size_t TextSize() const;

  // Valid UTF-8 of at most the last `max_bytes` kept bytes, for messages:
  // without trailing line breaks, beginning at a line if one begins there, and
  // with a leading "..." if anything stands before it.
  std::string TailText(size_t max_bytes) const;

  // The same of the first bytes, with a trailing "..." if anything follows.
  std::string HeadText(size_t max_bytes) const;

 private:
  // The tail's bytes in order, after the ring has been turned so that it begins
  // with the oldest: the value stays the same.
  absl::string_view StraightTail() const;

  // What Text() is made of where nothing is masked: head and tail, which belong
  // together where there is no gap.
  struct Parts {
    absl::string_view head;
    std::string gap;
    absl::string_view tail;
  };
  Parts PartsOfText() const;

  bool masks() const;
  void AppendUnmaskedText(std::string* text) const;
  void AppendMaskedText(std::string* text) const;
  std::string MaskedTailText(size_t max_bytes) const;
  std::string MaskedHeadText(size_t max_bytes) const;

  size_t limit_;
  const Redactor* redactor_;
  uint64_t total_ = 0;
  std::string head_;
  mutable std::string tail_;      // a ring once it is `limit_` long
  mutable size_t tail_next_ = 0;  // where the ring's oldest byte stands
};

}  // namespace servo::base

#endif  // BASE_CAPTURED_H_
