// What an errno value means, in words.
#ifndef BASE_ERRNO_TEXT_H_
#define BASE_ERRNO_TEXT_H_

#include <string>

namespace servo::base {

// "No such file or directory" of ENOENT, as strerror(3) has it in English;
// "error 4711" of a number that is no errno value. Thread-safe.
std::string ErrnoText(int error);

}  // namespace servo::base

#endif  // BASE_ERRNO_TEXT_H_
