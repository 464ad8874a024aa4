// UTF-8 validity.
#ifndef BASE_UTF8_H_
#define BASE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace servo::base {

// The length in bytes (1 to 4) of the well-formed UTF-8 sequence that `text`
// begins with, or 0 if it begins with none: overlong forms, surrogates, code
// points above U+10FFFF and cut sequences are ill-formed (Unicode 15, table
// 3-7). `text` must not be empty.
size_t Utf8SequenceLength(absl::string_view text);

// The length in bytes (1 to 3) of the maximal ill-formed part that `text`
// begins with (Unicode 15, section 3.9), or 0 if it begins with a well-formed
// sequence. `text` must not be empty.
size_t IllFormedUtf8Length(absl::string_view text);

// The code point of `sequence`, which is one well-formed sequence.
uint32_t DecodeUtf8(absl::string_view sequence);

// Whether all of `text` is well-formed UTF-8.
bool IsValidUtf8(absl::string_view text);

// The first `count` characters of `text`, which is well-formed; all of it if it
// has fewer.
absl::string_view FirstCharacters(absl::string_view text, size_t count);

// The longest beginning of `text` that takes at most `max_bytes` and ends with
// no part of a character.
absl::string_view FirstBytes(absl::string_view text, size_t max_bytes);

// `text` with each maximal ill-formed part replaced by one U+FFFD, as Unicode
// 15 section 3.9 recommends and browsers do. Well-formed text comes back
// unchanged.
std::string ToValidUtf8(absl::string_view text);

// Appends ToValidUtf8() of `first` and `second` joined, without joining them;
// and the size of that, so that the memory for a large one can be reserved.
void AppendValidUtf8(absl::string_view first, absl::string_view second,
                     std::string* out);
size_t ValidUtf8Size(absl::string_view first, absl::string_view second);

}  // namespace servo::base

#endif  // BASE_UTF8_H_
