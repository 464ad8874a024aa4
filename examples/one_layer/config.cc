// The config layer alone, for the section of another driver:
//
//   probe:
//     target: db.internal   # required
//     interval: 500ms       # default 1 s
//
// Reads stdin; every problem is told with its line and column.

#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "config/diagnostics.h"
#include "config/document.h"
#include "config/key_path.h"
#include "config/key_spec.h"
#include "config/reader.h"

namespace {

using namespace servo;

constexpr config::KeySpec kKeys[] = {
    {.name = "target", .type = config::ValueType::kText, .required = true},
    {.name = "interval",
     .type = config::ValueType::kSeconds,
     .default_text = "1",
     .max = 3600,
     .above_min = true},
};

}  // namespace

int main() {
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  config::Diagnostics diagnostics;
  auto document = config::Document::Parse(text, "<stdin>", &diagnostics);
  std::string target;
  absl::Duration interval;
  if (document.ok() && (*document)->root() != nullptr) {
    config::ReadContext context = {document->get(), &diagnostics, ""};
    const config::KeyPath path("probe");
    const config::Field section(&context, (*document)->root()->Find("probe"),
                                path);
    const config::MappingReader keys(section, kKeys);
    if (keys.ok()) {
      keys[config::KeyIndex(kKeys, "target")].Read(&target);
      keys[config::KeyIndex(kKeys, "interval")].Read(&interval);
    }
  }
  std::cerr << diagnostics.Render();
  if (diagnostics.has_errors()) return 1;
  std::cout << target << " every " << interval << "\n";
}
