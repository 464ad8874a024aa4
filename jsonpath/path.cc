#include "jsonpath/path.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "jsonpath/evaluator.h"
#include "jsonpath/parser.h"
#include "jsonpath/query.h"
#include "nlohmann/json.hpp"

namespace servo::jsonpath {
namespace {

absl::Status TooMuch(const Limits& limits) {
  return absl::ResourceExhaustedError(absl::StrCat(
      "the path visits or finds too many values: the limits are ",
      limits.max_steps, " steps and ", limits.max_nodes, " values"));
}

}  // namespace

Path::Path(std::shared_ptr<const State> state) : state_(std::move(state)) {}

absl::StatusOr<Path> Path::Parse(absl::string_view text, ParseError* error) {
  Parser parser(text);
  std::optional<Query> query = parser.Parse();
  if (!query.has_value()) {
    if (error != nullptr) *error = parser.error();
    return parser.error().ToStatus();
  }
  return Path(std::make_shared<const State>(
      State{.text = std::string(text),
            .warnings = parser.warnings(),
            .query = std::make_shared<const Query>(*std::move(query))}));
}

absl::StatusOr<std::vector<const nlohmann::json*>> Path::Find(
    const nlohmann::json& root, const Limits& limits) const {
  Evaluator evaluator(root, limits);
  std::vector<const nlohmann::json*> found;
  if (!evaluator.Find(*state_->query, &found)) return TooMuch(limits);
  return found;
}

absl::StatusOr<std::vector<Located>> Path::FindLocated(
    const nlohmann::json& root, const Limits& limits) const {
  Evaluator evaluator(root, limits);
  std::vector<Located> found;
  if (!evaluator.FindLocated(*state_->query, &found)) return TooMuch(limits);
  return found;
}

bool Path::IsSingular() const { return state_->query->IsSingular(); }

}  // namespace servo::jsonpath
