#include "yaml/document.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "yaml/diagnostics.h"

namespace servo::yaml {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<const Document> Parse(const std::string& text) {
  Diagnostics diagnostics;
  auto document = Document::Parse(text, "test.yaml", &diagnostics);
  EXPECT_TRUE(document.ok()) << text << "\n" << diagnostics.Render();
  return document.ok() ? *std::move(document) : nullptr;
}

// The problem that keeps `text` from being parsed, without the source line.
std::string Refusal(const std::string& text) {
  Diagnostics diagnostics;
  const auto document = Document::Parse(text, "test.yaml", &diagnostics);
  EXPECT_FALSE(document.ok()) << text;
  EXPECT_EQ(diagnostics.errors(), 1u);
  return diagnostics.Message();
}

std::string Flaws(const std::string& text) {
  const auto document = Parse(text);
  Diagnostics diagnostics;
  document->ReportFlaws(*document->root(), "", &diagnostics);
  return diagnostics.Message();
}

// A tree in one line: scalars as KIND:TEXT, collections in brackets.
std::string Show(const Node& node) {
  std::vector<std::string> parts;
  switch (node.kind()) {
    case Node::Kind::kNull:
      return "null";
    case Node::Kind::kBool:
      return absl::StrCat("bool:", node.text());
    case Node::Kind::kInt:
      return absl::StrCat("int:", node.text());
    case Node::Kind::kFloat:
      return absl::StrCat("float:", node.text());
    case Node::Kind::kString:
      return absl::StrCat("'", node.text(), "'");
    case Node::Kind::kSequence:
      for (const Node* item : node.items()) parts.push_back(Show(*item));
      return absl::StrCat("[", absl::StrJoin(parts, ", "), "]");
    case Node::Kind::kMapping:
      for (const Node::Entry& entry : node.entries()) {
        parts.push_back(
            absl::StrCat(entry.key->text(), "=", Show(*entry.value)));
      }
      return absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
  }
  return "?";
}

std::string ShowText(const std::string& text) {
  const auto document = Parse(text);
  if (document == nullptr || document->root() == nullptr) return "nothing";
  return Show(*document->root());
}

std::string Place(const Node& node) {
  return absl::StrCat(node.location().line, ":", node.location().column);
}

TEST(Document, ReadsEveryStyle) {
  const struct {
    const char* yaml;
    const char* tree;
  } kCases[] = {
      {"", "nothing"},
      {"# only\n# comments\n", "nothing"},
      {"---\n...\n", "null"},
      {"a: b", "{a='b'}"},
      {"{a: [1, 2.5, yes, ~, null, '1', \"yes\"]}",
       "{a=[int:1, float:2.5, bool:yes, null, null, '1', 'yes']}"},
      {"- a\n- - b\n  - c\n", "['a', ['b', 'c']]"},
      {"a:\n- 1\n- 2\n", "{a=[int:1, int:2]}"},
      {"? a\n: b\n", "{a='b'}"},
      {"a: |\n  x\n   y\n\n", "{a='x\n y\n'}"},
      {"a: |-\n  x\n\n", "{a='x'}"},
      {"a: |+\n  x\n\n", "{a='x\n\n'}"},
      {"a: >\n  x\n  y\n\n  z\n", "{a='x y\nz\n'}"},
      {"a: x\n  y", "{a='x y'}"},
      {"a: \"x \\\n   y\\n\"", "{a='x y\n'}"},
      {"a: 'it''s'", "{a='it's'}"},
      {"a: \"\\u00e9\\x41\\N\\_\\L\"", "{a='\u00e9A\u0085\u00a0\u2028'}"},
      {"a: !!str 010", "{a='010'}"},
      {"a: !!int '7'", "{a=int:7}"},
      {"a: !!float 7", "{a=float:7}"},
      {"a: !!bool 'yes'", "{a=bool:yes}"},
      {"a: ! 7", "{a='7'}"},
      {"a: !!map {}\nb: !!seq []", "{a={}, b=[]}"},
      {"a:\nb:", "{a=null, b=null}"},
      // Line breaks as PyYAML folds them.
      {"a: >+\n  x\n  y\n\nb: 1", "{a='x y\n\n', b=int:1}"},
      {"a: >\n\n  x\n   y\n\n  z\n\n", "{a='\nx\n y\n\nz\n'}"},
      {"a: \"\n\n\"", "{a='\n'}"},
      {"a: '\n\n\n'", "{a='\n\n'}"},
      {"a: \"x\n\n y\"", "{a='x\ny'}"},
      {"a: |+\n\n\nb: 1", "{a='\n\n', b=int:1}"},
      // These need no colon, and no value.
      {"? a\n", "{a=null}"},
      {"{a, b: 1}", "{a=null, b=int:1}"},
      {"- &x a\n- *x : \n", "['a', {a=null}]"},
      {"%YAML 1.1\n---\na: 1", "{a=int:1}"},
  };
  for (const auto& c : kCases) EXPECT_EQ(ShowText(c.yaml), c.tree) << c.yaml;
}

TEST(Document, LineBreaksAndByteOrderMark) {
  EXPECT_EQ(ShowText("a: |\r\n  x\r\n  y\r\nb: 1\r\n"),
            "{a='x\ny\n', b=int:1}");
  EXPECT_EQ(ShowText("a: 1\rb: 2\r"), "{a=int:1, b=int:2}");
  const auto document = Parse("\uFEFFa: 1\r\nb: 2");
  EXPECT_EQ(Place(*document->root()->entries()[0].key), "1:1");
  EXPECT_EQ(Place(*document->root()->entries()[1].value), "2:4");
}

TEST(Document, PlacesAreCountedInCharactersFromOne) {
  const auto document = Parse("- {ä: 日本, x: [a, 'é', b]}\n- ö\n- z\n");
  const Node& root = *document->root();
  const Node& mapping = *root.items()[0];
  EXPECT_EQ(Place(root), "1:1");
  EXPECT_EQ(Place(mapping), "1:3");
  EXPECT_EQ(Place(*mapping.entries()[0].value), "1:7");
  EXPECT_EQ(Place(*mapping.entries()[1].key), "1:11");
  EXPECT_EQ(Place(*mapping.entries()[1].value->items()[2]), "1:23");
  EXPECT_EQ(Place(*root.items()[2]), "3:3");
}

TEST(Document, UnwrittenNullStandsAtItsKeyOrDash) {
  const auto document = Parse(
      "a:\n"
      "  b:\n"
      "  c: ~\n"
      "  d:\n"
      "    -\n"
      "    # comment - with a dash\n"
      "\n"
      "    - x\n"
      "    - # last\n"
      "e: 1\n");
  const Node& a = *document->root()->Find("a");
  EXPECT_EQ(Place(*a.Find("b")), "2:3");
  EXPECT_EQ(Place(*a.Find("c")), "3:6");
  EXPECT_EQ(Place(*a.Find("d")->items()[0]), "5:5");
  EXPECT_EQ(Place(*a.Find("d")->items()[2]), "9:5");
}

TEST(Document, AliasesShareTheirNode) {
  const auto document = Parse("[&a {x: 1}, *a, &a 2, *a]");
  const auto items = document->root()->items();
  EXPECT_EQ(items[0], items[1]);
  EXPECT_EQ(items[2], items[3]);
  EXPECT_NE(items[0], items[2]);
}

TEST(Document, MergesAsPyYamlDoes) {
  const struct {
    const char* yaml;
    const char* tree;  // of the key "m"
  } kCases[] = {
      // Own keys win, wherever they stand.
      {"x: &x {a: 1, b: 2}\nm: {<<: *x, b: 3, c: 4}",
       "{a=int:1, b=int:3, c=int:4}"},
      {"x: &x {a: 1, b: 2}\nm: {b: 3, c: 4, <<: *x}",
       "{a=int:1, b=int:3, c=int:4}"},
      // The earlier of a list wins.
      {"x: &x {a: 1}\ny: &y {a: 2, b: 2}\nm: {<<: [*x, *y]}",
       "{a=int:1, b=int:2}"},
      {"x: &x {a: 1}\ny: &y {b: 2, a: 2}\nm: {<<: [*y, *x]}",
       "{a=int:2, b=int:2}"},
      // Merges of merges, written in place, and in flow style.
      {"x: &x {a: 1}\ny: &y {<<: *x, b: 2}\nm: {<<: *y, c: 3}",
       "{a=int:1, b=int:2, c=int:3}"},
      {"m: {<<: {a: 1}, b: 2}", "{a=int:1, b=int:2}"},
      {"m: {<<: [{a: 1}, {a: 2, c: 3}]}", "{a=int:1, c=int:3}"},
      {"m: {<<: []}", "{}"},
      // Null overrides.
      {"x: &x {a: 1}\nm: {<<: *x, a: }", "{a=null}"},
      // Quoted or tagged it is a key like any other.
      {"m: {'<<': {a: 1}}", "{<<={a=int:1}}"},
      {"m: {!!str <<: 1}", "{<<=int:1}"},
  };
  for (const auto& c : kCases) {
    const auto document = Parse(c.yaml);
    EXPECT_EQ(Show(*document->root()->Find("m")), c.tree) << c.yaml;
    EXPECT_EQ(Flaws(c.yaml), "") << c.yaml;
  }
}

TEST(Document, LargeMappingsMergeByIndex) {
  std::string text = "x: &x {";
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&text, "k", i, ": ", i, ", ");
  absl::StrAppend(&text, "}\nm: {<<: *x, k999: last, k0: first}\n");
  const auto document = Parse(text);
  const Node& merged = *document->root()->Find("m");
  EXPECT_EQ(merged.entries().size(), 1000u);
  EXPECT_EQ(merged.Find("k0")->text(), "first");
  EXPECT_EQ(merged.Find("k500")->text(), "500");
  EXPECT_EQ(merged.Find("k999")->text(), "last");
}

