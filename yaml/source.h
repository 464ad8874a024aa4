// The text of a file, checked and with its lines known.
#ifndef YAML_SOURCE_H_
#define YAML_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "yaml/location.h"

namespace servo::yaml {

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
// The text with line breaks as LF and no byte order mark, and where its lines
// begin.
struct Source {
  std::string text;
  std::vector<uint32_t> lines;
  bool ascii = true;

  // Line `number`, counted from 1, without its break.
  absl::string_view Line(int number) const {
    if (number < 1 || static_cast<size_t>(number) > lines.size()) return "";
    const size_t begin = lines[number - 1];
    const absl::string_view rest = absl::string_view(text).substr(begin);
    return rest.substr(0, rest.find('\n'));
  }
};

// The name of the invisible character that `text` begins with: blanks other
// than the ASCII ones, and characters without width. Empty if it is none.
absl::string_view InvisibleCharacter(absl::string_view text);

// The number of characters in well-formed UTF-8.
int CountCharacters(absl::string_view text);

// The "- " of an item without a value, which is followed by nothing but blank
// lines and comments up to the place `end`, whose column is a byte offset. No
// place if there is none.
Location LastDashBefore(const Source& source, Location end);

// Throws Refusal if "..." stands in front of everything, where PyYAML wants a
// document.
void RefuseEndOfDocument(const Source& source);

// Checks and normalizes a file's text of at most `max_bytes`. Throws Refusal;
// the text before the place is then in `source`.
void ReadSource(absl::string_view input, size_t max_bytes, Source* source);

}  // namespace servo::yaml

#endif  // YAML_SOURCE_H_
