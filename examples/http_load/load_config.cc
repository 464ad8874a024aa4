#include "load_config.h"

#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "http/check_request.h"
#include "yaml/diagnostics.h"
#include "yaml/file.h"
#include "yaml/key_spec.h"
#include "yaml/reader.h"
#include "yaml/section.h"
#include "yaml/value_readers.h"

namespace http_load {
namespace {

namespace yaml = servo::yaml;
namespace http = servo::http;
using yaml::ValueType;

constexpr absl::string_view kSection = "http_load";

constexpr yaml::KeySpec kKeys[] = {
    {.name = "url",
     .type = ValueType::kUrl,
     .shown = yaml::Shown::kUrl,
     .required = true},
    {.name = "method",
     .type = ValueType::kMethod,
     .shown = yaml::Shown::kPublic,
     .default_text = "GET"},
    {.name = "headers",
     .type = ValueType::kHeaders,
     .shown = yaml::Shown::kSecret},
    {.name = "data",
     .type = ValueType::kAnyText,
     .shown = yaml::Shown::kSecret},
    {.name = "rate",
     .type = ValueType::kNumber,
     .shown = yaml::Shown::kPublic,
     .required = true,
     .max = 100000,
     .above_min = true},
    {.name = "in_flight",
     .type = ValueType::kInteger,
     .shown = yaml::Shown::kPublic,
     .default_text = "100",
     .min = 1,
     .max = 500},
    {.name = "timeout",
     .type = ValueType::kSeconds,
     .shown = yaml::Shown::kPublic,
     .default_text = "10",
     .max = 3600,
     .above_min = true},
};

consteval size_t Key(absl::string_view name) {
  return yaml::KeyIndex(kKeys, name);
}

void ReadHeaders(const yaml::Field& field, http::Headers* headers) {
  yaml::ReadTextMap(field,
                    [headers](const yaml::Field& value, const std::string& name,
                              const std::string& text) {
                      const absl::Status status = http::CheckHeader(name, text);
                      if (!status.ok()) value.KeyError(status.message());
                      headers->emplace_back(name, text);
                    });
}

void ReadRequest(const yaml::MappingReader& keys, http::Request* request) {
  const yaml::Field url = keys[Key("url")];
  if (url.Read(&request->url) && url.given()) {
    const absl::Status status = http::CheckUrl(request->url);
    if (!status.ok()) url.Error(status.message());
  }
  const yaml::Field method = keys[Key("method")];
  if (method.Read(&request->method)) {
    const absl::Status status = http::CheckMethod(request->method);
    if (!status.ok()) method.Error(status.message());
    absl::AsciiStrToUpper(&request->method);
  }
  ReadHeaders(keys[Key("headers")], &request->headers);
  const yaml::Field data = keys[Key("data")];
  if (data.given() && request->method == "HEAD") {
    data.Error("a HEAD request has no body");
  } else if (std::string body; data.given() && data.Read(&body)) {
    request->body = std::move(body);
  }
  keys[Key("timeout")].Read(&request->timeout);
  // A slow answer is slow, not broken.
  request->idle_timeout = request->timeout;
  // One request of ours is one of the server's.
  request->follow_redirects = false;
  request->output_limit = 0;
}

void ReadKeys(const yaml::Field& section, LoadConfig* load) {
  if (!section.given()) return section.Error("the file has no such section");
  const yaml::MappingReader keys(section, kKeys);
  if (!keys.ok()) return;
  ReadRequest(keys, &load->request);
  keys[Key("rate")].Read(&load->rate);
  keys[Key("in_flight")].Read(&load->in_flight);
}

}  // namespace

absl::StatusOr<LoadConfig> ParseLoadConfig(absl::string_view text,
                                           const std::string& file) {
  LoadConfig load;
  yaml::Diagnostics diagnostics;
  const absl::Status status = yaml::ReadSection(
      text, file, kSection, &diagnostics,
      [&load](const yaml::Field& section) { ReadKeys(section, &load); });
  if (!status.ok()) return status;
  return load;
}

absl::StatusOr<LoadConfig> ReadLoadConfig(const std::string& path) {
  yaml::FilePlaces places;
  places.flag = path;
  const char* variable = std::getenv(yaml::kFileVariable);
  if (variable != nullptr) places.environment = variable;
  LoadConfig load;
  yaml::Diagnostics diagnostics;
  const absl::Status status = yaml::ReadSection(
      places, kSection, &diagnostics,
      [&load](const yaml::Field& section) { ReadKeys(section, &load); });
  if (!status.ok()) return status;
  return load;
}

}  // namespace http_load
