#include "protocol/json_line.h"

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace servo::protocol {
namespace {

using ::nlohmann::json;

std::string Escaped(absl::string_view text) {
  std::string out;
  EXPECT_EQ(AppendEscaped(text, 1 << 20, &out), text.size());
  return out;
}

// As nlohmann's library, which writes all other lines, escapes it.
std::string OracleEscaped(absl::string_view text) {
  const std::string quoted =
      json(std::string(text))
          .dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

TEST(AppendEscaped, EveryCharacterAsTheLibraryDoes) {
  for (int byte = 0; byte < 0x80; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    EXPECT_EQ(Escaped(text), OracleEscaped(text)) << byte;
  }
  for (const char* text :
       {"\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
        "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"})
    EXPECT_EQ(Escaped(text), OracleEscaped(text)) << text;
}

TEST(AppendEscaped, IllFormedPartsBecomeReplacementCharacters) {
  EXPECT_EQ(Escaped("a\xff\x62"), "a\\ufffdb");
  EXPECT_EQ(Escaped("\xe2\x82"), "\\ufffd");
  EXPECT_EQ(Escaped("\xff\xff"), "\\ufffd\\ufffd");
}

TEST(AppendEscaped, NeverCutsACharacter) {
  std::string out = "xx";
  EXPECT_EQ(AppendEscaped("ab\n\xf0\x9f\x98\x80", 6, &out), 3u);
  EXPECT_EQ(out, "xxab\\n");
  EXPECT_EQ(AppendEscaped("\xf0\x9f\x98\x80", 17, &out), 0u);
  EXPECT_EQ(AppendEscaped("\xf0\x9f\x98\x80", 18, &out), 4u);
  EXPECT_EQ(out, "xxab\\n\\ud83d\\ude00");
}

TEST(JsonLine, PutsTheTextsBetweenHeadAndTail) {
  EXPECT_EQ(ToString(JsonLine("{\"m\":\"", {"a\"b", "", "c"}, "\"}\n")),
            "{\"m\":\"a\\\"b\\n\\nc\"}\n");
  EXPECT_EQ(ToString(JsonLine("plain\n")), "plain\n");
}

TEST(JsonLine, PiecesOfAnySizeMakeTheSameLine) {
  const std::vector<std::string> texts = {"one \xf0\x9f\x98\x80 \"two\"",
                                          "\xff\n", std::string(50, 'x')};
  const std::string whole = ToString(JsonLine("{\"m\":\"", texts, "\"}\n"));
  for (size_t size = 12; size < whole.size() + 2; ++size) {
    JsonLine line("{\"m\":\"", texts, "\"}\n");
    EXPECT_FALSE(line.begun());
    std::string pieces;
    while (!line.done()) {
      const std::string piece = line.Next(size);
      ASSERT_FALSE(piece.empty());
      ASSERT_LE(piece.size(), size);
      EXPECT_TRUE(line.begun());
      pieces += piece;
    }
    EXPECT_EQ(pieces, whole) << size;
    EXPECT_EQ(line.Next(size), "");
  }
}

TEST(JsonLine, ALineThatFitsIsOnePiece) {
  const std::string whole = ToString(JsonLine("{\"m\":\"", {"ab\n"}, "\"}\n"));
  JsonLine line("{\"m\":\"", {"ab\n"}, "\"}\n");
  EXPECT_EQ(line.Next(whole.size()), whole);
  EXPECT_TRUE(line.done());
}

TEST(JsonLine, KnowsItsSize) {
  EXPECT_EQ(JsonLine("head", {"\n\n", "t"}, "tail").size(), 12u);
}

}  // namespace
}  // namespace servo::protocol
