// A network and a directory /etc of a test's own.
#ifndef HTTP_TESTING_PRIVATE_NETWORK_H_
#define HTTP_TESTING_PRIVATE_NETWORK_H_

#include <string>

#include "absl/status/status.h"

namespace servo::http {

// Moves this process, and what it starts from now on, into a network that has
// nothing but loopback, all of whose ports are free, and puts the directory
// `etc` in place of /etc. Needs no privilege, but a kernel that lets everybody
// make user namespaces; fails where it does not. Call it once, before any
// thread is started.
absl::Status EnterPrivateNetwork(const std::string& etc);

}  // namespace servo::http

#endif  // HTTP_TESTING_PRIVATE_NETWORK_H_
