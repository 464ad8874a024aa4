#include "yaml/value_readers.h"

#include <csignal>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/code_ranges.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "yaml/diagnostics.h"
#include "yaml/document.h"

namespace servo::yaml {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr base::CodeRanges::Limits kCodes = {0, 255, "a code"};

class ValueReadersTest : public ::testing::Test {
 protected:
  // The value of `key` in flow-style YAML.
  Field Parse(const std::string& value) {
    diagnostics_ = Diagnostics();
    document_ = *Document::Parse("key: " + value, "t.yaml", &diagnostics_);
    context_ = {document_.get(), &diagnostics_, ""};
    const Node::Entry& entry = document_->root()->entries()[0];
    return Field(&context_, entry.value, KeyPath("key"), nullptr, entry.key);
  }

  // What ReadCodes() makes of it: the codes, or the error.
  std::string Codes(const std::string& value) {
    base::CodeRanges codes;
    return ReadCodes(Parse(value), kCodes, &codes) ? codes.ToString()
                                                   : diagnostics_.Message();
  }

  std::string Bytes(const std::string& value) {
    size_t bytes = 0;
    return ReadBytes(Parse(value), 1024 * 1024, &bytes)
               ? absl::StrCat(bytes)
               : diagnostics_.Message();
  }

  std::string Signal(const std::string& value) {
    int signal = 0;
    return ReadSignal(Parse(value), &signal) ? absl::StrCat(signal)
                                             : diagnostics_.Message();
  }

  // The pairs of a mapping of texts, and the errors.
  std::string TextMap(const std::string& value) {
    std::string pairs;
    ReadTextMap(Parse(value), [&pairs](const Field&, const std::string& name,
                                       const std::string& text) {
      absl::StrAppend(&pairs, name, "=", text, ";");
    });
    return pairs + diagnostics_.Message();
  }

  std::unique_ptr<const Document> document_;
  Diagnostics diagnostics_;
  ReadContext context_;
};

TEST_F(ValueReadersTest, CodesAreACodeARangeOrAList) {
  EXPECT_EQ(Codes("3"), "3");
  EXPECT_EQ(Codes("0-3"), "0-3");
  EXPECT_EQ(Codes("[0, '2 - 4', 255]"), "0, 2-4, 255");
}

TEST_F(ValueReadersTest, WrongCodesAreReportedWithWhatIsExpected) {
  EXPECT_THAT(Codes("[]"), HasSubstr("an empty list: nothing could succeed"));
  EXPECT_THAT(Codes("1.5"), HasSubstr("t.yaml:1:6: key: expected a code or a "
                                      "range such as \"0-255\""));
  EXPECT_THAT(Codes("[1, [2]]"), HasSubstr("t.yaml:1:10: key[1]: expected"));
  EXPECT_THAT(Codes("200, 201"), HasSubstr("a list in brackets"));
  EXPECT_THAT(Codes("256"), HasSubstr("0 to 255"));
}

TEST_F(ValueReadersTest, BytesHaveSuffixes) {
  EXPECT_EQ(Bytes("0"), "0");
  EXPECT_EQ(Bytes("1000"), "1000");
  EXPECT_EQ(Bytes("64K"), "65536");
  EXPECT_EQ(Bytes("1m"), "1048576");
  for (const char* value :
       {"2M", "1048577", "-1", "1.5", "K", "1G", "' 1'", "[1]", "yes"}) {
    EXPECT_THAT(Bytes(value), HasSubstr("a number of bytes up to 1M")) << value;
  }
}

TEST_F(ValueReadersTest, SignalsHaveNamesAndNumbers) {
  EXPECT_EQ(Signal("TERM"), absl::StrCat(SIGTERM));
  EXPECT_EQ(Signal("sigint"), absl::StrCat(SIGINT));
  EXPECT_EQ(Signal("9"), "9");
  for (const char* value : {"0", "65", "SIG", "TERMINATE", "'9'", "[TERM]"}) {
    EXPECT_THAT(Signal(value), HasSubstr("the name of a signal")) << value;
  }
}

TEST_F(ValueReadersTest, TextsAreAsWritten) {
  EXPECT_EQ(TextMap("{a: 010, b: yes, c: '', 1: x}"), "a=010;b=yes;c=;1=x;");
  EXPECT_EQ(TextMap("~"), "");
}

TEST_F(ValueReadersTest, WrongTextsAreReportedAndNeverShown) {
  EXPECT_THAT(TextMap("[hunter2]"), HasSubstr("expected a mapping of names to "
                                              "texts, found a list"));
  EXPECT_THAT(TextMap("{a: , b: x}"),
              AllOf(HasSubstr("b=x;"), HasSubstr("key.a: expected a text")));
  for (const char* value :
       {"hunter2", "{a: [hunter2]}", "{TOKEN=hunter2}", "{hunter2: {}}"}) {
    EXPECT_THAT(TextMap(value),
                AllOf(HasSubstr("expected"), Not(HasSubstr("hunter2"))))
        << value;
  }
}

}  // namespace
}  // namespace servo::yaml
