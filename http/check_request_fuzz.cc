// Whatever the configuration says of a request: what passes the checks can be
// sent as it stands, and no message shows a secret.
//
// Input: a URL, a method, and lines `NAME: VALUE`. From the first line that
// begins with a NUL byte on it is one header's value, line breaks and all.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/masking.h"
#include "base/utf8.h"
#include "curl/curl.h"
#include "http/check_request.h"

namespace servo::http {
namespace {

// Inputs that hold it themselves, as libFuzzer soon makes some, tell nothing.
constexpr absl::string_view kSecret = "s3cr3t-9e107d9d372bb6826bd81d3542a419d6";

struct Cleanup {
  void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
};

std::string Part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return "";
  std::string result = text;
  curl_free(text);
  return result;
}

void CheckRefusal(const absl::Status& status) {
  CHECK(absl::IsInvalidArgument(status));
  CHECK(!status.message().empty());
  CHECK(base::IsValidUtf8(status.message()));
  CHECK(!absl::StrContains(status.message(), '\n'));
}

// curl's own parser, without the leave to guess, finds in an
// accepted URL what is to be asked.
void CheckAcceptedUrl(absl::string_view url) {
  CHECK(url.find_first_of(absl::string_view("\0\r\n\t", 4)) ==
        absl::string_view::npos);
  const std::unique_ptr<CURLU, Cleanup> parsed(curl_url());
  CHECK_EQ(curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(),
                        CURLU_ALLOW_SPACE),
           CURLUE_OK);
  const std::string scheme = Part(parsed.get(), CURLUPART_SCHEME);
  CHECK(scheme == "http" || scheme == "https") << scheme;
  CHECK(!Part(parsed.get(), CURLUPART_HOST).empty());
}

void CheckUrlText(absl::string_view url) {
  const absl::Status status = CheckUrl(url);
  if (status.ok())
    CheckAcceptedUrl(url);
  else
    CheckRefusal(status);
}

// The secret as the password of a URL that is otherwise arbitrary.
void CheckMasking(absl::string_view rest) {
  for (const absl::string_view scheme : {"http://", "https://", "", "http:"}) {
    const std::string url = absl::StrCat(scheme, "user:", kSecret, "@", rest);
    CHECK(!absl::StrContains(base::MaskCredentials(url), kSecret));
    const absl::Status status = CheckUrl(url);
    CHECK(!absl::StrContains(status.message(), kSecret)) << status;
    if (status.ok()) CheckAcceptedUrl(url);
  }
  // A URL that is shown once masked stays so.
  const std::string masked = base::MaskCredentials(rest);
  CHECK_EQ(base::MaskCredentials(masked), masked);
}

void CheckHeaderField(absl::string_view name, absl::string_view value) {
  const absl::Status status = CheckHeader(name, value);
  if (!status.ok()) {
    CheckRefusal(status);
    return;
  }
  constexpr absl::string_view kBreaks("\0\r\n", 3);
  CHECK(!name.empty());
  CHECK(name.find_first_of(kBreaks) == absl::string_view::npos);
  CHECK(name.find_first_of(": \t") == absl::string_view::npos);
  CHECK(value.find_first_of(kBreaks) == absl::string_view::npos);
  // A control character makes any value wrong; the message keeps it secret.
  const absl::Status refused =
      CheckHeader(name, absl::StrCat(kSecret, value, "\n"));
  CheckRefusal(refused);
  CHECK(!absl::StrContains(refused.message(), kSecret));
}

void CheckMethodText(absl::string_view method) {
  const absl::Status status = CheckMethod(method);
  if (!status.ok()) {
    CheckRefusal(status);
    return;
  }
  CHECK(!method.empty());
  for (const char c : method) CHECK(c > ' ' && c < 0x7F && c != ':') << c;
}

void Check(absl::string_view input) {
  if (absl::StrContains(input, kSecret)) return;
  Request request;
  std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(input, absl::MaxSplits('\n', 1));
  const absl::string_view url = parts.first;
  CheckUrlText(url);
  CheckMasking(url);
  parts = absl::StrSplit(parts.second, absl::MaxSplits('\n', 1));
  CheckMethodText(parts.first);

  request.url = std::string(url);
  request.method = std::string(parts.first);
  while (!parts.second.empty() && parts.second.front() != '\0') {
    parts = absl::StrSplit(parts.second, absl::MaxSplits('\n', 1));
    const std::pair<absl::string_view, absl::string_view> header =
        absl::StrSplit(parts.first, absl::MaxSplits(": ", 1));
    CheckHeaderField(header.first, header.second);
    request.headers.emplace_back(header.first, header.second);
  }
  CheckHeaderField("X-Header", parts.second);

  // The whole is good only if each part is.
  const absl::Status status = CheckRequest(request);
  if (!status.ok()) {
    CheckRefusal(status);
    return;
  }
  CHECK_OK(CheckUrl(request.url));
  CHECK_OK(CheckMethod(request.method));
  for (const auto& [name, value] : request.headers)
    CHECK_OK(CheckHeader(name, value));
}

}  // namespace
}  // namespace servo::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  servo::http::Check(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
