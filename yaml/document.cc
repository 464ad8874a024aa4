#include "yaml/document.h"

#include <algorithm>
#include <deque>
#include <exception>
#include <istream>
#include <streambuf>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "base/quoted.h"
#include "base/utf8.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/mark.h"
#include "yaml-cpp/parser.h"
#include "yaml/key_path.h"
#include "yaml/masking.h"
#include "yaml/scalar.h"

namespace servo::yaml {
namespace {

// Up to this many entries a mapping is searched without an index.
constexpr size_t kSmallMapping = 16;

constexpr absl::string_view kStandardTag = "tag:yaml.org,2002:";

// What is wrong with one node; told only if the node matters.
struct Flaw {
  enum class Kind { kDuplicateKey, kUnknownTag, kTagMismatch, kBadMerge };
  Kind kind;
  Location location;
  absl::string_view text;  // the key, or the tag
  Location first;          // where the key stands already
};

// All that is wrong with one node: itself, and the mappings that it merges.
struct Flaws {
  std::vector<Flaw> own;
  std::vector<const Node*> merged;
};

std::string FlawMessage(const Flaw& flaw) {
  switch (flaw.kind) {
    case Flaw::Kind::kDuplicateKey:
      return absl::StrFormat(
          "the key %s stands here a second time; the first is at line %d, "
          "column %d%s",
          base::Quoted(flaw.text), flaw.first.line, flaw.first.column,
          flaw.text == "<<" ? " (to merge several mappings, give a list: "
                              "\"<<: [*a, *b]\")"
                            : "");
    case Flaw::Kind::kUnknownTag:
      return absl::StrFormat(
          "expected plain data, found the tag %s; those that are understood "
          "are !!str, !!int, !!float, !!bool, !!null, !!map and !!seq",
          base::Quoted(flaw.text));
    case Flaw::Kind::kTagMismatch:
      return absl::StrFormat("expected what the tag %s says, found other text",
                             base::Quoted(flaw.text));
    case Flaw::Kind::kBadMerge:
      return "expected a mapping to merge, or a list of mappings, after \"<<\"";
  }
  return "";  // not an enumerator
}

// A problem that ends the parsing. Thrown through yaml-cpp, never beyond
// Document::Parse().
class Refusal : public std::exception {
 public:
  Refusal(Location where, std::string why)
      : location(where), message(std::move(why)) {}
  const char* what() const noexcept override { return message.c_str(); }

  Location location;
  std::string message;
};

// The file's text with line breaks as LF and no byte order mark, and where its
// lines begin.
struct Source {
  std::string text;
  std::vector<size_t> lines;
  bool ascii = true;

