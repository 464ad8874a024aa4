#include "http/query.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "http/check_request.h"

namespace servo::http {
std::string PercentEncoded(absl::string_view text) {
  std::string encoded;
  for (const char& byte : text) {
    if (absl::ascii_isalnum(byte) || absl::StrContains("-._~", byte)) {
      encoded += byte;
    } else {
      absl::StrAppend(&encoded, "%",
                      absl::AsciiStrToUpper(
                          absl::BytesToHexString(absl::string_view(&byte, 1))));
    }
  }
  return encoded;
}

absl::StatusOr<std::string> AppendQuery(
    absl::string_view url, absl::Span<const QueryParameter> parameters) {
  if (absl::Status status = CheckUrl(url); !status.ok()) return status;
  const size_t fragment = std::min(url.find('#'), url.size());
  std::string result(url.substr(0, fragment));
  const size_t query = result.find('?');
  // What separates the first parameter from what stands before it.
  absl::string_view separator = "&";
  if (query == std::string::npos) {
    separator = "?";
  } else if (query + 1 == result.size() || result.ends_with('&')) {
    separator = "";
  }
  for (const auto& [name, value] : parameters) {
    absl::StrAppend(&result, separator, PercentEncoded(name), "=",
                    PercentEncoded(value));
    separator = "&";
  }
  return absl::StrCat(result, url.substr(fragment));
}

std::string FormBody(absl::Span<const QueryParameter> parameters) {
  std::string body;
  for (const auto& [name, value] : parameters) {
    absl::StrAppend(&body, body.empty() ? "" : "&", PercentEncoded(name), "=",
                    PercentEncoded(value));
  }
  // A "%20" here is a blank's: a "%" of the text itself has become "%25".
  return absl::StrReplaceAll(body, {{"%20", "+"}});
}

}  // namespace servo::http
