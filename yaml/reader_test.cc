// How another driver reads its own section with these classes.
#include "yaml/reader.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "yaml/diagnostics.h"
#include "yaml/document.h"

namespace servo::yaml {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr KeySpec kKeys[] = {
    {.name = "query",
     .type = ValueType::kNonEmptyText,
     .shown = Shown::kPublic,
     .required = true},
    {.name = "step",
     .type = ValueType::kSeconds,
     .shown = Shown::kPublic,
     .default_text = "15",
     .max = 100,
     .above_min = true},
    {.name = "points",
     .type = ValueType::kInteger,
     .shown = Shown::kPublic,
     .min = 1,
     .max = 10},
    {.name = "scale",
     .type = ValueType::kNumber,
     .shown = Shown::kPublic,
     .min = -1,
     .max = 1},
    {.name = "exact",
     .type = ValueType::kBool,
     .shown = Shown::kPublic,
     .default_text = "true"},
};
constexpr KeySpec kOther[] = {
    {.name = "url", .type = ValueType::kNonEmptyText, .shown = Shown::kPublic}};

struct Values {
  std::string query;
  absl::Duration step;
  int points = -1;
  double scale = -1;
  bool exact = false;
};

class ReaderTest : public ::testing::Test {
 protected:
  // Reads the section `prom` of flow-style YAML; returns the errors.
  std::string Read(const std::string& section) {
    diagnostics_ = Diagnostics();
    document_ = *Document::Parse("prom: " + section, "t.yaml", &diagnostics_);
    ReadContext context = {document_.get(), &diagnostics_, ""};
    const Field field(&context, document_->root()->Find("prom"),
                      KeyPath("prom"));
    constexpr MappingReader::Elsewhere kElsewhere[] = {{kOther, "the driver"}};
    const MappingReader keys(field, kKeys, kElsewhere);
    values_ = Values();
    if (keys.ok()) {
      keys[KeyIndex(kKeys, "query")].ReadNonEmpty(&values_.query);
      keys[KeyIndex(kKeys, "step")].Read(&values_.step);
      keys[KeyIndex(kKeys, "points")].Read(&values_.points);
      keys[KeyIndex(kKeys, "scale")].Read(&values_.scale);
      keys[KeyIndex(kKeys, "exact")].Read(&values_.exact);
    }
    return diagnostics_.Message();
  }

