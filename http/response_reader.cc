#include "http/response_reader.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/utf8.h"

namespace servo::http {
namespace {

absl::string_view WithoutLineBreak(absl::string_view line) {
  absl::ConsumeSuffix(&line, "\n");
  absl::ConsumeSuffix(&line, "\r");
  return line;
}

// The three digits after the version (RFC 9112 section 4), or 0.
int StatusOf(absl::string_view status_line) {
  const size_t blank = status_line.find(' ');
  if (blank == absl::string_view::npos) return 0;
  int status = 0;
  const absl::string_view digits =
      absl::StripLeadingAsciiWhitespace(status_line.substr(blank)).substr(0, 3);
  return absl::SimpleAtoi(digits, &status) ? status : 0;
}

}  // namespace

ResponseReader::ResponseReader(size_t output_limit,
                               const ResponseLimits& limits)
    : output_limit_(output_limit), limits_(limits) {
  response_.body = base::Captured(output_limit);
}

bool ResponseReader::IsInterim() const {
  return response_.status < 200 && response_.status != 101;
}

void ResponseReader::BeginAnswer(absl::string_view status_line) {
  response_ = Response();
  response_.body = base::Captured(output_limit_);
  response_.status = StatusOf(status_line);
  response_.status_line = base::ToValidUtf8(status_line);
  headers_complete_ = false;
  encoded_ = false;
}

void ResponseReader::AddHeader(absl::string_view line) {
  // A line that begins with a blank continues the one before it (RFC 9112
  // section 5.2).
  if (absl::ascii_isspace(line.front())) {
    if (response_.headers.empty()) return;
    absl::StrAppend(&response_.headers.back().second, " ",
                    absl::StripAsciiWhitespace(line));
    return;
  }
  const size_t colon = std::min(line.find(':'), line.size());
  const absl::string_view name = line.substr(0, colon);
  absl::string_view value = line.substr(colon);
  absl::ConsumePrefix(&value, ":");
  value = absl::StripAsciiWhitespace(value);
  if (absl::EqualsIgnoreCase(name, "Content-Encoding") &&
      !absl::EqualsIgnoreCase(value, "identity")) {
    encoded_ = true;
  }
  response_.headers.emplace_back(name, value);
}

absl::Status ResponseReader::OnHeaderLine(absl::string_view line) {
  header_bytes_ += line.size();
  ++header_lines_;
  if (header_bytes_ > limits_.header_bytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the answer's headers are larger than ",
                     limits_.header_bytes, " bytes"));
  }
  if (header_lines_ > limits_.header_lines) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "the answer has more than ", limits_.header_lines, " header lines"));
  }
  line = WithoutLineBreak(line);
  if (headers_complete_ && !IsInterim()) return absl::OkStatus();  // a trailer
  if (response_.status == 0 || headers_complete_) {
    BeginAnswer(line);
  } else if (line.empty()) {
    headers_complete_ = true;
  } else {
    AddHeader(line);
  }
  return absl::OkStatus();
}

absl::Status ResponseReader::OnBody(absl::string_view bytes) {
  response_.body.Append(bytes);
  if (!encoded_ || response_.body.total() <= limits_.decoded_bytes) {
    return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(
      absl::StrCat("the answer's compressed body is larger than ",
                   limits_.decoded_bytes, " bytes once decoded"));
}

}  // namespace servo::http
