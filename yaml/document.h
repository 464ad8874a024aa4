// YAML 1.1 text as a tree of located nodes.
#ifndef YAML_DOCUMENT_H_
#define YAML_DOCUMENT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "yaml/diagnostics.h"
#include "yaml/location.h"

namespace servo::yaml {

struct DocumentRep;
struct Flaw;

// One value. Belongs to its Document; the same node stands wherever an alias or
// a merge key brings it, so a tree of nodes can be a graph (never a cyclic
// one). Immutable.
class Node {
 public:
  enum class Kind : uint8_t {
    kNull,
    kBool,
    kInt,
    kFloat,
    kString,
    kSequence,
    kMapping
  };

  struct Entry {
    const Node* key;
    const Node* value;
  };

  // A scalar that stands nowhere, as if `text` were written unquoted. `text`
  // must outlive it.
  static Node Plain(absl::string_view text);

  // For a plain scalar as YAML 1.1 resolves it (scalar.h); quoted and block
  // scalars are strings.
  Kind kind() const { return kind_; }
  bool is_scalar() const { return kind_ < Kind::kSequence; }

  // Where it begins: its anchor or tag if it has one. A null for which nothing
  // is written stands where its key or its "-" does.
  Location location() const { return {line_, column_}; }

  // Of a scalar: its characters as written (`010`, `yes`), with quotes, escapes
  // and folding resolved; well-formed UTF-8. Empty for collections.
  absl::string_view text() const {
    if (!is_scalar()) return "";
    return absl::string_view(static_cast<const char*>(first_), size_);
  }

  // Of a sequence; else empty.
  absl::Span<const Node* const> items() const {
    return Parts<const Node*>(Kind::kSequence);
  }

  // Of a mapping; else empty. Merge keys are resolved: what a mapping merges
  // comes first, what it says itself wins. In the order in which PyYAML has
  // them. Keys are scalars.
  absl::Span<const Entry> entries() const {
    return Parts<Entry>(Kind::kMapping);
  }

  // The value of the entry whose key has this text; null if there is none. For
  // one or two keys of a mapping; takes time linear in its size.
  const Node* Find(absl::string_view key) const;

  // What walking this node costs, every alias counted again: nodes plus bytes
  // of text.
  uint64_t expanded_size() const { return expanded_size_; }

  // What it is, for a message: `the string "maybe"`, "the integer 5", "null",
  // "a list", "a mapping". Without `show_text`, which may be given for public
  // values alone: "a string", "an integer".
  std::string Describe(bool show_text) const;

  // Whether it is a plain `<<`.
  bool is_merge_key() const { return merge_key_; }

  // Whether it is written as a key: in a mapping, before a colon.
  bool is_written_key() const { return key_; }

  // Whether the document has flaws for it.
  bool flawed() const { return flawed_; }

 private:
  friend class DocumentBuilder;
  friend struct DocumentRep;

  // All that it has, if it is of `kind`.
  template <typename Part>
  absl::Span<const Part> Parts(Kind kind) const {
    if (kind_ != kind) return {};
    return {static_cast<const Part*>(first_), size_};
  }

  // Sets what its kind has: its text, its items or its entries.
  template <typename Contents>
  void SetContents(Contents contents) {
    first_ = contents.data();
    size_ = contents.size();
  }

