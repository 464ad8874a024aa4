// One line of output that may be long: its texts are escaped as it is written.
#ifndef PROTOCOL_JSON_LINE_H_
#define PROTOCOL_JSON_LINE_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace servo::protocol {

// Appends `text` to `out` as the inside of a JSON string, in ASCII; each
// maximal ill-formed part of it (base/utf8.h) becomes U+FFFD. Stops before the
// first character with which `out` would be longer than `max_size`. Returns how
// many bytes of `text` were taken.
size_t AppendEscaped(absl::string_view text, size_t max_size, std::string* out);

// A line that is made piece by piece. Escaping makes a text up to six times as
// long and takes time; so the texts are kept as they are, and no more of the
// line exists at a time than its reader takes. A value; move-only, as it may
// hold many megabytes.
class JsonLine {
 public:
  // The line is `head`, then `texts`, escaped and joined by an escaped line
  // break, then `tail`, which ends with a line break.
  JsonLine(std::string head, std::vector<std::string> texts, std::string tail);

  // The line is `line` as it is.
  explicit JsonLine(std::string line)
      : JsonLine(std::move(line), {}, std::string()) {}

  JsonLine(JsonLine&&) = default;
  JsonLine& operator=(JsonLine&&) = default;

  // Returns the next `max_size` bytes of the line, or a few less where a
  // character would be cut; empty at its end. `max_size` is at least 12.
  std::string Next(size_t max_size);

  // Whether Next() has returned all of it, and whether it has returned any.
  bool done() const { return part_ == parts_.size(); }
  bool begun() const { return part_ > 0 || offset_ > 0; }

  // The bytes that it was made of.
  size_t size() const { return size_; }

 private:
  struct Part {
    std::string text;
    bool escaped;
  };

  void SkipFinishedParts();

  std::vector<Part> parts_;
  size_t size_ = 0;
  size_t part_ = 0;    // the one that is being given out,
  size_t offset_ = 0;  // and how much of it was
};

// All of `line`, for tests and for short ones.
std::string ToString(JsonLine line);

}  // namespace servo::protocol

#endif  // PROTOCOL_JSON_LINE_H_
