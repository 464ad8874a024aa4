// Files of the tests of this folder.
#ifndef REPORT_READ_TEXT_H_
#define REPORT_READ_TEXT_H_

#include <fstream>
#include <sstream>
#include <string>

#include "absl/log/check.h"
#include "absl/strings/string_view.h"

namespace servo::report {

// A run with a bit of everything.
inline constexpr absl::string_view kShop = "report/testdata/shop.jsonl";

// The contents of a file of the runfiles, which must be there.
inline std::string ReadText(absl::string_view path) {
  std::ifstream file{std::string(path)};
  CHECK(file.good()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace servo::report

#endif  // REPORT_READ_TEXT_H_
