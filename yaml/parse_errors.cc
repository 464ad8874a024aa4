#include "yaml/parse_errors.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/nearest.h"

namespace servo::yaml {
namespace {

// Shows an anchor's name, but no alias's: a text that begins with "*" and is
// not quoted can be a secret.
std::string ExplainAlias(absl::string_view name,
                         absl::Span<const std::string> anchors) {
  const std::vector<absl::string_view> names(anchors.begin(), anchors.end());
  const absl::string_view nearest = base::Nearest(name, names);
  if (nearest.empty()) {
    return "found an alias, but no anchor of its name stands above it; quote "
           "a text that begins with \"*\"";
  }
  return absl::StrCat(
      "found an alias, but no anchor of its name stands above it; did you mean "
      "\"*",
      nearest, "\"?");
}

// The last line up to `line` that is not blank; 0 if there is none.
int LastTextLine(const Source& source, int line) {
  while (line > 0 && absl::StripAsciiWhitespace(source.Line(line)).empty()) {
    --line;
  }
  return line;
}

// Whether the last line up to `line` that is not blank ends in "|" or ">",
// perhaps with indicators: a block scalar without text.
bool EndsInBlockIndicator(const Source& source, int line) {
  absl::string_view text =
      absl::StripAsciiWhitespace(source.Line(LastTextLine(source, line)));
  while (!text.empty() && absl::StrContains("+-123456789", text.back())) {
    text.remove_suffix(1);
  }
  return absl::EndsWith(text, ": |") || absl::EndsWith(text, ": >") ||
         absl::EndsWith(text, "- |") || absl::EndsWith(text, "- >");
}

// Whether the line at `place` stands where the key of a block scalar above it
// does, or further left, and cuts the scalar's text off.
bool CutsBlockText(const Source& source, Location place) {
  for (int line = place.line - 1; line > 0; --line) {
    const absl::string_view text = source.Line(line);
    const size_t indentation = text.find_first_not_of(' ');
    if (indentation == text.npos ||
        indentation + 1 > static_cast<size_t>(place.column)) {
      continue;
    }
    return EndsInBlockIndicator(source, line);
  }
  return false;
}

constexpr absl::string_view kItemWithoutBlank =
    "found \"-\" without a blank behind it; an item of a list is written as "
    "\"- ITEM\", and a text that begins with \"-\" is quoted";

// Whether `rest` of a line is meant as an item of a list, and lacks the blank.
bool IsItemWithoutBlank(absl::string_view rest) {
  return rest.size() > 1 && rest[0] == '-' && !absl::ascii_isspace(rest[1]);
}

// What is wrong where ": " stands at `place` in a line that continues the text
// of the line above: `front` is what stands before it. None if it stands
// elsewhere.
std::optional<Refusal> ExplainContinuedText(const Source& source,
                                            Location place,
                                            absl::string_view front) {
  const absl::string_view text = absl::StripAsciiWhitespace(front);
  if (text.empty() || absl::StrContains(text, ": ") ||
      absl::StrContains("'\"]}", text.back())) {
    return std::nullopt;
  }
  const int line = LastTextLine(source, place.line - 1);
  const absl::string_view whole_line = source.Line(line);
  absl::string_view above = absl::StripAsciiWhitespace(whole_line);
  while (absl::ConsumePrefix(&above, "- ")) {
    above = absl::StripLeadingAsciiWhitespace(above);
  }
  if (above.empty()) return std::nullopt;
  const size_t indentation = above.data() - whole_line.data();
  const Location begin = {
      line, CountCharacters(whole_line.substr(0, indentation)) + 1};
  if (IsItemWithoutBlank(above)) {
    return Refusal(begin, std::string(kItemWithoutBlank));
  }
  // What a key without its colon holds is indented deeper than the key.
  if (!absl::StrContains(above, ' ') &&
      indentation < static_cast<size_t>(text.data() - front.data())) {
    return Refusal(begin,
                   "expected \":\" after this key, found none; the next line "
                   "is read as a part of it");
  }
  return Refusal(
      place,
      absl::StrCat("found \": \" in a line that continues the text of line ",
                   line,
                   "; is it indented too far? A text that contains \": \" must "
                   "be quoted"));
}

// What is wrong at `place`, where a mapping or a list should go on: `front` is
// what stands before it on its line, and `rest` what follows. Empty if it is
// none of the usual slips.
std::string ExplainUnexpected(const Source& source, Location place,
                              bool in_mapping, absl::string_view front,
                              absl::string_view rest) {
  const absl::string_view before = absl::StripTrailingAsciiWhitespace(front);
  if (absl::EndsWith(before, "'") || absl::EndsWith(before, "\"")) {
    return "found text behind a closing quote; within single quotes a quote is "
           "written twice: 'it''s'";
  }
  if (absl::EndsWith(before, "]") || absl::EndsWith(before, "}")) {
    return "found text behind a closing bracket; only a comment may follow it, "
           "and a text that begins with \"[\" or \"{\" is quoted";
  }
  const bool begins_line = before.empty();
  if (begins_line && IsItemWithoutBlank(rest)) {
    return std::string(kItemWithoutBlank);
  }
  if (EndsInBlockIndicator(source, place.line - 1)) {
    return "the text after \"|\" or \">\" must be indented, deeper than its "
           "key";
  }
  if (!in_mapping || absl::StrContains(rest, ':') ||
      absl::StartsWith(rest, "-")) {
    return "";
  }
  return begins_line && CutsBlockText(source, place)
             ? "expected \":\" after this key, found none; a line of the text "
               "after \"|\" or \">\" above must be indented as the others"
             : "expected \":\" after this key, found none; is the file "
               "complete?";
}

// What yaml-cpp's messages mean to the person who writes the file.
std::string Explain(const std::string& message,
                    absl::Span<const std::string> anchors = {}) {
  static const auto* const kTexts = new absl::flat_hash_map<absl::string_view,
                                                            absl::string_view>({
      {YAML::ErrorMsg::END_OF_MAP,
       "expected the mapping's next key or its end; is this line indented as "
       "the keys above it?"},
      {YAML::ErrorMsg::END_OF_SEQ,
       "expected the list's next \"- \" or its end; is this line indented as "
       "the items above it?"},
      {YAML::ErrorMsg::END_OF_MAP_FLOW,
       "expected \",\" or \"}\" in the mapping in braces that begins here"},
      {YAML::ErrorMsg::END_OF_SEQ_FLOW,
       "expected \",\" or \"]\" in the list in brackets that begins here"},
      {YAML::ErrorMsg::MAP_VALUE,
       "found \": \" where no mapping can begin; text that contains \": \" "
       "must be quoted, and a nested mapping begins on a line of its own"},
      {YAML::ErrorMsg::MAP_KEY, "found \"? \" where no mapping can begin"},
      {YAML::ErrorMsg::BLOCK_ENTRY,
       "found \"- \" where no list can begin; a list begins on a line of its "
       "own"},
      {YAML::ErrorMsg::EOF_IN_SCALAR,
       "found the end of the file inside of a quoted text; a closing quote is "
       "missing"},
      {YAML::ErrorMsg::DOC_IN_SCALAR,
       "found \"---\" or \"...\" inside of a quoted text; a closing quote is "
       "missing"},
      {YAML::ErrorMsg::UNKNOWN_TOKEN,
       "found a character that cannot begin a value; quote the text"},
      {YAML::ErrorMsg::FLOW_END,
       "found a \"]\" or \"}\" that closes nothing; quote it if it is text"},
      {YAML::ErrorMsg::TAB_IN_INDENTATION,
       "found a tab in the indentation; YAML wants blanks there"},
      {YAML::ErrorMsg::ALIAS_NOT_FOUND,
       "expected a name after \"*\"; quote the text if no alias is meant"},
      {YAML::ErrorMsg::ANCHOR_NOT_FOUND,
       "expected a name after \"&\"; quote the text if no anchor is meant"},
      {YAML::ErrorMsg::CHAR_IN_ALIAS,
       "found a character that the name of an alias cannot have"},
      {YAML::ErrorMsg::CHAR_IN_ANCHOR,
       "found a character that the name of an anchor cannot have"},
      {YAML::ErrorMsg::CHAR_IN_BLOCK,
       "found text after \"|\" or \">\"; it begins on the next line"},
      {YAML::ErrorMsg::ZERO_INDENT_IN_BLOCK,
       "expected an indentation of 1 to 9 after \"|\" or \">\""},
      {YAML::ErrorMsg::INVALID_HEX,
       "expected hexadecimal digits in an escape of a double-quoted text"},
      {YAML::ErrorMsg::TAG_WITH_NO_SUFFIX,
       "expected the name of a tag after \"!\"; quote the text if no tag is "
       "meant"},
  });
  if (const auto found = kTexts->find(message); found != kTexts->end()) {
    return std::string(found->second);
  }
  absl::string_view rest = message;
  if (absl::ConsumePrefix(&rest, YAML::ErrorMsg::UNKNOWN_ANCHOR)) {
    return ExplainAlias(rest, anchors);
  }
  if (absl::ConsumePrefix(&rest, YAML::ErrorMsg::INVALID_ESCAPE)) {
    return "found an unknown escape in a double-quoted text; write \"\\\\\" "
           "for "
           "a backslash, or use single quotes";
  }
  if (absl::ConsumePrefix(&rest, YAML::ErrorMsg::INVALID_UNICODE)) {
    return "found the escape of what is no Unicode character";
  }
  if (absl::StartsWith(message, YAML::ErrorMsg::YAML_VERSION)) {
    return "found a bad version in the directive %YAML";
  }
  return message;
}

}  // namespace

Refusal ExplainError(const YAML::Exception& e, const Source& source,
                     Location open, absl::Span<const std::string> anchors) {
  if (e.mark.is_null()) return Refusal(open, Explain(e.msg, anchors));
  const int line = e.mark.line + 1;
  const absl::string_view text = source.Line(line);
  const absl::string_view front = text.substr(0, std::max(0, e.mark.column));
  const size_t indentation =
      std::min(text.find_first_not_of(" \t-"), front.size() + 1);
  const size_t tab = text.find('\t');
  // A tab in the indentation explains it better.
  if (tab < indentation) {
    return Refusal({line, static_cast<int>(tab) + 1},
                   Explain(YAML::ErrorMsg::TAB_IN_INDENTATION));
  }
  // Within braces or brackets "${{ NAME }}" would begin mappings.
  if (const size_t reference = text.find("${{");
      reference != text.npos && reference < front.size() + 3) {
    return Refusal(
        {line, CountCharacters(text.substr(0, reference)) + 1},
        "found \"${{\" where \"{\" begins a mapping; put the text in "
        "quotes: \"${{ NAME }}\"");
  }
  const bool flow_open = e.msg == YAML::ErrorMsg::END_OF_MAP_FLOW ||
                         e.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW;
  if (flow_open) {
    return Refusal(
        open, absl::StrCat(Explain(e.msg), "; found neither by line ", line));
  }
  const Location place = {line, CountCharacters(front) + 1};
  const bool in_mapping = e.msg == YAML::ErrorMsg::END_OF_MAP;
  if (in_mapping || e.msg == YAML::ErrorMsg::END_OF_SEQ) {
    const std::string why = ExplainUnexpected(source, place, in_mapping, front,
                                              text.substr(front.size()));
    if (!why.empty()) return Refusal(place, why);
  }
  if (e.msg == YAML::ErrorMsg::MAP_VALUE) {
    std::optional<Refusal> why = ExplainContinuedText(source, place, front);
    if (why.has_value()) return *std::move(why);
  }
  return Refusal(place, Explain(e.msg, anchors));
}

}  // namespace servo::yaml
