#include "config/when_reader.h"

#include <string>

#include "config/loader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/plan.h"
#include "yaml/diagnostics.h"

namespace servo::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

plan::Plan Load(const std::string& text) {
  yaml::Diagnostics diagnostics;
  auto plan = LoadPlan(text, "c.yaml", &diagnostics);
  EXPECT_TRUE(plan.ok()) << diagnostics.Render();
  return plan.ok() ? *plan : plan::Plan();
}

std::string Problems(const std::string& text) {
  yaml::Diagnostics diagnostics;
  EXPECT_FALSE(LoadPlan(text, "c.yaml", &diagnostics).ok()) << text;
  return diagnostics.Render();
}

plan::RunsWhen When(const std::string& value) {
  return Load("exec: {post: [{exec: a, when: " + value + "}]}")
      .tasks(plan::Stage::kPost)[0]
      .when;
}

TEST(When, IsOneResultOrAList) {
  const plan::RunsWhen failed = When("failed");
  EXPECT_FALSE(failed.success);
  EXPECT_TRUE(failed.failed);
  EXPECT_FALSE(failed.cancelled);
  const plan::RunsWhen two = When("[success, cancelled]");
  EXPECT_TRUE(two.success);
  EXPECT_FALSE(two.failed);
  EXPECT_TRUE(two.cancelled);
}

TEST(When, IsAlwaysUnlessGiven) {
  const plan::RunsWhen when = When("null");
  EXPECT_TRUE(when.success && when.failed && when.cancelled);
}

TEST(When, RefusesOtherWords) {
  EXPECT_THAT(Problems("exec: {post: [{exec: a, when: failure}]}"),
              AllOf(HasSubstr("c.yaml:1:31: exec.post[0].when"),
                    HasSubstr("one of success, failed, cancelled")));
  EXPECT_THAT(Problems("exec: {post: [{exec: a, when: [failed, x]}]}"),
              AllOf(HasSubstr("exec.post[0].when[1]"),
                    HasSubstr("one of success, failed, cancelled")));
  for (const char* value : {"[]", "[null]", "{}", "''"}) {
    EXPECT_THAT(
        Problems(std::string("exec: {post: [{exec: a, when: ") + value + "}]}"),
        HasSubstr("one of success, failed, cancelled"))
        << value;
  }
}

TEST(When, IsForPostAlone) {
  for (const char* stage : {"pre", "start", "stop"}) {
    EXPECT_THAT(Problems(std::string("exec: {") + stage +
                         ": [{exec: a, when: failed}]}"),
                HasSubstr("when applies to tasks of post only"));
  }
}

TEST(IfRan, IsAnEarlierTask) {
  const plan::Plan plan = Load(
      "exec:\n"
      "  start: [{exec: x}, {name: load, exec: x}]\n"
      "  stop: [{exec: x, name: end, if_ran: load}]\n"
      "  post: [{exec: x, if_ran: end}, {exec: x, if_ran: 'start[0]'}]\n");
  const auto& load = plan.tasks(plan::Stage::kStop)[0].if_ran;
  ASSERT_TRUE(load.has_value());
  EXPECT_EQ(load->name, "load");
  EXPECT_EQ(load->stage, plan::Stage::kStart);
  EXPECT_EQ(load->index, 1u);
  EXPECT_EQ(plan.tasks(plan::Stage::kPost)[0].if_ran->stage,
            plan::Stage::kStop);
  EXPECT_EQ(plan.tasks(plan::Stage::kPost)[1].if_ran->index, 0u);
}

TEST(IfRan, RefusesWhatIsNoEarlierTask) {
  EXPECT_THAT(
      Problems("exec: {pre: [{name: load, exec: x}], post: [{exec: x, if_ran: "
               "laod}]}"),
      AllOf(HasSubstr("c.yaml:1:63: exec.post[0].if_ran"),
            HasSubstr("expected the name of an earlier task, found \"laod\"; "
                      "did you mean \"load\"?")));
  EXPECT_THAT(Problems("exec: {post: [{name: a, exec: x, if_ran: a}]}"),
              HasSubstr("expected the name of an earlier task"));
  EXPECT_THAT(Problems("exec: {stop: [{exec: x, if_ran: b}], post: [{name: b, "
                       "exec: x}]}"),
              HasSubstr("expected the name of an earlier task"));
}

TEST(IfRan, NeedsANameThatOneTaskHas) {
  EXPECT_THAT(
      Problems("exec: {pre: [{name: a, exec: x}, {name: a, exec: x}], "
               "post: [{exec: x, if_ran: a}]}"),
      HasSubstr("\"a\", which several have; the first is at c.yaml:1:14"));
  EXPECT_THAT(Problems("exec: {pre: [{name: a, exec: x}], post: [{exec: x, "
                       "if_ran: a}, {name: a, exec: x}]}"),
              AllOf(HasSubstr("exec.post[1].name"),
                    HasSubstr("if_ran calls the task \"a\" at c.yaml:1:14")));
}

TEST(IfRan, IsForStopAndPost) {
  for (const char* stage : {"pre", "start"}) {
    EXPECT_THAT(Problems(std::string("exec: {") + stage +
                         ": [{name: a, exec: x}, {exec: x, if_ran: a}]}"),
                HasSubstr("if_ran applies to tasks of stop and post only"));
  }
}

}  // namespace
}  // namespace servo::config
