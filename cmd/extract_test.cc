#include "cmd/extract.h"

#include <sys/stat.h>

#include <fstream>
#include <string>
#include <utility>

#include "absl/log/check.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "yaml/file.h"

namespace servo::cmd {
namespace {

using ::testing::HasSubstr;

class ExtractTest : public testing::Test {
 protected:
  struct Outcome {
    int exit_code;
    std::string out;
    std::string err;
  };

  // Extracts from a saved output what the task "t", which has these keys,
  // would find.
  Outcome Extract(const std::string& keys, const std::string& output) {
    std::ofstream(output_) << output;
    return ExtractFrom(output_, keys);
  }

  Outcome ExtractFrom(const std::string& path, const std::string& keys) {
    std::ofstream(config_) << "exec: {start: [{name: t, " << keys << "}]}";
    PCHECK(chmod(config_.c_str(), 0600) == 0);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int exit_code =
        ExtractFromSaved("measure", {.flag = config_}, "exec",
                         {.task = "t", .output_path = path, .stderr_path = ""});
    std::string out = testing::internal::GetCapturedStdout();
    return {exit_code, std::move(out), testing::internal::GetCapturedStderr()};
  }

  const std::string folder_ = testing::TempDir();
  const std::string config_ = folder_ + "/extract.yaml";
  const std::string output_ = folder_ + "/output";
};

TEST_F(ExtractTest, ReadsLinesAsSamples) {
  const Outcome outcome = Extract(
      "exec: x, async: true, sample: true, metrics: {sum: {over: sum, unit: "
      "ms}, mean: {scale: 2}, up: {over: increase}, rate: {over: rate}, all: "
      "{series: true}, n: {over: count}}",
      "1\n2\n3");
  EXPECT_EQ(outcome.out,
            "metric \"sum\" is 6 ms (3 samples)\n"
            "metric \"mean\" is 4 (3 samples)\n"
            "metric \"up\" is 2 (3 samples)\n"
            "metric \"rate\" has 3 samples; the rest is known in a run only\n"
            "metric \"all\" has 3 samples; the rest is known in a run only\n"
            "metric \"n\" is 3 (3 samples)\n");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
}

TEST_F(ExtractTest, SaysWhichSamplesAreMissing) {
  const Outcome outcome = Extract(
      "exec: x, async: true, sample: true, metrics: {needed: {regex: 'a=(.*)'},"
      " zero: {regex: 'a=(.*)', absent: 0}, spare: {regex: 'a=(.*)', absent: "
      "skip}, odd: {regex: 'b=(.*)'}, mixed: {regex: 'c=(.*)'}, up: {regex: "
      "'c=(\\d+)', over: rate}}",
      "b=fast\nc=5\nc=slow\n");
  EXPECT_EQ(outcome.out,
            "metric \"needed\" fails: the output has no sample\n"
            "metric \"zero\" is 0\n"
            "metric \"spare\" is left out: the output has no sample\n"
            "metric \"odd\" fails: expected a number, found \"fast\"\n"
            "metric \"mixed\" is 5; 1 other value found: expected a number, "
            "found \"slow\"\n"
            "metric \"up\" fails: a growth needs two samples, and the output "
            "has one\n");
  EXPECT_EQ(outcome.exit_code, 1);
}

TEST_F(ExtractTest, ARoundIsOneSample) {
  const Outcome outcome = Extract(
      "exec: x, every: 5, metrics: {v: {}, n: {over: count}, missing: {regex: "
      "x}, up: {over: increase}, all: {series: true}}",
      "17\n");
  EXPECT_EQ(outcome.out,
            "metric \"v\" is 17\n"
            "metric \"n\" is 1\n"
            "metric \"missing\" fails: stdout has no match of the regex "
            "\"x\"\n"
            "metric \"up\" has 1 sample; the rest is known in a run only\n"
            "metric \"all\" has 1 sample; the rest is known in a run only\n");
  EXPECT_EQ(outcome.exit_code, 1);
}

TEST_F(ExtractTest, TellsOfSeries) {
  const std::string keys =
      "exec: x, metrics: {s: {series: {items: '$[*]', id: $.id, points: "
      "'$.p'}}}";
  EXPECT_EQ(Extract(keys,
                    "[{\"id\": \"a\", \"p\": [[1, 2], [2, 3]]}, {\"id\": "
                    "\"b\", \"p\": [[1, 2]]}]")
                .out,
            "metric \"s\" has 2 series with 3 points\n");
  EXPECT_EQ(Extract(keys, "[]").out, "metric \"s\" has 0 series\n");
}

TEST_F(ExtractTest, WhatCannotBeReadIsTold) {
  const std::string keys = "exec: x, metrics: {m: {}}";
  const Outcome folder = ExtractFrom(folder_, keys);
  EXPECT_THAT(folder.err, HasSubstr("cannot read "));
  EXPECT_THAT(folder.err, HasSubstr(": Is a directory"));
  EXPECT_EQ(folder.out, "");
  EXPECT_EQ(folder.exit_code, 1);
  EXPECT_THAT(ExtractFrom(folder_ + "/nothing", keys).err,
              HasSubstr(": No such file or directory"));
}

}  // namespace
}  // namespace servo::cmd
