// Holds this layer against the JSONPath Compliance Test Suite:
//
//   ./bazelw run //jsonpath:compliance -- cts.json
//
// Prints each failure and "N of M"; exits with 1 if there is any.

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "jsonpath/bounded_json.h"
#include "jsonpath/path.h"
#include "nlohmann/json.hpp"

namespace {

using nlohmann::json;
using namespace servo;

// What went wrong, if anything.
using Problem = std::optional<std::string>;

// `bazel run` changes the directory, and says which one it was.
std::string Resolve(absl::string_view path) {
  const char* directory = std::getenv("BUILD_WORKING_DIRECTORY");
  if (directory == nullptr || path.empty() || path[0] == '/') {
    return std::string(path);
  }
  return absl::StrCat(directory, "/", path);
}

// Whether `found` is what the suite calls for: `result`, or any of `results`.
bool IsExpected(const json& test, const std::string& one,
                const std::string& several, const json& found) {
  if (test.contains(one)) return test[one] == found;
  for (const json& allowed : test.at(several)) {
    if (allowed == found) return true;
  }
  return false;
}

Problem CheckFound(const json& test, const jsonpath::Path& path) {
  const json& document = test.at("document");
  const auto values = path.Find(document);
  const auto located = path.FindLocated(document);
  if (!values.ok()) return std::string(values.status().message());
  if (!located.ok()) return std::string(located.status().message());
  json found = json::array();
  json places = json::array();
  for (const json* value : *values) found.push_back(*value);
  for (const jsonpath::Located& node : *located) places.push_back(node.path);
  if (!IsExpected(test, "result", "results", found)) {
    return absl::StrCat("found ", found.dump());
  }
  if (!IsExpected(test, "result_paths", "results_paths", places)) {
    return absl::StrCat("found at ", places.dump());
  }
  return std::nullopt;
}

Problem Check(const json& test) {
  const absl::StatusOr<jsonpath::Path> path =
      jsonpath::Path::Parse(test.at("selector").get<std::string>());
  if (test.value("invalid_selector", false)) {
    if (path.ok()) return "accepted an invalid path";
    return std::nullopt;
  }
  if (!path.ok()) return std::string(path.status().message());
  return CheckFound(test, *path);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: compliance CTS_JSON\n";
    return 2;
  }
  std::ifstream file(Resolve(argv[1]));
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const absl::StatusOr<json> suite = jsonpath::ReadJson(text);
  if (!file.is_open() || !suite.ok()) {
    std::cerr << argv[1] << ": cannot read: " << suite.status().message()
              << "\n";
    return 2;
  }
  const json& tests = suite->at("tests");
  size_t passed = 0;
  for (const json& test : tests) {
    const Problem problem = Check(test);
    if (!problem.has_value()) {
      ++passed;
      continue;
    }
    std::cout << test.at("name").get<std::string>() << ": "
              << test.at("selector").dump() << ": " << *problem << "\n";
  }
  std::cout << passed << " of " << tests.size() << "\n";
  return passed == tests.size() ? 0 : 1;
}
