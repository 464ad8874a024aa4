// Unicode's category Cn, which RE2 does not know. Internal.
#ifndef JSONPATH_UNASSIGNED_H_
#define JSONPATH_UNASSIGNED_H_

#include <string>

namespace servo::jsonpath {

// The code points that RE2's tables assign to no category, as ranges within a
// character class of RE2: "\x{378}-\x{379}...". Found on first use, which takes
// some milliseconds.
const std::string& UnassignedRanges();

}  // namespace servo::jsonpath

#endif  // JSONPATH_UNASSIGNED_H_
