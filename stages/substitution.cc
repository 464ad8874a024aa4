#include "stages/substitution.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "base/quoted.h"
#include "http/check_request.h"
#include "http/query.h"
#include "http/url_position.h"
#include "nlohmann/json.hpp"

namespace servo::stages {
namespace {

using plan::Reference;
using plan::References;

// Replaces what `text` holds by the values as they are. `what` calls the place.
absl::Status SubstituteText(const References& references, ValueOf value,
                            absl::string_view what, std::string* text) {
  if (!references.AreIn(*text)) return absl::OkStatus();
  absl::StatusOr<std::string> replaced = references.Replace(
      *text, [&](const Reference& reference) -> absl::StatusOr<std::string> {
        absl::StatusOr<NamedValue> found = value(reference);
        if (!found.ok()) return found.status();
        if (absl::StrContains(found->text, '\0')) {
          return absl::InvalidArgumentError(absl::StrCat(
              "the value of ", reference.FullName(), " has a NUL character, ",
              "which ", what, " cannot have"));
        }
        return std::move(found->text);
      });
  if (!replaced.ok()) return replaced.status();
  *text = *std::move(replaced);
  return absl::OkStatus();
}

// Whether a header cannot have `text` as a part of its value. A tab is a
// control character here: only the configuration may write one.
bool HasControl(absl::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_iscntrl(c); });
}

// `segment` as a client reads it: escaped dots are dots (RFC 3986 section 6).
std::string WithDots(absl::string_view segment) {
  return absl::StrReplaceAll(segment, {{"%2e", "."}, {"%2E", "."}});
}

// A segment of a path, which values have become a part of.
class Segment {
 public:
  void AddWords(absl::string_view words) { text_.append(words); }
  void AddValue(absl::string_view encoded, const Reference& reference) {
    text_.append(encoded);
    reference_ = &reference;
  }

  // Whether the segment is one that a value may make: "" and dots would ask
  // for something else.
  absl::Status Check() const {
    if (reference_ == nullptr) return absl::OkStatus();
    const std::string text = WithDots(text_);
    if (text.empty() || text == "." || text == "..") {
      return absl::InvalidArgumentError(absl::StrCat(
          "the value of ", reference_->FullName(), " makes the segment ",
          base::Quoted(text_), " of the URL's path"));
    }
    return absl::OkStatus();
  }

 private:
  std::string text_;
  const Reference* reference_ = nullptr;  // the last one
};

// Puts values into a URL, piece by piece.
class UrlSubstitution {
 public:
  UrlSubstitution(ValueOf value, BeginningOf beginning)
      : value_(value), beginning_(beginning) {}

  absl::StatusOr<std::string> Replace(const References& references,
                                      absl::string_view url) {
    for (const References::Piece& piece : references.Split(url)) {
      const absl::Status status = piece.reference == nullptr
                                      ? AddWords(piece.text)
                                      : AddReference(*piece.reference);
      if (!status.ok()) return status;
    }
    if (absl::Status status = AddHeldQuery(); !status.ok()) return status;
    if (absl::Status status = segment_.Check(); !status.ok()) return status;
    return std::move(url_);
  }

 private:
  using Part = http::UrlPosition::Part;

  absl::Status AddWords(absl::string_view words) {
    for (char c : words) {
      if (c == '/' && url_.size() == begin_ &&
          position_.part() == Part::kQuery) {
        HoldQuery();
      } else if (c == '?' || c == '#') {
        if (absl::Status status = AddHeldQuery(); !status.ok()) return status;
      }
      if (JoinsQuery(c)) {
        joined_ = true;
        if (position_.part() == Part::kQuery) {
          if (!url_.ends_with('?') && !url_.ends_with('&')) url_.push_back('&');
          continue;
        }
        c = '?';
      }
      if (position_.Pass(c)) {
        if (absl::Status status = segment_.Check(); !status.ok()) return status;
        segment_ = Segment();
      } else if (position_.part() == Part::kPath) {
        segment_.AddWords(absl::string_view(&c, 1));
      }
      url_.push_back(c);
    }
    return absl::OkStatus();
  }

