// Parameters in the query of a URL.
#ifndef HTTP_QUERY_H_
#define HTTP_QUERY_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace servo::http {

// Name and value, as they are meant: not encoded.
using QueryParameter = std::pair<std::string, std::string>;

// `text` with every byte percent-encoded that is not unreserved (RFC 3986
// section 2.3): one segment of a path, or one value of a query.
std::string PercentEncoded(absl::string_view text);

// `url` with `parameters` appended to its query in their order, every byte of
// them percent-encoded that is not unreserved (RFC 3986 section 2.3); what the
// URL has already, credentials and fragment included, stays as it is written.
// kInvalidArgument, as CheckUrl() says it, if `url` is not one that can be
// requested.
absl::StatusOr<std::string> AppendQuery(
    absl::string_view url, absl::Span<const QueryParameter> parameters);

// `parameters` as the body of a form (application/x-www-form-urlencoded), in
// their order: blanks become "+", all else is encoded as in a query.
std::string FormBody(absl::Span<const QueryParameter> parameters);

}  // namespace servo::http

#endif  // HTTP_QUERY_H_
