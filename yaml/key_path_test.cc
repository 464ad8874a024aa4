#include "yaml/key_path.h"

#include "gtest/gtest.h"

namespace servo::yaml {
namespace {

TEST(KeyPath, ReadsAsPeopleWriteIt) {
  const KeyPath section("exec");
  const KeyPath stage(&section, "start");
  const KeyPath task(&stage, size_t{12});
  const KeyPath env(&task, "env");
  EXPECT_EQ(section.ToString(), "exec");
  EXPECT_EQ(task.ToString(), "exec.start[12]");
  EXPECT_EQ(env.ToString(), "exec.start[12].env");
  EXPECT_EQ(KeyPath(&env, "A.B").ToString(), "exec.start[12].env[\"A.B\"]");
  EXPECT_EQ(KeyPath(&env, "").ToString(), "exec.start[12].env[\"\"]");
  EXPECT_EQ(KeyPath(&env, "a\"\n").ToString(),
            "exec.start[12].env[\"a\\\"\\n\"]");
}

TEST(KeyPath, LongKeysAreCut) {
  EXPECT_EQ(PathStep(std::string(100, 'k')),
            "[\"" + std::string(60, 'k') + "...\"]");
}

}  // namespace
}  // namespace servo::yaml
