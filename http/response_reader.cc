#include "http/response_reader.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/quoted.h"
#include "base/utf8.h"

namespace servo::http {
namespace {

constexpr size_t kMaxQuotedBytes = 100;

absl::string_view WithoutLineBreak(absl::string_view line) {
  absl::ConsumeSuffix(&line, "\n");
  absl::ConsumeSuffix(&line, "\r");
  return line;
}

// HTTP/1 and one more digit: what a connection of HTTP/1.1 may be answered
// with.
bool IsHttp1(absl::string_view version) {
  return version.size() == 8 &&
         absl::StartsWithIgnoreCase(version, "HTTP/1.") &&
         absl::ascii_isdigit(version.back());
}

// The three digits after the version (RFC 9112 section 4), or 0.
int StatusOf(absl::string_view status_line) {
  const size_t blank = std::min(status_line.find(' '), status_line.size());
  if (!IsHttp1(status_line.substr(0, blank))) return 0;
  const absl::string_view rest =
      absl::StripLeadingAsciiWhitespace(status_line.substr(blank));
  const absl::string_view digits = rest.substr(0, rest.find(' '));
  int status = 0;
  if (digits.size() != 3 || !absl::c_all_of(digits, absl::ascii_isdigit) ||
      !absl::SimpleAtoi(digits, &status) || status < 100) {
    return 0;
  }
  return status;
}

absl::Status NotHttp(absl::string_view why) {
  return absl::UnavailableError(absl::StrCat("the answer is not HTTP: ", why));
}

}  // namespace

ResponseReader::ResponseReader(size_t output_limit,
                               const ResponseLimits& limits,
                               const base::Redactor* redactor)
    : output_limit_(output_limit), limits_(limits), redactor_(redactor) {
  response_.body = base::Captured(output_limit, redactor);
}

bool ResponseReader::IsInterim() const {
  return response_.status < 200 && response_.status != 101;
}

absl::Status ResponseReader::BeginAnswer(absl::string_view status_line) {
  response_ = Response();
  response_.body = base::Captured(output_limit_, redactor_);
  response_.status = StatusOf(status_line);
  response_.status_line = base::ToValidUtf8(status_line);
  headers_complete_ = false;
  content_length_.reset();
  if (response_.status != 0) return absl::OkStatus();
  return NotHttp(absl::StrCat("its status line is ",
                              base::Quoted(status_line, kMaxQuotedBytes)));
}

// A list of one and the same number counts as that number (RFC 9110 section
// 8.6); anything else would let a part of the body pass for the whole.
absl::Status ResponseReader::CheckContentLength(absl::string_view value) {
  for (absl::string_view item : absl::StrSplit(value, ',')) {
    item = absl::StripAsciiWhitespace(item);
    int64_t length = 0;  // curl counts with signed numbers
    if (!absl::c_all_of(item, absl::ascii_isdigit) ||
        !absl::SimpleAtoi(item, &length)) {
      return NotHttp(absl::StrCat("its Content-Length is ",
                                  base::Quoted(value, kMaxQuotedBytes)));
    }
    const auto unsigned_length = static_cast<uint64_t>(length);
    if (content_length_.value_or(unsigned_length) != unsigned_length) {
      return NotHttp(absl::StrCat("its Content-Length is both ",
                                  *content_length_, " and ", length));
    }
    content_length_ = unsigned_length;
  }
  return absl::OkStatus();
}

absl::Status ResponseReader::AddHeader(absl::string_view line) {
  // A line that begins with a blank continues the one before it (RFC 9112
  // section 5.2).
  if (absl::ascii_isspace(line.front())) {
    if (response_.headers.empty()) return absl::OkStatus();
    absl::StrAppend(&response_.headers.back().second, " ",
                    absl::StripAsciiWhitespace(line));
    return absl::OkStatus();
  }
  const size_t colon = std::min(line.find(':'), line.size());
  const absl::string_view name = line.substr(0, colon);
  absl::string_view value = line.substr(colon);
  absl::ConsumePrefix(&value, ":");
  value = absl::StripAsciiWhitespace(value);
  response_.headers.emplace_back(name, value);
  return absl::EqualsIgnoreCase(name, "Content-Length")
             ? CheckContentLength(value)
             : absl::OkStatus();
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
  if (response_.status == 0 || headers_complete_) return BeginAnswer(line);
  if (!line.empty()) return AddHeader(line);
  headers_complete_ = true;
  return absl::OkStatus();
}

absl::Status ResponseReader::OnBody(absl::string_view bytes) {
  if (!body_began_) {
    body_began_ = true;
    absl::StatusOr<std::unique_ptr<ContentDecoder>> decoder =
        ContentDecoder::ForHeaders(response_.headers,
                                   {.bytes = limits_.decoded_bytes});
    if (!decoder.ok()) return decoder.status();
    decoder_ = *std::move(decoder);
  }
  return decoder_ != nullptr ? decoder_->Feed(bytes) : Keep(bytes);
}

absl::Status ResponseReader::Keep(absl::string_view bytes) {
  response_.body.Append(bytes);
  return file_ != nullptr ? file_->Append(bytes) : absl::OkStatus();
}

absl::Status ResponseReader::DecodePiece() {
  return decoder_->DecodePiece(
      [this](absl::string_view decoded) { return Keep(decoded); });
}

absl::Status ResponseReader::Finish() const {
  return decoder_ != nullptr ? decoder_->Finish() : absl::OkStatus();
}

}  // namespace servo::http
