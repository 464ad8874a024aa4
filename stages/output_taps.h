// Several who hear the output of one process.
#ifndef STAGES_OUTPUT_TAPS_H_
#define STAGES_OUTPUT_TAPS_H_

#include <vector>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "exec/output_tap.h"

namespace servo::stages {

// Hands output on to all that were added, in their order.
class OutputTaps final : public exec::OutputTap {
 public:
  // `tap` must outlive this, or be removed. Not from inside OnOutput().
  void Add(exec::OutputTap* tap ABSL_ATTRIBUTE_LIFETIME_BOUND) {
    taps_.push_back(tap);
  }
  void Remove(const exec::OutputTap* tap) { std::erase(taps_, tap); }

  bool empty() const { return taps_.empty(); }

  void OnOutput(exec::Stream stream, absl::string_view bytes) override {
    for (exec::OutputTap* tap : taps_) tap->OnOutput(stream, bytes);
  }

 private:
  std::vector<exec::OutputTap*> taps_;
};

}  // namespace servo::stages

#endif  // STAGES_OUTPUT_TAPS_H_
