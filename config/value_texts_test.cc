#include "config/value_texts.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/redactor.h"
#include "config/loader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/plan.h"
#include "plan/value_source.h"
#include "yaml/diagnostics.h"

namespace servo::config {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using Kind = plan::ValueSource::Kind;

std::string WriteFile(const std::string& name, const std::string& text) {
  const std::string path = absl::StrCat(testing::TempDir(), "/", name);
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

absl::StatusOr<plan::Plan> Load(const std::string& section,
                                yaml::Diagnostics* diagnostics) {
  return LoadPlan(absl::StrCat("exec:\n  pre: [{exec: x}]\n", section),
                  "c.yaml", diagnostics);
}

plan::Plan Loaded(const std::string& section) {
  yaml::Diagnostics diagnostics;
  absl::StatusOr<plan::Plan> plan = Load(section, &diagnostics);
  EXPECT_TRUE(plan.ok()) << diagnostics.Render();
  return *plan;
}

std::string ErrorsOf(const std::string& section) {
  yaml::Diagnostics diagnostics;
  EXPECT_FALSE(Load(section, &diagnostics).ok()) << section;
  return diagnostics.Message();
}

// What is wrong with a file of this text.
std::string WhyNot(const std::string& text) {
  const auto read = ReadValueText({Kind::kFile, WriteFile("value", text)});
  return read.ok() ? "" : std::string(read.status().message());
}

TEST(Sections, AreRead) {
  const plan::Plan plan = Loaded(
      "  secrets:\n    x-free: [anything]\n    token: {file: /run/token}\n"
      "    _a9: {env: TOKEN}\n    c: {credential: token}\n"
      "  values:\n    region: 010\n    empty: ''\n    host: {env: HOST}\n");
  ASSERT_EQ(plan.secrets.size(), 3u);
  EXPECT_EQ(plan.secrets[0].name, "token");
  EXPECT_EQ(plan.secrets[0].source.kind, Kind::kFile);
  EXPECT_EQ(plan.secrets[0].source.argument, "/run/token");
  EXPECT_EQ(plan.secrets[0].file, "c.yaml");
  EXPECT_EQ(plan.secrets[0].line, 5);
  EXPECT_EQ(plan.secrets[0].path, "exec.secrets.token");
  EXPECT_EQ(plan.secrets[1].source.kind, Kind::kVariable);
  EXPECT_EQ(plan.secrets[2].source.kind, Kind::kCredential);
  ASSERT_EQ(plan.values.size(), 3u);
  EXPECT_EQ(plan.values[0].source.kind, Kind::kText);
  EXPECT_EQ(plan.values[0].source.argument, "010");
  EXPECT_EQ(plan.values[1].source.argument, "");
  EXPECT_EQ(plan.values[2].source.kind, Kind::kVariable);
}

TEST(Sections, TellWhatIsWrong) {
  EXPECT_THAT(ErrorsOf("  secrets: {token: hunter2}\n"),
              AllOf(HasSubstr("exec.secrets.token: expected a source: {file: "
                              "PATH}, {env: NAME} or {credential: NAME}"),
                    Not(HasSubstr("hunter2"))));
  EXPECT_THAT(ErrorsOf("  secrets: {token: }\n"), HasSubstr("a source"));
  EXPECT_THAT(ErrorsOf("  secrets: [a]\n"), HasSubstr("expected a mapping"));
  EXPECT_THAT(ErrorsOf("  secrets: {a: {}}\n"), HasSubstr("found none"));
  EXPECT_THAT(ErrorsOf("  secrets: {a: {file: x, env: y}}\n"),
              HasSubstr("exec.secrets.a.env: expected one source, found file "
                        "and env"));
  EXPECT_THAT(ErrorsOf("  secrets: {a: {flie: x}}\n"),
              HasSubstr("did you mean \"file\"?"));
  EXPECT_THAT(ErrorsOf("  secrets: {a: {file: ''}}\n"),
              HasSubstr("exec.secrets.a.file: "));
  EXPECT_THAT(ErrorsOf("  secrets: {a: {env: A=b}}\n"), HasSubstr("\"=\""));
  for (const char* name : {"../x", "a/b", ".", ".."}) {
    EXPECT_THAT(
        ErrorsOf(absl::StrCat("  values: {a: {credential: ", name, "}}\n")),
        HasSubstr("expected the name of a credential"))
        << name;
  }
  for (const char* name : {"9a", "a-b", "''", "a.b"}) {
    EXPECT_THAT(ErrorsOf(absl::StrCat("  values: {", name, ": x}\n")),
                HasSubstr("expected a name of letters, digits"))
        << name;
  }
  EXPECT_THAT(ErrorsOf("  values: {a: [x]}\n"),
              HasSubstr("expected a text, or a source"));
}

TEST(ReadValueText, RemovesOneLineEnd) {
  for (const std::string end : {"", "\n", "\r\n"}) {
    EXPECT_EQ(
        *ReadValueText({Kind::kFile, WriteFile("value", "hunter2" + end)}),
        "hunter2");
  }
  EXPECT_EQ(*ReadValueText({Kind::kFile, WriteFile("value", " a\nb\n\n")}),
            " a\nb\n");
  EXPECT_EQ(*ReadValueText({Kind::kText, "as it is\n"}), "as it is\n");
}

TEST(ReadValueText, KeepsItsLimits) {
  EXPECT_EQ(WhyNot(std::string(kMaxValueBytes, 'x') + "\r\n"), "");
  EXPECT_THAT(WhyNot(std::string(kMaxValueBytes + 1, 'x')),
              HasSubstr("has more than 64 KiB"));
  EXPECT_THAT(WhyNot(std::string(10 * kMaxValueBytes, 'x')),
              HasSubstr("has more than 64 KiB"));
  EXPECT_THAT(WhyNot(""), HasSubstr(" is empty"));
  EXPECT_THAT(WhyNot("\n"), HasSubstr(" is empty"));
  EXPECT_THAT(
      WhyNot(std::string("hunter2\0x", 9)),
      AllOf(HasSubstr("has a NUL character"), Not(HasSubstr("hunter2"))));
}

TEST(ReadValueText, TakesRegularFilesAlone) {
  const std::string pipe = absl::StrCat(testing::TempDir(), "/pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& path :
       {pipe, testing::TempDir(), std::string("/dev/null"),
        std::string("/dev/tty")}) {
    EXPECT_THAT(ReadValueText({Kind::kFile, path}).status().message(),
                HasSubstr("is no regular file"))
        << path;
  }
  EXPECT_EQ(ReadValueText({Kind::kFile, "/nowhere/a"}).status().message(),
            "cannot read the file \"/nowhere/a\": No such file or directory");
  // As Kubernetes shows secrets.
  const std::string link = absl::StrCat(testing::TempDir(), "/link");
  ASSERT_EQ(symlink(WriteFile("value", "hunter2").c_str(), link.c_str()), 0);
  EXPECT_EQ(*ReadValueText({Kind::kFile, link}), "hunter2");
}

TEST(ReadValueText, TakesVariablesAndCredentials) {
  setenv("A_SECRET", "hunter2", 1);
  unsetenv("NO_SECRET");
  unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_EQ(*ReadValueText({Kind::kVariable, "A_SECRET"}), "hunter2");
  EXPECT_EQ(ReadValueText({Kind::kVariable, "NO_SECRET"}).status().message(),
            "the variable \"NO_SECRET\" is not set");
  EXPECT_EQ(ReadValueText({Kind::kCredential, "value"}).status().message(),
            "cannot read the credential \"value\": $CREDENTIALS_DIRECTORY is "
            "not set");
  WriteFile("value", "swordfish\n");
  setenv("CREDENTIALS_DIRECTORY", testing::TempDir().c_str(), 1);
  EXPECT_EQ(*ReadValueText({Kind::kCredential, "value"}), "swordfish");
}

TEST(ReadSecretTexts, TellsAllThatCannotBeReadAndWhatIsTooShort) {
  setenv("A_SECRET", "hunter2", 1);
  setenv("A_SHORT_ONE", "abc", 1);
  const plan::Plan plan = Loaded(
      "  secrets:\n    a: {env: A_SECRET}\n    b: {file: /nowhere/b}\n"
      "    c: {env: A_SHORT_ONE}\n    d: {file: /nowhere/d}\n");
  base::Redactor redactor;
  yaml::Diagnostics diagnostics;
  EXPECT_THAT(ReadSecretTexts(plan.secrets, yaml::Severity::kError, &redactor,
                              &diagnostics),
              ElementsAre(Pair("a", "hunter2"), Pair("c", "abc")));
  EXPECT_EQ(diagnostics.Message(),
            "c.yaml:5:8: exec.secrets.b: cannot read the file \"/nowhere/b\": "
            "No such file or directory\n"
            "c.yaml:7:8: exec.secrets.d: cannot read the file \"/nowhere/d\": "
            "No such file or directory");
  EXPECT_THAT(diagnostics.Render(),
              HasSubstr("c.yaml:6:8: warning: exec.secrets.c: has fewer than "
                        "4 characters and is not masked"));
  EXPECT_EQ(redactor.Redact("hunter2 abc"), "*** abc");
}

TEST(HideVariables, RemovesThoseOfSecrets) {
  setenv("A_SECRET", "hunter2", 1);
  setenv("A_VALUE", "x", 1);
  const plan::Plan plan = Loaded(
      "  secrets: {a: {env: A_SECRET}, b: {file: A_VALUE}}\n"
      "  values: {c: {env: A_VALUE}}\n");
  HideVariables(plan.secrets);
  EXPECT_EQ(getenv("A_SECRET"), nullptr);
  EXPECT_STREQ(getenv("A_VALUE"), "x");
}

TEST(HideRunVariables, RemovesWhatAnotherRunSays) {
  for (const char* name : {"SERVO_EXEC_RUN_ID", "SERVO_EXEC_WINDOW_START",
                           "SERVO_EXEC_FAILURE", "SERVO_EXEC_CONFIG"}) {
    setenv(name, "outer", 1);
  }
  HideRunVariables();
  EXPECT_EQ(getenv("SERVO_EXEC_RUN_ID"), nullptr);
  EXPECT_EQ(getenv("SERVO_EXEC_WINDOW_START"), nullptr);
  EXPECT_EQ(getenv("SERVO_EXEC_FAILURE"), nullptr);
  EXPECT_STREQ(getenv("SERVO_EXEC_CONFIG"), "outer");  // says nothing of a run
}

}  // namespace
}  // namespace servo::config
