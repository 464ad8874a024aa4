#include "config/key_table.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "config/capture_keys.h"
#include "config/condition_keys.h"
#include "config/keys.h"
#include "config/metric_keys.h"
#include "config/ready_keys.h"
#include "config/report_keys.h"
#include "config/source_keys.h"
#include "yaml/key_spec.h"
#include "yaml/key_table.h"

namespace servo::config {
namespace {

// Worth saying where a key belongs to some of the modes.
std::string ModesRemark(const yaml::KeySpec& spec) {
  return spec.modes == kProcessModes ? " (exec and shell_exec)" : "";
}

void AddTable(absl::string_view heading, absl::Span<const yaml::KeySpec> keys,
              std::string* out) {
  absl::StrAppend(out, out->empty() ? "" : "\n",
                  yaml::KeyTable(heading, keys, ModesRemark));
}

}  // namespace

std::string KeyTables() {
  std::string text;
  AddTable("The section `exec`", kSectionKeys, &text);
  AddTable("`report`", kReportKeys, &text);
  AddTable("A source, in `secrets` and `values`", kSourceKeys, &text);
  AddTable("A task", kTaskKeys, &text);
  AddTable("`ready` of a task", kReadyKeys, &text);
  AddTable("A condition of a task", kConditionKeys, &text);
  AddTable("`request`", kRequestKeys, &text);
  AddTable("`auth` of a request", kAuthKeys, &text);
  AddTable("`cert` of a request, as a mapping", kCertKeys, &text);
  AddTable("A metric", kMetricKeys, &text);
  AddTable("A capture", kCaptureKeys, &text);
  AddTable("`series` of a metric, as a mapping", kSeriesKeys, &text);
  return text;
}

}  // namespace servo::config
