// The program's version.
#ifndef CMD_VERSION_H_
#define CMD_VERSION_H_

namespace servo::cmd {

// Semantic versioning 2.0.0; what --info, --version and User-Agent say.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace servo::cmd

#endif  // CMD_VERSION_H_
