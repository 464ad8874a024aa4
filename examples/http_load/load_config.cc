#include "load_config.h"

#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
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
namespace http = servo::http;
using config::ValueType;

constexpr absl::string_view kSection = "http_load";

constexpr config::KeySpec kKeys[] = {
    {.name = "url", .type = ValueType::kUrl, .required = true},
    {.name = "method", .type = ValueType::kMethod, .default_text = "GET"},
    {.name = "headers", .type = ValueType::kHeaders},
    {.name = "data", .type = ValueType::kScalar},
    {.name = "rate",
     .type = ValueType::kNumber,
     .required = true,
     .max = 100000,
     .above_min = true},
    {.name = "in_flight",
     .type = ValueType::kInteger,
     .default_text = "100",
     .min = 1,
     .max = 500},
    {.name = "timeout",
     .type = ValueType::kSeconds,
     .default_text = "10",
     .max = 3600,
     .above_min = true},
};

consteval size_t Key(absl::string_view name) {
  return config::KeyIndex(kKeys, name);
}

// Their values may be secrets.
void ReadHeaders(const config::Field& field, http::Headers* headers) {
  if (!field.given()) return;
  if (field.node().kind() != config::Node::Kind::kMapping) {
    field.Expected("a mapping of names to texts");
    return;
  }
  const config::Field hidden = field.Hidden();
  for (const config::Node::Entry& entry : field.node().entries()) {
    const std::string name(entry.key->text());
    std::string value;
    const config::Field text = hidden.Value(entry);
    if (!text.Read(&value)) continue;
    const absl::Status status = http::CheckHeader(name, value);
    if (!status.ok()) text.KeyError(status.message());
    headers->emplace_back(name, std::move(value));
  }
}

void ReadRequest(const config::MappingReader& keys, http::Request* request) {
  const config::Field url = keys[Key("url")];
  if (url.Read(&request->url) && url.given()) {
    const absl::Status status = http::CheckUrl(request->url);
    if (!status.ok()) url.Error(status.message());
  }
  const config::Field method = keys[Key("method")];
  if (method.Read(&request->method)) {
    const absl::Status status = http::CheckMethod(request->method);
    if (!status.ok()) method.Error(status.message());
    absl::AsciiStrToUpper(&request->method);
  }
  ReadHeaders(keys[Key("headers")], &request->headers);
  const config::Field data = keys[Key("data")];
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

void ReadSection(const config::Field& section, LoadConfig* load) {
  const config::MappingReader keys(section, kKeys);
  if (!keys.ok()) return;
  ReadRequest(keys, &load->request);
  keys[Key("rate")].Read(&load->rate);
  keys[Key("in_flight")].Read(&load->in_flight);
}

}  // namespace

absl::StatusOr<LoadConfig> ParseLoadConfig(absl::string_view text,
                                           const std::string& file) {
  config::Diagnostics diagnostics;
  auto document = config::Document::Parse(text, file, &diagnostics);
  if (!document.ok()) return document.status();
  const config::Node* root = (*document)->root();
  config::ReadContext context = {document->get(), &diagnostics, ""};
  const config::KeyPath path(kSection);
  const config::Field section(
      &context, root == nullptr ? nullptr : root->Find(kSection), path);
  if (!section.given()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": there is no section ", kSection));
  }
  LoadConfig load;
  ReadSection(section, &load);
  if (diagnostics.has_errors()) {
    return absl::InvalidArgumentError(diagnostics.Message());
  }
  return load;
}

absl::StatusOr<LoadConfig> ReadLoadConfig(const std::string& path) {
  config::FilePlaces places;
  places.flag = path;
  const char* variable = std::getenv(config::kFileVariable);
  if (variable != nullptr) places.environment = variable;
  absl::StatusOr<config::File> file = config::ReadFile(places);
  if (!file.ok()) return file.status();
  return ParseLoadConfig(file->text, file->path);
}

}  // namespace http_load
