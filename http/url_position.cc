#include "http/url_position.h"

namespace servo::http {

bool UrlPosition::Pass(char c) {
  const bool in_path = part_ == Part::kAuthority || part_ == Part::kPath;
  if (part_ == Part::kScheme && c == '/') {
    if (++slashes_ == 2) part_ = Part::kAuthority;
  } else if (c == '#') {
    part_ = Part::kFragment;
  } else if (in_path && c == '?') {
    part_ = Part::kQuery;
  } else if (in_path && c == '/') {
    part_ = Part::kPath;
  }
  return in_path && (c == '/' || c == '?' || c == '#');
}

}  // namespace servo::http
