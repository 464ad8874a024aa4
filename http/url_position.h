// Where in a URL a reader from left to right is.
#ifndef HTTP_URL_POSITION_H_
#define HTTP_URL_POSITION_H_

#include "absl/strings/string_view.h"

namespace servo::http {

// Follows the characters of a URL with a scheme and a host. What is no such URL
// never leaves kScheme, but for a fragment: http::CheckUrl() refuses it. A
// value.
class UrlPosition {
 public:
  enum class Part {
    kScheme,     // and "//"
    kAuthority,  // user information, host and port
    kPath,       // its first "/" included
    kQuery,      // its "?" included
    kFragment,   // its "#" included
  };

  // Where the next character is, unless it begins a part.
  Part part() const { return part_; }

  // Goes on behind `c`. Whether it ends a segment of the path, or what stands
  // before the path.
  bool Pass(char c);
  void PassAll(absl::string_view text) {
    for (const char c : text) Pass(c);
  }

 private:
  Part part_ = Part::kScheme;
  int slashes_ = 0;  // of "//"
};

}  // namespace servo::http

#endif  // HTTP_URL_POSITION_H_
