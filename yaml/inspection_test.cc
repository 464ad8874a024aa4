// What any driver has of its table of keys: a check of its section, a JSON
// Schema, a table for its documentation.
#include "yaml/inspection.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "yaml/key_spec.h"
#include "yaml/key_table.h"
#include "yaml/reader.h"
#include "yaml/schema.h"

namespace servo::yaml {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr KeySpec kKeys[] = {
    {.name = "target",
     .type = ValueType::kUrl,
     .shown = Shown::kUrl,
     .required = true,
     .doc = "What is probed."},
    {.name = "every",
     .type = ValueType::kSeconds,
     .shown = Shown::kPublic,
     .default_text = "5",
     .max = 60,
     .above_min = true,
     .doc = "How often."},
    {.name = "token",
     .type = ValueType::kAnyText,
     .shown = Shown::kSecret,
     .none_means = "no token",
     .doc = "What | it says."},
};

struct Outcome {
  int exit_code;
  std::string out;
  std::string err;
};

// Inspects a file with these bytes, called FILE in what is printed.
Outcome Inspect(const std::string& text, Inspection inspection = {},
                Values values = Values::kAll) {
  const std::string path = testing::TempDir() + "/probe.yaml";
  std::ofstream(path) << text;
  inspection.files = {path};
  inspection.section = "probe";
  inspection.places.trusted = true;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int exit_code =
      InspectSection(inspection, [values](const Field& section) {
        const MappingReader keys(section, kKeys);
        std::string target;
        double every = 0;
        if (!keys.ok()) return std::string();
        keys[0].Read(&target);
        keys[1].Read(&every);
        if (every > 50) keys[1].KeyWarning("that is seldom");
        return DescribeValues(keys, values);
      });
  Outcome outcome = {exit_code, testing::internal::GetCapturedStdout(),
                     testing::internal::GetCapturedStderr()};
  for (std::string* printed : {&outcome.out, &outcome.err}) {
    for (size_t at = 0; (at = printed->find(path)) != std::string::npos;) {
      printed->replace(at, path.size(), "FILE");
    }
  }
  return outcome;
}

TEST(InspectSection, ShowsAllValuesButSecrets) {
  const Outcome outcome =
      Inspect("probe: {target: 'http://u:p@h/?k=hunter2', token: hunter2}");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_EQ(outcome.out,
            "FILE:\n"
            "target: http://***@h/?***\n"
            "every: 5 (default)\n"
            "token: ***\n");
}

TEST(InspectSection, ShowsWhatIsGivenAlone) {
  const Outcome outcome =
      Inspect("probe: {target: 'http://u:p@h', token: x}", {}, Values::kGiven);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.out,
            "FILE:\n"
            "target: http://***@h\n"
            "token: ***\n");
}

TEST(InspectSection, SaysWhatStandsForValues) {
  EXPECT_EQ(Inspect("probe: {target: 'http://h', every: 10}").out,
            "FILE:\n"
            "target: http://h\n"
            "every: 10\n"
            "token: no token\n");
}

TEST(InspectSection, TellsEveryProblem) {
  const Outcome outcome = Inspect("probe: {evry: 1}\nother: {a: 1, a: 2}");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, HasSubstr("FILE:1:8: probe: expected the key "
                                     "\"target\", which is required"));
  EXPECT_THAT(outcome.err, HasSubstr("did you mean \"every\"?"));
}

TEST(InspectSection, WarningsCountWithStrictAlone) {
  const std::string text = "probe: {target: 'http://h', every: 55}";
  EXPECT_EQ(Inspect(text).exit_code, 0);
  EXPECT_EQ(Inspect(text, {.strict = true}).exit_code, 1);
}

TEST(InspectSection, SpeaksJson) {
  const Outcome outcome = Inspect("probe: {target: 1, every: soon}",
                                  {.format = Inspection::Format::kJson});
  const nlohmann::json document = nlohmann::json::parse(outcome.out);
  const nlohmann::json& file = document.at("files").at(0);
  EXPECT_EQ(file.at("ok"), false);
  EXPECT_EQ(file.at("diagnostics").at(0).at("path"), "probe.every");
}

TEST(InspectSection, AMissingFileIsOfTheProgram) {
  const Inspection nowhere = {.program = "probe-driver",
                              .places = {.flag = "/nowhere/probe.yaml"},
                              .section = "probe"};
  testing::internal::CaptureStderr();
  EXPECT_EQ(InspectSection(nowhere, [](const Field&) { return ""; }), 1);
  EXPECT_THAT(
      testing::internal::GetCapturedStderr(),
      AllOf(StartsWith("probe-driver: "), HasSubstr("/nowhere/probe.yaml")));
}

// In a process of its own, whose stdout is full.
TEST(PrintDeathTest, TellsWhichProgramCannotWrite) {
  EXPECT_EXIT(
      {
        dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO);
        _exit(Print("probe-driver", "text"));
      },
      testing::ExitedWithCode(1),
      "^probe-driver: cannot write to stdout: No space left on device\n$");
}

TEST(FileSchema, IsMadeOfTheTable) {
  const nlohmann::json schema =
      nlohmann::json::parse(FileSchema({.title = "probe",
                                        .description = "Probes.",
                                        .name = "probe",
                                        .section_description = "What to probe.",
                                        .keys = MappingSchema(kKeys)}));
  const nlohmann::json& keys = schema.at("properties").at("probe").at("anyOf");
  const nlohmann::json& every = keys.at(0).at("properties").at("every");
  EXPECT_EQ(every.at("default"), 5);
  EXPECT_EQ(every.at("maximum"), 60);
  EXPECT_EQ(every.at("title"), "every: duration > 0");
  EXPECT_EQ(keys.at(0).at("required"), nlohmann::json::array({"target"}));
  EXPECT_EQ(keys.at(1).at("type"), "null");
}

TEST(KeyTable, HasARowForEachKey) {
  EXPECT_EQ(KeyTable("`probe`", kKeys),
            "### `probe`\n\n"
            "| key | type | default | meaning |\n"
            "| --- | --- | --- | --- |\n"
            "| `target` | URL | required | What is probed. |\n"
            "| `every` | duration > 0 | `5` | How often. |\n"
            "| `token` | text | no token | What \\| it says. |\n");
}

}  // namespace
}  // namespace servo::yaml
