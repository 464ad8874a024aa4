// JSONPath (RFC 9535) on the values of nlohmann::json.
//
//   absl::StatusOr<jsonpath::Path> path =
//       jsonpath::Path::Parse("$.runs[?@.ok == true].p99");
//   absl::StatusOr<std::vector<const nlohmann::json*>> found =
//       path->Find(document);
//
// The whole RFC: names, indices, slices, wildcards, descendants, filters,
// comparisons, and the functions length, count, match, search and value.
// Regular expressions are I-Regexp (RFC 9485) and take linear time.
#ifndef JSONPATH_PATH_H_
#define JSONPATH_PATH_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "jsonpath/parse_error.h"
#include "nlohmann/json_fwd.hpp"

namespace servo::jsonpath {

struct Query;

// What one evaluation may cost. The document may be hostile, and the path too:
// both are bounded whatever they are, and nothing recurses with the depth of
// the document.
struct Limits {
  // The most values that Find() returns, or that a part of the path finds on
  // the way.
  size_t max_nodes = 1'000'000;

  // The most steps: visits to values, with the bytes of compared and matched
  // text counted in. A step takes some 10 to 100 ns.
  size_t max_steps = 20'000'000;
};

// A value that was found, and where.
struct Located {
  const nlohmann::json* value;
  std::string path;  // normalized, as in the RFC's section 2.7: $['a'][0]
};

// A compiled path. An immutable value, cheap to copy; any thread may use it.
class Path {
 public:
  // kInvalidArgument if `text` is no path; the message says at which offset,
  // what was expected and found and, for common slips, what to write instead.
  // `*error`, if not null, has the same as data. 64 KiB, 64 levels of nesting
  // and 64 literal regular expressions are the most.
  static absl::StatusOr<Path> Parse(absl::string_view text,
                                    ParseError* error = nullptr);

  // The values that the path finds in `root`, in the RFC's order; one that is
  // found in two ways is there twice. Members of an object come in the order of
  // their names, since that is how nlohmann::json keeps them. The pointers are
  // valid as long as `root` is and is not changed. kResourceExhausted beyond
  // the limits.
  absl::StatusOr<std::vector<const nlohmann::json*>> Find(
      const nlohmann::json& root ABSL_ATTRIBUTE_LIFETIME_BOUND,
      const Limits& limits = {}) const;

  // The same with places. The bytes of their paths count as steps.
  absl::StatusOr<std::vector<Located>> FindLocated(
      const nlohmann::json& root ABSL_ATTRIBUTE_LIFETIME_BOUND,
      const Limits& limits = {}) const;

  // Whether it finds one value at most, whatever the document: names and
  // indices alone.
  bool IsSingular() const;

  // What the RFC lets pass and nobody means: an argument of match() or search()
  // that is no I-Regexp, such as '\\d', and so never matches. In order.
  const std::vector<ParseError>& warnings() const { return state_->warnings; }

  // As it was given to Parse().
  const std::string& text() const { return state_->text; }

 private:
  struct State {
    std::string text;
    std::vector<ParseError> warnings;
    std::shared_ptr<const Query> query;
  };

  explicit Path(std::shared_ptr<const State> state);

  std::shared_ptr<const State> state_;
};

}  // namespace servo::jsonpath

#endif  // JSONPATH_PATH_H_
