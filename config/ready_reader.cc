#include "config/ready_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "config/lookup_reader.h"
#include "config/ready_keys.h"
#include "http/check_request.h"
#include "plan/lookup.h"

namespace servo::config {
namespace {

using plan::Readiness;

constexpr absl::string_view kThisHost = "localhost";

// "HOST:PORT" or "PORT"; none if it is neither.
std::optional<Readiness::Tcp> ParseTcp(absl::string_view text) {
  const size_t colon = text.rfind(':');
  const bool has_host = colon != text.npos;
  const absl::string_view host = has_host ? text.substr(0, colon) : kThisHost;
  const absl::string_view digits = has_host ? text.substr(colon + 1) : text;
  uint32_t port = 0;
  const bool is_number = !digits.empty() && digits.size() <= 5 &&
                         digits.find_first_not_of("0123456789") == digits.npos;
  if (!is_number || !absl::SimpleAtoi(digits, &port) || port < 1 ||
      port > UINT16_MAX) {
    return std::nullopt;
  }
  const std::string url = absl::StrCat("http://", host, ":", port, "/");
  if (host.find_first_of("/@?#% ") != host.npos || !http::CheckUrl(url).ok()) {
    return std::nullopt;
  }
  return Readiness::Tcp{.host = std::string(host),
                        .port = static_cast<uint16_t>(port)};
}

bool ReadTcp(const yaml::Field& field, Readiness* ready) {
  std::string text;
  if (!field.ReadNonEmpty(&text)) return false;
  const std::optional<Readiness::Tcp> tcp = ParseTcp(text);
  if (!tcp.has_value()) {
    field.Expected("HOST:PORT or PORT, an IPv6 address in brackets");
    return false;
  }
  ready->sign = *tcp;
  return true;
}

bool ReadHttp(const yaml::Field& field, Readiness* ready) {
  std::string url;
  if (!field.ReadNonEmpty(&url)) return false;
  if (const absl::Status status = http::CheckUrl(url); !status.ok()) {
    field.Error(status.message());
    return false;
  }
  ready->sign = Readiness::Http{std::move(url)};
  return true;
}

bool ReadOutput(const yaml::Field& field, Readiness* ready) {
  plan::Lookup::Regex regex = ReadRegex(field);
  if (regex == nullptr) return false;
  ready->sign = Readiness::Output{std::move(regex)};
  return true;
}

bool ReadFile(const yaml::Field& field, Readiness* ready) {
  Readiness::File file;
  if (!field.ReadNonEmpty(&file.path)) return false;
  ready->sign = std::move(file);
  return true;
}

// The one sign that is given; false after telling what is wrong.
bool ReadSign(const yaml::Field& field, const yaml::MappingReader& keys,
              Readiness* ready) {
  constexpr bool (*kReaders[kSigns])(const yaml::Field&, Readiness*) = {
      ReadTcp, ReadHttp, ReadOutput, ReadFile};
  std::optional<size_t> sign;
  if (!keys.FindOne("sign", 0, kSigns, &sign)) return false;
  if (sign.has_value()) return kReaders[*sign](keys[*sign], ready);
  if (!keys.MayMean(0, kSigns)) {
    field.Error("expected one of tcp, http, output and file, found none");
  }
  return false;
}

}  // namespace

std::optional<Readiness> ReadReadiness(const yaml::Field& field,
                                       bool background) {
  if (!field.given()) return std::nullopt;
  if (!background) field.KeyError("ready applies to async tasks only");
  constexpr yaml::MappingReader::Synonym kSynonyms[] = {
      {"port", "tcp"}, {"url", "http"}, {"timeout", "within"}};
  const yaml::MappingReader keys(field, kReadyKeys, {}, kSynonyms,
                                 "{tcp: PORT}, {http: URL}, {output: REGEX} or "
                                 "{file: PATH}");
  if (!keys.ok()) return std::nullopt;
  Readiness ready;
  bool ok = ReadSign(field, keys, &ready);
  ok = keys[ReadyKey("within")].Read(&ready.within) && ok;
  ok = keys[ReadyKey("interval")].Read(&ready.interval) && ok;
  if (!ok || !background) return std::nullopt;
  return ready;
}

}  // namespace servo::config
