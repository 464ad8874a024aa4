// Adding to the query of a URL.
#ifndef CONFIG_QUERY_H_
#define CONFIG_QUERY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace servo::config {

// Adds `name=value` to the query of `url`, before its fragment if it has one.
// All but the unreserved characters (RFC 3986 section 2.3) is percent-encoded.
void AppendQuery(absl::string_view name, absl::string_view value,
                 std::string* url);

}  // namespace servo::config

#endif  // CONFIG_QUERY_H_
