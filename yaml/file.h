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
  bool trusted = false;  // SERVO_EXEC_TRUST_CONFIG is 1: whoever may write it
  // One of `defaults` that is relative must belong to root if root runs this,
  // whatever `trusted` says: it is where somebody else may have led root.
  bool guards_root = false;

  // Tried in this order if neither is given; the first that exists is it.
  std::vector<std::string> defaults = {"/servo/config.yaml", "./config.yaml"};
};

// The names of the environment variables; the caller reads them.
inline constexpr char kFileVariable[] = "SERVO_EXEC_CONFIG";
inline constexpr char kTrustVariable[] = "SERVO_EXEC_TRUST_CONFIG";

struct File {
  std::string path;  // as given
  std::string text;
  std::vector<std::string> warnings;  // sentences for a person
};

// Reads the first of `places`. What is read is what was checked: all checks are
// made on the open descriptor. Errors, whose messages say what to do:
//   kNotFound            there is no such file, or none in all of the places
//   kPermissionDenied    it cannot be opened, or others could have written it
//                        and so decide what is executed (file_trust.h,
//                        FilePlaces::guards_root)
//   kFailedPrecondition  it is a directory, a pipe or a device
//   kOutOfRange          it has more than Document::kMaxBytes
//   kUnavailable         any other error of the system
absl::StatusOr<File> ReadFile(const FilePlaces& places);

// Reads one file that the command line names, by the same rules; "-" is stdin,
// of which only the size is checked, and which messages call <stdin>.
absl::StatusOr<File> ReadOperand(const std::string& path, bool trusted);

}  // namespace servo::yaml

#endif  // YAML_FILE_H_
