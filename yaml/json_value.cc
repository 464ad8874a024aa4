#include "yaml/json_value.h"

#include <cmath>
#include <optional>
#include <string>

#include "yaml/scalar.h"

namespace servo::yaml {
namespace {

using Json = nlohmann::ordered_json;

Json NumberToJson(const Field& field) {
  if (field.node().kind() == Node::Kind::kInt) {
    if (const std::optional<int64_t> value = ParseInt(field.node().text())) {
      return *value;
    }
    field.Expected("an integer of at most 64 bits");
    return nullptr;
  }
  const std::optional<double> value = ParseFloat(field.node().text());
  if (value && std::isfinite(*value)) return *value;
  field.Expected("a number that JSON can say");
  return nullptr;
}

Json MappingToJson(const Field& field) {
  Json::object_t object;
  for (const Node::Entry& entry : field.node().entries()) {
    const Field value = field.Value(entry);
    // Keys are unique already: no search.
    static_cast<Json::object_t::Container&>(object).emplace_back(
        std::string(entry.key->text()), ToJson(value));
  }
  return object;
}

}  // namespace

nlohmann::ordered_json ToJson(const Field& field) {
  const Node& node = field.node();
  switch (node.kind()) {
    case Node::Kind::kNull:
      return nullptr;
    case Node::Kind::kBool:
      return ParseBool(node.text()).value_or(false);
    case Node::Kind::kInt:
    case Node::Kind::kFloat:
      return NumberToJson(field);
    case Node::Kind::kString:
      return std::string(node.text());
    case Node::Kind::kSequence: {
      Json list = Json::array();
      for (size_t i = 0; i < node.items().size(); ++i) {
        list.push_back(ToJson(field.Item(i)));
      }
      return list;
    }
    case Node::Kind::kMapping:
      return MappingToJson(field);
  }
  return nullptr;  // not an enumerator
}

}  // namespace servo::yaml
