// A place in a text.
#ifndef YAML_LOCATION_H_
#define YAML_LOCATION_H_

#include <compare>

namespace servo::yaml {

// Both are counted from 1, the column in characters. All zero: no place.
struct Location {
  int line = 0;
  int column = 0;

  // The order of the text.
  friend auto operator<=>(const Location&, const Location&) = default;
};

}  // namespace servo::yaml

#endif  // YAML_LOCATION_H_
