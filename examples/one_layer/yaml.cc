// The yaml layer alone, for the section of another driver:
//
//   probe:
//     target: db.internal   # required
//     interval: 500ms       # default 1 s
//
// Reads stdin; every problem is told with its line and column.

#include <iostream>
#include <iterator>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "yaml/diagnostics.h"
#include "yaml/key_spec.h"
#include "yaml/reader.h"
#include "yaml/section.h"

namespace {

using namespace servo;

constexpr yaml::KeySpec kKeys[] = {
    {.name = "target",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kPublic,
     .required = true},
    {.name = "interval",
     .type = yaml::ValueType::kSeconds,
     .shown = yaml::Shown::kPublic,
     .default_text = "1",
     .max = 3600,
     .above_min = true},
};

}  // namespace

int main() {
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  yaml::Diagnostics diagnostics;
  std::string target;
  absl::Duration interval;
  const absl::Status status = yaml::ReadSection(
      text, "<stdin>", "probe", &diagnostics, [&](const yaml::Field& section) {
        const yaml::MappingReader keys(section, kKeys);
        if (!keys.ok()) return;
        keys[yaml::KeyIndex(kKeys, "target")].Read(&target);
        keys[yaml::KeyIndex(kKeys, "interval")].Read(&interval);
      });
  std::cerr << diagnostics.Render();
  if (!status.ok()) return 1;
  std::cout << target << " every " << interval << "\n";
}
