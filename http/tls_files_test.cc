#include "http/tls_files.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/request.h"

namespace servo::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Place(const std::string& path) {
  return absl::StrCat(
      testing::TempDir(), "/",
      testing::UnitTest::GetInstance()->current_test_info()->name(), path);
}

std::string Write(const std::string& path, const std::string& text = "x") {
  const std::string place = Place(path);
  std::filesystem::create_directories(
      std::filesystem::path(place).parent_path());
  std::ofstream(place) << text;
  return place;
}

using Environment = std::map<std::string, std::string>;

absl::StatusOr<TrustSource> Find(const Environment& environment,
                                 const std::string& bundle = "") {
  Tls tls;
  tls.ca_bundle = bundle;
  return FindTrustSource(
      tls,
      [&environment](const char* name) -> const char* {
        const auto found = environment.find(name);
        return found == environment.end() ? nullptr : found->second.c_str();
      },
      Place(""));
}

TEST(FindTrustSourceTest, KnowsThePlacesOfDistributions) {
  EXPECT_EQ(Find({}).status(),
            absl::InvalidArgumentError(absl::StrCat(
                "cannot read the system's bundle of trusted authorities "
                "(package ca-certificates) ",
                Place("/etc/ssl/certs/ca-certificates.crt"),
                ": No such file or directory")));
  // Each goes before those above it.
  for (const char* place :
       {"/etc/ssl/certs/only-a-directory.pem", "/etc/ssl/cert.pem",
        "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/certs/ca-certificates.crt"}) {
    const std::string path = Write(place);
    const absl::StatusOr<TrustSource> source = Find({});
    ASSERT_TRUE(source.ok()) << source.status();
    const bool directory = std::string(place).find("only") != std::string::npos;
    EXPECT_THAT(source->paths,
                ElementsAre(directory ? Place("/etc/ssl/certs") : path));
  }
}

TEST(FindTrustSourceTest, TakesFileAndDirectoriesOfOpenSsl) {
  const std::string file = Write("/file.pem");
  const std::string a = std::filesystem::path(Write("/a/x.pem")).parent_path();
  const std::string b = std::filesystem::path(Write("/b/x.pem")).parent_path();
  const std::string list = absl::StrCat(a, ":", Place("/missing"), "::", b);

  EXPECT_THAT(Find({{"SSL_CERT_FILE", file}})->paths, ElementsAre(file));
  EXPECT_THAT(Find({{"SSL_CERT_DIR", list}})->paths, ElementsAre(a, b));
  EXPECT_THAT(Find({{"SSL_CERT_FILE", file}, {"SSL_CERT_DIR", list}})->paths,
              ElementsAre(file, a, b));
  // What is named by other means goes before.
  EXPECT_THAT(Find({{"CURL_CA_BUNDLE", file}, {"SSL_CERT_DIR", list}})->paths,
              ElementsAre(file));
  EXPECT_THAT(Find({{"SSL_CERT_DIR", list}}, file)->paths, ElementsAre(file));
  EXPECT_THAT(Find({{"SSL_CERT_DIR", Place("/missing")}}).status().message(),
              HasSubstr("SSL_CERT_DIR names, "));
}

TEST(ReadTlsFileTest, ReadsRegularFiles) {
  EXPECT_EQ(ReadTlsFile(Write("/file", "text"), "it").value(), "text");
  EXPECT_EQ(ReadTlsFile(Write("/empty", ""), "it").value(), "");
}

absl::Status CannotRead(const std::string& path, const std::string& reason) {
  return absl::InvalidArgumentError(
      absl::StrCat("cannot read the key ", path, ": ", reason));
}

// A FIFO would never end, and neither would /dev/zero.
TEST(ReadTlsFileTest, RefusesWhatIsNoRegularFile) {
  const std::string directory =
      std::filesystem::path(Write("/directory/file")).parent_path();
  EXPECT_EQ(ReadTlsFile(directory, "the key").status(),
            CannotRead(directory, "it is a directory"));
  const std::string fifo = Place("/fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(ReadTlsFile(fifo, "the key").status(),
            CannotRead(fifo, "it is not a regular file"));
  EXPECT_EQ(ReadTlsFile("/dev/zero", "the key").status(),
            CannotRead("/dev/zero", "it is not a regular file"));
  EXPECT_EQ(ReadTlsFile(Place("/no"), "the key").status(),
            CannotRead(Place("/no"), "No such file or directory"));
}

TEST(ReadTlsFileTest, RefusesWhatIsTooLarge) {
  const std::string path = Write("/file", "x");
  std::filesystem::resize_file(path, kMaxTlsFileSize);
  EXPECT_EQ(ReadTlsFile(path, "the key")->size(), kMaxTlsFileSize);
  std::filesystem::resize_file(path, kMaxTlsFileSize + 1);
  EXPECT_EQ(ReadTlsFile(path, "the key").status(),
            CannotRead(path, "it is larger than 16 MiB"));
}

}  // namespace
}  // namespace servo::http
