#include "config/request_action.h"

#include <sys/un.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/masking.h"
#include "config/keys.h"
#include "config/reference_check.h"
#include "http/check_request.h"
#include "http/query.h"
#include "http/success_codes.h"
#include "yaml/json_value.h"
#include "yaml/scalar.h"
#include "yaml/value_readers.h"

namespace servo::config {
namespace {

constexpr absl::string_view kContentType = "Content-Type";
constexpr absl::string_view kFormType = "application/x-www-form-urlencoded";
constexpr absl::string_view kAuthorization = "Authorization";

bool HasHeader(const http::Request& request, absl::string_view name) {
  return http::FindHeader(request.headers, std::string(name)) != nullptr;
}

// Warns of "${NAME}" in a text, which a shell would replace.
void WarnOfVariables(const yaml::Field& field, absl::string_view text) {
  for (size_t i = text.find("${"); i != absl::string_view::npos;
       i = text.find("${", i + 1)) {
    const absl::string_view rest = text.substr(i + 2);
    if (rest.empty() || (!absl::ascii_isalpha(rest[0]) && rest[0] != '_')) {
      continue;
    }
    if (!absl::StrContains(rest, '}')) return;
    field.Warning(
        "\"${NAME}\" is sent as it is: no variable is replaced in a request");
    return;
  }
}

// The same for all texts in `field`.
void WarnOfVariables(const yaml::Field& field) {
  const yaml::Node& node = field.node();
  if (node.is_scalar()) WarnOfVariables(field, node.text());
  for (size_t i = 0; i < node.items().size(); ++i) {
    WarnOfVariables(field.Item(i));
  }
  for (const yaml::Node::Entry& entry : node.entries()) {
    WarnOfVariables(field.Value(entry));
  }
}

// A text that is JSON already would be sent as a JSON string.
void WarnOfJsonText(const yaml::Field& field) {
  if (field.node().kind() != yaml::Node::Kind::kString) return;
  const absl::string_view text =
      absl::StripLeadingAsciiWhitespace(field.node().text());
  if (!absl::StartsWith(text, "{") && !absl::StartsWith(text, "[")) return;
  field.Warning(
      "this text is sent as one JSON string; write it without the quotes, or "
      "as data instead of json");
}

void ReadUrl(const yaml::Field& field, const plan::References& references,
             http::Request* request) {
  std::string url;
  if (!field.given() || !field.Read(&url)) return;
  if (const absl::Status status = http::CheckUrl(CheckableUrl(url, references));
      !status.ok()) {
    field.Error(status.message());
    return;
  }
  request->url = std::move(url);
}

void ReadMethod(const yaml::Field& field, http::Request* request) {
  std::string method;
  if (!field.Read(&method)) return;
  if (const absl::Status status = http::CheckMethod(method); !status.ok()) {
    field.Error(status.message());
    return;
  }
  request->method = absl::AsciiStrToUpper(method);
}

void ReadHeaders(const yaml::Field& field, http::Request* request) {
  absl::flat_hash_set<std::string> names;  // in lower case
  yaml::ReadTextMap(field, [&](const yaml::Field& value,
                               const std::string& name,
                               const std::string& text) {
    if (const absl::Status status = http::CheckHeader(name, text);
        !status.ok()) {
      value.KeyError(status.message());
      return;
    }
    if (!names.insert(absl::AsciiStrToLower(name)).second) {
      value.KeyError("duplicate header; the case of letters does not matter");
      return;
    }
    request->headers.emplace_back(name, text);
  });
}

using Query = std::vector<http::QueryParameter>;

// One name of a query, with its value or values. Null adds nothing.
void AddParam(const yaml::Field& field, const std::string& name, Query* query) {
  if (field.node().kind() == yaml::Node::Kind::kSequence) {
    for (size_t i = 0; i < field.node().items().size(); ++i) {
      const yaml::Field item = field.Item(i);
      if (item.node().kind() == yaml::Node::Kind::kSequence) {
        item.Expected("a text");
      } else {
        AddParam(item, name, query);
      }
    }
    return;
  }
  std::string text;
  if (field.given() && field.Read(&text)) query->emplace_back(name, text);
}

void AddParams(const yaml::Field& field, Query* query) {
  if (field.node().kind() != yaml::Node::Kind::kMapping) {
    field.Expected("a mapping of names to values");
    return;
  }
  for (const yaml::Node::Entry& entry : field.node().entries()) {
    if (!entry.key->is_scalar()) {
      field.Key(entry).Expected("a name");
      continue;
    }
    AddParam(field.Value(entry), std::string(entry.key->text()), query);
  }
}

// `url` with the query appended, or why it can't be. In place of a URL that
// only the run can complete, its CheckableUrl() is looked at.
absl::StatusOr<std::string> WithQuery(const std::string& url,
                                      const Query& query,
                                      const plan::References& references) {
  const std::string checkable = CheckableUrl(url, references);
  absl::StatusOr<std::string> whole = http::AppendQuery(checkable, query);
  if (!whole.ok()) return whole.status();
  // Escapes may have made it too long.
  if (const absl::Status status = http::CheckUrl(*whole); !status.ok()) {
    return status;
  }
  if (checkable == url) return whole;
  const size_t fragment = std::min(checkable.find('#'), checkable.size());
  const size_t length = checkable.size() - fragment;  // of the fragment
  const std::string appended =
      whole->substr(fragment, whole->size() - fragment - length);
  return absl::StrCat(url.substr(0, url.size() - length), appended,
                      checkable.substr(fragment));
}

void ReadParams(const yaml::Field& field, const plan::References& references,
                http::Request* request) {
  if (!field.given()) return;
  Query query;
  if (field.node().kind() == yaml::Node::Kind::kMapping) {
    AddParams(field, &query);
  } else if (field.node().kind() == yaml::Node::Kind::kSequence) {
    for (size_t i = 0; i < field.node().items().size(); ++i) {
      AddParams(field.Item(i), &query);
    }
  } else {
    field.Expected("a mapping of names to values, or a list of such mappings");
  }
  if (query.empty() || request->url.empty()) return;
  absl::StatusOr<std::string> url = WithQuery(request->url, query, references);
  if (url.ok()) {
    request->url = *std::move(url);
  } else {
    field.KeyError(url.status().message());
  }
}

// A text as written, or a form.
void ReadData(const yaml::Field& field, http::Request* request) {
  // A body may hold any character.
  if (field.node().is_scalar()) {
    request->body = std::string(field.node().text());
  } else if (field.node().kind() == yaml::Node::Kind::kMapping) {
    Query form;
    AddParams(field, &form);
    request->body = http::FormBody(form);
  } else {
    field.Error(absl::StrCat(
        "expected a text, or a mapping of names to values (a form), found ",
        field.node().Describe(/*show_text=*/false),
        "; to send it as JSON write json instead of data"));
  }
}

void ReadBody(const yaml::MappingReader& keys, http::Request* request) {
  const yaml::Field data = keys[RequestKey("data")];
  const yaml::Field data_file = keys[RequestKey("data_file")];
  const yaml::Field json = keys[RequestKey("json")];
  if (data.given() && json.given()) {
    json.KeyError("expected either data or json, found both");
  }
  if (data_file.given() && (data.given() || json.given())) {
    data_file.KeyError(absl::StrCat("expected either data_file or ",
                                    data.given() ? "data" : "json",
                                    ", found both"));
    return;
  }
  if (json.given()) {
    WarnOfJsonText(json);
    request->body = yaml::ToJson(json).dump();
  } else if (data.given()) {
    ReadData(data, request);
  } else if (data_file.given()) {
    data_file.ReadNonEmpty(&request->body_file);
  } else if (request->method == "POST") {
    request->body = "{}";
  }
}

// `form`: whether the body is one.
void ReadContentType(const yaml::Field& field, bool form,
                     http::Request* request) {
  const bool has_body =
      request->body.has_value() || !request->body_file.empty();
  std::string type;
  if (!field.Read(&type)) return;
  if (field.given()) {
    if (const absl::Status status = http::CheckHeader(kContentType, type);
        !status.ok()) {
      field.Error(status.message());
      return;
    }
    if (HasHeader(*request, kContentType)) {
      field.KeyError(
          "expected either content-type or a Content-Type among the headers, "
          "found both");
      return;
    }
    if (!has_body) {
      field.KeyWarning("without effect: this request has no body");
    }
  } else if (form) {
    type = kFormType;
  }
  if (has_body && !HasHeader(*request, kContentType)) {
    request->headers.emplace_back(kContentType, type);
  }
}

void ReadAuth(const yaml::Field& field, http::Request* request) {
  if (!field.given()) return;
  if (field.node().kind() != yaml::Node::Kind::kMapping) {
    field.Expected("a mapping of username and password");
    return;
  }
  const yaml::MappingReader keys(field, kAuthKeys);
  http::BasicAuth auth;
  const yaml::Field username = keys[AuthKey("username")];
  username.ReadNonEmpty(&auth.username);
  keys[AuthKey("password")].Read(&auth.password);
  if (absl::StrContains(auth.username, ':')) {
    username.Error(
        "expected a user name without a colon (RFC 7617 forbids it)");
  }
  if (HasHeader(*request, kAuthorization)) {
    field.KeyError(
        "expected either auth or an Authorization header, found both");
  }
  if (base::MaskCredentials(request->url) != request->url) {
    field.KeyError(
        "expected either auth or credentials in the URL, found both");
  }
  request->auth = std::move(auth);
}

void ReadVerify(const yaml::Field& field, http::Tls* tls) {
  if (field.node().kind() == yaml::Node::Kind::kBool) {
    field.Read(&tls->verify);
    return;
  }
  if (field.node().kind() != yaml::Node::Kind::kString ||
      field.node().text().empty()) {
    field.Expected("true, false, or the path of a bundle of authorities");
    return;
  }
  if (yaml::ParseBool(field.node().text())) {
    field.Expected(
        "true or false without quotes, or the path of a bundle of authorities");
    return;
  }
  field.Read(&tls->ca_bundle);
}

void ReadCert(const yaml::Field& field, http::Tls* tls) {
  if (field.node().kind() == yaml::Node::Kind::kMapping) {
    const yaml::MappingReader keys(field, kCertKeys);
    keys[CertKey("cert")].ReadNonEmpty(&tls->client_cert);
    keys[CertKey("key")].ReadNonEmpty(&tls->client_key);
    keys[CertKey("passphrase")].ReadNonEmpty(&tls->client_key_passphrase);
  } else if (field.node().is_scalar()) {
    field.ReadNonEmpty(&tls->client_cert);
  } else {
    field.Expected("the path of a certificate, or a mapping of cert and key");
  }
}

void ReadUnixSocket(const yaml::Field& field, http::Request* request) {
  static_assert(kRequestKeys[RequestKey("unix_socket")].max ==
                sizeof(sockaddr_un::sun_path) - 1);
  field.ReadNonEmpty(&request->unix_socket);
}

// What only the request as a whole can tell. Its URL was checked as it was
// read.
void CheckWhole(const yaml::Field& field, const http::Request& request) {
  if (const absl::Status status = http::CheckAllButUrl(request); !status.ok()) {
    field.KeyError(status.message());
  }
}

}  // namespace

plan::RequestAction ReadRequestAction(const yaml::MappingReader& task,
                                      const plan::References& references) {
  constexpr yaml::MappingReader::Elsewhere kElsewhere[] = {
      {kTaskKeys, "the task, one level up"}};
  plan::RequestAction action;
  const yaml::Field field = task[TaskKey("request")];
  constexpr yaml::MappingReader::Synonym kSynonyms[] = {
      {"body", "data, or json for JSON"},
      {"query", "params"},
      {"uri", "url"},
      {"status", "success_codes"},
      {"expected_status", "success_codes"},
      {"status_codes", "success_codes"},
      {"basic_auth", "auth"},
      {"user", "auth, a mapping of username and password"},
      {"username", "auth, a mapping of username and password"},
      {"password", "auth, a mapping of username and password"},
      {"form", "data, a mapping"},
      {"insecure", "verify: false"},
      {"follow_redirects", "allow_redirects"}};
  const yaml::MappingReader keys(field, kRequestKeys, kElsewhere, kSynonyms,
                                 "{url: URL}");
  if (!keys.ok()) return action;
  http::Request& request = action.request;
  const size_t errors = field.context()->diagnostics->errors();
  for (const size_t key :
       {RequestKey("url"), RequestKey("headers"), RequestKey("params"),
        RequestKey("data"), RequestKey("json")}) {
    if (keys.has(key)) WarnOfVariables(keys[key]);
  }
  ReadUrl(keys[RequestKey("url")], references, &request);
  ReadMethod(keys[RequestKey("method")], &request);
  ReadHeaders(keys[RequestKey("headers")], &request);
  ReadBody(keys, &request);
  const bool form =
      keys[RequestKey("data")].node().kind() == yaml::Node::Kind::kMapping;
  ReadContentType(keys[RequestKey("content-type")], form, &request);
  if (form) action.body_format = plan::BodyFormat::kForm;
  if (keys[RequestKey("json")].given()) {
    action.body_format = plan::BodyFormat::kJson;
  }
  ReadAuth(keys[RequestKey("auth")], &request);
  ReadParams(keys[RequestKey("params")], references, &request);
  keys[RequestKey("http_timeout")].Read(&request.idle_timeout);
  keys[RequestKey("allow_redirects")].Read(&request.follow_redirects);
  ReadVerify(keys[RequestKey("verify")], &request.tls);
  ReadCert(keys[RequestKey("cert")], &request.tls);
  keys[RequestKey("save_to")].ReadNonEmpty(&request.save_to);
  ReadUnixSocket(keys[RequestKey("unix_socket")], &request);
  yaml::ReadCodes(keys[RequestKey("success_codes")], http::kStatusCodeLimits,
                  &action.success_codes);
  yaml::ReadBytes(task[TaskKey("max_output")],
                  kTaskKeys[TaskKey("max_output")].max, &request.output_limit);
  const bool sound = field.context()->diagnostics->errors() == errors &&
                     keys[RequestKey("url")].given();
  if (sound) CheckWhole(field, request);
  return action;
}

}  // namespace servo::config
