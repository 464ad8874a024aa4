#include "yaml/document_builder.h"

#include <algorithm>
#include <istream>
#include <optional>
#include <streambuf>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "yaml-cpp/eventhandler.h"
#include "yaml-cpp/exceptions.h"
#include "yaml-cpp/mark.h"
#include "yaml-cpp/parser.h"
#include "yaml/flaws.h"
#include "yaml/mapping_entries.h"
#include "yaml/parse_errors.h"
#include "yaml/scalar_source.h"
#include "yaml/source.h"
#include "yaml/tags.h"

namespace servo::yaml {
namespace {

// An input stream over text that stays where it is.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(const std::string& text) {
    char* const begin = const_cast<char*>(text.data());
    setg(begin, begin, begin + text.size());
  }
};

uint64_t SaturatingAdd(uint64_t a, uint64_t b) {
  uint64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

}  // namespace

// Makes the nodes from yaml-cpp's events, which come in the order of the text,
// without recursion.
class DocumentBuilder : public YAML::EventHandler {
 public:
  DocumentBuilder(DocumentRep* rep, Document::Rewrite rewrite)
      : rep_(*rep), rewrite_(rewrite), entries_(rep) {
    anchors_.push_back(nullptr);  // the number of no anchor
  }

  // Where the innermost collection begins that is not complete.
  Location InnermostOpen() const {
    return frames_.empty() ? Location() : frames_.back().node->location();
  }

  // The names of all anchors so far.
  absl::Span<const std::string> anchor_names() const { return anchor_names_; }