  // The captured URL `text` begins this one.
  void Begin(absl::string_view text) {
    for (const char& c : text) {
      if (position_.Pass(c)) segment_ = Segment();
      if (position_.part() == Part::kPath && c != '/') {
        segment_.AddWords(absl::string_view(&c, 1));
      }
    }
    url_ = std::string(text);
    if (position_.part() < Part::kPath) {
      // What follows must not become a part of the host.
      position_.Pass('/');
      url_.push_back('/');
    }
    begin_ = url_.size();
  }

  // A path follows the captured URL: it goes on that one's path, and its query
  // comes later.
  void HoldQuery() {
    const size_t query = url_.find('?');
    held_query_ = url_.substr(query);
    const std::string path = url_.substr(0, query);
    position_ = http::UrlPosition();
    segment_ = Segment();
    Begin(path);
  }

  absl::Status AddHeldQuery() {
    for (const char c : std::exchange(held_query_, "")) {
      if (position_.Pass(c)) {
        if (absl::Status status = segment_.Check(); !status.ok()) return status;
        segment_ = Segment();
      }
      url_.push_back(c);
    }
    return absl::OkStatus();
  }

  // Whether `c` begins the query behind a captured URL: its first "?", or an
  // "&" that follows the URL at once.
  bool JoinsQuery(char c) const {
    if (begin_ == 0 || joined_) return false;
    return c == '?' || (c == '&' && url_.size() == begin_);
  }

  absl::Status AddReference(const Reference& reference) {
    if (url_.empty() && reference.kind == Reference::Kind::kCapture) {
      absl::StatusOr<std::string> beginning = beginning_(reference);
      if (!beginning.ok()) return beginning.status();
      Begin(*beginning);
      return absl::OkStatus();
    }
    absl::StatusOr<NamedValue> found = value_(reference);
    if (!found.ok()) return found.status();
    if (position_.part() < Part::kPath) {
      // The operator's own.
      if (absl::Status status = http::CheckHostPart(found->text);
          !status.ok()) {
        return absl::InvalidArgumentError(
            absl::StrCat("the value of ", reference.FullName(),
                         " stands for the host: ", status.message()));
      }
      url_.append(found->text);
      return absl::OkStatus();
    }
    const std::string encoded = http::PercentEncoded(found->text);
    if (position_.part() == Part::kPath) {
      segment_.AddValue(encoded, reference);
    }
    url_.append(encoded);
    return absl::OkStatus();
  }

  const ValueOf value_;
  const BeginningOf beginning_;
  std::string url_;
  http::UrlPosition position_;  // behind `url_`, but for values
  Segment segment_;
  size_t begin_ = 0;        // the length of the captured URL it begins with
  bool joined_ = false;     // what follows that has begun its query
  std::string held_query_;  // of the captured URL, while a path follows it
};

absl::Status SubstituteHeaders(const References& references, ValueOf value,
                               http::Headers* headers) {
  for (auto& [name, text] : *headers) {
    const auto checked =
        [&](const Reference& reference) -> absl::StatusOr<NamedValue> {
      absl::StatusOr<NamedValue> found = value(reference);
      if (!found.ok() || !HasControl(found->text)) return found;
      return absl::InvalidArgumentError(
          absl::StrCat("the header ", name,
                       " would have a line break or another control "
                       "character: the value of ",
                       reference.FullName(), " has one"));
    };
    const absl::Status replaced =
        SubstituteText(references, checked, "a header", &text);
    if (!replaced.ok()) return replaced;
  }
  return absl::OkStatus();
}

