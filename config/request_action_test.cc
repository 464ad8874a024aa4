#include "config/request_action.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "config/keys.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plan/plan.h"
#include "yaml/diagnostics.h"
#include "yaml/document.h"
#include "yaml/reader.h"

namespace servo::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class RequestActionTest : public ::testing::Test {
 protected:
  // Reads a request to http://h/p with further keys in flow style.
  plan::RequestAction Read(const std::string& keys) {
    diagnostics_ = yaml::Diagnostics();
    document_ = *yaml::Document::Parse(
        absl::StrCat("{request: {url: 'http://h/p', ", keys, "}}"), "t.yaml",
        &diagnostics_);
    yaml::ReadContext context = {document_.get(), &diagnostics_, ""};
    const yaml::Field field(&context, document_->root(), yaml::KeyPath("task"));
    return ReadRequestAction(yaml::MappingReader(field, kTaskKeys));
  }

  // The problems of a request with these keys.
  std::string Problems(const std::string& keys) {
    Read(keys);
    return diagnostics_.Render();
  }

  yaml::Diagnostics diagnostics_;
  std::unique_ptr<const yaml::Document> document_;
};

TEST_F(RequestActionTest, BodyBelongsToPostAndToWhatIsGiven) {
  EXPECT_EQ(Read("").request.body, std::nullopt);
  EXPECT_EQ(Read("method: POST").request.body, "{}");
  EXPECT_EQ(Read("method: PUT, data: x").request.body, "x");
  EXPECT_EQ(Read("method: PUT, json: {a: 010, b: [yes]}").request.body,
            "{\"a\":8,\"b\":[true]}");
  EXPECT_THAT(Problems("data: x, json: 1"), HasSubstr("either data or json"));
}

TEST_F(RequestActionTest, HeadersKeepTheirOrderAndAreUniqueInAnyCase) {
  EXPECT_THAT(Read("headers: {B: 1, A: 2}").request.headers,
              ElementsAre(Pair("B", "1"), Pair("A", "2")));
  EXPECT_THAT(Problems("headers: {A: 1, a: 2}"), HasSubstr("duplicate header"));
}

TEST_F(RequestActionTest, AMappingAsDataIsAForm) {
  const http::Request form =
      Read("method: PUT, data: {a b: [1, x&y], on: yes, b: ~, c: '%20~'}")
          .request;
  EXPECT_EQ(form.body, "a+b=1&a+b=x%26y&on=yes&c=%2520~");
  EXPECT_EQ(form.method, "PUT");
  EXPECT_THAT(
      form.headers,
      ElementsAre(Pair("Content-Type", "application/x-www-form-urlencoded")));
  EXPECT_EQ(Read("data: {}").request.body, "");
  EXPECT_THAT(Problems("data: {a: {b: c}}"), HasSubstr("data.a: expected"));
  EXPECT_THAT(Problems("data: [a]"), HasSubstr("(a form), found a list"));
  EXPECT_THAT(Problems("method: HEAD, data: {a: 1}"), HasSubstr("HEAD"));
}

TEST_F(RequestActionTest, AContentTypeThatIsGivenWinsOverTheFormsOwn) {
  EXPECT_THAT(Read("data: {a: 1}, content-type: x/y").request.headers,
              ElementsAre(Pair("Content-Type", "x/y")));
  EXPECT_THAT(
      Read("data: {a: 1}, headers: {content-type: x/y}").request.headers,
      ElementsAre(Pair("content-type", "x/y")));
}

TEST_F(RequestActionTest, AFileIsABodyOfItsOwn) {
  const http::Request request = Read("method: POST, data_file: a/b").request;
  EXPECT_EQ(request.body_file, "a/b");
  EXPECT_EQ(request.body, std::nullopt);
  EXPECT_THAT(request.headers,
              ElementsAre(Pair("Content-Type", "application/json")));
  EXPECT_EQ(Read("data_file: a").request.method, "GET");
  EXPECT_EQ(Problems("data_file: a, content-type: text/csv"), "");
  EXPECT_THAT(Problems("data_file: a, data: b"),
              HasSubstr("either data_file or data, found both"));
  EXPECT_THAT(Problems("data_file: a, json: b"),
              HasSubstr("either data_file or json, found both"));
  EXPECT_THAT(Problems("data_file: ''"), HasSubstr("data_file: expected"));
  EXPECT_THAT(Problems("method: HEAD, data_file: a"), HasSubstr("HEAD"));
}

TEST_F(RequestActionTest, TheBodyCanBeSaved) {
  EXPECT_EQ(Read("save_to: a/b").request.save_to, "a/b");
  EXPECT_EQ(Read("method: HEAD, save_to: a").request.save_to, "a");
  EXPECT_THAT(Problems("save_to: ''"), HasSubstr("save_to: expected"));
  EXPECT_THAT(Problems("save_to: \"a\\0b\""), HasSubstr("save_to"));
}

TEST_F(RequestActionTest, ADirectoryCanHoldTheAuthorities) {
  EXPECT_EQ(Read("verify: /etc/ssl/certs").request.tls.ca_bundle,
            "/etc/ssl/certs");
}

TEST_F(RequestActionTest, ParamsAreAddedToTheUrl) {
  EXPECT_EQ(Read("params: {a: [1, x y], b: ~}").request.url,
            "http://h/p?a=1&a=x%20y");
  EXPECT_EQ(Read("params: [{a: 1}, {a: 2}]").request.url, "http://h/p?a=1&a=2");
}

TEST_F(RequestActionTest, AuthExcludesOtherCredentials) {
  EXPECT_EQ(Read("auth: {username: u, password: p}").request.auth->password,
            "p");
  EXPECT_THAT(Problems("auth: {username: u, password: p}, "
                       "headers: {authorization: x}"),
              HasSubstr("either auth or an Authorization header"));
}

TEST_F(RequestActionTest, JsonInQuotesIsAWarning) {
  for (const char* keys : {"json: '{\"a\": 1}'", "json: ' [1]'"}) {
    EXPECT_THAT(Problems(keys), HasSubstr("warning: task.request.json: this "
                                          "text is sent as one JSON string"))
        << keys;
  }
  EXPECT_EQ(Problems("json: 'text {'"), "");
  EXPECT_EQ(Problems("json: {a: '{}'}"), "");
}

TEST_F(RequestActionTest, ShellVariablesAreAWarning) {
  for (const char* keys :
       {"data: 'a ${NAME}'", "headers: {X: '${_x}'}", "params: {a: ['${B}']}",
        "json: {a: [{b: '${C}'}]}"}) {
    EXPECT_THAT(Problems(keys), HasSubstr("\"${NAME}\" is sent as it is"))
        << keys;
  }
  for (const char* keys : {"data: '$NAME'", "data: '$${{ run.id }}'",
                           "data: '${1}'", "data: '${'", "data: '${NAME'"}) {
    EXPECT_EQ(Problems(keys), "") << keys;
  }
}

}  // namespace
}  // namespace servo::config
