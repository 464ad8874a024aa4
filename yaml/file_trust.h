// Who could have written a file, or put another one in its place.
#ifndef YAML_FILE_TRUST_H_
#define YAML_FILE_TRUST_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace servo::yaml {

// Checks the open file `fd` that was opened by `path`, and every directory and
// link on that path; of a relative one also the directories above the working
// directory. kPermissionDenied, with what to do, if someone else than
// root and the effective user could decide what stands there: another owner,
// mode o+w, a directory that others may write (with the sticky bit it is fine
// if the next entry belongs to root or the user). What the group may write is
// told in `warnings`. Nothing of this counts on a read-only mount.
//
// In a user namespace, owners from outside of it are taken for root.
absl::Status CheckTrust(int fd, const std::string& path,
                        std::vector<std::string>* warnings);

}  // namespace servo::yaml

#endif  // YAML_FILE_TRUST_H_
