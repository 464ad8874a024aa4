#include "base/utf8.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace servo::base {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";

TEST(Utf8Test, WellFormedTextIsUnchanged) {
  for (const std::string& text :
       {std::string(), std::string("ascii\n"), std::string("nul\0in", 6),
        std::string("\xC2\x80 \xDF\xBF"),                       // 2 bytes
        std::string("\xE0\xA0\x80 \xED\x9F\xBF \xEF\xBF\xBF"),  // 3 bytes
        std::string("\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF")}) {    // 4 bytes
    EXPECT_TRUE(IsValidUtf8(text));
    EXPECT_EQ(ToValidUtf8(text), text);
  }
}

struct IllFormed {
  const char* what;
  std::string bytes;
  int replacements;
};

TEST(Utf8Test, EachMaximalIllFormedPartBecomesOneReplacement) {
  const IllFormed cases[] = {
      {"lone continuation", "\x80", 1},
      {"two continuations", "\x80\xBF", 2},
      {"never a lead byte", "\xFF\xFE\xC0\xC1\xF5", 5},
      {"overlong slash in 2", "\xC0\xAF", 2},
      {"overlong slash in 3", "\xE0\x80\xAF", 3},
      {"overlong in 4", "\xF0\x80\x80\xAF", 4},
      {"surrogate", "\xED\xA0\x80", 3},
      {"above U+10FFFF", "\xF4\x90\x80\x80", 4},
      {"cut 3-byte sequence", "\xE2\x82", 1},
      {"cut 4-byte sequence", "\xF0\x9F\x98", 1},
  };
  for (const IllFormed& c : cases) {
    SCOPED_TRACE(c.what);
    EXPECT_FALSE(IsValidUtf8(c.bytes));
    std::string expected = "a";
    for (int i = 0; i < c.replacements; ++i) expected += kReplacement;
    expected += "z";
    EXPECT_EQ(ToValidUtf8("a" + c.bytes + "z"), expected);
  }
}

TEST(Utf8Test, SequenceLength) {
  EXPECT_EQ(Utf8SequenceLength("a"), 1u);
  EXPECT_EQ(Utf8SequenceLength("\xC3\xA9x"), 2u);
  EXPECT_EQ(Utf8SequenceLength("\xE2\x82\xAC"), 3u);
  EXPECT_EQ(Utf8SequenceLength("\xF0\x9F\x98\x80"), 4u);
  EXPECT_EQ(Utf8SequenceLength("\xE2\x82"), 0u);
  EXPECT_EQ(Utf8SequenceLength("\x82"), 0u);
}

// The JSON library's serializer is an independent judge of well-formedness.
bool JsonAccepts(const std::string& text) {
  try {
    (void)nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

TEST(Utf8Test, AgreesWithTheJsonLibraryOnRandomBytes) {
  std::mt19937 random(20240722);
  // Drawn from the bytes at which the rules change, so that sequences happen.
  const std::string bytes =
      "a\x7F\x80\x8F\x90\x9F\xA0\xBF\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0"
      "\xF1\xF3\xF4\xF5\xFF";
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (size_t length = random() % 7; text.size() < length;) {
      text += bytes[random() % bytes.size()];
    }
    ASSERT_EQ(IsValidUtf8(text), JsonAccepts(text)) << nlohmann::json::binary(
        std::vector<uint8_t>(text.begin(), text.end()));
    ASSERT_TRUE(JsonAccepts(ToValidUtf8(text)));
  }
}

TEST(IllFormedUtf8Length, IsThatOfTheMaximalPart) {
  EXPECT_EQ(IllFormedUtf8Length("a"), 0u);
  EXPECT_EQ(IllFormedUtf8Length("\xc3\xa9"), 0u);
  EXPECT_EQ(IllFormedUtf8Length("\xff\xff"), 1u);
  EXPECT_EQ(IllFormedUtf8Length("\xe2\x82("), 2u);
  EXPECT_EQ(IllFormedUtf8Length("\xf0\x9f\x98"), 3u);
  EXPECT_EQ(IllFormedUtf8Length("\xed\xa0\x80"), 1u);
}

TEST(DecodeUtf8, TellsTheCodePointOfEachLength) {
  EXPECT_EQ(DecodeUtf8("a"), 0x61u);
  EXPECT_EQ(DecodeUtf8("\xc3\xa9"), 0xe9u);
  EXPECT_EQ(DecodeUtf8("\xe2\x82\xac"), 0x20acu);
  EXPECT_EQ(DecodeUtf8("\xf4\x8f\xbf\xbf"), 0x10ffffu);
}

TEST(FirstCharacters, CountsCharactersAndNotBytes) {
  EXPECT_EQ(FirstCharacters("a\xc3\xa9\xe2\x82\xac", 2), "a\xc3\xa9");
  EXPECT_EQ(FirstCharacters("a\xc3\xa9", 2), "a\xc3\xa9");
  EXPECT_EQ(FirstCharacters("abc", 0), "");
  EXPECT_EQ(FirstCharacters("", 5), "");
}

TEST(FirstBytes, SplitsNoCharacter) {
  EXPECT_EQ(FirstBytes("a\xc3\xa9\xe2\x82\xac", 2), "a");
  EXPECT_EQ(FirstBytes("a\xc3\xa9\xe2\x82\xac", 3), "a\xc3\xa9");
  EXPECT_EQ(FirstBytes("a\xc3\xa9\xe2\x82\xac", 5), "a\xc3\xa9");
  EXPECT_EQ(FirstBytes("a\xc3\xa9\xe2\x82\xac", 6), "a\xc3\xa9\xe2\x82\xac");
  EXPECT_EQ(FirstBytes("abc", 0), "");
  EXPECT_EQ(FirstBytes("\x80\x80", 1), "");
}

}  // namespace
}  // namespace servo::base
