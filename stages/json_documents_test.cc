#include "stages/json_documents.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/testing/cpu_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace servo::stages {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The documents, each written out; the error if there is one.
std::vector<std::string> Read(absl::string_view text) {
  const auto documents = ReadDocuments(text);
  if (!documents.ok()) return {documents.status().ToString()};
  std::vector<std::string> dumps;
  for (const nlohmann::json& document : *documents) {
    dumps.push_back(document.dump());
  }
  return dumps;
}

TEST(ReadDocuments, ReadsOneJson) {
  EXPECT_THAT(Read(" {\"a\":\n [1, 2]}\n"), ElementsAre("{\"a\":[1,2]}"));
  EXPECT_THAT(Read("17"), ElementsAre("17"));
}

TEST(ReadDocuments, ReadsJsonLines) {
  EXPECT_THAT(Read("{\"a\":1}\n\n{\"a\":2}\r\n[]"),
              ElementsAre("{\"a\":1}", "{\"a\":2}", "[]"));
}

TEST(ReadDocuments, SkipsTextBeforeAJson) {
  EXPECT_THAT(Read("fio: terminating on signal 2\n\n{\n\"jobs\": []\n}\n"),
              ElementsAre("{\"jobs\":[]}"));
  EXPECT_THAT(Read("[warning] slow\n[1]"), ElementsAre("[1]"));
}

TEST(ReadDocuments, TriesAHundredLines) {
  std::string noise;
  for (int i = 0; i < 99; ++i) noise += "[noise\n";
  EXPECT_THAT(Read(absl::StrCat(noise, "[1]")), ElementsAre("[1]"));
  EXPECT_THAT(Read(absl::StrCat(noise, "[one more\n[1]")),
              ElementsAre(HasSubstr("INVALID_ARGUMENT")));
}

TEST(ReadDocuments, ReadsNoTextAgainAndAgain) {
  // Each line begins a JSON that lacks its end alone.
  std::string text;
  for (int i = 0; i < 99; ++i) text += "[\n";
  absl::StrAppend(&text, "\"", std::string(1'000'000, 'x'));
  const absl::Duration begin = base::ThreadCpuTime();
  EXPECT_THAT(Read(text), ElementsAre(HasSubstr("offset 1000199")));
  EXPECT_LT(base::ThreadCpuTime() - begin,
            base::CpuTimeBound(absl::Seconds(1)));
}

TEST(ReadDocuments, GivesUpOnceItHasReadAsMuchAsThereIs) {
  const std::string broken = absl::StrCat("\"", std::string(100, 'x'), "\n");
  EXPECT_THAT(Read(absl::StrCat("log\n[\n", broken, "[1]")),
              ElementsAre("[1]"));
  EXPECT_THAT(Read(absl::StrCat("log\n[\n[\n[\n", broken, "[1]")),
              ElementsAre(HasSubstr("INVALID_ARGUMENT")));
}

TEST(ReadDocuments, SaysWhereJsonEnds) {
  EXPECT_THAT(Read("{\"a\": oops}"), ElementsAre(HasSubstr("offset 6")));
  EXPECT_THAT(Read("{\"a\": 1}\nDone.\n"), ElementsAre(HasSubstr("offset 9")));
  EXPECT_THAT(Read("{\"a\": 1} trailing"), ElementsAre(HasSubstr("offset 9")));
}

TEST(ReadDocuments, SaysWhereTheJsonThatWentFurthestEnds) {
  EXPECT_THAT(Read("hdr\n{ \"a\":1, \"b\": oops }"),
              ElementsAre(HasSubstr("offset 18: expected JSON, found 'o'")));
  EXPECT_THAT(Read("hdr\n{ \"a\":1, \"b\": oops }\n[log] over"),
              ElementsAre(HasSubstr("offset 18")));
  EXPECT_THAT(Read("{\"a\":1}\n\n{\"a\":2}\n{\"a\":oops}"),
              ElementsAre(HasSubstr("offset 22")));
  EXPECT_THAT(Read("hdr\nno JSON"), ElementsAre(HasSubstr("offset 0")));
}

TEST(ReadDocuments, AnEmptyTextHasNone) {
  EXPECT_THAT(Read(""), IsEmpty());
  EXPECT_THAT(Read(" \n\n"), IsEmpty());
}

}  // namespace
}  // namespace servo::stages
