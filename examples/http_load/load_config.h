// The driver's section of the configuration file.
#ifndef LOAD_CONFIG_H_
#define LOAD_CONFIG_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace http_load {

struct LoadConfig {
  std::string url;
  double rate = 0;    // requests a second
  int in_flight = 0;  // at most
  absl::Duration timeout;
};

// Reads the section `http_load` of the file at `path`; empty: of the usual
// places (config/file.h). The error's message tells every problem with its
// place.
absl::StatusOr<LoadConfig> ReadLoadConfig(const std::string& path);

}  // namespace http_load

#endif  // LOAD_CONFIG_H_
