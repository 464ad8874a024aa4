// Reading how a background task tells that it is ready.
#ifndef CONFIG_READY_READER_H_
#define CONFIG_READY_READER_H_

#include <optional>

#include "plan/readiness.h"
#include "yaml/reader.h"

namespace servo::config {

// Reads the key `ready` of a task that runs in the background if `background`
// says so. None if it is not given, or has problems, which are reported.
std::optional<plan::Readiness> ReadReadiness(const yaml::Field& field,
                                             bool background);

}  // namespace servo::config

#endif  // CONFIG_READY_READER_H_
