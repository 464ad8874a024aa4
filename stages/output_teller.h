// Makes events of a background process's output.
#ifndef STAGES_OUTPUT_TELLER_H_
#define STAGES_OUTPUT_TELLER_H_

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "exec/output_tap.h"
#include "plan/plan.h"
#include "stages/run_listener.h"

namespace servo::stages {

class OutputTeller final : public exec::OutputTap {
 public:
  OutputTeller(TaskId id, const plan::Task& task ABSL_ATTRIBUTE_LIFETIME_BOUND,
               RunListener* listener ABSL_ATTRIBUTE_LIFETIME_BOUND)
      : id_(id), task_(task), listener_(listener) {}

  void OnOutput(exec::Stream stream, absl::string_view bytes) override {
    listener_->OnBackgroundOutput(
        {.id = id_, .task = &task_, .stream = stream, .bytes = bytes});
  }

 private:
  const TaskId id_;
  const plan::Task& task_;
  RunListener* const listener_;
};

}  // namespace servo::stages

#endif  // STAGES_OUTPUT_TELLER_H_