TEST(Document, FlawsAreReportedWhereTheyStand) {
  EXPECT_THAT(Flaws("a: {b: 1, c: 2, b: 3}"),
              HasSubstr("test.yaml:1:17: .a: duplicate key \"b\"; the first is "
                        "at 1:5"));
  EXPECT_THAT(Flaws("a: [1, !foo 2]"),
              HasSubstr("1:8: .a[1]: found a tag that is not known"));
  EXPECT_THAT(Flaws("a: !!set {b}"), HasSubstr("1:4: .a: found a tag"));
  EXPECT_THAT(Flaws("a: !!int x"), HasSubstr("does not fit its tag"));
  EXPECT_THAT(Flaws("a: {<<: 1}"), HasSubstr("expected a mapping to merge"));
  EXPECT_THAT(Flaws("x: &x {a: 1, a: 2}\nm: {<<: *x}"),
              HasSubstr("1:14: .x: duplicate key \"a\""));
  EXPECT_EQ(Flaws("a: {b: 1, B: 2, c: 3}\nb: [1, 1]"), "");
}

TEST(Document, BareTagIsAFlaw) {
  for (const char* text : {"a: ! grep -q x", "a: [test, ! -e, x]", "a: !\n",
                           "a: &b ! x", "a: ! [x]", "a: ! 'x'"}) {
    EXPECT_THAT(Flaws(text), HasSubstr("found \"!\" alone")) << text;
  }
  EXPECT_EQ(Flaws("a: '! x'\nb: \"!\"\nc: x ! y"), "");
}