  // Line `number`, counted from 1, without its break.
  absl::string_view Line(int number) const {
    if (number < 1 || static_cast<size_t>(number) > lines.size()) return "";
    const size_t begin = lines[number - 1];
    const absl::string_view rest = absl::string_view(text).substr(begin);
    return rest.substr(0, rest.find('\n'));
  }
};

int CountCharacters(absl::string_view text) {
  return static_cast<int>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

// Why a character that is well-formed UTF-8 is refused; empty if it is not.
// YAML 1.1 section 4.1.1 (printable characters).
std::string WhyRefused(absl::string_view character) {
  if (character.size() == 1) {
    const char c = character[0];
    if (c == '\0') return "found a NUL byte; is this a YAML file in UTF-8?";
    if ((c < 0x20 && c != '\t') || c == 0x7f) {
      return absl::StrFormat(
          "found the control character U+%04X; in a quoted text write "
          "\"\\x%02X\"",
          c, c);
    }
    return "";
  }
  if (character == "\u0085" || character == "\u2028" || character == "\u2029") {
    return "found an invisible line separator (U+0085, U+2028 or U+2029), "
           "which YAML's versions read differently; in a quoted text write "
           "\"\\N\", \"\\L\" or \"\\P\"";
  }
  if (character.size() == 2 && character[0] == '\xc2' &&
      static_cast<unsigned char>(character[1]) < 0xa0) {
    return "found an invisible control character (U+0080 to U+009F)";
  }
  if (character == "\uFFFE" || character == "\uFFFF") {
    return "found what is no character (U+FFFE or U+FFFF)";
  }
  return "";
}

// How many printable ASCII characters `text` begins with.
size_t PrintableLength(absl::string_view text) {
  return std::find_if_not(text.begin(), text.end(), absl::ascii_isprint) -
         text.begin();
}

// Checks and normalises the file's text. Throws Refusal; the text before the
// place is then in `result`.
void ReadSource(absl::string_view input, Source* result) {
  if (input.size() > Document::kMaxBytes) {
    throw Refusal({}, absl::StrFormat("the file has %d bytes, more than the %d "
                                      "that are read",
                                      input.size(), Document::kMaxBytes));
  }
  if (absl::StartsWith(input, "\xff\xfe") ||
      absl::StartsWith(input, "\xfe\xff")) {
    throw Refusal({1, 1}, "the file is in UTF-16; save it as UTF-8");
  }
  absl::ConsumePrefix(&input, "\uFEFF");
  Source& source = *result;
  source.text.reserve(input.size());
  source.lines.push_back(0);
  const auto here = [&source] {
    return Location{
        static_cast<int>(source.lines.size()),
        CountCharacters(
            absl::string_view(source.text).substr(source.lines.back())) +
            1};
  };
  while (!input.empty()) {
    const size_t plain = PrintableLength(input);
    if (plain > 0) {
      source.text.append(input.substr(0, plain));
      input.remove_prefix(plain);
      continue;
    }
    const char c = input[0];
    if (c == '\n' || c == '\r') {
      source.text.push_back('\n');
      source.lines.push_back(source.text.size());
      input.remove_prefix(absl::StartsWith(input, "\r\n") ? 2 : 1);
    } else {
      const size_t length = base::Utf8SequenceLength(input);
      if (length == 0) {
        throw Refusal(here(),
                      "expected text in UTF-8, found a byte that is none");
      }
      if (std::string why = WhyRefused(input.substr(0, length)); !why.empty()) {
        throw Refusal(here(), std::move(why));
      }
      source.ascii = source.ascii && length == 1;
      source.text.append(input.substr(0, length));
      input.remove_prefix(length);
    }
  }
}

// An input stream over text that stays where it is.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(const std::string& text) {
    char* const begin = const_cast<char*>(text.data());
    setg(begin, begin, begin + text.size());
  }
};

// yaml-cpp's escapes "\N" and "\_" give the bytes 0x85 and 0xA0 instead of the
// characters U+0085 and U+00A0. Neither byte can begin a character, so they can
// be told.
std::string MendEscapes(absl::string_view text) {
  std::string mended;
  while (!text.empty()) {
    const size_t length = std::max<size_t>(1, base::Utf8SequenceLength(text));
    if (text[0] == '\x85' || text[0] == '\xa0') mended.push_back('\xc2');
    mended.append(text.substr(0, length));
    text.remove_prefix(length);
  }
  return mended;
}

// Whether `text` begins with a quote that is not closed.
bool IsUnclosedQuote(absl::string_view text) {
  if (text.empty() || (text[0] != '"' && text[0] != '\'')) return false;
  const char quote = text[0];
  for (size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      const bool doubled =
          quote == '\'' && i + 1 < text.size() && text[i + 1] == quote;
      if (!doubled) return false;
      ++i;
    }
  }
  return true;
}

// What yaml-cpp's messages mean to the person who writes the file.
std::string Explain(const std::string& message) {
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
    return absl::StrFormat(
        "found the alias %s, but no anchor \"&%s\" stands above it",
        base::Quoted(absl::StrCat("*", rest)), rest);
  }
  if (absl::ConsumePrefix(&rest, YAML::ErrorMsg::INVALID_ESCAPE)) {
    // The byte after the backslash, perhaps the first one of a character.
    return absl::StrFormat(
        "found the unknown escape %s in a double-quoted text; write \"\\\\\" "
        "for a backslash, or use single quotes",
        base::IsValidUtf8(rest) ? base::Quoted(absl::StrCat("\\", rest))
                                : "of a character beyond ASCII");
  }
  if (absl::ConsumePrefix(&rest, YAML::ErrorMsg::INVALID_UNICODE)) {
    return "found the escape of what is no Unicode character";
  }
  return message;
}

