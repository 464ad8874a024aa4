// The jsonpath layer alone: prints each value that a path finds in the JSON on
// stdin, behind its place. Try:
//   echo '{"latency": {"99th": 12}}' | jsonpath "$.latency['99th']"

#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "jsonpath/bounded_json.h"
#include "jsonpath/path.h"
#include "nlohmann/json.hpp"

namespace {

using namespace servo;

absl::StatusOr<int> Print(const char* path_text, const std::string& text) {
  const absl::StatusOr<jsonpath::Path> path = jsonpath::Path::Parse(path_text);
  if (!path.ok()) return path.status();
  const absl::StatusOr<nlohmann::json> document = jsonpath::ReadJson(text);
  if (!document.ok()) return document.status();
  const absl::StatusOr<std::vector<jsonpath::Located>> found =
      path->FindLocated(*document);
  if (!found.ok()) return found.status();
  for (const jsonpath::Located& node : *found) {
    std::cout << node.path << ": " << *node.value << "\n";
  }
  return found->empty() ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: jsonpath PATH\n";
    return 2;
  }
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  const absl::StatusOr<int> code = Print(argv[1], text);
  if (code.ok()) return *code;
  std::cerr << code.status().message() << "\n";
  return 2;
}
