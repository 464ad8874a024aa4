#include "yaml/line_excerpts.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "base/masking.h"
#include "base/utf8.h"
#include "yaml/excerpt.h"

namespace servo::yaml {
namespace {

// From columns, counted in characters from 1, to byte offsets in a line. For
// columns that grow, each step begins where the last one ended.
class ColumnOffsets {
 public:
  ColumnOffsets(absl::string_view line, bool ascii)
      : line_(line), ascii_(ascii) {}

  size_t Find(int column) {
    if (ascii_) return std::min(line_.size(), static_cast<size_t>(column - 1));
    if (column < column_) {
      column_ = 1;
      offset_ = 0;
    }
    for (; column_ < column && offset_ < line_.size(); ++column_) {
      offset_ +=
          std::max<size_t>(1, base::Utf8SequenceLength(line_.substr(offset_)));
    }
    return offset_;
  }

 private:
  absl::string_view line_;
  bool ascii_;
  int column_ = 1;
  size_t offset_ = 0;
};

// The scalars that are public, and whether each is a URL.
using PublicScalars = absl::flat_hash_map<const Node*, bool>;

PublicScalars FindScalars(absl::Span<const PublicValue> values) {
  PublicScalars scalars;
  for (const PublicValue& value : values) {
    scalars.emplace(value.node, value.is_url);
    for (const Node* item : value.node->items()) {
      scalars.emplace(item, value.is_url);
    }
  }
  return scalars;
}

// What may be shown of a scalar; empty: all.
std::string Shown(const Node& node, absl::string_view text,
                  const PublicScalars& scalars) {
  const auto found = scalars.find(&node);
  if (node.is_written_key()) {
    const bool shown = found != scalars.end() || ShownKey(node) != base::kMask;
    return shown ? "" : std::string(base::kMask);
  }
  if (found == scalars.end()) return std::string(base::kMask);
  return found->second ? base::UrlOutline(text) : "";
}

// The line that `node` begins in, with what it takes to find its place there.
struct Line {
  absl::string_view text;
  ColumnOffsets offsets;
  std::vector<ExcerptToken> tokens;
};

// `text` is that of the node as it is written.
void AddToken(const Node& node, absl::string_view text,
              const PublicScalars& scalars, Line* line) {
  // What is not written has no text, nor have empty quotes.
  if (!node.is_scalar() || text.empty()) return;
  ExcerptToken token;
  token.shown = Shown(node, text, scalars);
  const char* const begin = line->text.data();
  if (text.data() >= begin &&
      text.data() + text.size() <= begin + line->text.size()) {
    token.begin = text.data() - begin;
    token.end = token.begin + text.size();
  } else {
    token.begin = line->offsets.Find(node.location().column);
    token.shown = std::string(base::kMask);
  }
  line->tokens.push_back(std::move(token));
}

}  // namespace

void AddLineExcerpts(const DocumentRep& rep,
                     absl::Span<const PublicValue> values,
                     Diagnostics* diagnostics) {
  absl::flat_hash_map<int, Line> lines;
  // Calls `edit` with each place that wants an excerpt: a Problem, or its Use.
  const auto for_each_place = [&rep, diagnostics](auto edit) {
    const auto wants = [&rep](const auto& place) {
      return place.line > 0 && place.excerpt.empty() &&
             static_cast<size_t>(place.line) <= rep.source.lines.size();
    };
    diagnostics->ForEach([&](Problem& problem) {
      if (problem.file != rep.file_name) return;
      if (wants(problem)) edit(problem);
      if (problem.used.has_value() && wants(*problem.used)) edit(*problem.used);
    });
  };
  for_each_place([&](const auto& place) {
    if (lines.contains(place.line)) return;
    const absl::string_view text = rep.source.Line(place.line);
    lines.emplace(place.line,
                  Line{text, ColumnOffsets(text, rep.source.ascii), {}});
  });
  if (lines.empty()) return;
  const PublicScalars scalars = FindScalars(values);
  for (const Node& node : rep.nodes) {
    const auto line = lines.find(node.location().line);
    if (line != lines.end()) {
      AddToken(node, rep.WrittenText(node), scalars, &line->second);
    }
  }
  for_each_place([&](auto& place) {
    Line& line = lines.at(place.line);
    Excerpt excerpt =
        MakeExcerpt(line.text, line.tokens, line.offsets.Find(place.column));
    place.excerpt = std::move(excerpt.text);
    place.caret = excerpt.caret;
  });
}

}  // namespace servo::yaml
