// Runs the loader over the files of testdata/config: each of `valid` loads
// without a problem, and each of `invalid` gives exactly the diagnostics beside
// it (NAME.expected).
//
// After a deliberate change of messages, write the expected files anew, and
// read the difference:
//   GOLDEN_DIR=$PWD/testdata/config ./bazelw run //config:golden_test
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "config/loader.h"
#include "gtest/gtest.h"
#include "yaml/diagnostics.h"

namespace servo::config {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The configurations in `folder`, sorted by name.
std::vector<std::filesystem::path> Configs(const std::string& folder) {
  const char* root = std::getenv("GOLDEN_DIR");
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(root != nullptr ? root : "testdata/config") /
           folder)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

TEST(Golden, ValidFilesLoad) {
  const auto paths = Configs("valid");
  EXPECT_GE(paths.size(), 10u);
  for (const auto& path : paths) {
    yaml::Diagnostics diagnostics;
    const auto plan =
        LoadPlan(ReadFile(path), path.filename().string(), &diagnostics);
    EXPECT_TRUE(plan.ok()) << path << "\n" << diagnostics.Render();
    EXPECT_EQ(diagnostics.Render(), "") << path;
  }
}

TEST(Golden, InvalidFilesGiveTheExpectedDiagnostics) {
  const auto paths = Configs("invalid");
  EXPECT_GE(paths.size(), 80u);
  for (const auto& path : paths) {
    yaml::Diagnostics diagnostics;
    const auto plan =
        LoadPlan(ReadFile(path), path.filename().string(), &diagnostics);
    const std::string rendered = diagnostics.Render();
    std::filesystem::path expected = path;
    expected.replace_extension(".expected");
    if (std::getenv("GOLDEN_DIR") != nullptr) {
      std::ofstream(expected, std::ios::binary) << rendered;
    }
    EXPECT_EQ(rendered, ReadFile(expected)) << path;
    // Warnings and notes have files of their own there: "warning_*.yaml".
    const std::string name = path.filename().string();
    const bool loads =
        absl::StartsWith(name, "warning_") || absl::StartsWith(name, "note_");
    EXPECT_EQ(plan.ok(), loads) << path;
    EXPECT_NE(rendered, "") << path;
  }
}

}  // namespace
}  // namespace servo::config
