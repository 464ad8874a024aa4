#include "base/captured.h"

#include <algorithm>
#include <random>
#include <string>

#include "base/redactor.h"
#include "base/utf8.h"
#include "gtest/gtest.h"

namespace servo::base {
namespace {

Captured Of(size_t limit, absl::string_view text) {
  Captured captured(limit);
  captured.Append(text);
  return captured;
}

TEST(CapturedTest, KeepsAllUpToTwiceTheLimit) {
  EXPECT_EQ(Of(4, "").Text(), "");
  EXPECT_EQ(Of(4, "abcdefgh").Text(), "abcdefgh");
  EXPECT_EQ(Of(4, "abcdefgh").omitted(), 0u);
}

TEST(CapturedTest, SaysHowManyBytesAreLeftOut) {
  const Captured captured = Of(4, "abcdEFGHIwxyz");
  EXPECT_EQ(captured.total(), 13u);
  EXPECT_EQ(captured.omitted(), 5u);
  EXPECT_EQ(captured.Text(), "abcd\n[... 5 bytes left out ...]\nwxyz");
}

TEST(CapturedTest, GivesTheBytesAsTheyCame) {
  const Captured whole = Of(4,
                            "ab\xff"
                            "def");
  EXPECT_TRUE(whole.whole());
  EXPECT_EQ(whole.Raw(),
            "ab\xff"
            "def");
  EXPECT_EQ(whole.head(),
            "ab\xff"
            "d");
  EXPECT_EQ(whole.tail(), "ef");
  const Captured cut = Of(4, "abcd12345EFGHI");
  EXPECT_FALSE(cut.whole());
  EXPECT_EQ(cut.Raw(), "abcdFGHI");
  EXPECT_EQ(cut.head(), "abcd");
  EXPECT_EQ(cut.tail(), "FGHI");
  EXPECT_EQ(Of(4, "abc").tail(), "");
}

TEST(CapturedTest, LimitZeroOnlyCounts) {
  const Captured captured = Of(0, "abc");
  EXPECT_EQ(captured.omitted(), 3u);
  EXPECT_EQ(captured.Text(), "\n[... 3 bytes left out ...]\n");
}

TEST(CapturedTest, AnySplitOfTheInputGivesTheSame) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    const size_t limit = random() % 9;
    std::string text;
    Captured pieces(limit);
    for (size_t n = random() % 12; n > 0; --n) {
      std::string piece(random() % 8, ' ');
      for (char& c : piece) c = static_cast<char>('a' + random() % 26);
      pieces.Append(piece);
      text += piece;
    }
    // The naive way to the same.
    std::string expected = text;
    if (text.size() > 2 * limit) {
      const size_t left_out = text.size() - 2 * limit;
      expected = text.substr(0, limit) + "\n[... " + std::to_string(left_out) +
                 " bytes left out ...]\n" + text.substr(text.size() - limit);
    }
    ASSERT_EQ(pieces.Text(), expected) << "limit " << limit << " of " << text;
    ASSERT_EQ(pieces.total(), text.size());
  }
}

TEST(CapturedTest, CharactersAtTheCutAreLeftOutWhole) {
  // Each euro sign has three bytes; the limit cuts one on either side.
  std::string euros;
  for (int i = 0; i < 6; ++i) euros += "\xE2\x82\xAC";
  EXPECT_EQ(Of(4, euros).Text(),
            "\xE2\x82\xAC\n[... 12 bytes left out ...]\n\xE2\x82\xAC");
}

TEST(CapturedTest, CharacterAcrossHeadAndTailIsKeptWhenNothingIsLeftOut) {
  EXPECT_EQ(Of(2, "a\xE2\x82\xAC").Text(), "a\xE2\x82\xAC");
}

TEST(CapturedTest, TextIsValidUtf8WhateverCame) {
  EXPECT_EQ(Of(64, "caf\xE9\n").Text(), "caf\xEF\xBF\xBD\n");
  std::string all_bytes;
  for (int i = 0; i < 256; ++i) all_bytes += static_cast<char>(i);
  for (size_t limit = 0; limit < 140; ++limit) {
    EXPECT_TRUE(IsValidUtf8(Of(limit, all_bytes).Text())) << limit;
  }
}

TEST(CapturedTest, TailTextBeginsAtALine) {
  const Captured captured = Of(100, "first line\nsecond line\nlast line\n");
  EXPECT_EQ(captured.TailText(100), "first line\nsecond line\nlast line");
  EXPECT_EQ(captured.TailText(15), "...last line");
  EXPECT_EQ(captured.TailText(4), "...line");
  EXPECT_EQ(captured.TailText(0), "...");
}

TEST(CapturedTest, TailTextOfACutStream) {
  EXPECT_EQ(Of(4, "abcd-----wxyz").TailText(100), "...wxyz");
}

