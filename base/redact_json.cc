#include "base/redact_json.h"

#include <string>
#include <utility>
#include <vector>

#include "nlohmann/json.hpp"

namespace servo::base {
namespace {

// Without recursion: what a server sent may be deep.
template <typename Json>
void Mask(const Redactor& redactor, Json* json) {
  if (redactor.empty()) return;
  std::vector<Json*> todo = {json};
  while (!todo.empty()) {
    Json* const value = todo.back();
    todo.pop_back();
    if (auto* text = value->template get_ptr<std::string*>()) {
      *text = redactor.RedactMessage(std::move(*text));
    } else if (value->is_structured()) {
      for (Json& child : *value) todo.push_back(&child);
    }
  }
}

}  // namespace

void RedactStrings(const Redactor& redactor, nlohmann::json* json) {
  Mask(redactor, json);
}

void RedactStrings(const Redactor& redactor, nlohmann::ordered_json* json) {
  Mask(redactor, json);
}

}  // namespace servo::base
