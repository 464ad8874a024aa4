#include "base/invisible.h"

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace servo::base {
namespace {

TEST(InvisibleKindTest, TellsControlsFromWhatReordersAndWhatHides) {
  struct Case {
    uint32_t first;
    uint32_t last;
    Invisible kind;
  };
  const Case cases[] = {
      {0x00, 0x1f, Invisible::kControl},
      {0x20, 0x7e, Invisible::kNo},
      {0x7f, 0x9f, Invisible::kControl},
      {0xa0, 0xac, Invisible::kNo},
      {0x61c, 0x61c, Invisible::kHidden},
      {0x200b, 0x200f, Invisible::kHidden},
      {0x2010, 0x2027, Invisible::kNo},
      {0x202a, 0x202e, Invisible::kReorders},
      {0x202f, 0x205f, Invisible::kNo},
      {0x2066, 0x2069, Invisible::kReorders},
      {0xfe00, 0xfe0f, Invisible::kNo},
      {0xfeff, 0xfeff, Invisible::kHidden},
      {0x1f600, 0x1f64f, Invisible::kNo},
      {0xe0020, 0xe007f, Invisible::kHidden},
      {0xe0100, 0xe01ef, Invisible::kNo},
      {0x10ffff, 0x10ffff, Invisible::kNo},
  };
  for (const Case& c : cases) {
    for (uint32_t point = c.first; point <= c.last; ++point) {
      EXPECT_EQ(InvisibleKind(point), c.kind) << std::hex << point;
    }
  }
}

TEST(EscapeInvisibleTest, ShowsWhatIsNotSeen) {
  struct Case {
    const char* name;
    absl::string_view text;
    const char* result;
  };
  const Case cases[] = {
      {"empty", "", ""},
      {"plain", "one\n\ttwo \\ \"\n", "one\n\ttwo \\ \"\n"},
      {"letters", "gr\u00fc\u00df \u4f60\u597d \u05e9\u05dc", nullptr},
      {"override", "a\u202etxt.exe", "a\\u202etxt.exe"},
      {"isolates", "\u2066a\u2069", "\\u2066a\\u2069"},
      {"marks", "a\u200e\u200f\u061c", "a\\u200e\\u200f\\u061c"},
      {"no width", "a\u200bb\u2060\ufeff", "a\\u200bb\\u2060\\ufeff"},
      {"8-bit controls", "\u009b31m\u0085", "\\u009b31m\\u0085"},
      {"7-bit controls", "\x1b[31m\a\x7f", "\\x1b[31m\\x07\\x7f"},
      {"NUL", absl::string_view("a\0b", 3), "a\\x00b"},
      {"CR LF", "one\r\ntwo\r\n", nullptr},
      {"redrawn", "1%\r2%\r\r\n", "1%\\r2%\\r\r\n"},
      {"line separators", "\u2028\u2029", "\\u2028\\u2029"},
      {"tags", "a\U000e0041", "a\\U000e0041"},
      {"joiner of emoji", "\U0001f469\u200d\U0001f467", nullptr},
      {"non-joiner of Persian", "\u0645\u06cc\u200c\u062e", nullptr},
      {"joiners that hide", "\u200ca\u200db", "\\u200ca\\u200db"},
      {"emoji's look", "\u2764\ufe0f", nullptr},
      {"not UTF-8", "a\xff\xe2\x80", nullptr},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(EscapeInvisible(c.text),
              c.result == nullptr ? std::string(c.text) : c.result)
        << c.name;
  }
}

}  // namespace
}  // namespace servo::base
