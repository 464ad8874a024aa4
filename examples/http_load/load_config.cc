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
#include "yaml/key_table.h"
#include "yaml/reader.h"
#include "yaml/schema.h"
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
     .required = true,
     .doc = "What is asked for."},
    {.name = "method",
     .type = ValueType::kMethod,
     .shown = yaml::Shown::kPublic,
     .default_text = "GET",
     .doc = "The HTTP method."},
    {.name = "headers",
     .type = ValueType::kHeaders,
     .shown = yaml::Shown::kSecret,
     .none_means = "none",
     .doc = "Headers of each request."},
    {.name = "data",
     .type = ValueType::kAnyText,
     .shown = yaml::Shown::kSecret,
     .none_means = "none",
     .doc = "The body of each request."},
    {.name = "rate",
     .type = ValueType::kNumber,
     .shown = yaml::Shown::kPublic,
     .required = true,
     .max = 100000,
     .above_min = true,
     .doc = "Requests a second."},
    {.name = "in_flight",
     .type = ValueType::kInteger,
     .shown = yaml::Shown::kPublic,
     .default_text = "100",
     .min = 1,
     .max = 500,
     .doc = "The most requests that are under way at once."},
    {.name = "timeout",
     .type = ValueType::kSeconds,
     .shown = yaml::Shown::kPublic,
     .default_text = "10",
     .max = 3600,
     .above_min = true,
     .doc = "The most that one request may take."},
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

// Returns `values` in words.
std::string ReadKeys(const yaml::Field& section, LoadConfig* load,
                     yaml::Values values = yaml::Values::kAll) {
  if (!section.given()) {
    section.Error("the file has no such section");
    return "";
  }
  const yaml::MappingReader keys(section, kKeys);
  if (!keys.ok()) return "";
  ReadRequest(keys, &load->request);
  keys[Key("rate")].Read(&load->rate);
  keys[Key("in_flight")].Read(&load->in_flight);
  return yaml::DescribeValues(keys, values);
}

yaml::FilePlaces PlacesOf(const std::string& path) {
  yaml::FilePlaces places;
  places.flag = path;
  const char* variable = std::getenv(yaml::kFileVariable);
  if (variable != nullptr) places.environment = variable;
  return places;
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
  LoadConfig load;
  yaml::Diagnostics diagnostics;
  const absl::Status status = yaml::ReadSection(
      PlacesOf(path), kSection, &diagnostics,
      [&load](const yaml::Field& section) { ReadKeys(section, &load); });
  if (!status.ok()) return status;
  return load;
}

int InspectLoadConfig(const std::string& program, const std::string& path,
                      const std::vector<std::string>& files,
                      yaml::Values values) {
  return yaml::InspectSection({.program = program,
                               .places = PlacesOf(path),
                               .files = files,
                               .section = std::string(kSection)},
                              [values](const yaml::Field& section) {
                                LoadConfig unused;
                                return ReadKeys(section, &unused, values);
                              });
}

std::string LoadSchema() {
  return yaml::FileSchema(
      {.title = "http_load",
       .description = "What the measure driver http_load asks of a service.",
       .name = kSection,
       .section_description = "The load; keys that begin with x- are free.",
       .keys = yaml::MappingSchema(kKeys)});
}

std::string LoadKeyTable() {
  return yaml::KeyTable("The section `http_load`", kKeys);
}

}  // namespace http_load
