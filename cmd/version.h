// The program's version.
#ifndef CMD_VERSION_H_
#define CMD_VERSION_H_

namespace servo::cmd {

// Semantic versioning 2.0.0; what --info, --version and User-Agent say. Set in
// //:version.bzl, which the packages read too.
extern const char kVersion[];

}  // namespace servo::cmd

#endif  // CMD_VERSION_H_