  // To be called when yaml-cpp has ended: a quoted text that is never closed is
  // no error to it if a line break ends the file, or one of what surrounds it.
  void CheckLastScalar() const {
    if (last_scalar_ == nullptr) return;
    absl::string_view text = rep_.source.text;
    if (!IsUnclosedQuote(text.substr(last_scalar_begin_))) return;
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

  void OnAnchor(const YAML::Mark&, const std::string& name) override {
    // More are not worth searching.
    constexpr size_t kMaxNames = 1000;
    if (anchor_names_.size() < kMaxNames) anchor_names_.push_back(name);
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const absl::string_view text = NullText(TextFrom(mark));
    Node* node = NewNode(
        text.empty() && anchor == 0 ? UnwrittenNull(mark) : LocationOf(mark),
        Node::Kind::kNull);
    node->SetContents(text);
    Complete(node, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Node* target = anchor < anchors_.size() ? anchors_[anchor] : nullptr;
    if (target == nullptr) {
      throw Refusal(LocationOf(mark),
                    "found an alias of the very value that it stands in");
    }
    CheckIndentation(mark);
    if (IsKeyNext() && !target->is_scalar()) {
      throw CollectionAsKey(LocationOf(mark), target->kind());
    }
    if (!frames_.empty() &&
        frames_.back().node->kind() == Node::Kind::kSequence) {
      const Frame& frame = frames_.back();
      rep_.NoteAlias(frame.node, children_.size() - frame.first_child,
                     LocationOf(mark));
    }
    Push(target);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    CheckIndentation(mark);
    Node* node = NewNode(LocationOf(mark), Node::Kind::kString);
    const size_t begin = BeginOf(mark);
    const absl::string_view text = Keep(begin, value);
    node->SetContents(text);
    node->key_ = IsKeyNext() && IsBeforeColon(text);
    node->expanded_size_ += text.size();
    last_scalar_ = node;
    last_scalar_begin_ = begin;
    CheckKeyText(*node);
    if (BeginsWithBareTag(TextFrom(mark))) {
      rep_.AddFlaw(node, {Flaw::Kind::kBareTag, node->location()});
    }
    ResolveScalar(node, tag);
    if (node->kind_ == Node::Kind::kString) Rewrite(node);
    Complete(node, anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    Open(mark, Node::Kind::kSequence, tag, anchor, style);
  }

  void OnSequenceEnd() override {
    const Frame frame = frames_.back();
    const absl::Span<const Node* const> items = children_;
    frame.node->SetContents(rep_.Keep(items.subspan(frame.first_child)));
    for (const Node* item : frame.node->items()) Account(frame.node, item);
    Close(frame);
  }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    Open(mark, Node::Kind::kMapping, tag, anchor, style);
  }

  void OnMapEnd() override {
    const Frame frame = frames_.back();
    written_.clear();
    for (size_t i = frame.first_child; i + 1 < children_.size(); i += 2) {
      written_.push_back({children_[i], children_[i + 1]});
    }
    frame.node->SetContents(rep_.Keep(entries_.Resolve(frame.node, written_)));
    for (const Node::Entry& entry : frame.node->entries()) {
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
    bool flow;   // in brackets or braces
    int column;  // of a block collection, from 0
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

  // Whether the value that comes next is a key of a mapping.
  bool IsKeyNext() const {
    if (frames_.empty()) return false;
    const Frame& frame = frames_.back();
    return frame.node->kind() == Node::Kind::kMapping &&
           (children_.size() - frame.first_child) % 2 == 0;
  }

  Node* NewNode(Location location, Node::Kind kind) {
    if (rep_.nodes.size() == Document::kMaxNodes) {
      throw Refusal(location, absl::StrFormat("found more than %d values",
                                              Document::kMaxNodes));
    }
    Node& node = rep_.nodes.emplace_back();
    node.line_ = location.line;
    node.column_ = location.column;
    node.kind_ = kind;
    return &node;
  }

  // Where a null stands for which nothing is written: yaml-cpp gives the place
  // of whatever follows.
  Location UnwrittenNull(const YAML::Mark& mark) {
    if (frames_.empty()) return LocationOf(mark);
    const Frame& frame = frames_.back();
    if (frame.node->kind() == Node::Kind::kMapping) {
      if (IsKeyNext()) return LocationOf(mark);
      if (!frame.flow) CheckColon(*children_.back());
      return children_.back()->location();
    }
    if (frame.flow) {
      throw Refusal(LocationOf(mark),
                    "expected a value, found \",\"; null is written ~");
    }
    const Location dash =
        LastDashBefore(rep_.source, {mark.line + 1, mark.column});
    return dash.line > 0 ? dash : LocationOf(mark);
  }

  // Where the scalar begins that is marked at `mark`.
  size_t BeginOf(const YAML::Mark& mark) const {
    const absl::string_view text = rep_.source.text;
    return mark.is_null() ? text.size() : ScalarBegin(text, mark.pos);
  }

  // What the source has from `mark` on.
  absl::string_view TextFrom(const YAML::Mark& mark) const {
    const absl::string_view text = rep_.source.text;
    if (mark.is_null() || static_cast<size_t>(mark.pos) >= text.size()) {
      return "";
    }
    return text.substr(mark.pos);
  }

  // Where `value`, which begins at `first`, can stay: in the text itself, or in
  // a copy.
  absl::string_view Keep(size_t first, const std::string& value) {
    const absl::string_view text = rep_.source.text;
    if (value.empty() && !IsOverLines(text.substr(first))) return "";
    for (const size_t begin : {first, first + 1}) {
      if (value.empty() || begin >= text.size()) break;
      const absl::string_view view = text.substr(begin, value.size());
      if (view == value) return view;
    }
    rep_.texts.push_back(
        MendScalar(text.substr(first), value,
                   frames_.empty() ? -1 : frames_.back().column));
    return rep_.texts.back();
  }

  void Rewrite(Node* node) {
    std::optional<std::string> text = rewrite_(node->text());
    if (!text.has_value()) return;
    rep_.rewritten[node] = node->text();
    rep_.texts.push_back(*std::move(text));
    node->SetContents(absl::string_view(rep_.texts.back()));
  }

  // Whether a colon follows the text, which is a part of the source.
  bool IsBeforeColon(absl::string_view text) const {
    const size_t begin = OffsetOf(text);
    return begin != absl::string_view::npos &&
           BeginsWithColon(
               absl::string_view(rep_.source.text).substr(begin + text.size()));
  }

  // The offset in the source at which `text` begins; npos if it is a copy.
  size_t OffsetOf(absl::string_view text) const {
    const absl::string_view source = rep_.source.text;
    const bool inside = text.data() >= source.data() &&
                        text.data() <= source.data() + source.size();
    return inside ? text.data() - source.data() : absl::string_view::npos;
  }

  // Refuses a key of a block mapping that no colon follows: to yaml-cpp it is a
  // key with null if it ends the file, which may have been cut off.
  void CheckColon(const Node& key) const {
    if (!key.is_scalar() || key.text().empty() || key.is_written_key()) return;
    // An alias is somewhere else.
    if (&key != &rep_.nodes.back()) return;
    const size_t begin = OffsetOf(key.text());
    if (begin == absl::string_view::npos) return;
    // "? KEY" needs none.
    const absl::string_view line =
        rep_.source.Line(key.location().line).substr(0, key.location().column);
    if (absl::StrContains(line, '?')) return;
    throw Refusal(key.location(),
                  "expected \":\" after this key, found none; is the file "
                  "complete?");
  }

  // Refuses a key that begins with a character that looks like indentation and
  // is none.
  void CheckKeyText(const Node& node) const {
    if (!IsKeyNext() || node.text().empty() ||
        absl::ascii_isascii(node.text()[0])) {
      return;
    }
    const absl::string_view name = InvisibleCharacter(node.text());
    if (name.empty()) return;
    throw Refusal(node.location(),
                  absl::StrCat("found ", name,
                               " in front of a key; indent with blanks alone"));
  }

  void ResolveScalar(Node* node, absl::string_view tag) {
    const TaggedScalar resolved = ResolveTag(tag, node->text());
    node->kind_ = resolved.kind;
    node->merge_key_ = tag == "?" && node->text() == "<<";
    if (resolved.flaw.has_value()) {
      rep_.AddFlaw(node, {*resolved.flaw, node->location()});
    }
  }

  void Open(const YAML::Mark& mark, Node::Kind kind, absl::string_view tag,
            YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
    const Location location = LocationOf(mark);
    CheckIndentation(mark);
    if (frames_.size() >= Document::kMaxDepth) throw TooDeep(location);
    if (IsKeyNext()) throw CollectionAsKey(location, kind);
    Node* node = NewNode(location, kind);
    if (BeginsWithBareTag(TextFrom(mark))) {
      rep_.AddFlaw(node, {Flaw::Kind::kBareTag, location});
    }
    if (!FitsCollection(tag, kind)) {
      rep_.AddFlaw(node, {Flaw::Kind::kUnknownTag, location});
    }
    Remember(anchor, nullptr);
    frames_.push_back({node, children_.size(), anchor,
                       style == YAML::EmitterStyle::Flow, mark.column});
  }

  void Close(const Frame& frame) {
    children_.resize(frame.first_child);
    frames_.pop_back();
    if (frame.node->height_ > Document::kMaxDepth) {
      throw TooDeep(frame.node->location());
    }
    Complete(frame.node, frame.anchor);
  }

  // Refuses the value of a key of a block mapping that stands below the key and
  // no deeper: to yaml-cpp it is one, to PyYAML and to people it is a key whose
  // colon is missing. Lists and block scalars may stand there.
  void CheckIndentation(const YAML::Mark& mark) {
    if (frames_.empty() || mark.is_null()) return;
    const Frame& frame = frames_.back();
    if (frame.flow || frame.node->kind() != Node::Kind::kMapping ||
        mark.column != frame.column || IsKeyNext()) {
      return;
    }
    const absl::string_view text = TextFrom(mark);
    if (text.empty() || text[0] == '|' || text[0] == '>' ||
        (text[0] == '-' && BeginsWithBlank(text.substr(1)))) {
      return;
    }
    const Location location = LocationOf(mark);
    if (children_.back()->location().line == location.line) return;
    throw Refusal(
        location,
        "expected \":\" after this key, found none; a value below its "
        "key is indented deeper");
  }

  static bool BeginsWithBlank(absl::string_view text) {
    return text.empty() || absl::ascii_isspace(text[0]);
  }

  // PyYAML has none either.
  static Refusal CollectionAsKey(Location location, Node::Kind kind) {
    return Refusal(
        location,
        absl::StrCat("found ",
                     kind == Node::Kind::kMapping ? "a mapping" : "a list",
                     " as a key, which must be a text; quote a text "
                     "that begins with \"{\" or \"[\""));
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

  DocumentRep& rep_;
  const Document::Rewrite rewrite_;
  bool started_ = false;
  std::vector<Frame> frames_;
  std::vector<const Node*> children_;  // of all open collections
  std::vector<const Node*> anchors_;   // null: not complete yet
  std::vector<std::string> anchor_names_;
  std::vector<Node::Entry> written_;  // of the mapping that is completed
  MappingEntries entries_;
  const Node* last_scalar_ = nullptr;
  size_t last_scalar_begin_ = 0;
  YAML::Mark last_mark_ = YAML::Mark::null_mark();
  int last_column_ = 0;
};

void BuildNodes(DocumentRep* rep, Document::Rewrite rewrite) {
  DocumentBuilder builder(rep, rewrite);
  TextBuffer buffer(rep->source.text);
  std::istream stream(&buffer);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& e) {
    builder.CheckLastScalar();
    throw ExplainError(e, rep->source, builder.InnermostOpen(),
                       builder.anchor_names());
  }
  builder.CheckLastScalar();
  if (rep->root == nullptr || rep->root->kind() == Node::Kind::kNull) {
    RefuseEndOfDocument(rep->source);
  }
}

}  // namespace servo::yaml