// Takes yaml-cpp's exception for what it is, except that a tab in front of the
// place explains it better. `open` is where the innermost collection begins
// that was not complete.
Refusal Understand(const YAML::Exception& e, const Source& source,
                   Location open) {
  if (e.mark.is_null()) return Refusal(open, Explain(e.msg));
  const int line = e.mark.line + 1;
  const absl::string_view text = source.Line(line);
  const absl::string_view front = text.substr(0, std::max(0, e.mark.column));
  const size_t indentation =
      std::min(text.find_first_not_of(" \t-"), front.size() + 1);
  const size_t tab = text.find('\t');
  if (tab < indentation) {
    return Refusal({line, static_cast<int>(tab) + 1},
                   Explain(YAML::ErrorMsg::TAB_IN_INDENTATION));
  }
  const bool flow_open = e.msg == YAML::ErrorMsg::END_OF_MAP_FLOW ||
                         e.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW;
  if (flow_open) {
    return Refusal(
        open, absl::StrCat(Explain(e.msg), "; found neither by line ", line));
  }
  return Refusal({line, CountCharacters(front) + 1}, Explain(e.msg));
}

uint64_t SaturatingAdd(uint64_t a, uint64_t b) {
  uint64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

}  // namespace

struct Document::Rep {
  std::string file_name;
  Source source;
  // Stable addresses: nodes point into all of these.
  std::deque<Node> nodes;
  std::deque<std::string> texts;
  std::deque<std::vector<const Node*>> items;
  std::deque<std::vector<Node::Entry>> entries;
  absl::flat_hash_map<const Node*, Flaws> flaws;
  const Node* root = nullptr;
};

// Makes the nodes from yaml-cpp's events, which come in the order of the text,
// without recursion.
class DocumentBuilder : public YAML::EventHandler {
 public:
  explicit DocumentBuilder(Document::Rep* rep) : rep_(*rep) {
    anchors_.push_back(nullptr);  // the number of no anchor
  }

  static std::unique_ptr<const Document> Wrap(
      std::unique_ptr<Document::Rep> rep) {
    return std::unique_ptr<const Document>(new Document(std::move(rep)));
  }

  // Where the innermost collection begins that is not complete.
  Location InnermostOpen() const {
    return frames_.empty() ? Location() : frames_.back().node->location();
  }

