// Which status codes of an answer count as success.
#ifndef HTTP_SUCCESS_CODES_H_
#define HTTP_SUCCESS_CODES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/code_ranges.h"

namespace servo::http {

// What may be written as a status code: all that RFC 9110 section 15 lets a
// client meet, and what servers send beyond it (contract.md section 3).
inline constexpr base::CodeRanges::Limits kStatusCodeLimits = {
    100, 999, "an HTTP status code"};

// 200-399: what succeeds when nothing is said.
base::CodeRanges DefaultSuccessCodes();

// The codes that `texts` list together: each a code ("200") or an inclusive
// range ("200-399"), blanks allowed around each number. What is listed
// succeeds, 4xx, 5xx and beyond included; the rest fails. kInvalidArgument for
// the first malformed text, as CodeRanges::Add() says it, and for an empty
// list: nothing could succeed.
absl::StatusOr<base::CodeRanges> ParseSuccessCodes(
    absl::Span<const std::string> texts);

}  // namespace servo::http

#endif  // HTTP_SUCCESS_CODES_H_
