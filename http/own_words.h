// Errors of a Client without what a server has chosen of their text.
#ifndef HTTP_OWN_WORDS_H_
#define HTTP_OWN_WORDS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace servo::http {

// `status`, an error, with its text in own words attached: without anything
// that an answer has said.
absl::Status WithOwnWords(absl::Status status, absl::string_view text);

// The text of a Client's error without what answers have said: status lines,
// headers, and of a URL that a redirect has named all but scheme and server.
std::string OwnWords(const absl::Status& status);

// `url`, which has no credentials, with kMask for all behind its server:
// "http://ci:80/***".
std::string ServerOf(absl::string_view url);

}  // namespace servo::http

#endif  // HTTP_OWN_WORDS_H_