  // To be called at the end of the text: a quoted text that is never closed is
  // no error to yaml-cpp if a line break ends the file.
  void CheckLastScalar() const {
    if (last_scalar_ == nullptr) return;
    absl::string_view text = rep_.source.text;
    text.remove_prefix(last_scalar_begin_);
    // Its anchor and tag stand before it.
    while (absl::StartsWith(text, "&") || absl::StartsWith(text, "!")) {
      text.remove_prefix(std::min(text.size(), text.find_first_of(" \n")));
      text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \n")));
    }
    if (!IsUnclosedQuote(text)) return;
    throw Refusal(last_scalar_->location(),
                  "expected a closing quote for the text that begins here, "
                  "found the end of the file");
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (rep_.root == nullptr && !started_) {
      started_ = true;
      return;
    }
    const Location location = LocationOf(mark);
    const bool marked = absl::StartsWith(
        rep_.source.Line(location.line).substr(mark.column), "---");
    throw Refusal(location,
                  marked ? "expected one document, found the beginning of a "
                           "second one"
                         : "expected the end of the document, found more "
                           "content; is this line indented as the ones above "
                           "it?");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const absl::string_view text = NullTextAt(mark);
    Node* node = NewNode(
        text.empty() && anchor == 0 ? UnwrittenNull(mark) : LocationOf(mark),
        Node::Kind::kNull);
    node->text_ = text;
    Complete(node, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Node* target = anchor < anchors_.size() ? anchors_[anchor] : nullptr;
    if (target == nullptr) {
      throw Refusal(LocationOf(mark),
                    "found an alias of the very value that it stands in");
    }
    Push(target);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    Node* node = NewNode(LocationOf(mark), Node::Kind::kString);
    node->text_ = Keep(mark, value);
    node->expanded_size_ += node->text_.size();
    last_scalar_ = node;
    last_scalar_begin_ = mark.is_null() ? rep_.source.text.size() : mark.pos;
    ResolveScalar(node, tag);
    Complete(node, anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(mark, Node::Kind::kSequence, tag, anchor);
  }

  void OnSequenceEnd() override {
    const Frame frame = frames_.back();
    rep_.items.emplace_back(children_.begin() + frame.first_child,
                            children_.end());
    frame.node->items_ = rep_.items.back();
    for (const Node* item : frame.node->items_) Account(frame.node, item);
    Close(frame);
  }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    Open(mark, Node::Kind::kMapping, tag, anchor);
  }

  void OnMapEnd() override {
    const Frame frame = frames_.back();
    std::vector<Node::Entry> entries;
    std::vector<const Node*> merges;
    entries.reserve((children_.size() - frame.first_child) / 2);
    for (size_t i = frame.first_child; i + 1 < children_.size(); i += 2) {
      if (children_[i]->merge_key_) merges.push_back(children_[i + 1]);
      entries.push_back({children_[i], children_[i + 1]});
    }
    FindDuplicates(frame.node, &entries);
    if (!merges.empty()) entries = Merge(frame.node, merges, entries);
    rep_.entries.push_back(std::move(entries));
    frame.node->entries_ = rep_.entries.back();
    for (const Node::Entry& entry : frame.node->entries_) {
      Account(frame.node, entry.key);
      Account(frame.node, entry.value);
    }
    Close(frame);
  }

 private:
  // A collection that is still open.
  struct Frame {
    Node* node;
    size_t first_child;  // in children_
    YAML::anchor_t anchor;
  };

  // Marks come almost sorted, so counting on from the last one keeps this
  // linear even if all of the file is one line.
  Location LocationOf(const YAML::Mark& mark) {
    if (mark.is_null()) return {};
    if (rep_.source.ascii) return {mark.line + 1, mark.column + 1};
    const absl::string_view text = rep_.source.text;
    const size_t pos = std::min<size_t>(mark.pos, text.size());
    if (mark.line != last_mark_.line) {
      last_column_ = 0;
      last_mark_ = mark;
      last_mark_.pos = std::max(0, mark.pos - mark.column);
    }
    const size_t last = last_mark_.pos;
    last_column_ += last <= pos
                        ? CountCharacters(text.substr(last, pos - last))
                        : -CountCharacters(text.substr(pos, last - pos));
    last_mark_ = mark;
    last_mark_.pos = static_cast<int>(pos);
    return {mark.line + 1, last_column_ + 1};
  }

  Node* NewNode(Location location, Node::Kind kind) {
    Node& node = rep_.nodes.emplace_back();
    node.line_ = location.line;
    node.column_ = location.column;
    node.kind_ = kind;
    return &node;
  }

  // The null that is written at `mark`; empty if there is none.
  absl::string_view NullTextAt(const YAML::Mark& mark) const {
    const absl::string_view text = rep_.source.text;
    if (mark.is_null() || static_cast<size_t>(mark.pos) >= text.size()) {
      return "";
    }
    const absl::string_view rest = text.substr(mark.pos, 5);
    const size_t length =
        std::min(rest.size(), rest.find_first_of(" \t\n,]}:#"));
    const absl::string_view word = rest.substr(0, length);
    return ResolvePlain(word) == ScalarType::kNull ? word : "";
  }

  // Where a null stands for which nothing is written: yaml-cpp gives the place
  // of whatever follows.
  Location UnwrittenNull(const YAML::Mark& mark) {
    if (frames_.empty()) return LocationOf(mark);
    const Frame& frame = frames_.back();
    if (frame.node->kind() == Node::Kind::kMapping) {
      const bool is_value = (children_.size() - frame.first_child) % 2 == 1;
      return is_value ? children_.back()->location() : LocationOf(mark);
    }
    return LastDashBefore(mark);
  }

  // The "- " of an item without a value, which is followed by nothing but
  // blank lines and comments up to `mark`.
  Location LastDashBefore(const YAML::Mark& mark) {
    const int lines = static_cast<int>(rep_.source.lines.size());
    for (int line = std::min(mark.line + 1, lines); line > 0; --line) {
      absl::string_view text = rep_.source.Line(line);
      if (line == mark.line + 1) text = text.substr(0, mark.column);
      if (const size_t comment = text.find('#');
          comment != absl::string_view::npos) {
        text = text.substr(0, comment);
      }
      text = absl::StripTrailingAsciiWhitespace(text);
      if (text.empty()) continue;
      if (text.back() != '-') break;
      return {line, CountCharacters(text)};
    }
    return LocationOf(mark);
  }

  // Where `value` can stay: in the text itself, or in a copy.
  absl::string_view Keep(const YAML::Mark& mark, const std::string& value) {
    if (value.empty()) return "";
    const absl::string_view text = rep_.source.text;
    if (!mark.is_null()) {
      const auto first = static_cast<size_t>(mark.pos);
      for (const size_t begin : {first, first + 1}) {
        if (begin >= text.size()) break;
        const absl::string_view view = text.substr(begin, value.size());
        if (view == value) return view;
      }
    }
    rep_.texts.push_back(base::IsValidUtf8(value) ? value : MendEscapes(value));
    return rep_.texts.back();
  }

  void ResolveScalar(Node* node, absl::string_view tag) {
    if (tag == "!") return;  // quoted, block, or tagged so
    const ScalarType type = ResolvePlain(node->text_);
    if (tag == "?") {
      node->kind_ = KindOf(type);
      node->merge_key_ = node->text_ == "<<";
      return;
    }
    absl::string_view name = tag;
    bool fits = true;
    if (!absl::ConsumePrefix(&name, kStandardTag)) {
      name = "";
    }
    if (name == "str") {
      node->kind_ = Node::Kind::kString;
    } else if (name == "int") {
      node->kind_ = Node::Kind::kInt;
      fits = type == ScalarType::kInt;
    } else if (name == "float") {
      node->kind_ = Node::Kind::kFloat;
      fits = type == ScalarType::kInt || type == ScalarType::kFloat;
    } else if (name == "bool") {
      node->kind_ = Node::Kind::kBool;
      fits = type == ScalarType::kBool;
    } else if (name == "null") {
      node->kind_ = Node::Kind::kNull;
      fits = type == ScalarType::kNull;
    } else {
      AddFlaw(node,
              {Flaw::Kind::kUnknownTag, node->location(), KeepTag(tag), {}});
    }
    if (!fits) {
      node->kind_ = Node::Kind::kString;
      AddFlaw(node,
              {Flaw::Kind::kTagMismatch, node->location(), KeepTag(tag), {}});
    }
  }

  static Node::Kind KindOf(ScalarType type) {
    switch (type) {
      case ScalarType::kNull:
        return Node::Kind::kNull;
      case ScalarType::kBool:
        return Node::Kind::kBool;
      case ScalarType::kInt:
        return Node::Kind::kInt;
      case ScalarType::kFloat:
        return Node::Kind::kFloat;
      case ScalarType::kString:
        break;
    }
    return Node::Kind::kString;
  }

  // A tag as people write it.
  absl::string_view KeepTag(absl::string_view tag) {
    absl::string_view name = tag;
    const bool standard = absl::ConsumePrefix(&name, kStandardTag);
    rep_.texts.push_back(standard ? absl::StrCat("!!", name)
                                  : std::string(tag));
    return rep_.texts.back();
  }

  void AddFlaw(Node* node, const Flaw& flaw) {
    node->flawed_ = true;
    rep_.flaws[node].own.push_back(flaw);
  }

  void Open(const YAML::Mark& mark, Node::Kind kind, absl::string_view tag,
            YAML::anchor_t anchor) {
    const Location location = LocationOf(mark);
    if (frames_.size() >= Document::kMaxDepth) throw TooDeep(location);
    Node* node = NewNode(location, kind);
    absl::string_view name = tag;
    const bool fits = tag == "?" || tag == "!" ||
                      (absl::ConsumePrefix(&name, kStandardTag) &&
                       name == (kind == Node::Kind::kMapping ? "map" : "seq"));
    if (!fits) {
      AddFlaw(node, {Flaw::Kind::kUnknownTag, location, KeepTag(tag), {}});
    }
    Remember(anchor, nullptr);
    frames_.push_back({node, children_.size(), anchor});
  }

  void Close(const Frame& frame) {
    children_.resize(frame.first_child);
    frames_.pop_back();
    if (frame.node->height_ > Document::kMaxDepth) {
      throw TooDeep(frame.node->location());
    }
    Complete(frame.node, frame.anchor);
  }

  static Refusal TooDeep(Location location) {
    return Refusal(location,
                   absl::StrFormat("found a value nested more than %d levels "
                                   "deep",
                                   Document::kMaxDepth));
  }

  // Counts `child` into its collection.
  static void Account(Node* node, const Node* child) {
    node->expanded_size_ =
        SaturatingAdd(node->expanded_size_, child->expanded_size_);
    node->height_ =
        std::max(node->height_, static_cast<uint16_t>(child->height_ + 1));
  }

  void Complete(const Node* node, YAML::anchor_t anchor) {
    Remember(anchor, node);
    Push(node);
  }

  void Remember(YAML::anchor_t anchor, const Node* node) {
    if (anchor == 0) return;
    if (anchors_.size() <= anchor) anchors_.resize(anchor + 1, nullptr);
    anchors_[anchor] = node;
  }

  void Push(const Node* node) {
    if (frames_.empty()) {
      rep_.root = node;
    } else {
      children_.push_back(node);
    }
  }

  // Where each key of a mapping stands in a list of entries.
  class Index {
   public:
    explicit Index(const std::vector<Node::Entry>* entries)
        : entries_(*entries) {}

    // The position of the entry with this key; -1 if there is none. Entries may
    // have been added to the list meanwhile, and their values changed.
    int Find(absl::string_view key) {
      if (entries_.size() > kSmallMapping) {
        for (; indexed_ < entries_.size(); ++indexed_) {
          const Node& other = *entries_[indexed_].key;
          if (!other.is_scalar()) continue;
          by_key_.emplace(other.text(), static_cast<int>(indexed_));
        }
        const auto found = by_key_.find(key);
        return found == by_key_.end() ? -1 : found->second;
      }
      for (size_t i = 0; i < entries_.size(); ++i) {
        const Node& other = *entries_[i].key;
        if (other.is_scalar() && other.text() == key)
          return static_cast<int>(i);
      }
      return -1;
    }

   private:
    const std::vector<Node::Entry>& entries_;
    size_t indexed_ = 0;
    absl::flat_hash_map<absl::string_view, int> by_key_;
  };

  // Records keys that stand twice; the last one stays, as in PyYAML.
  void FindDuplicates(Node* node, std::vector<Node::Entry>* entries) {
    if (entries->size() < 2) return;
    std::vector<Node::Entry> unique;
    unique.reserve(entries->size());
    Index index(&unique);
    for (const Node::Entry& entry : *entries) {
      const int found =
          entry.key->is_scalar() ? index.Find(entry.key->text()) : -1;
      if (found < 0) {
        unique.push_back(entry);
        continue;
      }
      AddFlaw(node, {Flaw::Kind::kDuplicateKey, entry.key->location(),
                     entry.key->text(), unique[found].key->location()});
      unique[found].value = entry.value;
    }
    *entries = std::move(unique);
  }

  // The entries with those of `merges` put in front: of a list the earlier
  // mapping wins, and `own` wins over all.
  std::vector<Node::Entry> Merge(Node* node,
                                 const std::vector<const Node*>& merges,
                                 const std::vector<Node::Entry>& own) {
    std::vector<Node::Entry> merged;
    Index index(&merged);
    bool first = true;  // whose keys need no search: they are unique
    const auto take = [&](const Node::Entry& entry) {
      if (++merged_entries_ > Document::kMaxMergedEntries) {
        throw Refusal(node->location(),
                      absl::StrFormat("found merge keys that bring more than "
                                      "%d entries in all",
                                      Document::kMaxMergedEntries));
      }
      const int found =
          !first && entry.key->is_scalar() ? index.Find(entry.key->text()) : -1;
      if (found >= 0) {
        merged[found] = entry;
      } else {
        merged.push_back(entry);
      }
    };
    for (const Node* value : merges) {
      for (const Node* mapping : Mappings(node, value)) {
        for (const Node::Entry& entry : mapping->entries()) take(entry);
        first = false;
      }
    }
    first = false;
    for (const Node::Entry& entry : own) {
      if (!entry.key->merge_key_) take(entry);
    }
    return merged;
  }

  // What `value`, after a merge key of `node`, brings: weakest first.
  std::vector<const Node*> Mappings(Node* node, const Node* value) {
    std::vector<const Node*> mappings;
    bool fits = true;
    if (value->kind() == Node::Kind::kSequence) {
      mappings.assign(value->items().rbegin(), value->items().rend());
      for (const Node* item : mappings) {
        fits = fits && item->kind() == Node::Kind::kMapping;
      }
    } else {
      mappings.push_back(value);
      fits = value->kind() == Node::Kind::kMapping;
    }
    if (!fits) {
      AddFlaw(node, {Flaw::Kind::kBadMerge, value->location(), "", {}});
      return {};
    }
    for (const Node* mapping : mappings) InheritFlaws(node, mapping);
    return mappings;
  }

  // What is wrong with a merged mapping itself would otherwise be out of reach.
  void InheritFlaws(Node* node, const Node* mapping) {
    if (!mapping->flawed_) return;
    node->flawed_ = true;
    rep_.flaws[node].merged.push_back(mapping);
  }

  Document::Rep& rep_;
  bool started_ = false;
  std::vector<Frame> frames_;
  std::vector<const Node*> children_;  // of all open collections
  std::vector<const Node*> anchors_;   // null: not complete yet
  size_t merged_entries_ = 0;
  const Node* last_scalar_ = nullptr;
  size_t last_scalar_begin_ = 0;
  YAML::Mark last_mark_ = YAML::Mark::null_mark();
  int last_column_ = 0;
};

Node Node::Plain(absl::string_view text) {
  Node node;
  node.text_ = text;
  switch (ResolvePlain(text)) {
    case ScalarType::kNull:
      node.kind_ = Kind::kNull;
      break;
    case ScalarType::kBool:
      node.kind_ = Kind::kBool;
      break;
    case ScalarType::kInt:
      node.kind_ = Kind::kInt;
      break;
    case ScalarType::kFloat:
      node.kind_ = Kind::kFloat;
      break;
    case ScalarType::kString:
      node.kind_ = Kind::kString;
      break;
  }
  return node;
}

const Node* Node::Find(absl::string_view key) const {
  for (const Entry& entry : entries_) {
    if (entry.key->is_scalar() && entry.key->text() == key) return entry.value;
  }
  return nullptr;
}

std::string Node::Describe(bool show_text) const {
  const auto describe = [this, show_text](absl::string_view type,
                                          bool quoted = false) {
    if (!show_text) return absl::StrCat("a value of the type ", type);
    return absl::StrCat("the ", type, " ",
                        quoted ? base::Quoted(text_) : std::string(text_));
  };
  switch (kind_) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return describe("boolean");
    case Kind::kInt:
      return describe("integer");
    case Kind::kFloat:
      return describe("number");
    case Kind::kString:
      if (show_text && text_.empty()) return "an empty string";
      return describe("string", true);
    case Kind::kSequence:
      return items_.empty() ? "an empty list" : "a list";
    case Kind::kMapping:
      return entries_.empty() ? "an empty mapping" : "a mapping";
  }
  return "";  // not an enumerator
}

