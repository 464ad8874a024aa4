// Finding and reading the configuration file.
#ifndef YAML_FILE_H_
#define YAML_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace servo::yaml {

// Where a configuration may be, strongest first.
struct FilePlaces {
  std::string flag;         // of --config; empty: not given
  std::string environment;  // of SERVO_EXEC_CONFIG; empty: not given
  // Tried in this order if neither is given; the first that exists is it.
  std::vector<std::string> defaults = {"/servo/config.yaml", "./config.yaml"};
};

// The name of the environment variable; the caller reads it.
inline constexpr char kFileVariable[] = "SERVO_EXEC_CONFIG";

struct File {
  std::string path;  // as given
  std::string text;
};

// Reads the first of `places`. What is read is what was checked: all checks are
// made on the open descriptor. Errors, whose messages say what to do:
//   kNotFound            there is no such file, or none in all of the places
//   kPermissionDenied    it cannot be opened, or others may write it (mode
//                        o+w): they could decide what is executed
//   kFailedPrecondition  it is a directory, a pipe or a device
//   kOutOfRange          it has more than Document::kMaxBytes
//   kUnavailable         any other error of the system
absl::StatusOr<File> ReadFile(const FilePlaces& places);

}  // namespace servo::yaml

#endif  // YAML_FILE_H_
