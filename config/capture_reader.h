// Reading `capture` of a task.
#ifndef CONFIG_CAPTURE_READER_H_
#define CONFIG_CAPTURE_READER_H_

#include <vector>

#include "plan/capture.h"
#include "yaml/reader.h"

namespace servo::config {

// Reads the captures of a task whose mode is `mode` (keys.h), which is in the
// foreground if `foreground`. Problems are reported.
std::vector<plan::Capture> ReadCaptures(const yaml::Field& field, unsigned mode,
                                        bool foreground);

}  // namespace servo::config

#endif  // CONFIG_CAPTURE_READER_H_