  Kind kind_ = Kind::kNull;
  bool merge_key_ = false;
  bool flawed_ = false;
  bool key_ = false;
  uint16_t height_ = 1;  // levels below and including this one
  int line_ = 0;
  int column_ = 0;
  uint64_t expanded_size_ = 1;
  // Its characters, items or entries, as its kind says.
  const void* first_ = nullptr;
  size_t size_ = 0;
};

// The text of a key as messages may show it: kMask (base/masking.h) if it is
// not surely a name. A text that holds a secret can become a key by mistake, as
// in `{TOKEN=secret}`.
absl::string_view ShownKey(const Node& key);

// Notes that `use` brings what `problem` is in, unless the problem is not above
// it: with the key before an alias, say.
void SetUse(Location use, Problem* problem);

// A value that messages may show: all of it, or of a URL the outline.
struct PublicValue {
  const Node* node;
  bool is_url = false;
};

// One parsed YAML file. Owns its nodes and a copy of the text. Immutable; any
// thread may read it.
//
// Reads what PyYAML's safe loader reads, except that it is an error: several
// documents in one file, text that is not UTF-8, the line breaks U+0085, U+2028
// and U+2029 of YAML 1.1 (YAML 1.2 takes them for text). Lines may end in LF,
// CR LF or CR; a byte order mark is skipped.
class Document {
 public:
  // Beyond these a text is refused.
  static constexpr size_t kMaxBytes = 16 * 1024 * 1024;
  static constexpr int kMaxDepth = 100;  // levels, aliases followed
  static constexpr size_t kMaxMergedEntries = 2'000'000;
  static constexpr size_t kMaxNodes = 2'000'000;

  // Parses `text`. What is no YAML at all is kInvalidArgument, with the one
  // problem that was found added to `diagnostics` (whose problems are labelled
  // `file_name`) and told in the message. Takes time and memory linear in the
  // text's size, whatever it holds.
  //
  // Flaws of single nodes (duplicate keys, unknown tags, impossible merges) do
  // not fail it: they are reported for the part of the file that matters, by
  // ReportFlaws().
  static absl::StatusOr<std::unique_ptr<const Document>> Parse(
      absl::string_view text, absl::string_view file_name,
      Diagnostics* diagnostics);

  // The same, for a language within texts: `rewrite` is asked for each scalar
  // that is a string, keys included, in the order of the text. What it returns
  // becomes the text of the node; the node's kind stays, and so do excerpts.
  using Rewrite =
      absl::FunctionRef<std::optional<std::string>(absl::string_view text)>;
  static absl::StatusOr<std::unique_ptr<const Document>> Parse(
      absl::string_view text, absl::string_view file_name,
      Diagnostics* diagnostics, Rewrite rewrite);

  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  ~Document();

  // Null if the text holds nothing but comments.
  const Node* root() const;

  const std::string& file_name() const;

  // "FILE:LINE:COLUMN".
  std::string PlaceText(Location location) const;

  // A problem at `location`, complete but for path, task and excerpt.
  Problem MakeProblem(Location location, std::string message) const;

  // Where byte `offset` of the text of the scalar `node` stands; where the node
  // begins if that cannot be told, since it is folded or has escapes.
  Location LocationWithin(const Node& node, size_t offset) const;

  // Where an alias brings the item at `index` of `list`, or an alias or a merge
  // key brings `entry` to `mapping`: the alias, the merge key, or the key
  // before the alias. No place if that is written there itself.
  Location UseOfItem(const Node& list, size_t index) const;
  Location UseOfEntry(const Node& mapping, const Node::Entry& entry) const;

  // Adds excerpts of the source to the problems that have none. They show keys,
  // structure, and of values those in `values` (lists: their scalars) alone.
  // Takes time linear in the size of the document and of `values`.
  void AddExcerpts(absl::Span<const PublicValue> values,
                   Diagnostics* diagnostics) const;

  // Adds the flaws of `node` and of everything below it to `diagnostics`, with
  // key paths that begin with `path`. Takes time linear in the number of
  // distinct nodes.
  void ReportFlaws(const Node& node, absl::string_view path,
                   Diagnostics* diagnostics) const;

  // The same for the entry `key` of the mapping `node` alone: whether the key
  // stands there twice.
  void ReportDuplicates(const Node& node, absl::string_view key,
                        Diagnostics* diagnostics) const;

 private:
  explicit Document(std::unique_ptr<const DocumentRep> rep);
  void AddFlaw(const Flaw& flaw, std::string path, Location use,
               Diagnostics* diagnostics) const;

  std::unique_ptr<const DocumentRep> rep_;
};

}  // namespace servo::yaml

#endif  // YAML_DOCUMENT_H_
