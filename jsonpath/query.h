// A parsed path: what the parser makes and the evaluator carries out. Internal.
#ifndef JSONPATH_QUERY_H_
#define JSONPATH_QUERY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "jsonpath/i_regexp.h"
#include "nlohmann/json.hpp"

namespace servo::jsonpath {

struct Segment;
struct Condition;
struct Operand;

struct Query {
  bool absolute = true;  // begins at the root, not at the current node
  std::vector<Segment> segments;

  // Whether it finds one node at most, whatever the document.
  bool IsSingular() const;
};

enum class Function { kLength, kCount, kMatch, kSearch, kValue };

struct Call {
  Function function = Function::kLength;
  std::vector<Operand> arguments;
  // Of match and search with a literal expression. Null if that is no I-Regexp.
  std::shared_ptr<const IRegexp> regexp;
  bool literal_regexp = false;
};

// What a function takes, and what is compared.
struct Operand {
  std::variant<nlohmann::json, Query, Call> value;
};

enum class Comparator { kEqual, kUnequal, kLess, kAtMost, kGreater, kAtLeast };

struct Comparison {
  Comparator comparator = Comparator::kEqual;
  Operand left, right;
};

// Two conditions or more that are joined by && or by ||.
struct Junction {
  bool all = true;  // &&
  std::vector<Condition> conditions;
};

struct Condition {
  bool negated = false;
  // A query holds if it finds something.
  std::variant<Query, Call, Comparison, Junction> test;
};

struct Name {
  std::string name;
};
struct Wildcard {};
struct Index {
  int64_t index = 0;
};
struct Slice {
  std::optional<int64_t> start, end;
  int64_t step = 1;
};
using Selector = std::variant<Name, Wildcard, Index, Slice, Condition>;

struct Segment {
  bool descendant = false;
  std::vector<Selector> selectors;
};

inline bool Query::IsSingular() const {
  for (const Segment& segment : segments) {
    if (segment.descendant || segment.selectors.size() != 1) return false;
    const Selector& only = segment.selectors[0];
    if (!std::holds_alternative<Name>(only) &&
        !std::holds_alternative<Index>(only)) {
      return false;
    }
  }
  return true;
}

}  // namespace servo::jsonpath

#endif  // JSONPATH_QUERY_H_
