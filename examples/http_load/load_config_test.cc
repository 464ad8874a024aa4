#include "load_config.h"

#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "yaml/inspection.h"

namespace http_load {
namespace {

using ::servo::yaml::Values;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;

std::string ErrorOf(const std::string& text) {
  const absl::StatusOr<LoadConfig> config = ParseLoadConfig(text, "c.yaml");
  EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(config.status().message());
}

TEST(LoadConfigTest, HasDefaults) {
  const auto config = ParseLoadConfig(
      "exec: {}\nhttp_load: {url: 'http://a/', rate: 0.5}", "c.yaml");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->request.url, "http://a/");
  EXPECT_EQ(config->request.method, "GET");
  EXPECT_FALSE(config->request.body.has_value());
  EXPECT_EQ(config->request.timeout, absl::Seconds(10));
  EXPECT_FALSE(config->request.follow_redirects);
  EXPECT_EQ(config->rate, 0.5);
  EXPECT_EQ(config->in_flight, 100);
}

TEST(LoadConfigTest, ReadsTheWholeRequest) {
  const auto config = ParseLoadConfig(R"(
http_load:
  url: https://a/search
  method: put
  headers: {Authorization: Bearer x, X-Number: 010}
  data: '{"q": 1}'
  rate: 200
  in_flight: 7
  timeout: 1m
)",
                                      "c.yaml");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->request.method, "PUT");
  EXPECT_THAT(
      config->request.headers,
      ElementsAre(Pair("Authorization", "Bearer x"), Pair("X-Number", "010")));
  EXPECT_EQ(config->request.body, "{\"q\": 1}");
  EXPECT_EQ(config->in_flight, 7);
  // An answer may come at the last moment.
  EXPECT_EQ(config->request.timeout, absl::Minutes(1));
  EXPECT_EQ(config->request.idle_timeout, absl::Minutes(1));
}

