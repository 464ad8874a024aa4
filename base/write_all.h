// Writing all of a text to a descriptor.
#ifndef BASE_WRITE_ALL_H_
#define BASE_WRITE_ALL_H_

#include "absl/strings/string_view.h"

namespace servo::base {

// Writes `text` to `fd`, a file in blocking mode, by as many calls of write(2)
// as it takes. Returns 0, or the errno value of the first call that failed; a
// part may be written then.
int WriteAll(int fd, absl::string_view text);

}  // namespace servo::base

#endif  // BASE_WRITE_ALL_H_