TEST(Document, DuplicatesAmongManyKeysAreFound) {
  std::string text;
  for (int i = 0; i < 100; ++i) absl::StrAppend(&text, "k", i, ": 1\n");
  EXPECT_THAT(Flaws(text + "k42: 2\n"), HasSubstr("test.yaml:101:1:"));
  EXPECT_EQ(Flaws(text), "");
}

TEST(Document, ExpandedSizeCountsAliasesAgain) {
  const auto document = Parse("a: &a [xx, yy]\nb: [*a, *a, *a]\n");
  const uint64_t a = document->root()->Find("a")->expanded_size();
  EXPECT_EQ(a, 1u + 3 + 3);
  EXPECT_EQ(document->root()->Find("b")->expanded_size(), 1 + 3 * a);
}

TEST(Document, AliasBombCostsNothingButANumber) {
  std::string text = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 90; ++i) {
    absl::StrAppend(&text, "a", i, ": &a", i, " [*a", i - 1, ", *a", i - 1,
                    ", *a", i - 1, "]\n");
  }
  const auto document = Parse(text);
  EXPECT_EQ(document->root()->Find("a89")->expanded_size(), UINT64_MAX);
}

TEST(Document, DepthIsBoundedAliasesFollowed) {
  const std::string open(Document::kMaxDepth, '[');
  const std::string close(Document::kMaxDepth, ']');
  Parse(open + close);
  EXPECT_THAT(Refusal("[" + open + close + "]"), HasSubstr("100 levels"));
  std::string chain = "- &a0 [x]\n";
  for (int i = 1; i < 200; ++i) {
    absl::StrAppend(&chain, "- &a", i, " [*a", i - 1, "]\n");
  }
  EXPECT_THAT(Refusal(chain), HasSubstr("100 levels"));
  EXPECT_THAT(Refusal(std::string(50'000, '[')), HasSubstr("100 levels"));
  EXPECT_THAT(Refusal(std::string(50'000, '{')), HasSubstr("braces"));
  std::string dashes;
  for (int i = 0; i < 10'000; ++i) dashes += "- ";
  EXPECT_THAT(Refusal(dashes), HasSubstr("100 levels"));
}

TEST(Document, MergedEntriesAreBounded) {
  std::string text = "x: &x {";
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&text, "k", i, ": 1, ");
  text += "}\nlist:\n";
  for (int i = 0; i < 1000; ++i) text += "- {<<: *x}\n";
  EXPECT_THAT(Refusal(text), HasSubstr("merge keys that bring more than"));
}

TEST(Document, SizeIsBounded) {
  EXPECT_THAT(Refusal(std::string(Document::kMaxBytes + 1, ' ')),
              HasSubstr("more than the 16777216"));
}

TEST(Document, HostileTextsEndQuickly) {
  const size_t n = 20'000;
  const auto repeat = [](const std::string& piece, size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) text += piece;
    return text;
  };
  for (const std::string& text :
       {std::string(n, 'a') + ": b", repeat("? ", n), repeat(": ", n),
        repeat("&a ", n), repeat("!", n), "\"" + repeat("\n", n),
        repeat("[a, ", n), repeat("{a: ", n), repeat("'", 2 * n + 1),
        "a: |\n" + repeat("\n", n) + "b", repeat("- -\n", n),
        repeat("a: *a\n", n), "a: >\n" + repeat(" b\n\n", n),
        repeat("%TAG ! !\n", n), repeat("é: ", n)}) {
    Diagnostics diagnostics;
    // Yes or no: what matters is that it ends.
    (void)Document::Parse(text, "test.yaml", &diagnostics);
  }
}

TEST(Document, RefusalsNameThePlace) {
  const struct {
    const char* yaml;
    const char* message;
  } kCases[] = {
      {"a: \"x\n", "1:4: expected a closing quote"},
      {"a: 'x''\n", "1:4: expected a closing quote"},
      {"a: &b !!str \"x\n", "1:4: expected a closing quote"},
      {"a:\n\t- b: 1\n", "2:1: found a tab in the indentation"},
      {"a: 1\n---\nb: 2\n", "2:1: expected one document"},
      {"[a]\nb\n", "2:1: expected the end of the document"},
      {"a: *b\n", "1:4: found an alias, but no anchor"},
      {"&a [*a]\n", "1:5: found an alias of the very value"},
      {"é: *b\n", "1:4: found an alias"},
      {"a: [1,\n", "1:4: expected \",\" or \"]\""},
      {"a: \x01\n", "1:4: found the control character U+0001"},
      {"a: \xff\n", "1:4: invalid UTF-8: byte 0xff"},
      {"a: \xc2\x85\n", "1:4: found an invisible line separator"},
      {"a: 1\npost\n", "2:1: expected \":\" after this key"},
      {"a:\n  b: 1\n  post", "3:3: expected \":\" after this key"},
      {"a: 1\n'post'\n", "2:1: expected \":\" after this key"},
      {"a: [1,,2]", "1:7: expected a value, found \",\""},
      {"a: [,]", "1:5: expected a value, found \",\""},
      {"a: 1\n\u00a0b: 2\n", "2:1: found a no-break space (U+00A0)"},
      {"a:\n \u200bb: 2\n", "2:2: found a zero-width space (U+200B)"},
      {"a: 1\n\ufeffb: 2\n", "2:1: found a byte order mark (U+FEFF)"},
      {"a: b: c\n", "1:5: found \": \" where no mapping can begin"},
      {"a:\n  b\n    - c: 1\n", "2:3: expected \":\" after this key"},
      {"a:\n - b\n\n    c: 1\n", "2:4: expected \":\" after this key"},
      {"a: b\n   c: 1\n",
       "2:5: found \": \" in a line that continues the "
       "text of line 1; is it indented too far?"},
      {"a: some\n  more text\n  and: 1\n", "3:6: found \": \" in a line"},
      {"a: some\n  text\n  and: 1\n", "3:6: found \": \" in a line"},
      {"a:\n  -b: 1\n   c: 1\n", "2:3: found \"-\" without a blank behind it"},
      {"a: [b] && c\n", "1:8: found text behind a closing bracket"},
      {"a: 'b' && c\n", "1:8: found text behind a closing quote"},
      {"a: [b, \"c]\nd: 1\n", "1:8: expected a closing quote"},
      {"a: {b: 'c}\nd: 1\n", "1:8: expected a closing quote"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(Refusal(c.yaml), HasSubstr(c.message)) << c.yaml;
  }
}

}  // namespace
}  // namespace servo::yaml
