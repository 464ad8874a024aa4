#include "yaml/section.h"

#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "yaml/diagnostics.h"
#include "yaml/file.h"
#include "yaml/key_spec.h"
#include "yaml/reader.h"

namespace servo::yaml {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr KeySpec kKeys[] = {
    {.name = "rate",
     .type = ValueType::kInteger,
     .shown = Shown::kPublic,
     .required = true,
     .max = 100},
};

class SectionTest : public testing::Test {
 protected:
  absl::Status Read(absl::string_view text) {
    return ReadSection(text, "f.yaml", "load", &diagnostics_,
                       [this](const Field& section) { ReadKeys(section); });
  }

  void ReadKeys(const Field& section) {
    ++calls_;
    const MappingReader keys(section, kKeys);
    if (keys.ok()) keys[KeyIndex(kKeys, "rate")].Read(&rate_);
  }

  Diagnostics diagnostics_;
  int calls_ = 0;
  int rate_ = 0;
};

TEST_F(SectionTest, OthersSectionsAreLeftAlone) {
  EXPECT_EQ(Read("other: {rate: 1, rate: 2, x: !unknown y}\nload: {rate: 7}"),
            absl::OkStatus());
  EXPECT_EQ(rate_, 7);
  EXPECT_TRUE(diagnostics_.empty());
}

TEST_F(SectionTest, ADuplicateKeyIsAnErrorBesideAllOthers) {
  const absl::Status status = Read("load: {rate: 1, rate: 2, rat: 3}");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("f.yaml:1:17: load: duplicate key \"rate\""),
                    HasSubstr("unknown key \"rat\"")));
}

TEST_F(SectionTest, ADuplicateSectionIsAnError) {
  EXPECT_THAT(std::string(Read("load: {rate: 1}\nload: {rate: 2}").message()),
              HasSubstr("f.yaml:2:1: duplicate key \"load\""));
}

TEST_F(SectionTest, AnUnknownTagIsAnError) {
  EXPECT_THAT(
      std::string(Read("load: {rate: !secret 1}").message()),
      AllOf(HasSubstr("f.yaml:1:14: load.rate: "), Not(HasSubstr("secret"))));
}

TEST_F(SectionTest, AMissingSectionLacksItsRequiredKeys) {
  for (const char* text : {"", "other: 1", "load:"}) {
    diagnostics_ = Diagnostics();
    EXPECT_THAT(std::string(Read(text).message()), HasSubstr("load: expected"))
        << text;
  }
  EXPECT_EQ(calls_, 3);
}

TEST_F(SectionTest, ATopLevelWithoutKeysIsAnError) {
  EXPECT_THAT(std::string(Read("[load]").message()),
              HasSubstr("expected a mapping with the key load at the top "
                        "level, found a list"));
  EXPECT_EQ(calls_, 0);
}

TEST_F(SectionTest, TextThatIsNoYamlIsAnError) {
  EXPECT_EQ(Read("load: {").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(calls_, 0);
}

TEST_F(SectionTest, IsReadFromAFile) {
  FilePlaces places;
  places.flag = testing::TempDir() + "/section.yaml";
  std::ofstream(places.flag) << "load: {rate: 5}\n";
  EXPECT_EQ(ReadSection(places, "load", &diagnostics_,
                        [this](const Field& section) { ReadKeys(section); }),
            absl::OkStatus());
  EXPECT_EQ(rate_, 5);
}

TEST_F(SectionTest, AMissingFileIsToldAsSuch) {
  FilePlaces places;
  places.flag = testing::TempDir() + "/none.yaml";
  EXPECT_EQ(
      ReadSection(places, "load", &diagnostics_, [](const Field&) {}).code(),
      absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace servo::yaml