absl::Status SubstituteForm(const References& references, ValueOf value,
                            std::string* body) {
  absl::StatusOr<std::string> replaced = references.Replace(
      *body, [&](const Reference& reference) -> absl::StatusOr<std::string> {
        absl::StatusOr<NamedValue> found = value(reference);
        if (!found.ok()) return found.status();
        return absl::StrReplaceAll(http::PercentEncoded(found->text),
                                   {{"%20", "+"}});
      });
  if (!replaced.ok()) return replaced.status();
  *body = *std::move(replaced);
  return absl::OkStatus();
}

// `text` within the quotes of a JSON string.
std::string JsonEscaped(const std::string& text) {
  const std::string quoted = nlohmann::json(text).dump(
      -1, ' ', false, nlohmann::json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

// A string that is one reference becomes the value with its type.
absl::Status SubstituteJson(const References& references, ValueOf value,
                            std::string* body) {
  const std::vector<References::Piece> pieces = references.Split(*body);
  std::string replaced;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].reference == nullptr) {
      replaced.append(pieces[i].text);
      continue;
    }
    absl::StatusOr<NamedValue> found = value(*pieces[i].reference);
    if (!found.ok()) return found.status();
    const bool whole = replaced.ends_with('"') && !replaced.ends_with("\\\"") &&
                       i + 1 < pieces.size() &&
                       absl::StartsWith(pieces[i + 1].text, "\"");
    if (whole && found->json.has_value()) {
      replaced.pop_back();
      replaced.append(*found->json);
      // Without the quote that ends the string.
      replaced.append(pieces[++i].text.substr(1));
    } else {
      replaced.append(JsonEscaped(found->text));
    }
  }
  *body = std::move(replaced);
  return absl::OkStatus();
}

absl::Status SubstituteBody(const References& references, ValueOf value,
                            plan::RequestAction* action) {
  std::optional<std::string>& body = action->request.body;
  if (!body.has_value() || !references.AreIn(*body)) return absl::OkStatus();
  switch (action->body_format) {
    case plan::BodyFormat::kForm:
      return SubstituteForm(references, value, &*body);
    case plan::BodyFormat::kJson:
      return SubstituteJson(references, value, &*body);
    case plan::BodyFormat::kText:
      break;
  }
  return SubstituteText(references, value, "a body", &*body);
}

absl::Status SubstituteAuth(const References& references, ValueOf value,
                            http::BasicAuth* auth) {
  for (std::string* text : {&auth->username, &auth->password}) {
    const absl::Status status =
        SubstituteText(references, value, "a user name or password", text);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Substitute(const References& references, ValueOf value,
                        plan::ProcessAction* action) {
  exec::Command& command = action->command;
  for (std::string& word : command.argv) {
    const absl::Status status =
        SubstituteText(references, value, "an argument", &word);
    if (!status.ok()) return status;
  }
  for (auto& [name, text] : command.env) {
    const absl::Status status =
        SubstituteText(references, value, "a variable", &text);
    if (!status.ok()) return status;
  }
  if (!command.stdin_text.has_value()) return absl::OkStatus();
  return SubstituteText(references, value, "stdin", &*command.stdin_text);
}

absl::Status Substitute(const References& references, ValueOf value,
                        BeginningOf beginning, plan::RequestAction* action) {
  http::Request& request = action->request;
  if (references.AreIn(request.url)) {
    absl::StatusOr<std::string> url =
        UrlSubstitution(value, beginning).Replace(references, request.url);
    if (!url.ok()) return url.status();
    request.url = *std::move(url);
    if (absl::Status status = http::CheckUrl(request.url); !status.ok()) {
      return status;
    }
  }
  absl::Status status = SubstituteHeaders(references, value, &request.headers);
  if (!status.ok()) return status;
  status = SubstituteBody(references, value, action);
  if (!status.ok()) return status;
  if (request.auth.has_value()) {
    status = SubstituteAuth(references, value, &*request.auth);
    if (!status.ok()) return status;
  }
  return SubstituteText(references, value, "a path", &request.save_to);
}

}  // namespace servo::stages
