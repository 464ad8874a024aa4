// Any bytes: the loader says yes or no, with diagnostics that are text, and a
// plan that can be told in words.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/log/check.h"
#include "absl/strings/string_view.h"
#include "base/utf8.h"
#include "config/loader.h"
#include "config/plan_summary.h"
#include "yaml/diagnostics.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace servo;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  yaml::Diagnostics diagnostics;
  const auto plan = config::LoadPlan(text, "fuzz.yaml", &diagnostics);
  CHECK_EQ(plan.ok(), !diagnostics.has_errors());
  CHECK(base::IsValidUtf8(diagnostics.Render(/*color=*/true)));
  CHECK(base::IsValidUtf8(diagnostics.Message()));
  if (plan.ok()) {
    CHECK(base::IsValidUtf8(config::Summarize(*plan)));
    CHECK(base::IsValidUtf8(config::Describe(*plan)));
  }
  return 0;
}
