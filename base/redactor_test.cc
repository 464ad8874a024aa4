#include "base/redactor.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/redact_json.h"
#include "base/secret_forms.h"
#include "base/testing/cpu_time.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace servo::base {
namespace {

// `text` without `secret`.
std::string Masked(absl::string_view secret, absl::string_view text) {
  Redactor redactor;
  EXPECT_TRUE(redactor.Add(secret));
  return redactor.Redact(std::string(text));
}

TEST(RedactorTest, KnowsNothingAtFirst) {
  const Redactor redactor;
  EXPECT_TRUE(redactor.empty());
  EXPECT_EQ(redactor.longest(), 0u);
  EXPECT_EQ(redactor.Redact("a text"), "a text");
  EXPECT_EQ(redactor.Redact("a text", {.before = true, .behind = true}),
            "a text");
  EXPECT_EQ(redactor.RedactMessage("a text..."), "a text...");
}

TEST(RedactorTest, CopiesNoTextThatHasNoSecret) {
  Redactor redactor;
  for (int i = 0; i < 2; ++i) {
    std::string text(100'000, 'x');
    const char* const place = text.data();
    text = redactor.RedactMessage(std::move(text));
    EXPECT_EQ(text.data(), place);
    EXPECT_TRUE(redactor.Add("hunter2"));
  }
}

TEST(RedactorTest, MasksAValueWhereverItStands) {
  EXPECT_EQ(Masked("hunter2", "hunter2"), "***");
  EXPECT_EQ(Masked("hunter2", "a hunter2 b hunter2"), "a *** b ***");
  EXPECT_EQ(Masked("hunter2", "hunter2hunter2"), "******");
  EXPECT_EQ(Masked("hunter2", "hunterhunter2"), "hunter***");
  EXPECT_EQ(Masked("hunter2", "Hunter2 hunter"), "Hunter2 hunter");
  EXPECT_EQ(Masked("hunter2", ""), "");
}

TEST(RedactorTest, RefusesWhatIsTooShort) {
  Redactor redactor;
  EXPECT_FALSE(redactor.Add(""));
  EXPECT_FALSE(redactor.Add("abc"));
  EXPECT_FALSE(redactor.Add("\xC3\xA9\xC3\xA9\xC3\xA9"));  // three characters
  EXPECT_TRUE(redactor.empty());
  EXPECT_TRUE(redactor.Add("abcd"));
  EXPECT_EQ(redactor.Redact("abc abcd"), "abc ***");
}

TEST(RedactorTest, MasksWhatOverlapsAsOne) {
  Redactor redactor;
  redactor.Add("abcdefgh");
  redactor.Add("efghijkl");
  redactor.Add("cdef");
  EXPECT_EQ(redactor.Redact("-abcdefghijkl-"), "-***-");
  EXPECT_EQ(Masked("abab", "-ababab-"), "-***-");
}

TEST(RedactorTest, LearnsAtAnyTime) {
  Redactor redactor;
  redactor.Add("a rather long secret");
  EXPECT_EQ(redactor.Redact("a rather long secret, tiny"), "***, tiny");
  redactor.Add("tiny");  // the shortest so far
  redactor.Add("another rather long secret");
  redactor.Add("tiny");  // again
  EXPECT_EQ(redactor.Redact("a rather long secret, tiny, "
                            "another rather long secret"),
            "***, ***, ***");
}

TEST(RedactorTest, MasksLinesOfEightCharactersOrMore) {
  const char kKey[] = "-----BEGIN-----\r\nMIIEvQIBADAN\nshort\nabcdefgh\n";
  EXPECT_EQ(Masked(kKey, "x MIIEvQIBADAN y"), "x *** y");
  EXPECT_EQ(Masked(kKey, "x abcdefgh y"), "x *** y");
  EXPECT_EQ(Masked(kKey, "x short y"), "x short y");
  EXPECT_EQ(Masked(kKey, absl::StrCat("x ", kKey, " y")), "x *** y");
}

TEST(RedactorTest, MasksBase64AtEachOffset) {
  for (const absl::string_view secret :
       {"pass", "hunter2", "s3cr3t!?>", "a secret of 20 bytes"}) {
    for (const absl::string_view before : {"", "u", "me", "you", "user:"}) {
      for (const absl::string_view behind : {"", "x", "yy", "zzz"}) {
        const std::string text = absl::StrCat(before, secret, behind);
        for (const std::string& encoded :
             {absl::Base64Escape(text), absl::WebSafeBase64Escape(text)}) {
          // Each character that has a bit of the secret.
          const size_t begin = before.size() * 8 / 6;
          const size_t end = ((before.size() + secret.size()) * 8 + 5) / 6;
          EXPECT_EQ(Masked(secret, encoded),
                    absl::StrCat(encoded.substr(0, begin), "***",
                                 encoded.substr(end)))
              << encoded;
        }
      }
    }
  }
  EXPECT_EQ(Masked("hunter2", absl::Base64Escape("me:hunter2")), "bWU6***==");
}

// `text` with `line_break` after each `width` characters.
std::string Wrapped(absl::string_view text, size_t width,
                    absl::string_view line_break) {
  std::string wrapped;
  while (text.size() > width) {
    absl::StrAppend(&wrapped, text.substr(0, width), line_break);
    text.remove_prefix(width);
  }
  return absl::StrCat(wrapped, text);
}

constexpr absl::string_view kLineBreaks[] = {"\n",     "\r\n",   "\n    ",
                                             "\r\n\t", "\\r\\n", "\\n"};

TEST(RedactorTest, MasksBase64InSeveralLines) {
  const std::string secret =
      "a secret of more than forty bytes, for a long line!";
  for (const size_t width : {16u, 64u, 76u}) {
    for (const absl::string_view line_break : kLineBreaks) {
      for (size_t before = 0; before < 80; ++before) {
        const std::string encoded = absl::Base64Escape(absl::StrCat(
            std::string(before, 'x'), secret, std::string(100, 'y')));
        const size_t begin = before * 8 / 6;
        const size_t end = ((before + secret.size()) * 8 + 5) / 6;
        // Each character knows the line breaks before it.
        const size_t wrapped_begin = begin + begin / width * line_break.size();
        const size_t wrapped_end = end + (end - 1) / width * line_break.size();
        const std::string text = Wrapped(encoded, width, line_break);
        ASSERT_EQ(Masked(secret, absl::StrCat("<", text, ">")),
                  absl::StrCat("<", text.substr(0, wrapped_begin), "***",
                               text.substr(wrapped_end), ">"))
            << width << " " << before;
      }
    }
  }
}

TEST(RedactorTest, LinesOfOtherWordsAreNoBase64) {
  const std::string secret = "swordfish-and-a-bit-more-than-it";
  const std::string encoded = absl::Base64Escape(secret);
  for (const std::string& text :
       {absl::StrCat(encoded.substr(0, 10), "\n", encoded.substr(10)),
        absl::StrCat(encoded.substr(0, 20), "\n\n", encoded.substr(20)),
        absl::StrCat(encoded.substr(0, 20), "\\x", encoded.substr(20))}) {
    EXPECT_EQ(Masked(secret, text), text);
  }
}

TEST(RedactorTest, MasksTheRestOfLinesAtACut) {
  Redactor redactor;
  const std::string secret =
      "a secret of more than forty bytes, for a long line!";
  redactor.Add(secret);
  const std::string text =
      Wrapped(absl::Base64Escape(absl::StrCat(std::string(30, 'x'), secret,
                                              std::string(30, 'y'))),
              16, "\n");
  const size_t begin = 40 + 40 / 16;
  const size_t end = 108 + 107 / 16;
  for (size_t cut = begin + 1; cut < end; ++cut) {
    const std::string head =
        redactor.Redact(text.substr(0, cut), {.behind = true});
    EXPECT_EQ(head.substr(0, begin + 3), text.substr(0, begin) + "***") << cut;
    EXPECT_LE(head.size(), begin + 4) << cut;  // perhaps a line break
    const std::string tail =
        redactor.Redact(text.substr(cut), {.before = true});
    EXPECT_TRUE(absl::EndsWith(tail, "***" + text.substr(end))) << cut;
    EXPECT_LE(tail.size(), text.size() - end + 4) << cut;
  }
}

// Longer than what is put together at once.
TEST(RedactorTest, MasksInVeryLongRuns) {
  const std::string secret =
      "a secret of more than forty bytes, for a long line!";
  std::string plain(400000, 'x');
  for (size_t i = 0; i < 6; ++i) {
    plain.replace(i * 60001, secret.size(), secret);
  }
  const std::string masked =
      Masked(secret, Wrapped(absl::Base64Escape(plain), 64, "\n"));
  size_t masks = 0;
  for (size_t at = 0; (at = masked.find("***", at)) != masked.npos; at += 3) {
    ++masks;
  }
  EXPECT_EQ(masks, 6u);
}

// A server may choose the secret, and what it answers with later.
TEST(RedactorTest, IsNotHeldUpByWhatIsNearlyASecret) {
  const std::string begin(60'000, 'a');
  Redactor redactor;
  ASSERT_TRUE(redactor.Add(begin + "b"));
  const std::string text = std::string(4'000'000, 'a') + "b";
  const absl::Duration start = ThreadCpuTime();
  const std::string masked = redactor.Redact(text);
  EXPECT_LT(ThreadCpuTime() - start, CpuTimeBound(absl::Seconds(3)));
  EXPECT_FALSE(absl::StrContains(masked, begin));
  // What is nearly a secret once stays.
  EXPECT_EQ(redactor.Redact(begin + "c"), begin + "c");
  EXPECT_EQ(redactor.Redact("aaac" + begin + "b"), "aaac***");
}

TEST(RedactorTest, IsNotHeldUpByWhatIsNearlyTheRestOfASecret) {
  const std::string letters(500'000, 'a');
  Redactor redactor;
  ASSERT_TRUE(redactor.Add(absl::StrCat(letters, "b", letters)));
  const absl::Duration start = ThreadCpuTime();
  EXPECT_EQ(redactor.Redact("x" + letters + "c", {.behind = true}),
            "x" + letters + "c");
  EXPECT_EQ(redactor.Redact("x" + letters, {.behind = true}), "x***");
  EXPECT_EQ(redactor.Redact(letters.substr(letters.size() / 2) + "c",
                            {.before = true}),
            "***c");
  EXPECT_LT(ThreadCpuTime() - start, CpuTimeBound(absl::Seconds(2)));
}

TEST(RedactorTest, MasksPercentEncodedInEitherCase) {
  const char kSecret[] = "a b/c+d:e~f*'";
  for (const absl::string_view encoded :
       {"a%20b%2Fc%2Bd%3Ae~f%2A%27", "a%20b%2fc%2bd%3ae~f%2a%27",
        "a+b%2Fc%2Bd%3Ae%7Ef*%27", "a+b%2fc%2bd%3ae%7ef*%27",
        "a%20b%2Fc%2Bd%3Ae~f*'", "a%20b/c%2Bd%3Ae~f%2A%27",
        "a%20b/c+d:e~f*'"}) {
    EXPECT_EQ(Masked(kSecret, absl::StrCat("?q=", encoded, "&")), "?q=***&")
        << encoded;
  }
}

TEST(RedactorTest, MasksEscapedAsInJson) {
  const char kSecret[] = "a\"b\\c\n/<d>\xC3\xA9\xF0\x9F\x94\x91";
  for (const absl::string_view escaped :
       {R"(a\"b\\c\n/<d>)"
        "\xC3\xA9\xF0\x9F\x94\x91",
        R"(a\"b\\c\n\/<d>)"
        "\xC3\xA9\xF0\x9F\x94\x91",
        R"(a\"b\\c\n/\u003cd\u003e)"
        "\xC3\xA9\xF0\x9F\x94\x91",
        R"(a\"b\\c\n/<d>\u00e9\ud83d\udd11)",
        R"(a\"b\\c\n\/\u003Cd\u003E\u00E9\uD83D\uDD11)"}) {
    EXPECT_EQ(Masked(kSecret, absl::StrCat("\"", escaped, "\"")), "\"***\"")
        << escaped;
  }
  EXPECT_EQ(Masked("a\x01\x1f z", R"(a\u0001\u001f z)"), "***");
}

TEST(RedactorTest, MasksEscapedAsWritersOfJsonDo) {
  const char kSecret[] = "a+b/c='\"<\xC3\xA9>==";
  for (const absl::string_view escaped :
       {"a+b/c\\u003d\\u0027\\\"\\u003c\xC3\xA9\\u003e\\u003d\\u003d",  // Gson
        R"(a\u002Bb/c=\u0027\u0022\u003C\u00E9\u003E==)",               // .NET
        R"(a+b\/c=\u0027\u0022\u003C\u00E9\u003E==)"}) {                // PHP
    EXPECT_EQ(Masked(kSecret, absl::StrCat("\"", escaped, "\"")), "\"***\"")
        << escaped;
  }
}

TEST(RedactorTest, MasksWhatAJsonInAJsonHas) {
  const char kSecret[] = "a\"b\\c&\xC3\xA9";
  for (const absl::string_view escaped : {R"(a\\\"b\\\\c&)"
                                          "\xC3\xA9",
                                          R"(a\\\"b\\\\c\u0026)"
                                          "\xC3\xA9",
                                          R"(a\\\"b\\\\c&\\u00e9)"}) {
    EXPECT_EQ(Masked(kSecret, absl::StrCat("\"", escaped, "\"")), "\"***\"")
        << escaped;
  }
}

TEST(RedactorTest, MasksQuotedAsInShells) {
  const char kSecret[] = "it's $a\"b`,\xC3\xA9";
  for (const absl::string_view quoted : {R"(it'\''s $a"b`,)"
                                         "\xC3\xA9",  // set -x of bash
                                         R"(it'"'"'s $a"b`,)"
                                         "\xC3\xA9",  // of dash
                                         R"(it's \$a\"b\`,)"
                                         "\xC3\xA9",  // export -p
                                         R"(it\'s\ \$a\"b\`\,)"
                                         "\xC3\xA9",  // printf %q
                                         R"(\i\t\'\s\ \$\a\"\b\`\,\)"
                                         "\xC3\xA9"}) {  // [[ x == "$SECRET" ]]
    EXPECT_EQ(Masked(kSecret, absl::StrCat("x=", quoted, "=x")), "x=***=x")
        << quoted;
  }
  EXPECT_EQ(Masked("hunter2", R"([[ x == \h\u\n\t\e\r\2 ]])"),
            "[[ x == *** ]]");
}

TEST(RedactorTest, MasksWhatBecomesOfIllFormedUtf8) {
  EXPECT_EQ(Masked("abc\xff"
                   "def",
                   "x abc\xEF\xBF\xBD"
                   "def y"),
            "x *** y");
}

TEST(RedactorTest, MasksTheRestAtACut) {
  Redactor redactor;
  redactor.Add("hunter2");
  const std::string text = "er2 in between hunt";
  EXPECT_EQ(redactor.Redact(text), text);
  EXPECT_EQ(redactor.Redact(text, {.before = true}), "*** in between hunt");
  EXPECT_EQ(redactor.Redact(text, {.behind = true}), "er2 in between ***");
  EXPECT_EQ(redactor.Redact("unter", {.before = true, .behind = true}),
            "unter");  // neither end of it
  EXPECT_EQ(redactor.Redact("x h", {.behind = true}), "x ***");
  EXPECT_EQ(redactor.Redact("h", {.behind = true}), "***");
}

TEST(RedactorTest, MasksTheRestBesideDotsOfAMessage) {
  Redactor redactor;
  redactor.Add("hunter2-and-more");
  EXPECT_EQ(redactor.RedactMessage("found \"x hunter2-and...\"; see ...more "
                                   "of hunter2-and-more"),
            "found \"x ***...\"; see ...*** of ***");
  EXPECT_EQ(redactor.RedactMessage("found \"x hunter2-\"...; a \"b\"..."),
            "found \"x ***\"...; a \"b\"...");
  EXPECT_EQ(redactor.RedactMessage("hun... re"), "hun... re");  // too little
  EXPECT_EQ(redactor.RedactMessage("...hunter"), "...hunter");  // not cut
}

TEST(RedactorTest, MasksOnlyTheTextsOfJson) {
  Redactor redactor;
  redactor.Add("1234");
  redactor.Add("hunter2");
  nlohmann::json json = {{"hunter2", "is hunter2"},
                         {"number", 1234},
                         {"list", {"1234", 1234, nullptr, {{"a", "x1234"}}}}};
  RedactStrings(redactor, &json);
  EXPECT_EQ(json.dump(),
            R"({"hunter2":"is ***","list":["***",1234,null,{"a":"x***"}],)"
            R"("number":1234})");
  nlohmann::ordered_json ordered = "is hunter2";
  RedactStrings(redactor, &ordered);
  EXPECT_EQ(ordered, "is ***");
}

// A search that is plainly right: all places of all forms, one by one.
std::string NaivelyMasked(const std::vector<std::string>& secrets,
                          absl::string_view text) {
  std::vector<bool> hidden(text.size());
  std::vector<bool> begins(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    for (const std::string& secret : secrets) {
      if (!absl::StartsWith(text.substr(at), secret)) continue;
      begins[at] = begins[at] || !hidden[at];
      std::fill_n(hidden.begin() + static_cast<ptrdiff_t>(at), secret.size(),
                  true);
    }
  }
  std::string masked;
  for (size_t at = 0; at < text.size(); ++at) {
    if (begins[at]) masked += "***";
    if (!hidden[at]) masked += text[at];
  }
  return masked;
}

TEST(RedactorTest, FindsWhatASimpleSearchFinds) {
  std::mt19937 random(7);
  const auto any = [&random](size_t most) { return random() % (most + 1); };
  const auto text = [&](size_t size, size_t letters) {
    std::string made;
    while (made.size() < size) made += static_cast<char>('!' + any(letters));
    return made;
  };
  for (int round = 0; round < 1000; ++round) {
    const bool long_text = round % 50 == 0;  // looked at in several places
    Redactor redactor;
    std::vector<std::string> secrets;
    const size_t letters = 1 + any(2);  // "!" to "#": none is in base64
    for (size_t i = any(4) + 1; i > 0; --i) {
      secrets.push_back(text(4 + any(round % 2 == 0 ? 3 : 70), letters));
      redactor.Add(secrets.back());
    }
    std::string output;
    for (size_t i = any(long_text ? 400 : 8); i > 0; --i) {
      output += text(any(30), letters) + secrets[any(secrets.size() - 1)];
    }
    ASSERT_EQ(redactor.Redact(output), NaivelyMasked(secrets, output))
        << output;
  }
}

// Secrets that begin like their own middle, cut at each place.
TEST(RedactorTest, FindsTheRestThatASimpleSearchFinds) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string secret;
    std::string text;
    while (secret.size() < 4 + random() % 20) secret += "!\"#"[random() % 2];
    while (text.size() < 1 + random() % 20) text += "!\"#"[random() % 2];
    Redactor redactor;
    redactor.Add(secret);
    size_t at_end = 0;
    size_t at_begin = 0;
    for (const SecretForm& form : SecretForms(secret)) {
      for (size_t n = 1; n < form.text.size(); ++n) {
        if (absl::EndsWith(text, form.text.substr(0, n))) {
          at_end = std::max(at_end, n);
        }
        if (absl::StartsWith(text, form.text.substr(form.text.size() - n))) {
          at_begin = std::max(at_begin, n);
        }
      }
    }
    const std::vector<TextRange> whole = redactor.Find(text, {});
    if (!whole.empty()) continue;  // masked as one with it
    using Ranges = std::vector<TextRange>;
    ASSERT_EQ(
        redactor.Find(text, {.behind = true}),
        at_end == 0 ? Ranges() : Ranges({{text.size() - at_end, text.size()}}))
        << secret << " " << text;
    ASSERT_EQ(redactor.Find(text, {.before = true}),
              at_begin == 0 ? Ranges() : Ranges({{0, at_begin}}))
        << secret << " " << text;
  }
}

}  // namespace
}  // namespace servo::base
