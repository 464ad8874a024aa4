// Typed reading of located values: every problem is reported where it stands,
// and reading goes on.
//
//   ReadContext context = {document.get(), &diagnostics};
//   const Field section(&context, root->Find("mine"), KeyPath("mine"));
//   const MappingReader keys(section, kMyKeys);
//   keys[KeyIndex(kMyKeys, "interval")].Read(&options.interval);
//   context.AddExcerpts();
#ifndef YAML_READER_H_
#define YAML_READER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/fixed_array.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "yaml/diagnostics.h"
#include "yaml/document.h"
#include "yaml/key_path.h"
#include "yaml/key_spec.h"
#include "yaml/location.h"
#include "yaml/names_in_keys.h"

namespace servo::yaml {

// Keys that begin so are free: places for anchors.
inline constexpr absl::string_view kFreeKeyPrefix = "x-";

// What all readers of one section share. Outlives them.
struct ReadContext {
  const Document* document;
  Diagnostics* diagnostics;
  std::string task;  // for messages: the task that is being read

  // The values that messages may show, and the keys that excerpts show since
  // they are names that the author has chosen, gathered as they are read.
  std::vector<PublicValue> public_values = {};

  // The keys that paths show for the same reason.
  absl::flat_hash_set<const Node*> names = {};

  // The defaults of keys as nodes: those that have been looked at.
  absl::node_hash_map<const KeySpec*, Node> defaults = {};

  // To be called when all has been read: gives the problems their excerpts.
  void AddExcerpts() const {
    if (diagnostics->empty()) return;
    document->AddExcerpts(public_values, diagnostics);
  }
};

// One value to be read, and where it stands. Refers to the reader or field that
// it came from, which must outlive it.
class Field {
 public:
  // `node` may be null: not given.
  Field(ReadContext* context, const Node* node, const KeyPath& path,
        const KeySpec* spec = nullptr, const Node* key = nullptr)
      : context_(context),
        node_(node),
        key_(key),
        path_(path),
        spec_(spec),
        given_(node != nullptr && node->kind() != Node::Kind::kNull),
        public_(spec != nullptr && spec->shown.kind() == Shown::kPublic) {
    if (is_default()) node_ = nullptr;
  }

  // Whether a value stands in the file that is not null.
  bool given() const { return given_; }

  // Whether the default of the key stands for it, since none is given.
  bool is_default() const {
    return !given_ && spec_ != nullptr && !spec_->default_text.empty();
  }

  // The value; the default of its key if none is given; null if it has none.
  const Node& node() const;

  // The text of a scalar that is given, or of the default.
  absl::string_view text() const;

  const KeyPath& path() const { return path_; }
  ReadContext* context() const { return context_; }

  // An item or a value below this one.
  Field Item(size_t index) const;
  Field Value(const Node::Entry& entry) const;

  // The key of an entry of this mapping, for problems of keys.
  Field Key(const Node::Entry& entry) const;

  // Each stores the value, or the key's default if none is given, and returns
  // true; if there is neither, leaves `out` alone and returns true as well.
  // What is of another type, or beyond the limits of the key, is reported, and
  // they return false.
  bool Read(bool* out) const;
  bool Read(int* out) const;
  bool Read(double* out) const;
  // Numbers are seconds; texts have units, as absl::ParseDuration() reads them.
  bool Read(absl::Duration* out) const;
  // Any scalar, as written, without NUL characters; null is not given.
  bool Read(std::string* out) const;
  // The same of what must not be empty.
  bool ReadNonEmpty(std::string* out) const;
  // One of the words of the key's `choices`: its position among them.
  bool ReadChoice(size_t* out) const;

  // Reports "expected WHAT, found ...": the value itself if its key says that
  // it is public, else only what kind of value it is.
  // `hint` follows.
  void Expected(absl::string_view what, absl::string_view hint = "") const;

  // Reports `message` at the value, or at its key.
  void Error(absl::string_view message) const;
  void KeyError(absl::string_view message) const;
  void Warning(absl::string_view message) const;
  // What is worth knowing, and no fault.
  void KeyNote(absl::string_view message) const;
  // The same at byte `offset` of a scalar's text.
  void ErrorAt(size_t offset, absl::string_view message) const;
  void KeyWarning(absl::string_view message) const;

  // Whether an error at the value would be counted only. Its message then need
  // not be good.
  bool CountsErrorsOnly() const;

