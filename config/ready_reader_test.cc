#include "config/ready_reader.h"

#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "config/loader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/lookup.h"
#include "plan/plan.h"
#include "plan/readiness.h"
#include "yaml/diagnostics.h"

namespace servo::config {
namespace {

using plan::Readiness;
using ::testing::HasSubstr;

std::string Config(const std::string& ready) {
  return absl::StrCat("exec: {pre: [{exec: a, async: yes, ready: ", ready,
                      "}]}");
}

Readiness Load(const std::string& ready) {
  yaml::Diagnostics diagnostics;
  const auto plan = LoadPlan(Config(ready), "c.yaml", &diagnostics);
  EXPECT_TRUE(plan.ok()) << diagnostics.Render();
  EXPECT_EQ(diagnostics.Render(), "");
  if (!plan.ok()) return {};
  const auto& read = plan->tasks(plan::Stage::kPre)[0].ready;
  return read.has_value() ? *read : Readiness();
}

std::string Problems(const std::string& text) {
  yaml::Diagnostics diagnostics;
  EXPECT_FALSE(LoadPlan(text, "c.yaml", &diagnostics).ok()) << text;
  return diagnostics.Render();
}

TEST(Ready, TcpIsAHostAndAPort) {
  const struct {
    const char* text;
    const char* host;
    int port;
  } kCases[] = {{"5432", "localhost", 5432},
                {"'5432'", "localhost", 5432},
                {"db:1", "db", 1},
                {"'[::1]:65535'", "[::1]", 65535},
                {"10.8.0.1:0443", "10.8.0.1", 443}};
  for (const auto& c : kCases) {
    const Readiness ready = Load(absl::StrCat("{tcp: ", c.text, "}"));
    const auto& tcp = std::get<Readiness::Tcp>(ready.sign);
    EXPECT_EQ(tcp.host, c.host) << c.text;
    EXPECT_EQ(tcp.port, c.port) << c.text;
  }
}

TEST(Ready, RefusesWhatIsNoAddress) {
  for (const char* text : {"0", "65536", "db", "'db:'", "':80'", "'::1:80'",
                           "'db:http'", "'a/b:80'", "'u@h:80'", "'a b:80'",
                           "'db:0'", "'db:-1'", "1.5", "yes"}) {
    EXPECT_THAT(Problems(Config(absl::StrCat("{tcp: ", text, "}"))),
                HasSubstr("exec.pre[0].ready.tcp: expected HOST:PORT or PORT"))
        << text;
  }
}

TEST(Ready, OtherSignsAndDefaults) {
  const Readiness http = Load("{http: 'https://h/health'}");
  EXPECT_EQ(std::get<Readiness::Http>(http.sign).url, "https://h/health");
  EXPECT_EQ(http.within, absl::Seconds(30));
  EXPECT_EQ(http.interval, absl::Milliseconds(200));
  const Readiness output =
      Load("{output: '^up$', within: 1m, interval: 500ms}");
  EXPECT_EQ(plan::RegexText(*std::get<Readiness::Output>(output.sign).regex),
            "^up$");
  EXPECT_EQ(output.within, absl::Minutes(1));
  EXPECT_EQ(output.interval, absl::Milliseconds(500));
  const Readiness file = Load("{file: run/app.pid}");
  EXPECT_EQ(std::get<Readiness::File>(file.sign).path, "run/app.pid");
}

TEST(Ready, HasOneSign) {
  EXPECT_THAT(Problems(Config("{within: 3}")),
              HasSubstr("exec.pre[0].ready: expected one of tcp, http, output "
                        "and file, found none"));
  EXPECT_THAT(Problems(Config("{file: a, tcp: 1}")),
              HasSubstr("ready.file: expected one sign, found tcp and file"));
  EXPECT_THAT(Problems(Config("yes")), HasSubstr("expected a mapping"));
}

TEST(Ready, EachValueIsChecked) {
  EXPECT_THAT(Problems(Config("{http: 'ftp://h/'}")),
              HasSubstr("exec.pre[0].ready.http"));
  EXPECT_THAT(Problems(Config("{output: '('}")),
              HasSubstr("exec.pre[0].ready.output"));
  EXPECT_THAT(Problems(Config("{tcp: 1, within: 0}")),
              HasSubstr("exec.pre[0].ready.within"));
  EXPECT_THAT(Problems(Config("{tcp: 1, interval: 0}")),
              HasSubstr("exec.pre[0].ready.interval"));
  EXPECT_THAT(Problems(Config("{tcp: 1, witin: 3}")),
              HasSubstr("did you mean \"within\"?"));
}

TEST(Ready, IsForAsyncTasks) {
  EXPECT_THAT(Problems("exec: {pre: [{exec: a, ready: {tcp: 1}}]}"),
              HasSubstr("exec.pre[0].ready: ready applies to async tasks"));
  EXPECT_THAT(Problems("exec: {pre: [{exec: a, every: 1, ready: {tcp: 1}}]}"),
              HasSubstr("exec.pre[0].ready: ready applies to async tasks"));
  EXPECT_THAT(
      Problems("exec: {pre: [{request: {url: 'http://h/'}, ready: {tcp: 1}}]}"),
      HasSubstr("ready applies to exec and shell_exec only"));
}

}  // namespace
}  // namespace servo::config
