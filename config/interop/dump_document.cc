// Prints how a YAML file is read, as JSON:
//   dump_document FILE
// A value is a list that begins with its type: ["null"], ["bool", true],
// ["int", 8] (as written if 64 bits do not hold it), ["float", "0x1.8p+1"]
// (C99's hexadecimal notation, which loses no bit), ["str", "text"], ["seq",
// [value...]] and ["map", [[key, value]...]]. What is no YAML is told on
// stderr, and the exit code is 1.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"
#include "yaml/diagnostics.h"
#include "yaml/document.h"
#include "yaml/scalar.h"

namespace servo::config {
namespace {

using Json = nlohmann::json;

Json Dump(const yaml::Node& node);

Json DumpItems(const yaml::Node& node) {
  Json items = Json::array();
  for (const yaml::Node* item : node.items()) items.push_back(Dump(*item));
  return items;
}

Json DumpEntries(const yaml::Node& node) {
  Json entries = Json::array();
  for (const yaml::Node::Entry& entry : node.entries()) {
    entries.push_back(Json::array({Dump(*entry.key), Dump(*entry.value)}));
  }
  return entries;
}

Json Dump(const yaml::Node& node) {
  const std::string text(node.text());
  switch (node.kind()) {
    case yaml::Node::Kind::kNull:
      return Json::array({"null"});
    case yaml::Node::Kind::kBool:
      return {"bool", yaml::ParseBool(text).value()};
    case yaml::Node::Kind::kInt:
      if (const auto value = yaml::ParseInt(text)) return {"int", *value};
      return {"int", text};
    case yaml::Node::Kind::kFloat:
      return {"float", absl::StrFormat("%a", yaml::ParseFloat(text).value())};
    case yaml::Node::Kind::kString:
      return {"str", text};
    case yaml::Node::Kind::kSequence:
      return {"seq", DumpItems(node)};
    case yaml::Node::Kind::kMapping:
      return {"map", DumpEntries(node)};
  }
  return nullptr;  // not an enumerator
}

int Run(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  yaml::Diagnostics diagnostics;
  const absl::StatusOr<std::unique_ptr<const yaml::Document>> document =
      yaml::Document::Parse(text, path, &diagnostics);
  if (!file || !document.ok()) {
    std::fputs(file ? diagnostics.Render().c_str() : "cannot be read\n",
               stderr);
    return 1;
  }
  const yaml::Node* root = (*document)->root();
  const Json dump = root == nullptr ? Json::array({"null"}) : Dump(*root);
  std::printf("%s\n", dump.dump().c_str());
  return 0;
}

}  // namespace
}  // namespace servo::config

// NOLINTNEXTLINE(bugprone-exception-escape): what it reads is valid UTF-8.
int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: dump_document FILE\n", stderr);
    return 2;
  }
  return servo::config::Run(argv[1]);
}
