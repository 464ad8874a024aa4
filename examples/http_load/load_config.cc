#include "load_config.h"

#include <cstdlib>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "config/diagnostics.h"
#include "config/document.h"
#include "config/file.h"
#include "config/key_path.h"
#include "config/key_spec.h"
#include "config/reader.h"
#include "http/check_request.h"

namespace http_load {
namespace {

namespace config = servo::config;
using config::KeyIndex;

constexpr absl::string_view kSection = "http_load";

constexpr config::KeySpec kKeys[] = {
    {.name = "url", .type = config::ValueType::kUrl, .required = true},
    {.name = "rate",
     .type = config::ValueType::kNumber,
     .required = true,
     .max = 100000,
     .above_min = true},
    {.name = "in_flight",
     .type = config::ValueType::kInteger,
     .default_text = "100",
     .min = 1,
     .max = 500},
    {.name = "timeout",
     .type = config::ValueType::kSeconds,
     .default_text = "10",
     .max = 3600,
     .above_min = true},
};

void ReadSection(const config::Field& section, LoadConfig* load) {
  const config::MappingReader keys(section, kKeys);
  if (!keys.ok()) return;
  const config::Field url = keys[KeyIndex(kKeys, "url")];
  if (url.Read(&load->url) && url.given()) {
    const absl::Status status = servo::http::CheckUrl(load->url);
    if (!status.ok()) url.Error(status.message());
  }
  keys[KeyIndex(kKeys, "rate")].Read(&load->rate);
  keys[KeyIndex(kKeys, "in_flight")].Read(&load->in_flight);
  keys[KeyIndex(kKeys, "timeout")].Read(&load->timeout);
}

}  // namespace

absl::StatusOr<LoadConfig> ReadLoadConfig(const std::string& path) {
  config::FilePlaces places;
  places.flag = path;
  const char* variable = std::getenv(config::kFileVariable);
  if (variable != nullptr) places.environment = variable;
  absl::StatusOr<config::File> file = config::ReadFile(places);
  if (!file.ok()) return file.status();

  config::Diagnostics diagnostics;
  auto document = config::Document::Parse(file->text, file->path, &diagnostics);
  if (!document.ok()) return document.status();
  const config::Node* root = (*document)->root();
  LoadConfig load;
  config::ReadContext context = {document->get(), &diagnostics, ""};
  const config::KeyPath section_path(kSection);
  const config::Field section(
      &context, root == nullptr ? nullptr : root->Find(kSection), section_path);
  if (!section.given()) {
    return absl::InvalidArgumentError(file->path +
                                      ": there is no section http_load");
  }
  ReadSection(section, &load);
  if (diagnostics.has_errors()) {
    return absl::InvalidArgumentError(diagnostics.Message());
  }
  return load;
}

}  // namespace http_load