Document::Document(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Document::~Document() = default;

const Node* Document::root() const { return rep_->root; }
const std::string& Document::file_name() const { return rep_->file_name; }

absl::StatusOr<std::unique_ptr<const Document>> Document::Parse(
    absl::string_view text, absl::string_view file_name,
    Diagnostics* diagnostics) {
  auto rep = std::make_unique<Rep>();
  rep->file_name = std::string(file_name);
  const auto refuse = [&](const Refusal& refusal) {
    Problem problem;
    problem.file = rep->file_name;
    problem.line = refusal.location.line;
    problem.column = refusal.location.column;
    problem.message = refusal.message;
    problem.source_line = MaskLine(rep->source.Line(refusal.location.line));
    diagnostics->Add(std::move(problem));
    return absl::InvalidArgumentError(diagnostics->Message());
  };
  DocumentBuilder builder(rep.get());
  try {
    ReadSource(text, &rep->source);
    TextBuffer buffer(rep->source.text);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    builder.CheckLastScalar();
  } catch (const Refusal& refusal) {
    return refuse(refusal);
  } catch (const YAML::Exception& e) {
    return refuse(Understand(e, rep->source, builder.InnermostOpen()));
  } catch (const std::exception& e) {
    return refuse(Refusal({}, absl::StrCat("cannot be parsed: ", e.what())));
  }
  return DocumentBuilder::Wrap(std::move(rep));
}

Problem Document::MakeProblem(Location location, std::string message) const {
  Problem problem;
  problem.file = rep_->file_name;
  problem.line = location.line;
  problem.column = location.column;
  problem.message = std::move(message);
  problem.source_line = MaskLine(rep_->source.Line(location.line));
  return problem;
}

void Document::ReportFlaws(const Node& node, absl::string_view path,
                           Diagnostics* diagnostics) const {
  if (rep_->flaws.empty()) return;
  absl::flat_hash_set<const Node*> seen;
  std::vector<std::pair<const Node*, std::string>> open = {
      {&node, std::string(path)}};
  while (!open.empty()) {
    const auto [next, where] = std::move(open.back());
    open.pop_back();
    if (!seen.insert(next).second) continue;
    if (next->flawed_) {
      const Flaws& flaws = rep_->flaws.at(next);
      for (const Flaw& flaw : flaws.own) {
        Problem problem = MakeProblem(flaw.location, FlawMessage(flaw));
        problem.path = where;
        diagnostics->Add(std::move(problem));
      }
      for (const Node* merged : flaws.merged) open.emplace_back(merged, where);
    }
    // The last goes first, so that the first comes up next.
    for (size_t i = next->items().size(); i-- > 0;) {
      open.emplace_back(next->items()[i], absl::StrCat(where, "[", i, "]"));
    }
    for (size_t i = next->entries().size(); i-- > 0;) {
      const Node::Entry& entry = next->entries()[i];
      open.emplace_back(entry.key, where);
      open.emplace_back(entry.value,
                        absl::StrCat(where, PathStep(entry.key->text())));
    }
  }
}

void Document::ReportDuplicates(const Node& node, absl::string_view key,
                                Diagnostics* diagnostics) const {
  if (!node.flawed_) return;
  for (const Flaw& flaw : rep_->flaws.at(&node).own) {
    if (flaw.kind == Flaw::Kind::kDuplicateKey && flaw.text == key) {
      diagnostics->Add(MakeProblem(flaw.location, FlawMessage(flaw)));
    }
  }
}

}  // namespace servo::yaml
