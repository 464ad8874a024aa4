// Writing a file so that readers see the old one or the new one.
#ifndef CMD_REPLACE_FILE_H_
#define CMD_REPLACE_FILE_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace servo::cmd {

// Writes `text` beside `path` and renames it into place; its mode is `mode`
// without the umask. What stands at `path` must be a regular file or nothing.
// Devices are never replaced, and links neither: root could replace /dev/stdout
// for the whole machine; nor are they followed, since others may have put them
// there. After an error, whose message names the file and the reason, `path` is
// as it was and nothing else is left.
absl::Status ReplaceFile(const std::string& path, absl::string_view text,
                         mode_t mode = 0666);

}  // namespace servo::cmd

#endif  // CMD_REPLACE_FILE_H_
