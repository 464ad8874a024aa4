#include "stages/capturing.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/fake_client.h"
#include "jsonpath/path.h"
#include "plan/capture.h"
#include "plan/lookup.h"
#include "plan/plan.h"
#include "stages/attempt_files.h"
#include "stages/judge.h"
#include "stages/lookup.h"
#include "stages/run_values.h"
#include "stages/testing/tasks.h"

namespace servo::stages {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class FindCaptureTest : public ::testing::Test {
 protected:
  FindCaptureTest() { capture_.lookup.source = plan::Source::kBody; }

  void LookAt(absl::string_view path) {
    capture_.lookup.finder =
        std::make_shared<const jsonpath::Path>(*jsonpath::Path::Parse(path));
  }

  absl::StatusOr<NamedValue> Find(const std::string& body) {
    const plan::Task task = Get("server");
    const AttemptResult result = http::FakeResponse(200, body);
    const AttemptFiles files;
    Sources sources(task, result, files);
    return FindCapture(capture_, &sources,
                       [this](const plan::Capture&, const auto& texts) {
                         secrets_.assign(texts.begin(), texts.end());
                       });
  }

  plan::Capture capture_;
  std::vector<std::string> secrets_;
};

TEST_F(FindCaptureTest, ASecretIsTold) {
  capture_.secret = true;
  LookAt("$.token");
  EXPECT_EQ(Find(R"({"token": "hunter2"})")->text, "hunter2");
  EXPECT_THAT(secrets_, ElementsAre("hunter2"));
}

TEST_F(FindCaptureTest, WhatIsNoSecretIsNot) {
  LookAt("$.a");
  EXPECT_EQ(Find(R"({"a": {"b": "plain"}})")->json, R"({"b":"plain"})");
  EXPECT_THAT(secrets_, IsEmpty());
}

// In what was printed, blanks and line breaks stand between them.
TEST_F(FindCaptureTest, EachPartOfASecretObjectIsASecret) {
  capture_.secret = true;
  LookAt("$.login");
  EXPECT_EQ(
      Find(R"({"login": {"user": "robot", "pins": [12345, 678, "0000"],
                         "on": true, "none": "", "more": {"key": "a/b"}}})")
          ->text,
      R"({"more":{"key":"a/b"},"none":"","on":true,"pins":[12345,678,"0000"],)"
      R"("user":"robot"})");
  EXPECT_THAT(secrets_, UnorderedElementsAre(HasSubstr("\"more\""), "robot",
                                             "12345", "678", "0000", "a/b"));
}

TEST_F(FindCaptureTest, ASecretOfTooManyPartsIsAnError) {
  capture_.secret = true;
  LookAt("$");
  std::string list = "[\"first\"";
  for (size_t i = 1; i < kMaxSecretParts; ++i) absl::StrAppend(&list, ", 1234");
  EXPECT_TRUE(Find(list + "]").ok());
  secrets_.clear();
  const absl::Status status = Find(list + ", 1234]").status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("capture only what is one"));
  EXPECT_THAT(secrets_, IsEmpty());  // so that the attempt is withheld
}

class TakeCapturesTest : public FindCaptureTest {
 protected:
  // What is not captured of `body`, whose "t" is a secret.
  Uncaptured Take(const std::string& body) {
    capture_.secret = true;
    LookAt("$.t");
    task_.captures = {capture_};
    result_ = http::FakeResponse(200, body);
    const AttemptFiles files;
    Sources sources(task_, result_, files);
    return TakeCaptures(task_, result_, "http://server", &sources, &values_);
  }

  plan::Task task_ = Get("server");
  AttemptResult result_;
  plan::Plan plan_;
  RunValues values_{&plan_, {}};
};

TEST_F(TakeCapturesTest, ASecretThatCanBeMaskedIsCaptured) {
  for (const std::string body :
       {R"({"t": "hunter2"})", R"({"t": "a\/b\u00e9"})", R"({"t": 271828})",
        R"({"t": 2.5})", R"({"t": "abc"})", R"({"t": { "a" : "hunter2"}})"}) {
    EXPECT_EQ(Take(body).secret, nullptr) << body;
  }
}

// What was found is known, but not how it is written.
TEST_F(TakeCapturesTest, ASecretInDisguiseCannotBeMasked) {
  for (const std::string body :
       {R"({"t": "\u0068unter2"})", R"({"t": 12345678901234567890123})",
        R"({"t": 1e10})", R"({"t": ["hunter3", "hunter\u0032"]})",
        R"({"t": [1234, 1e10]})"}) {
    const Uncaptured uncaptured = Take(body);
    EXPECT_EQ(uncaptured.secret, &task_.captures[0]) << body;
    EXPECT_TRUE(uncaptured.secret_found);
    EXPECT_THAT(uncaptured.problems, IsEmpty());
  }
  EXPECT_FALSE(Take("{}").secret_found);
}

TEST_F(FindCaptureTest, InAnEmptySourceThereIsNothing) {
  capture_.secret = true;
  const absl::Status status = Find("").status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_EQ(status.message(), "the response's body is empty");
  EXPECT_TRUE(absl::IsNotFound(Find("\n").status()));
  EXPECT_THAT(secrets_, IsEmpty());
  LookAt("$.a");
  EXPECT_EQ(Find(R"({"a": ""})")->text, "");
}

}  // namespace
}  // namespace servo::stages