TEST(CapturedTest, HeadTextSaysThatMoreFollows) {
  EXPECT_EQ(Of(100, "one line\n").HeadText(100), "one line");
  EXPECT_EQ(Of(100, "one line\n").HeadText(3), "one...");
  EXPECT_EQ(Of(4, "abcd-----wxyz").HeadText(100), "abcd...");
  EXPECT_EQ(Of(100, "a\xE2\x82\xAC").HeadText(3), "a...");
}

TEST(CapturedTest, CopiesAreIndependent) {
  Captured one = Of(4, "abc");
  Captured two = one;
  two.Append("d");
  EXPECT_EQ(one.Text(), "abc");
  EXPECT_EQ(two.Text(), "abcd");
}

class CapturedSecretsTest : public ::testing::Test {
 protected:
  CapturedSecretsTest() { redactor_.Add("hunter2"); }

  Captured Of(size_t limit, absl::string_view text) {
    Captured captured(limit, &redactor_);
    captured.Append(text);
    return captured;
  }

  Redactor redactor_;
};

TEST_F(CapturedSecretsTest, AreMaskedInTextsAlone) {
  const Captured captured = Of(100, "a hunter2 b\n");
  EXPECT_EQ(captured.Text(), "a *** b\n");
  EXPECT_EQ(captured.TailText(100), "a *** b");
  EXPECT_EQ(captured.HeadText(100), "a *** b");
  EXPECT_EQ(captured.Raw(), "a hunter2 b\n");
  EXPECT_EQ(captured.UnmaskedText(), "a hunter2 b\n");
}

TEST_F(CapturedSecretsTest, AreFoundAcrossPiecesAndAcrossHeadAndTail) {
  Captured captured(4, &redactor_);
  for (const char c : std::string("-hunter2")) {
    captured.Append(absl::string_view(&c, 1));
  }
  EXPECT_TRUE(captured.whole());
  EXPECT_EQ(captured.Text(), "-***");
  EXPECT_EQ(captured.TailText(100), "-***");
  EXPECT_EQ(captured.HeadText(100), "-***");
}

// Wherever the cuts fall, no piece of a secret is shown.
TEST_F(CapturedSecretsTest, LeaveNothingAtACut) {
  const std::string text = std::string(40, '-') + "hunter2" +
                           std::string(40, '-') + "hunter2" +
                           std::string(40, '-');
  const auto is_clean = [](absl::string_view shown) {
    for (const char c : absl::string_view("hunter2")) {
      if (shown.find(c) != absl::string_view::npos) return false;
    }
    return true;
  };
  for (size_t limit = 1; limit <= text.size(); ++limit) {
    const Captured captured = Of(limit, text);
    const std::string whole = captured.Text();
    const size_t gap = whole.find("\n[");
    EXPECT_TRUE(is_clean(whole.substr(0, gap))) << whole;
    if (gap != std::string::npos) {
      EXPECT_TRUE(is_clean(whole.substr(whole.find("]\n")))) << whole;
    }
    for (size_t max = 0; max <= text.size(); ++max) {
      EXPECT_TRUE(is_clean(captured.TailText(max))) << captured.TailText(max);
      EXPECT_TRUE(is_clean(captured.HeadText(max))) << captured.HeadText(max);
    }
  }
}

TEST_F(CapturedSecretsTest, DoNotChangeOtherTexts) {
  const std::string text = "one\ntwo, which is longer\nthree\n\n";
  for (size_t limit = 1; limit <= text.size(); ++limit) {
    Captured plain(limit);
    plain.Append(text);
    const Captured masking = Of(limit, text);
    for (size_t max = 0; max <= text.size(); ++max) {
      EXPECT_EQ(masking.TailText(max).empty(), plain.TailText(max).empty());
    }
    if (!plain.whole()) continue;
    EXPECT_EQ(masking.Text(), plain.Text());
    for (size_t max = 0; max <= text.size(); ++max) {
      EXPECT_EQ(masking.TailText(max), plain.TailText(max)) << max;
      EXPECT_EQ(masking.HeadText(max), plain.HeadText(max)) << max;
    }
  }
}

TEST_F(CapturedSecretsTest, CanBecomeKnownLater) {
  const Captured captured = Of(100, "a swordfish");
  redactor_.Add("swordfish");
  EXPECT_EQ(captured.Text(), "a ***");
}

TEST(CapturedTest, AppendsItsTextToAnother) {
  Captured captured(4);
  for (const std::string bytes : {"ab\xff", "cdefghij\xc3", "\xa4z"}) {
    captured.Append(bytes);
    std::string text = "begin ";
    text.reserve(text.size() + captured.TextSize());
    const size_t room = text.capacity();
    captured.AppendText(&text);
    EXPECT_EQ(text, "begin " + captured.Text());
    EXPECT_EQ(text.size(), 6 + captured.TextSize());
    EXPECT_EQ(text.capacity(), room);
  }
}

}  // namespace
}  // namespace servo::base