 private:
  friend class MappingReader;
  void Report(Severity severity, const Node* place,
              absl::string_view message) const;
  void Report(Severity severity, Location location,
              absl::string_view message) const;
  // What brings what is below: what brings this, else `use`.
  Location UseOf(Location use) const;
  // Whether there is nothing to be read.
  bool IsMissing() const { return !given_ && !is_default(); }
  // The default, if that is the value and it is plainly a number.
  std::optional<double> DefaultNumber() const {
    return is_default() ? spec_->default_number : std::nullopt;
  }
  // What is written; none if it is no number.
  std::optional<double> Number() const;
  void ExpectedDuration(std::optional<double> seconds, bool is_zero) const;
  std::string NumberHint() const;
  bool InRange(double value) const;
  std::string RangeText(std::optional<double> found) const;

  ReadContext* context_;
  const Node* node_;
  const Node* key_;
  KeyPath path_;
  const KeySpec* spec_;
  Location used_ = {};  // what brings it (UseOfItem())
  bool given_;
  bool public_ = false;
};

// A mapping whose keys are known. Reports what is no mapping, unknown keys
// (with the nearest known one; keys that begin with "x-" are free) and required
// keys that are missing. Refers to the field, which must outlive it.
class MappingReader {
 public:
  // Another mapping's keys, and how messages call it ("the task"): for hints
  // about keys on the wrong level.
  struct Elsewhere {
    absl::Span<const KeySpec> keys;
    absl::string_view owner;
  };

  // What people write for a key, and what it is called: for hints.
  struct Synonym {
    absl::string_view written;
    absl::string_view meant;  // begins with the key: "exec, or shell_exec"
  };

  // `form` is how such a mapping is written ("{url: URL}"), for who has written
  // something else; may be empty.
  MappingReader(const Field& field, absl::Span<const KeySpec> keys,
                absl::Span<const Elsewhere> elsewhere = {},
                absl::Span<const Synonym> synonyms = {},
                absl::string_view form = "");

  // Whether it is a mapping.
  bool ok() const { return ok_; }

  // The table.
  absl::Span<const KeySpec> keys() const { return keys_; }

  // The value of the key at this position of the table.
  Field operator[](size_t key) const;

  // Whether the key at this position has a value that is not null.
  bool has(size_t key) const;

  // Whether the key at this position is written, be it with null.
  bool is_written(size_t key) const;

  // Whether an unknown key, which was reported, may have been meant for one of
  // `count` keys from the position `first` on: none is similar to it, or one of
  // these. That none of them is given need not be told beside it.
  bool MayMean(size_t first, size_t count) const;

  // Of `count` keys from the position `first` on, the one that is given, as
  // `is_given` has it; none if there is none. False after reporting that there
  // are two: "expected one NOUN, found A and B".
  bool FindOne(absl::string_view noun, size_t first, size_t count,
               absl::FunctionRef<bool(size_t key)> is_given,
               std::optional<size_t>* found) const;
  // The same for keys that have() a value.
  bool FindOne(absl::string_view noun, size_t first, size_t count,
               std::optional<size_t>* found) const;

 private:
  // What is told of an unknown key, and the position of the key that it was
  // most likely meant for.
  struct Hint {
    std::string text;
    std::optional<size_t> key;
  };

  void ReadEntry(const Node::Entry& entry);
  std::string FormHint(const Node& node, absl::string_view form) const;
  absl::string_view MissingBlankHint(const Node& node) const;
  std::string PathHint(const Node& node) const;
  void NotePublic(const KeySpec& spec, const Node* value);
  void ReportUnknown(const Node& key);
  Hint HintAt(const Node& key) const;
  std::optional<Hint> SynonymHint(absl::string_view key) const;
  std::optional<size_t> Find(absl::string_view name) const;
  void ReportMissing() const;

  const Field& field_;
  absl::Span<const KeySpec> keys_;
  absl::Span<const Elsewhere> elsewhere_;
  absl::Span<const Synonym> synonyms_;
  bool ok_;
  absl::FixedArray<const Node::Entry*, 40> entries_;  // by position
  // A known key with null where a mapping belongs: what follows may have been
  // meant to stand below it.
  const Node* open_key_ = nullptr;
  // Whether there is an unknown key that is like no other, and what the others
  // were meant for.
  bool has_unclear_ = false;
  std::vector<size_t> meant_;
};

}  // namespace servo::yaml

#endif  // YAML_READER_H_
