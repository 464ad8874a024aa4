#include "plan/selection.h"

#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/capture.h"
#include "plan/reference.h"

namespace servo::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Task Named(const std::string& name) {
  Task task;
  task.name = name;
  task.location = "config.yaml:" + name;
  return task;
}

// pre: a b; start: c d; post: e, which needs d.
Plan Example() {
  Plan plan;
  plan.stop_on_cancel = true;
  plan.stages[0] = {Named("a"), Named("b")};
  plan.stages[1] = {Named("c"), Named("delta")};
  plan.stages[3] = {Named("e")};
  plan.stages[3][0].if_ran = IfRan{"delta", Stage::kStart, 1};
  return plan;
}

std::vector<std::string> Names(const Plan& plan, Stage stage) {
  std::vector<std::string> names;
  for (const Task& task : plan.tasks(stage)) names.push_back(task.name);
  return names;
}

TEST(SelectionTest, TasksStayInTheirStagesAndOrder) {
  const absl::StatusOr<Plan> plan =
      SelectTasks(Example(), {"delta", "b", "a", "b"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_THAT(Names(*plan, Stage::kPre), ElementsAre("a", "b"));
  EXPECT_THAT(Names(*plan, Stage::kStart), ElementsAre("delta"));
  EXPECT_THAT(Names(*plan, Stage::kPost), IsEmpty());
  EXPECT_TRUE(plan->stop_on_cancel);
}

TEST(SelectionTest, WhatATaskNeedsIsFoundInItsNewPlace) {
  const absl::StatusOr<Plan> plan = SelectTasks(Example(), {"delta", "e"});
  ASSERT_TRUE(plan.ok()) << plan.status();
  const IfRan& if_ran = *plan->tasks(Stage::kPost)[0].if_ran;
  EXPECT_EQ(plan->tasks(if_ran.stage)[if_ran.index].name, "delta");
}

TEST(SelectionTest, WhatIsNeededMustBeChosen) {
  const absl::Status status = SelectTasks(Example(), {"a", "e"}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "config.yaml:e: task \"e\" needs the task \"delta\" (if_ran), "
            "which is not chosen");
}

TEST(SelectionTest, WhatIsAwaitedMustBeChosen) {
  Plan plan = Example();
  plan.stages[2] = {Named("wait")};
  plan.stages[2][0].action =
      AwaitAction{.name = "delta", .stage = Stage::kStart, .index = 1};
  EXPECT_FALSE(SelectTasks(plan, {"wait"}).ok());
  const absl::StatusOr<Plan> selected = SelectTasks(plan, {"delta", "wait"});
  ASSERT_TRUE(selected.ok()) << selected.status();
  const auto& await =
      std::get<AwaitAction>(selected->tasks(Stage::kStop)[0].action);
  EXPECT_EQ(selected->tasks(await.stage)[await.index].name, "delta");
}

TEST(SelectionTest, WhoCapturesAValueMustBeChosen) {
  Plan plan = Example();
  plan.references = References("ref0x");
  plan.stages[0][1].captures = {Capture{.name = "job"}};
  ProcessAction action;
  action.command.argv = {"x"};
  action.command.env = {{"JOB", plan.references.Add({.name = "job"})}};
  plan.stages[1][0].action = action;
  EXPECT_TRUE(SelectTasks(plan, {"b", "c"}).ok());
  EXPECT_EQ(SelectTasks(plan, {"a", "c"}).status().message(),
            "config.yaml:c: task \"c\" needs the task \"b\" (${{ job }}), "
            "which is not chosen");
}

TEST(SelectionTest, AllUnknownNamesAreToldWithTheNearest) {
  const absl::Status status =
      SelectTasks(Example(), {"detla", "quite another"}).status();
  EXPECT_EQ(status.message(),
            "no task is called \"detla\"; did you mean \"delta\"?\n"
            "no task is called \"quite another\"");
}

TEST(SelectionTest, ANameOfSeveralTasksIsRefused) {
  Plan plan = Example();
  plan.stages[2] = {Named("a")};
  EXPECT_THAT(std::string(SelectTasks(plan, {"a"}).status().message()),
              HasSubstr("several tasks are called \"a\""));
}

}  // namespace
}  // namespace servo::plan
