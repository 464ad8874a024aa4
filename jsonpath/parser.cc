#include "jsonpath/parser.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace servo::jsonpath {
namespace {

// Longer paths are not written anew in hints.
constexpr size_t kMaxHint = 120;

constexpr absl::string_view kSelectors =
    "a name in quotes, an index, a slice, * or a filter that begins with ?";

// The part of `text` that its author most likely means as one name.
absl::string_view MeantName(absl::string_view text) {
  return text.substr(0, text.find_first_of(".[](),:?*@$=<>!&|'\"\\ \t\n\r"));
}

}  // namespace

std::optional<Query> Parser::Parse() {
  const absl::string_view text = cursor_.text();
  if (text.size() > kMaxPathLength) {
    cursor_.FailAt(text.size(), absl::StrCat("a path of ", kMaxPathLength,
                                             " bytes at most"));
    return std::nullopt;
  }
  for (size_t at = 0; at < text.size();) {
    const size_t length = base::Utf8SequenceLength(text.substr(at));
    if (length == 0) {
      cursor_.FailAt(at, "valid UTF-8");
      return std::nullopt;
    }
    at += length;
  }
  Query query;
  if (!ReadRoot() || !ReadSegments(&query)) return std::nullopt;
  if (cursor_.AtEnd()) return query;
  std::string hint;
  if (cursor_.offset() == last_name_end_ && last_name_end_ > 0) {
    if (cursor_.At('(')) {
      hint = "functions are for filters: $[?length(@.name) > 3]";
    } else {
      hint = NameHint(last_dot_);
    }
  }
  cursor_.Fail("'.', '[' or the end of the path", hint);
  return std::nullopt;
}

bool Parser::ReadRoot() {
  if (cursor_.Accept("$")) return true;
  const absl::string_view text = cursor_.text();
  std::string hint;
  if (!text.empty() && text.size() <= kMaxHint) {
    if (cursor_.At('.') || cursor_.At('[')) {
      hint = absl::StrCat("write $", text);
    } else if (cursor_.AtName()) {
      hint = absl::StrCat("write $.", text);
    }
  }
  return cursor_.Fail("'$', with which a path begins", hint);
}

bool Parser::ReadSegments(Query* query) {
  while (true) {
    const size_t end = cursor_.offset();
    cursor_.SkipBlanks();
    const size_t begin = cursor_.offset();
    Segment segment;
    segment.descendant = cursor_.Accept("..");
    if (cursor_.At('[')) {
      if (!ReadBrackets(&segment)) return false;
    } else if (segment.descendant || cursor_.Accept(".")) {
      if (!ReadDottedSegment(begin, &segment)) return false;
    } else {
      cursor_.Rewind(end);
      return true;
    }
    query->segments.push_back(std::move(segment));
  }
}

// After the dots, which stand at `begin`.
bool Parser::ReadDottedSegment(size_t begin, Segment* segment) {
  if (cursor_.Accept("*")) {
    segment->selectors.emplace_back(Wildcard());
    return true;
  }
  const absl::string_view name = cursor_.ReadName();
  if (!name.empty()) {
    segment->selectors.emplace_back(Name{std::string(name)});
    last_dot_ = begin;
    last_name_end_ = cursor_.offset();
    return true;
  }
  std::string hint;
  if (cursor_.At('[')) {
    hint = "remove the '.' before '['";
  } else if (cursor_.AtQuote()) {
    hint = "write a name in quotes within brackets: ['name']";
  } else {
    hint = NameHint(begin);
  }
  return cursor_.Fail(segment->descendant ? "a name, * or '[' after '..'"
                                          : "a name or * after '.'",
                      hint);
}

// How to write the name behind the dots at `dot` if it needs quotes.
std::string Parser::NameHint(size_t dot) const {
  const absl::string_view text = cursor_.text();
  const bool descendant = absl::StartsWith(text.substr(dot), "..");
  const size_t begin = dot + (descendant ? 2 : 1);
  const absl::string_view name = MeantName(text.substr(begin));
  const size_t end = begin + name.size();
  if (end <= cursor_.offset() || name.size() > kMaxHint) return "";
  const std::string segment =
      absl::StrCat(descendant ? ".." : "", "['", name, "']");
  if (text.size() > kMaxHint) return absl::StrCat("write ", segment);
  return absl::StrCat("write ", text.substr(0, dot), segment, text.substr(end));
}

bool Parser::ReadBrackets(Segment* segment) {
  cursor_.Accept("[");
  do {
    cursor_.SkipBlanks();
    Selector selector;
    if (!ReadSelector(&selector)) return false;
    segment->selectors.push_back(std::move(selector));
    cursor_.SkipBlanks();
  } while (cursor_.Accept(","));
  if (cursor_.Accept("]")) return true;
  const bool after_filter =
      std::holds_alternative<Condition>(segment->selectors.back());
  return cursor_.Fail(after_filter ? "&&, ||, ',' or ']'" : "',' or ']'",
                      after_filter ? JoinerHint() : "");
}

bool Parser::ReadSelector(Selector* selector) {
  if (cursor_.AtQuote()) {
    std::optional<std::string> name = cursor_.ReadString();
    if (!name.has_value()) return false;
    *selector = Name{*std::move(name)};
    return true;
  }
  if (cursor_.Accept("*")) {
    *selector = Wildcard();
    return true;
  }
  if (cursor_.AtDigit() || cursor_.At('-') || cursor_.At(':')) {
    return ReadIndexOrSlice(selector);
  }
  if (cursor_.Accept("?")) {
    cursor_.SkipBlanks();
    return ReadCondition(&selector->emplace<Condition>());
  }
  return cursor_.Fail(kSelectors, UnquotedNameHint());
}

std::string Parser::UnquotedNameHint() const {
  if (cursor_.At('(')) return "a filter begins with ?";
  if (!cursor_.AtName()) return "";
  const absl::string_view name = MeantName(cursor_.rest());
  if (name.empty() || name.size() > kMaxHint) return "";
  return absl::StrCat("write ['", name, "']");
}

bool Parser::ReadIndexOrSlice(Selector* selector) {
  Slice slice;
  if (!cursor_.At(':')) {
    slice.start = cursor_.ReadInteger();
    if (!slice.start.has_value()) return false;
    cursor_.SkipBlanks();
  }
  if (!cursor_.Accept(":")) {
    *selector = Index{*slice.start};
    return true;
  }
  if (!ReadRestOfSlice(&slice)) return false;
  *selector = slice;
  return true;
}

// After its first colon.
bool Parser::ReadRestOfSlice(Slice* slice) {
  const auto at_integer = [this] {
    cursor_.SkipBlanks();
    return cursor_.AtDigit() || cursor_.At('-');
  };
  if (at_integer()) {
    slice->end = cursor_.ReadInteger();
    if (!slice->end.has_value()) return false;
    cursor_.SkipBlanks();
  }
  if (!cursor_.Accept(":") || !at_integer()) return true;
  const std::optional<int64_t> step = cursor_.ReadInteger();
  if (!step.has_value()) return false;
  slice->step = *step;
  return true;
}

}  // namespace servo::jsonpath
