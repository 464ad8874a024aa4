#include "cmd/e2e/runfiles.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/log/check.h"
#include "absl/strings/str_cat.h"

namespace servo::e2e {

std::string RunfilePath(absl::string_view workspace_path) {
  // Tests are told the directory; `bazel run` and a direct call find it beside
  // the program.
  const char* told = getenv("TEST_SRCDIR");
  const std::string root =
      told != nullptr
          ? told
          : std::filesystem::read_symlink("/proc/self/exe").string() +
                ".runfiles";
  std::string path = absl::StrCat(root, "/servo_exec/", workspace_path);
  CHECK(access(path.c_str(), F_OK) == 0) << "no file " << path;
  return path;
}

}  // namespace servo::e2e