  Diagnostics diagnostics_;
  std::unique_ptr<const Document> document_;
  Values values_;
};

TEST_F(ReaderTest, GivenValues) {
  EXPECT_EQ(Read("{query: up, step: 2m, points: 0x5, scale: .5, exact: no}"),
            "t.yaml:1:25: prom.step: expected a duration greater than 0 and up "
            "to 100: seconds, or a text such as \"500ms\" or \"1m30s\", found "
            "the string \"2m\"");
  EXPECT_EQ(Read("{query: 10, step: 1m, points: 0x5, scale: .5, exact: no}"),
            "");
  EXPECT_EQ(values_.query, "10");
  EXPECT_EQ(values_.step, absl::Seconds(60));
  EXPECT_EQ(values_.points, 5);
  EXPECT_EQ(values_.scale, 0.5);
  EXPECT_FALSE(values_.exact);
}

TEST_F(ReaderTest, DefaultsStandForNullAndAbsence) {
  for (const char* section : {"{query: up}", "{query: up, step: ~, exact: }"}) {
    EXPECT_EQ(Read(section), "");
    EXPECT_EQ(values_.step, absl::Seconds(15));
    EXPECT_TRUE(values_.exact);
    EXPECT_EQ(values_.points, -1) << "no default: left alone";
  }
}

TEST_F(ReaderTest, DefaultsAreReadAsIfWritten) {
  static constexpr KeySpec kWritten[] = {
      {.name = "hex",
       .type = ValueType::kInteger,
       .shown = Shown::kPublic,
       .default_text = "0x10",
       .max = 20},
      {.name = "octal",
       .type = ValueType::kInteger,
       .shown = Shown::kPublic,
       .default_text = "010",
       .max = 20},
      {.name = "ratio",
       .type = ValueType::kNumber,
       .shown = Shown::kPublic,
       .default_text = "1.5",
       .max = 2},
      {.name = "wait",
       .type = ValueType::kSeconds,
       .shown = Shown::kPublic,
       .default_text = "1m30s",
       .max = 100},
      {.name = "quiet",
       .type = ValueType::kBool,
       .shown = Shown::kPublic,
       .default_text = "off"},
      {.name = "method",
       .type = ValueType::kMethod,
       .shown = Shown::kPublic,
       .default_text = "GET"},
  };
  document_ = *Document::Parse("prom: {}", "t.yaml", &diagnostics_);
  ReadContext context = {document_.get(), &diagnostics_, ""};
  const Field section(&context, document_->root()->Find("prom"),
                      KeyPath("prom"));
  const MappingReader keys(section, kWritten);
  int hex = 0;
  int octal = 0;
  double ratio = 0;
  absl::Duration wait;
  bool quiet = true;
  std::string method;
  EXPECT_TRUE(keys[KeyIndex(kWritten, "hex")].Read(&hex));
  EXPECT_TRUE(keys[KeyIndex(kWritten, "octal")].Read(&octal));
  EXPECT_TRUE(keys[KeyIndex(kWritten, "ratio")].Read(&ratio));
  EXPECT_TRUE(keys[KeyIndex(kWritten, "wait")].Read(&wait));
  EXPECT_TRUE(keys[KeyIndex(kWritten, "quiet")].Read(&quiet));
  EXPECT_TRUE(keys[KeyIndex(kWritten, "method")].Read(&method));
  EXPECT_EQ(hex, 16);
  EXPECT_EQ(octal, 8);
  EXPECT_EQ(ratio, 1.5);
  EXPECT_EQ(wait, absl::Seconds(90));
  EXPECT_FALSE(quiet);
  EXPECT_EQ(method, "GET");
  EXPECT_EQ(keys[KeyIndex(kWritten, "method")].node().kind(),
            Node::Kind::kString);
}

TEST_F(ReaderTest, EachProblemIsReportedAndReadingGoesOn) {
  EXPECT_EQ(Read("{qery: up, points: 11, scale: yes, exact: 1, x-free: [1]}"),
            "t.yaml:1:7: prom: expected the key \"query\", which is required, "
            "found none\n"
            "t.yaml:1:8: prom.qery: unknown key \"qery\"; did you mean "
            "\"query\"?\n"
            "t.yaml:1:26: prom.points: expected a whole number from 1 to 10, "
            "found the integer 11\n"
            "t.yaml:1:37: prom.scale: expected a number from -1 to 1, found "
            "the boolean yes\n"
            "t.yaml:1:49: prom.exact: expected true or false, found the "
            "integer 1");
}

TEST_F(ReaderTest, AFarLimitIsToldToThoseWhoAreBeyondIt) {
  static constexpr KeySpec kFar[] = {{.name = "wait",
                                      .type = ValueType::kSeconds,
                                      .shown = Shown::kPublic,
                                      .max = 1e9,
                                      .above_min = true},
                                     {.name = "tries",
                                      .type = ValueType::kInteger,
                                      .shown = Shown::kPublic,
                                      .max = 1e9}};
  const auto read = [this](const std::string& section) {
    diagnostics_ = Diagnostics();
    document_ = *Document::Parse("a: " + section, "t.yaml", &diagnostics_);
    ReadContext context = {document_.get(), &diagnostics_, ""};
    const Field field(&context, document_->root()->Find("a"), KeyPath("a"));
    const MappingReader keys(field, kFar);
    absl::Duration wait;
    int tries = 0;
    keys[KeyIndex(kFar, "wait")].Read(&wait);
    keys[KeyIndex(kFar, "tries")].Read(&tries);
    return diagnostics_.Message();
  };
  const absl::string_view form =
      ": seconds, or a text such as \"500ms\" or \"1m30s\", found the ";
  for (const auto& [value, limits] :
       {std::pair("1000000001", " greater than 0 and up to 1000000000"),
        std::pair("300000h", " greater than 0 and up to 1000000000"),
        std::pair(".inf", " greater than 0 and up to 1000000000"),
        std::pair("0", " greater than 0"), std::pair("0s", " greater than 0"),
        std::pair("-1", " greater than 0"),
        std::pair("soon", " greater than 0"),
        std::pair("0.0000000001", " of at least 1ns"),
        std::pair("0.0001ns", " of at least 1ns")}) {
    EXPECT_THAT(read(absl::StrCat("{wait: ", value, "}")),
                HasSubstr(absl::StrCat("expected a duration", limits, form)))
        << value;
  }
  EXPECT_THAT(read("{tries: 1000000001}"),
              HasSubstr("expected a whole number from 0 to 1000000000, found"));
  EXPECT_THAT(read("{tries: 99999999999999999999}"),
              HasSubstr("expected a whole number from 0 to 1000000000, found"));
  EXPECT_THAT(read("{tries: -1}"),
              HasSubstr("expected a whole number of at least 0, found"));
  EXPECT_THAT(read("{tries: 2e9}"),
              HasSubstr("expected a whole number of at least 0, found"));
}

TEST_F(ReaderTest, HintsAtTheLevelThatAKeyBelongsTo) {
  EXPECT_THAT(Read("{query: up, url: x}"),
              HasSubstr("unknown key \"url\"; it is a key of the driver"));
  EXPECT_THAT(Read("{query: up, zzzzzz: x}"),
              HasSubstr("the keys here are query, step, points"));
}

TEST_F(ReaderTest, WhatIsNoMapping) {
  EXPECT_EQ(Read("[a]"), "t.yaml:1:7: prom: expected a mapping, found a list");
}

TEST_F(ReaderTest, RequiredIsNotNullNorEmpty) {
  EXPECT_THAT(Read("{query: ~}"), HasSubstr("found null"));
  EXPECT_THAT(Read("{query: ''}"), HasSubstr("found an empty string"));
  EXPECT_THAT(Read("{query: \"\\0\"}"), HasSubstr("NUL"));
}

TEST_F(ReaderTest, MessagesShowPublicValuesAlone) {
  static constexpr KeySpec kMixed[] = {
      {.name = "wait",
       .type = ValueType::kSeconds,
       .shown = Shown::kPublic,
       .max = 9},
      {.name = "password",
       .type = ValueType::kAnyText,
       .shown = Shown::kSecret},
      {.name = "url", .type = ValueType::kUrl, .shown = Shown::kUrl},
  };
  document_ = *Document::Parse(
      "prom: {wait: soon, password: hunter2, url: 'http://h/p?q=x'} # hunter2",
      "t.yaml", &diagnostics_);
  ReadContext context = {document_.get(), &diagnostics_, ""};
  const Field section(&context, document_->root()->Find("prom"),
                      KeyPath("prom"));
  const MappingReader keys(section, kMixed);
  double number;
  for (const char* key : {"wait", "password", "url"}) {
    for (size_t i = 0; i < std::size(kMixed); ++i) {
      if (kMixed[i].name == key) {
        EXPECT_FALSE(keys[i].Read(&number));
      }
    }
  }
  context.AddExcerpts();
  const std::string line =
      "     1 | prom: {wait: soon, password: ***, url: 'http://h/p?***'} ***\n";
  EXPECT_EQ(diagnostics_.Render(),
            "t.yaml:1:14: prom.wait: expected a number from 0 to 9, found the "
            "string \"soon\"\n" +
                line +
                "       |              ^\n"
                "t.yaml:1:30: prom.password: expected a number from 0 to 0, "
                "found a string\n" +
                line +
                "       |                              ^\n"
                "t.yaml:1:44: prom.url: expected a number from 0 to 0, found a "
                "string\n" +
                line + "       |                                        ^\n");
}

// Names that an author has chosen.
TEST_F(ReaderTest, MessagesShowNames) {
  static constexpr KeySpec kTable[] = {
      {.name = "metrics", .type = ValueType::kMetrics, .shown = Shown::kSecret},
      {.name = "capture",
       .type = ValueType::kCaptures,
       .shown = Shown::kSecret},
      {.name = "headers", .type = ValueType::kHeaders, .shown = Shown::kSecret},
      {.name = "secrets", .type = ValueType::kSecrets, .shown = Shown::kSecret},
  };
  // Paths and excerpts of what is below each name of `text`.
  const auto messages = [this](absl::string_view text) {
    Diagnostics diagnostics;
    document_ = *Document::Parse(text, "t.yaml", &diagnostics);
    ReadContext context = {document_.get(), &diagnostics, ""};
    const Field section(&context, document_->root(), KeyPath("t"));
    const MappingReader keys(section, kTable);
    for (size_t i = 0; i < std::size(kTable); ++i) {
      const Field names = keys[i];
      for (const Node::Entry& entry : names.node().entries()) {
        names.Value(entry).KeyError("no");
      }
    }
    context.AddExcerpts();
    return diagnostics.Render();
  };
  EXPECT_EQ(messages("metrics: {p99 ms: {}}\n"),
            "t.yaml:1:11: t.metrics[\"p99 ms\"]: no\n"
            "     1 | metrics: {p99 ms: {}}\n"
            "       |           ^\n");
  EXPECT_THAT(
      messages("capture: {jobId2: {}}"),
      HasSubstr("t.capture.jobId2: no\n     1 | capture: {jobId2: {}}"));
  EXPECT_EQ(messages("secrets: {token2: {}}\n"),
            "t.yaml:1:11: t.secrets.token2: no\n"
            "     1 | secrets: {***: {}}\n"
            "       |           ^\n");
  // What may have become a name by a slip.
  for (const char* text :
       {"headers: {X-hunter2: {}}", "capture: {Bearer hunter2: {}}",
        "capture: {9hunter2: {}}", "metrics: {hunter2: x}",
        "metrics: {hunter2, hunter2x: {}}",
        "metrics: {hunter2: {}, hunter2: {}}", "metrics: {! hunter2: {}}"}) {
    EXPECT_THAT(messages(text), Not(HasSubstr("hunter2"))) << text;
  }
}

TEST_F(ReaderTest, NumbersAreToldHowToBeWritten) {
  static constexpr KeySpec kTable[] = {
      {.name = "scale",
       .type = ValueType::kNumber,
       .shown = Shown::kPublic,
       .min = -kAnyNumber,
       .max = kAnyNumber},
      {.name = "jsonpath",
       .type = ValueType::kJsonPath,
       .shown = Shown::kSecret},
  };
  const auto message = [this](absl::string_view text) {
    Diagnostics diagnostics;
    document_ = *Document::Parse(text, "t.yaml", &diagnostics);
    ReadContext context = {document_.get(), &diagnostics, ""};
    const Field section(&context, document_->root(), KeyPath("t"));
    const MappingReader keys(section, kTable);
    double number = 0;
    if (keys.ok()) keys[0].Read(&number);
    return diagnostics.empty() ? "" : diagnostics.problems()[0]->message;
  };
  EXPECT_EQ(message("scale: 1.0e-3"), "");
  EXPECT_EQ(
      message("scale: 1.0e+308"),
      "expected a number from -1e300 to 1e300, found the number 1.0e+308");
  EXPECT_EQ(message("scale: -1.0e+400"),
            "expected a number from -1e300 to 1e300, found the number "
            "-1.0e+400");
  EXPECT_EQ(message("scale: 1e-3"),
            "expected a number, found the string \"1e-3\"; YAML 1.1 takes 1e-3 "
            "for a text: write 0.001 or 1.0e-3");
  EXPECT_EQ(message("scale: '5'"),
            "expected a number, found the string \"5\"; a number stands "
            "without quotes");
  EXPECT_EQ(message("$.id"),
            "expected a mapping, found a string; a path is written as "
            "{jsonpath: $.name}");
}

}  // namespace
}  // namespace servo::yaml