TEST(LoadConfigTest, TellsEveryProblemWithItsPlace) {
  EXPECT_THAT(
      ErrorOf("http_load:\n"
              "  url: ftp://a/\n"
              "  ratte: 5\n"
              "  in_flight: 501\n"
              "  timeout: 0\n"),
      AllOf(HasSubstr("c.yaml:2:8: http_load.url: "),
            HasSubstr("c.yaml:3:3: http_load.ratte: "),
            HasSubstr("c.yaml:4:14: http_load.in_flight: "),
            HasSubstr("c.yaml:5:12: http_load.timeout: "), HasSubstr("rate")));
  EXPECT_THAT(ErrorOf("http_load: {url: 'http://a/', rate: 0}"),
              HasSubstr("http_load.rate: "));
  EXPECT_THAT(ErrorOf("http_load: {url: 'http://a/', rate: 1, headers: [a]}"),
              HasSubstr("http_load.headers: expected a mapping"));
  EXPECT_THAT(
      ErrorOf("http_load: {url: 'http://a/', rate: 1, method: head, data: x}"),
      HasSubstr("a HEAD request has no body"));
  EXPECT_THAT(ErrorOf("exec: {}"),
              HasSubstr("c.yaml: http_load: the file has no such section"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("the file has no such section"));
}

TEST(LoadConfigTest, ShowsNoHeader) {
  EXPECT_THAT(
      ErrorOf("http_load:\n"
              "  url: http://a/\n"
              "  rate: 1\n"
              "  headers: {X-Token: \"se\\ncret\"}\n"),
      AllOf(HasSubstr("http_load.headers.X-Token: "), Not(HasSubstr("cret"))));
}

TEST(LoadConfigTest, AFileThatIsNotThereIsNamed) {
  const auto config = ReadLoadConfig("/nonexistent/config.yaml");
  EXPECT_EQ(config.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(config.status().message(), HasSubstr("/nonexistent/config.yaml"));
}

// This folder's README.md, be it a workspace of its own or a part of another.
std::string Readme() {
  for (const char* path : {"examples/http_load/README.md", "README.md"}) {
    if (std::ifstream file(path); file) {
      return std::string(std::istreambuf_iterator<char>(file), {});
    }
  }
  return "";
}

TEST(LoadConfigTest, TheReadmeHasTheTableOfKeys) {
  EXPECT_THAT(Readme(), HasSubstr("\n" + LoadKeyTable() + "\n"));
}

TEST(LoadConfigTest, TheSchemaIsThatOfTheKeys) {
  const nlohmann::json schema = nlohmann::json::parse(LoadSchema());
  const nlohmann::json& keys =
      schema.at("properties").at("http_load").at("anyOf").at(0);
  EXPECT_EQ(keys.at("required"), nlohmann::json({"url", "rate"}));
  EXPECT_EQ(keys.at("additionalProperties"), false);
  const nlohmann::json& in_flight = keys.at("properties").at("in_flight");
  EXPECT_EQ(in_flight.at("default"), 100);
  EXPECT_EQ(in_flight.at("maximum"), 500);
  EXPECT_EQ(in_flight.at("description"),
            "The most requests that are under way at once.");
}

// Of a file with this section.
std::string Inspected(const std::string& section, int exit_code,
                      Values values = Values::kGiven) {
  const std::string path = testing::TempDir() + "/config.yaml";
  std::ofstream(path) << "http_load: " << section;
  EXPECT_EQ(chmod(path.c_str(), 0600), 0);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  EXPECT_EQ(InspectLoadConfig("http_load", "", {path}, values), exit_code);
  return testing::internal::GetCapturedStdout() +
         testing::internal::GetCapturedStderr();
}

constexpr char kSection[] =
    "{url: 'http://u:p@a/b?c=d', rate: 7, headers: {X-Key: hunter2}}";

TEST(LoadConfigTest, ACheckShowsGivenValuesButSecrets) {
  EXPECT_THAT(Inspected(kSection, 0), EndsWith("/config.yaml:\n"
                                               "url: http://***@a/b?***\n"
                                               "headers: ***\n"
                                               "rate: 7\n"));
}

TEST(LoadConfigTest, ADryRunShowsAllValuesButSecrets) {
  EXPECT_THAT(Inspected(kSection, 0, Values::kAll),
              EndsWith("/config.yaml:\n"
                       "url: http://***@a/b?***\n"
                       "method: GET (default)\n"
                       "headers: ***\n"
                       "data: none\n"
                       "rate: 7\n"
                       "in_flight: 100 (default)\n"
                       "timeout: 10 (default)\n"));
}

TEST(LoadConfigTest, TheReadmeShowsADryRun) {
  const std::string shown =
      Inspected("{url: 'http://127.0.0.1:8080/', rate: 100}", 0, Values::kAll);
  EXPECT_THAT(Readme(),
              HasSubstr("```text\n" +
                        shown.substr(shown.rfind("config.yaml:")) + "```\n"));
}

TEST(LoadConfigTest, ADryRunTellsEveryProblemToo) {
  EXPECT_THAT(Inspected("{url: 'ftp://a', rat: 7}", 1, Values::kAll),
              AllOf(HasSubstr("unknown key \"rat\""), Not(HasSubstr("GET"))));
}

TEST(LoadConfigTest, ACheckOfNoFileIsOfTheProgram) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(InspectLoadConfig("http_load", "/nonexistent/config.yaml", {},
                              Values::kGiven),
            1);
  EXPECT_THAT(
      testing::internal::GetCapturedStderr(),
      AllOf(StartsWith("http_load: "), HasSubstr("/nonexistent/config.yaml")));
}

TEST(LoadConfigTest, ACheckTellsEveryProblem) {
  const std::string shown = Inspected("{url: 'ftp://a', rat: 7}", 1);
  EXPECT_THAT(shown, AllOf(HasSubstr("unknown key \"rat\""),
                           HasSubstr("expected the key \"rate\""),
                           HasSubstr("http_load.url: ")));
}

}  // namespace
}  // namespace http_load
