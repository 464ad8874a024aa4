// Texts that were meant as a number, a duration or a size, and what to write
// instead.
#ifndef YAML_MEANT_NUMBER_H_
#define YAML_MEANT_NUMBER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace servo::yaml {

// How to write the duration that `text` means with blanks or whole words, to be
// put behind a message: "; did you mean 30s?" of "30 s". Empty if it means
// none, or is written so.
std::string DurationTextHint(absl::string_view text);

// How to write the number of bytes that `text` means with a blank or a longer
// unit: "; did you mean 10M?" of "10 MB". Empty if it means none, more than
// `max`, or is written so.
std::string BytesTextHint(absl::string_view text, uint64_t max);

// Why `text` is no number in YAML 1.1, to be put behind a message: "; YAML 1.1
// takes 1e-3 for a text: write 0.001 or 1.0e-3". Empty if it was not meant as
// one.
std::string NumberTextHint(absl::string_view text);

}  // namespace servo::yaml

#endif  // YAML_MEANT_NUMBER_H_
