// The grammar of RFC 9535, and its rules of types. Internal.
#ifndef JSONPATH_PARSER_H_
#define JSONPATH_PARSER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"
#include "jsonpath/cursor.h"
#include "jsonpath/parse_error.h"
#include "jsonpath/query.h"

namespace servo::jsonpath {

// The most levels of filters, parentheses and functions within one another:
// parser and evaluator recurse once a level.
inline constexpr int kMaxNesting = 64;

// The longest path, in bytes.
inline constexpr size_t kMaxPathLength = size_t{64} << 10;

// The most regular expressions that stand in a path: each takes up to 1 MiB.
inline constexpr int kMaxRegexps = 64;

// Parses one path, once.
class Parser {
 public:
  explicit Parser(absl::string_view text ABSL_ATTRIBUTE_LIFETIME_BOUND)
      : cursor_(text) {}

  // Nothing if the text is no path; then error() says why.
  std::optional<Query> Parse();

  const ParseError& error() const { return cursor_.error(); }

  // What is right by the RFC but never holds: regular expressions that are
  // none.
  const std::vector<ParseError>& warnings() const { return warnings_; }

 private:
  class Level;
  struct Signature;

  // parser.cc: queries. Each reads what stands at the cursor and returns
  // whether it was right.
  bool ReadRoot();
  bool ReadSegments(Query* query);
  bool ReadDottedSegment(size_t begin, Segment* segment);
  bool ReadBrackets(Segment* segment);
  bool ReadSelector(Selector* selector);
  bool ReadIndexOrSlice(Selector* selector);
  bool ReadRestOfSlice(Slice* slice);
  std::string NameHint(size_t dot) const;
  std::string UnquotedNameHint() const;

  // parser_filter.cc: filters.
  bool ReadCondition(Condition* condition);
  bool ReadConjunction(Condition* condition);
  bool ReadBasicCondition(Condition* condition);
  bool ReadParentheses(Condition* condition);
  bool ReadTestOrComparison(bool negated, Condition* condition);
  bool MakeTest(size_t begin, Operand operand, Condition* condition);
  std::optional<Comparator> ReadComparator();
  bool ReadOperand(Operand* operand);
  bool ReadWordOperand(Operand* operand);
  bool ReadCall(const Signature& signature, Call* call);
  bool ReadArgument(const Signature& signature, Call* call);
  bool CheckComparable(size_t begin, const Operand& operand);
  bool CheckValue(size_t begin, const Operand& operand,
                  absl::string_view whose);
  bool CompileLiteralRegexp(size_t begin, Call* call);
  std::string JoinerHint() const;
  static const Signature* FindSignature(absl::string_view name);
  static const Signature& SignatureOf(Function function);

  Cursor cursor_;
  int level_ = 0;
  int regexps_ = 0;
  // Where the last segment that is a name without quotes begins and ends.
  size_t last_dot_ = 0;
  size_t last_name_end_ = 0;
  std::vector<ParseError> warnings_;
};

// Counts a level while it lives.
class Parser::Level {
 public:
  explicit Level(Parser* parser) : parser_(parser) { ++parser_->level_; }
  ~Level() { --parser_->level_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

  // False, with the error set, if it is one too many.
  bool Check() {
    if (parser_->level_ <= kMaxNesting) return true;
    return parser_->cursor_.Fail("no more than 64 levels of nesting");
  }

 private:
  Parser* const parser_;
};

}  // namespace servo::jsonpath

#endif  // JSONPATH_PARSER_H_
