// The driver's section of the configuration file.
#ifndef LOAD_CONFIG_H_
#define LOAD_CONFIG_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "http/request.h"
#include "yaml/inspection.h"

namespace http_load {

struct LoadConfig {
  servo::http::Request request;
  double rate = 0;    // requests a second
  int in_flight = 0;  // at most
};

// Reads the section `http_load` of `text`, which is the file called `file`. The
// error's message tells every problem with its place.
absl::StatusOr<LoadConfig> ParseLoadConfig(absl::string_view text,
                                           const std::string& file);

// The same of the file at `path`; empty: of the usual places (yaml/file.h).
absl::StatusOr<LoadConfig> ReadLoadConfig(const std::string& path);

// What --check and --dry-run do: tells every problem of the section in each of
// `files`, or in the file of ReadLoadConfig() if there are none, and prints
// `values` of it. `program` is the name of the program that does it. Returns
// its exit code.
int InspectLoadConfig(const std::string& program, const std::string& path,
                      const std::vector<std::string>& files,
                      servo::yaml::Values values);

// The JSON Schema of the section, for editors.
std::string LoadSchema();

// Its keys as a table in Markdown, for README.md.
std::string LoadKeyTable();

}  // namespace http_load

#endif  // LOAD_CONFIG_H_
