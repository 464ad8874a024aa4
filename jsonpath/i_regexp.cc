#include "jsonpath/i_regexp.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/utf8.h"
#include "jsonpath/unassigned.h"

namespace servo::jsonpath {
namespace {

// Keeps one program, and the states that matching it makes, within memory.
constexpr int64_t kMaxMemory = int64_t{1} << 20;

// All that Unicode has assigned and that is not of category C.
constexpr absl::string_view kNotOther = R"(\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z})";

constexpr absl::string_view kEscapable = "()*+-.?[\\]^nrt{|}";

constexpr absl::string_view kCategories[] = {
    "L",  "Ll", "Lm", "Lo", "Lt", "Lu", "M",  "Mc", "Me", "Mn", "N",  "Nd",
    "Nl", "No", "P",  "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S",  "Sc",
    "Sk", "Sm", "So", "Z",  "Zl", "Zp", "Zs", "C",  "Cc", "Cf", "Cn", "Co"};

bool IsCategory(absl::string_view name) {
  for (absl::string_view category : kCategories) {
    if (name == category) return true;
  }
  return false;
}

// The members of a category, or of all others, as parts of a character class.
// RE2 has no Cn, and its C is without it.
std::string ClassParts(absl::string_view category, bool complement) {
  if (category == "C") {
    return complement ? std::string(kNotOther)
                      : absl::StrCat("\\p{C}", UnassignedRanges());
  }
  if (category == "Cn") {
    return complement ? absl::StrCat(kNotOther, "\\p{C}") : UnassignedRanges();
  }
  return absl::StrCat(complement ? "\\P{" : "\\p{", category, "}");
}

// Reads a pattern from left to right; groups are counted, not recursed into.
class Translator {
 public:
  Translator(absl::string_view pattern, ParseError* error)
      : pattern_(pattern), error_(error) {}

  std::optional<std::string> Translate() {
    if (!base::IsValidUtf8(pattern_)) return Fail("valid UTF-8");
    while (!AtEnd()) {
      if (!TranslateNext()) return std::nullopt;
    }
    if (open_groups_ > 0) return Fail("')'");
    return std::move(output_);
  }

 private:
  bool AtEnd() const { return at_ == pattern_.size(); }
  bool At(char c) const { return !AtEnd() && pattern_[at_] == c; }

  bool Accept(char c) {
    if (!At(c)) return false;
    ++at_;
    return true;
  }

  std::nullopt_t Fail(absl::string_view expected, absl::string_view hint = "") {
    *error_ = {.offset = at_,
               .expected = std::string(expected),
               .found = Found(),
               .hint = std::string(hint)};
    return std::nullopt;
  }

  bool Refuse(absl::string_view expected, absl::string_view hint = "") {
    Fail(expected, hint);
    return false;
  }

  std::string Found() const {
    if (AtEnd()) return "the end of the pattern";
    const absl::string_view rest = pattern_.substr(at_);
    const size_t length = base::Utf8SequenceLength(rest);
    if (length == 0) return "an ill-formed byte";
    return absl::StrCat("'", rest.substr(0, length), "'");
  }

  // A piece, or one of the characters that join pieces.
  bool TranslateNext() {
    switch (pattern_[at_]) {
      case '|':
        output_ += pattern_[at_++];
        return true;
      case '(':
        ++at_;
        ++open_groups_;
        output_ += "(?:";
        return true;
      case ')':
        if (open_groups_ == 0) return Refuse("no ')' without its '('");
        ++at_;
        --open_groups_;
        output_ += ')';
        return TranslateQuantifier();
      default:
        return TranslateAtom() && TranslateQuantifier();
    }
  }

  // An atom that is no group.
  bool TranslateAtom() {
    const char c = pattern_[at_];
    if (c == '[') return TranslateClass();
    if (c == '\\') return TranslateEscape(/*in_class=*/false);
    if (c == '.') {
      ++at_;
      output_ += "[^\\n\\r]";
      return true;
    }
    if (absl::StrContains("*+?{", c)) {
      return Refuse("something to repeat",
                    "I-Regexp has no lazy or possessive quantifiers and no "
                    "(?...)");
    }
    if (c == ']' || c == '}') {
      return Refuse("a character", absl::StrCat("write \\", Text(c)));
    }
    CopyCharacter();
    return true;
  }

  bool TranslateQuantifier() {
    if (AtEnd()) return true;
    const char c = pattern_[at_];
    if (c == '*' || c == '+' || c == '?') {
      output_ += pattern_[at_++];
      return true;
    }
    if (c != '{') return true;
    const size_t begin = at_++;
    const absl::string_view least = ReadDigits();
    if (least.empty()) return Refuse("a number");
    const absl::string_view most = Accept(',') ? ReadDigits() : least;
    if (!Accept('}')) return Refuse("'}'");
    int low = 0;
    int high = 0;
    if (absl::SimpleAtoi(least, &low) && absl::SimpleAtoi(most, &high) &&
        low > high) {
      at_ = begin;
      return Refuse("a second number that is no less than the first");
    }
    absl::StrAppend(&output_, pattern_.substr(begin, at_ - begin));
    return true;
  }

  absl::string_view ReadDigits() {
    const size_t begin = at_;
    while (!AtEnd() && absl::ascii_isdigit(pattern_[at_])) ++at_;
    return pattern_.substr(begin, at_ - begin);
  }

