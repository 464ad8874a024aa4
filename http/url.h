// An absolute http or https URL, taken apart by curl's URL parser, so that what
// is checked and what is requested can never differ.
#ifndef HTTP_URL_H_
#define HTTP_URL_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "curl/curl.h"
#include "http/request.h"

namespace servo::http {

// Immutable; copies share what curl made of the text. The handle never holds
// credentials: they are taken out when the text is parsed.
class Url {
 public:
  // Reads `text`. Behind the authority, blanks, `{ } " < > | \ ^`, the backtick
  // and bytes beyond ASCII are percent-encoded, as python-requests does; dot
  // segments are removed (RFC 3986 section 5.2.4). kInvalidArgument with the
  // reason, without credentials, if it is not an absolute http or https URL
  // with a host.
  static absl::StatusOr<Url> Parse(absl::string_view text);

  // The URL that `reference`, a Location header's value (RFC 9110 section
  // 10.2.2), means as seen from this one; encoded as by Parse().
  // kFailedPrecondition with the reason if it is not one that may be followed.
  absl::StatusOr<Url> Resolve(absl::string_view reference) const;

  // The `user:password@` of the parsed text, percent-decoded; none if there was
  // none or both were empty.
  const std::optional<BasicAuth>& auth() const { return auth_; }

  bool is_https() const { return is_https_; }
  std::string host() const;  // an IPv6 address in brackets
  std::string zone() const;  // of an IPv6 address (RFC 6874), or empty
  std::string port() const;  // the scheme's default if none is given

  // The whole URL, without credentials.
  std::string ToString() const;

  // The handle to give to CURLOPT_CURLU, which only reads it; stays owned by
  // this and its copies.
  CURLU* handle() const { return handle_.get(); }

 private:
  // Takes over the handle, which must not be null.
  explicit Url(CURLU* handle);

  // Takes the credentials out of the handle.
  absl::Status TakeAuth();

  std::string Part(CURLUPart part, unsigned flags = 0) const;

  std::shared_ptr<CURLU> handle_;
  bool is_https_ = false;
  std::optional<BasicAuth> auth_;
};

}  // namespace servo::http

#endif  // HTTP_URL_H_
