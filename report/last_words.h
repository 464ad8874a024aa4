// What a failure shows of the output of a process.
#ifndef REPORT_LAST_WORDS_H_
#define REPORT_LAST_WORDS_H_

#include <cstddef>
#include <string>

#include "base/captured.h"
#include "exec/runner.h"

namespace servo::report {

// How much of a task's output a failure shows. The answer is read by people, in
// a message that the core adds its own words to.
inline constexpr size_t kShownBytes = 1024;

// The end of `output` as a terminal would show it (base/terminal_text.h), at
// most `max_bytes` of it, without line ends at its end. It begins with a line
// if it can; "..." stands for what is left out before it. Valid UTF-8.
std::string VisibleEnd(const base::Captured& output, size_t max_bytes);

// All of `output` as a terminal would show it if it has at most `max_bytes`;
// else half as many of its begin and of its end, with "..." between them. Valid
// UTF-8.
std::string VisibleEnds(const base::Captured& output, size_t max_bytes);

// What the process said last, to be put behind how it ended: "; stderr: no such
// host". Of stderr, where programs complain, and if that is less than half of
// kShownBytes, of stdout too, as far as there is room. Empty if both are.
std::string LastWords(const exec::Result& result);

}  // namespace servo::report

#endif  // REPORT_LAST_WORDS_H_
