// The keys of `report`; keys.h has the others.
#ifndef CONFIG_REPORT_KEYS_H_
#define CONFIG_REPORT_KEYS_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "yaml/key_spec.h"

namespace servo::config {

inline constexpr yaml::KeySpec kReportKeys[] = {
    {.name = "dir",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kSecret,
     .required = true,
     .doc = "The directory in which each run gets one of its own; it is made "
            "if it is missing. A relative path is the driver's."},
    {.name = "keep",
     .type = yaml::ValueType::kInteger,
     .shown = yaml::Shown::kPublic,
     .default_text = "20",
     .min = 1,
     .max = 1'000'000,
     .doc = "How many runs' directories stay; the oldest of the others are "
            "removed."},
};

// The position in the table; an unknown name doesn't compile.
consteval size_t ReportKey(absl::string_view name) {
  return yaml::KeyIndex(kReportKeys, name);
}

// What stands for `keep` where the directory alone is given.
inline constexpr int kDefaultReportsKept =
    static_cast<int>(*kReportKeys[ReportKey("keep")].default_number);

}  // namespace servo::config

#endif  // CONFIG_REPORT_KEYS_H_
