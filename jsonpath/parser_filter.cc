#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "jsonpath/i_regexp.h"
#include "jsonpath/parser.h"

namespace servo::jsonpath {

// A function's types. Arguments are all values, or all nodes; the result is a
// value, or a condition that holds or not.
struct Parser::Signature {
  absl::string_view name;
  Function function;
  size_t arguments;
  bool takes_nodes;
  bool gives_value;
};

const Parser::Signature* Parser::FindSignature(absl::string_view name) {
  static constexpr Signature kSignatures[] = {
      {"length", Function::kLength, 1, false, true},
      {"count", Function::kCount, 1, true, true},
      {"match", Function::kMatch, 2, false, false},
      {"search", Function::kSearch, 2, false, false},
      {"value", Function::kValue, 1, true, true},
  };
  for (const Signature& signature : kSignatures) {
    if (signature.name == name) return &signature;
  }
  return nullptr;
}

const Parser::Signature& Parser::SignatureOf(Function function) {
  switch (function) {
    case Function::kLength:
      return *FindSignature("length");
    case Function::kCount:
      return *FindSignature("count");
    case Function::kMatch:
      return *FindSignature("match");
    case Function::kSearch:
      return *FindSignature("search");
    case Function::kValue:
      break;
  }
  return *FindSignature("value");
}

// Conditions joined by ||.
bool Parser::ReadCondition(Condition* condition) {
  Level level(this);
  if (!level.Check()) return false;
  Junction any = {.all = false};
  do {
    cursor_.SkipBlanks();
    if (!ReadConjunction(&any.conditions.emplace_back())) return false;
    cursor_.SkipBlanks();
  } while (cursor_.Accept("||"));
  if (any.conditions.size() == 1) {
    *condition = std::move(any.conditions[0]);
  } else {
    condition->test = std::move(any);
  }
  return true;
}

// Conditions joined by &&, which binds more tightly.
bool Parser::ReadConjunction(Condition* condition) {
  Junction all = {.all = true};
  do {
    cursor_.SkipBlanks();
    if (!ReadBasicCondition(&all.conditions.emplace_back())) return false;
    cursor_.SkipBlanks();
  } while (cursor_.Accept("&&"));
  if (all.conditions.size() == 1) {
    *condition = std::move(all.conditions[0]);
  } else {
    condition->test = std::move(all);
  }
  return true;
}

bool Parser::ReadBasicCondition(Condition* condition) {
  const bool negated = cursor_.Accept("!");
  if (negated) cursor_.SkipBlanks();
  if (!cursor_.At('(')) return ReadTestOrComparison(negated, condition);
  if (!ReadParentheses(condition)) return false;
  if (negated) condition->negated = !condition->negated;
  return true;
}

bool Parser::ReadParentheses(Condition* condition) {
  cursor_.Accept("(");
  if (!ReadCondition(condition)) return false;
  cursor_.SkipBlanks();
  if (!cursor_.Accept(")")) {
    return cursor_.Fail("&&, || or ')'", JoinerHint());
  }
  const size_t end = cursor_.offset();
  cursor_.SkipBlanks();
  const size_t begin = cursor_.offset();
  if (ReadComparator().has_value()) {
    return cursor_.FailAt(begin, "no comparison after parentheses",
                          "only values are compared; remove the parentheses");
  }
  cursor_.Rewind(end);
  return true;
}

bool Parser::ReadTestOrComparison(bool negated, Condition* condition) {
  const size_t begin = cursor_.offset();
  Operand left;
  if (!ReadOperand(&left)) return false;
  cursor_.SkipBlanks();
  const size_t middle = cursor_.offset();
  const std::optional<Comparator> comparator = ReadComparator();
  if (!comparator.has_value()) {
    condition->negated = negated;
    return MakeTest(begin, std::move(left), condition);
  }
  if (negated) {
    return cursor_.FailAt(middle, "no comparison after '!'",
                          "write !(...) around the comparison");
  }
  if (!CheckComparable(begin, left)) return false;
  cursor_.SkipBlanks();
  const size_t right_begin = cursor_.offset();
  Operand right;
  if (!ReadOperand(&right) || !CheckComparable(right_begin, right)) {
    return false;
  }
  condition->test = Comparison{*comparator, std::move(left), std::move(right)};
  return true;
}

// What stands alone in a condition: a query, or a function that holds or not.
bool Parser::MakeTest(size_t begin, Operand operand, Condition* condition) {
  constexpr absl::string_view kComparison = "==, !=, <, <=, > or >=";
  if (auto* query = std::get_if<Query>(&operand.value)) {
    condition->test = std::move(*query);
    return true;
  }
  if (auto* call = std::get_if<Call>(&operand.value)) {
    if (SignatureOf(call->function).gives_value) {
      return cursor_.Fail(kComparison, "the value of a function is compared");
    }
    condition->test = std::move(*call);
    return true;
  }
  if (cursor_.At('=') || cursor_.At('~')) {
    return cursor_.Fail(kComparison, JoinerHint());
  }
  return cursor_.FailAt(begin, "a comparison, a query or a function",
                        "a literal alone is no condition");
}

std::optional<Comparator> Parser::ReadComparator() {
  if (cursor_.Accept("==")) return Comparator::kEqual;
  if (cursor_.Accept("!=")) return Comparator::kUnequal;
  if (cursor_.Accept("<=")) return Comparator::kAtMost;
  if (cursor_.Accept(">=")) return Comparator::kAtLeast;
  if (cursor_.Accept("<")) return Comparator::kLess;
  if (cursor_.Accept(">")) return Comparator::kGreater;
  return std::nullopt;
}

// What somebody means who knows other languages.
std::string Parser::JoinerHint() const {
  const absl::string_view rest = cursor_.rest();
  if (absl::StartsWith(rest, "=~")) {
    return "write match(VALUE, 'REGEXP') or search(VALUE, 'REGEXP')";
  }
  if (absl::StartsWith(rest, "=")) return "write == to compare";
  if (absl::StartsWith(rest, "&")) return "write && for 'and'";
  if (absl::StartsWith(rest, "|")) return "write || for 'or'";
  if (absl::StartsWithIgnoreCase(rest, "and ")) return "write && for 'and'";
  if (absl::StartsWithIgnoreCase(rest, "or ")) return "write || for 'or'";
  if (absl::StartsWithIgnoreCase(rest, "in ")) {
    return "write one comparison for each value, joined by ||";
  }
  if (cursor_.offset() == last_name_end_) return NameHint(last_dot_);
  return "";
}

bool Parser::ReadOperand(Operand* operand) {
  if (cursor_.AtQuote()) {
    std::optional<std::string> text = cursor_.ReadString();
    if (text.has_value()) operand->value = nlohmann::json(*std::move(text));
    return text.has_value();
  }
  if (cursor_.AtDigit() || cursor_.At('-')) {
    std::optional<nlohmann::json> number = cursor_.ReadNumber();
    if (number.has_value()) operand->value = *std::move(number);
    return number.has_value();
  }
  if (cursor_.At('@') || cursor_.At('$')) {
    Query query;
    query.absolute = cursor_.Accept("$");
    if (!query.absolute) cursor_.Accept("@");
    if (!ReadSegments(&query)) return false;
    operand->value = std::move(query);
    return true;
  }
  return ReadWordOperand(operand);
}

bool Parser::ReadWordOperand(Operand* operand) {
  const size_t begin = cursor_.offset();
  const absl::string_view word = cursor_.ReadWord();
  if (!word.empty() && cursor_.At('(')) {
    const Signature* signature = FindSignature(word);
    if (signature == nullptr) {
      return cursor_.FailAt(begin, "length, count, match, search or value",
                            absl::StrCat("there is no function ", word));
    }
    return ReadCall(*signature, &operand->value.emplace<Call>());
  }
  if (word == "true" || word == "false") {
    operand->value = nlohmann::json(word == "true");
    return true;
  }
  if (word == "null") {
    operand->value = nlohmann::json(nullptr);
    return true;
  }
  cursor_.Rewind(begin);
  std::string hint;
  if (cursor_.AtName()) {
    hint = "a text stands in quotes, a member of the current value behind @.";
  }
  return cursor_.FailAt(
      begin, "a value, a query that begins with @ or $, or a function", hint);
}

// At the parenthesis.
bool Parser::ReadCall(const Signature& signature, Call* call) {
  Level level(this);
  if (!level.Check()) return false;
  cursor_.Accept("(");
  call->function = signature.function;
  for (size_t i = 0; i < signature.arguments; ++i) {
    if (i > 0 && !cursor_.Accept(",")) {
      return cursor_.Fail("',' and a further argument",
                          absl::StrCat(signature.name, "() takes ",
                                       signature.arguments, " arguments"));
    }
    cursor_.SkipBlanks();
    if (!ReadArgument(signature, call)) return false;
    cursor_.SkipBlanks();
  }
  if (cursor_.Accept(")")) return true;
  std::string hint;
  if (cursor_.At(',')) {
    hint = absl::StrCat(signature.name, "() takes ", signature.arguments,
                        signature.arguments == 1 ? " argument" : " arguments");
  }
  return cursor_.Fail("')'", hint);
}

bool Parser::ReadArgument(const Signature& signature, Call* call) {
  const size_t begin = cursor_.offset();
  Operand& argument = call->arguments.emplace_back();
  if (!ReadOperand(&argument)) return false;
  if (signature.takes_nodes) {
    if (std::holds_alternative<Query>(argument.value)) return true;
    return cursor_.FailAt(begin, absl::StrCat("a query as the argument of ",
                                              signature.name, "()"));
  }
  if (!CheckValue(begin, argument,
                  absl::StrCat("as an argument of ", signature.name, "()"))) {
    return false;
  }
  const bool regexp = !signature.gives_value && call->arguments.size() == 2;
  return !regexp || CompileLiteralRegexp(begin, call);
}

bool Parser::CheckComparable(size_t begin, const Operand& operand) {
  return CheckValue(begin, operand, "to compare");
}

bool Parser::CheckValue(size_t begin, const Operand& operand,
                        absl::string_view whose) {
  if (const auto* query = std::get_if<Query>(&operand.value)) {
    if (query->IsSingular()) return true;
    return cursor_.FailAt(
        begin, absl::StrCat("a query of one value ", whose),
        "this query may find several; value(...) takes the only one");
  }
  if (const auto* call = std::get_if<Call>(&operand.value)) {
    const Signature& signature = SignatureOf(call->function);
    if (signature.gives_value) return true;
    return cursor_.FailAt(
        begin, absl::StrCat("a value ", whose),
        absl::StrCat(signature.name, "() holds or not; it gives no value"));
  }
  return true;
}

// By the RFC, what is no I-Regexp matches nothing; nobody means that.
bool Parser::CompileLiteralRegexp(size_t begin, Call* call) {
  const auto* literal =
      std::get_if<nlohmann::json>(&call->arguments.back().value);
  if (literal == nullptr) return true;
  call->literal_regexp = true;
  if (++regexps_ > kMaxRegexps) {
    return cursor_.FailAt(begin, "no more than 64 regular expressions");
  }
  ParseError warning = {.offset = begin, .expected = "an I-Regexp (RFC 9485)"};
  if (!literal->is_string()) {
    warning.found = absl::StrCat("a literal of type ", literal->type_name());
    warnings_.push_back(std::move(warning));
    return true;
  }
  ParseError error;
  absl::StatusOr<IRegexp> regexp =
      IRegexp::Compile(literal->get_ref<const std::string&>(), &error);
  if (regexp.ok()) {
    call->regexp = std::make_shared<const IRegexp>(*std::move(regexp));
    return true;
  }
  warning.found =
      error.expected.empty()
          ? "one that is too large or repeats over 1000 times"
          : absl::StrCat(error.found, " instead of ", error.expected,
                         " at its offset ", error.offset);
  warning.hint = error.hint;
  warnings_.push_back(std::move(warning));
  return true;
}

}  // namespace servo::jsonpath