  // From the backslash on. Within a class, categories are not enveloped.
  bool TranslateEscape(bool in_class) {
    ++at_;
    if (At('p') || At('P')) return TranslateCategory(in_class);
    if (AtEnd() || !absl::StrContains(kEscapable, pattern_[at_])) {
      return Refuse("one of ()*+-.?[\\]^{|}nrtpP after a backslash", Instead());
    }
    absl::StrAppend(&output_, "\\", Text(pattern_[at_++]));
    return true;
  }

  std::string Instead() const {
    if (At('d')) return "write [0-9] for \\d";
    if (At('D')) return "write [^0-9] for \\D";
    if (At('w')) return "write [A-Za-z0-9_] for \\w";
    if (At('s')) return "write [ \\t\\n\\r] for \\s";
    if (At('S')) return "write [^ \\t\\n\\r] for \\S";
    if (At('$') || At('/')) return "write it without the backslash";
    return "";
  }

  bool TranslateCategory(bool in_class) {
    const bool complement = pattern_[at_++] == 'P';
    if (!Accept('{')) return Refuse("'{'");
    const size_t begin = at_;
    while (!AtEnd() && absl::ascii_isalpha(pattern_[at_])) ++at_;
    const absl::string_view name = pattern_.substr(begin, at_ - begin);
    if (!IsCategory(name)) {
      at_ = begin;
      return Refuse("a category of Unicode characters such as L or Nd");
    }
    if (!Accept('}')) return Refuse("'}'");
    const std::string parts = ClassParts(name, complement);
    absl::StrAppend(&output_, in_class ? "" : "[", parts, in_class ? "" : "]");
    return true;
  }

  bool TranslateClass() {
    output_ += pattern_[at_++];
    if (Accept('^')) output_ += '^';
    bool empty = true;
    if (Accept('-')) {
      output_ += "\\-";
      empty = false;
    }
    while (!At(']')) {
      if (At('-') && !empty && pattern_.substr(at_ + 1, 1) == "]") {
        ++at_;
        output_ += "\\-";
        break;
      }
      if (!TranslateClassPart()) return false;
      empty = false;
    }
    if (empty) return Refuse("a character before ']'");
    ++at_;
    output_ += ']';
    return true;
  }

  // A character, a range or a category.
  bool TranslateClassPart() {
    const size_t begin = at_;
    if (!TranslateClassCharacter()) return false;
    const absl::string_view first = pattern_.substr(begin, at_ - begin);
    const bool category = first.size() > 2 && first[0] == '\\';
    if (category || !At('-') || pattern_.substr(at_ + 1, 1) == "]") return true;
    ++at_;
    output_ += '-';
    if (absl::StartsWithIgnoreCase(pattern_.substr(at_), "\\p")) {
      return Refuse("the last character of a range");
    }
    return TranslateClassCharacter();
  }

  bool TranslateClassCharacter() {
    if (AtEnd()) return Refuse("']'");
    const char c = pattern_[at_];
    if (c == '\\') return TranslateEscape(/*in_class=*/true);
    if (c == '[' || c == ']' || c == '-') {
      return Refuse("a character", absl::StrCat("write \\", Text(c)));
    }
    if (absl::ascii_ispunct(c)) output_ += '\\';
    CopyCharacter();
    return true;
  }

  static absl::string_view Text(const char& c) { return {&c, 1}; }

  void CopyCharacter() {
    const absl::string_view rest = pattern_.substr(at_);
    const size_t length = base::Utf8SequenceLength(rest);
    absl::StrAppend(&output_, rest.substr(0, length));
    at_ += length;
  }

  const absl::string_view pattern_;
  ParseError* const error_;
  size_t at_ = 0;
  size_t open_groups_ = 0;
  std::string output_;
};

re2::RE2::Options Options() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kMaxMemory);
  return options;
}

}  // namespace

std::optional<std::string> TranslateIRegexp(absl::string_view pattern,
                                            ParseError* error) {
  return Translator(pattern, error).Translate();
}

IRegexp::IRegexp(std::unique_ptr<const re2::RE2> regexp)
    : regexp_(std::move(regexp)) {}

absl::StatusOr<IRegexp> IRegexp::Compile(absl::string_view pattern,
                                         ParseError* error) {
  ParseError ignored;
  if (error == nullptr) error = &ignored;
  const std::optional<std::string> translated =
      TranslateIRegexp(pattern, error);
  if (!translated.has_value()) return error->ToStatus();
  auto regexp = std::make_unique<const re2::RE2>(*translated, Options());
  if (regexp->ok()) return IRegexp(std::move(regexp));
  switch (regexp->error_code()) {
    case re2::RE2::ErrorPatternTooLarge:
    case re2::RE2::ErrorRepeatSize:
      return absl::ResourceExhaustedError(
          "the regular expression is too large, or repeats more than 1000 "
          "times");
    default:
      *error = {.offset = 0,
                .expected = "a regular expression",
                .found = "one with a range that goes down",
                .hint = ""};
      return error->ToStatus();
  }
}

bool IRegexp::MatchesAll(absl::string_view text) const {
  return re2::RE2::FullMatch(text, *regexp_);
}

bool IRegexp::MatchesPart(absl::string_view text) const {
  return re2::RE2::PartialMatch(text, *regexp_);
}

size_t IRegexp::program_size() const {
  return static_cast<size_t>(regexp_->ProgramSize());
}

}  // namespace servo::jsonpath
