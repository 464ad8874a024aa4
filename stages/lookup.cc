#include "stages/lookup.h"

#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "base/captured.h"
#include "base/quoted.h"
#include "base/quoted_pattern.h"
#include "base/secret_forms.h"
#include "base/terminal_text.h"
#include "base/utf8.h"
#include "exec/runner.h"
#include "http/request.h"
#include "jsonpath/bounded_json.h"
#include "jsonpath/path.h"
#include "nlohmann/json.hpp"
#include "re2/re2.h"
#include "stages/json_documents.h"

namespace servo::stages {
namespace {

using plan::Lookup;
using plan::Source;

// The values of all headers called `name`, a line each.
absl::StatusOr<std::string> HeaderText(const http::Headers& headers,
                                       const std::string& name) {
  std::vector<absl::string_view> values;
  for (const auto& [key, value] : headers) {
    if (absl::EqualsIgnoreCase(key, name)) values.push_back(value);
  }
  if (values.empty()) {
    return absl::NotFoundError(
        absl::StrCat("the response has no header ", base::Quoted(name)));
  }
  return absl::StrJoin(values, "\n");
}

// Hands the matches of `regex` in `text` to `take`; false if that had enough.
// Sets `*without_group` if the group takes no part in one, which is no value.
bool VisitMatches(const re2::RE2& regex, absl::string_view text,
                  Sources::Take take, bool* without_group) {
  const int groups = regex.NumberOfCapturingGroups() > 0 ? 2 : 1;
  absl::string_view found[2];
  size_t at = 0;
  while (
      at <= text.size() &&
      regex.Match(text, at, text.size(), re2::RE2::UNANCHORED, found, groups)) {
    const absl::string_view value = found[groups - 1];
    if (value.data() == nullptr) {
      *without_group = true;
    } else if (!take(Value(value))) {
      return false;
    }
    at = found[0].data() - text.data() + found[0].size();
    if (found[0].empty()) ++at;
  }
  return true;
}

absl::string_view WithoutLineEnd(absl::string_view text) {
  if (absl::ConsumeSuffix(&text, "\n")) absl::ConsumeSuffix(&text, "\r");
  return text;
}

// What a head that was cut has of whole lines.
absl::string_view LinesOfHead(absl::string_view head) {
  return head.substr(0, head.find_last_of("\r\n") + 1);
}

// The same of a tail, whose first line may have begun before it.
absl::string_view LinesOfTail(absl::string_view tail) {
  const size_t line_end = tail.find_first_of("\r\n");
  if (line_end == tail.npos) return "";
  const bool is_cr = tail[line_end] == '\r';
  tail.remove_prefix(line_end + 1);
  if (is_cr) absl::ConsumePrefix(&tail, "\n");
  return tail;
}

}  // namespace

// One source, as far as it has been asked for.
class Sources::Prepared {
 public:
  explicit Prepared(std::string raw) : raw_(std::move(raw)) {}

  // There may be much: it is copied when that is needed.
  explicit Prepared(const base::Captured* captured) : captured_(captured) {}

  absl::Status Visit(const Lookup& lookup, Wanted wanted, Take take) {
    if (captured_ != nullptr && !captured_->whole()) {
      return VisitCut(lookup, wanted, take);
    }
    if (const auto* path = std::get_if<Lookup::JsonPath>(&lookup.finder)) {
      return VisitNodes(lookup, **path, take);
    }
    if (!plain_.has_value()) {
      plain_ = PlainLines(captured_ != nullptr ? captured_->UnmaskedText()
                                               : base::ToValidUtf8(raw_));
    }
    if (const auto* regex = std::get_if<Lookup::Regex>(&lookup.finder)) {
      VisitRegex(**regex, *plain_, take);
    } else {
      take(Value(WithoutLineEnd(*plain_)));
    }
    return absl::OkStatus();
  }

  bool CanBeMasked(absl::string_view text) const {
    if (captured_ == nullptr || ShownHas(text)) return true;
    const std::vector<base::SecretForm> forms = base::SecretForms(text);
    return forms.empty() ||
           absl::c_any_of(forms, [this](const base::SecretForm& form) {
             return ShownHas(form.text);
           });
  }

  // Whether a match of `regex` was no value, since its group took no part.
  bool MatchedWithoutGroup(const re2::RE2& regex) const {
    return without_group_.contains(&regex);
  }

 private:
  bool ShownHas(absl::string_view text) const {
    if (absl::StrContains(captured_->head(), text)) return true;
    if (captured_->tail().empty()) return false;
    return absl::StrContains(
        captured_->whole() ? captured_->Raw() : captured_->tail(), text);
  }

  bool VisitRegex(const re2::RE2& regex, absl::string_view text, Take take) {
    bool without_group = false;
    const bool wants_more = VisitMatches(regex, text, take, &without_group);
    if (without_group) without_group_.insert(&regex);
    return wants_more;
  }

  // Of an output that was cut, only whole lines of the head and the tail are
  // looked at.
  absl::Status VisitCut(const Lookup& lookup, Wanted wanted, Take take) {
    const auto* regex = std::get_if<Lookup::Regex>(&lookup.finder);
    if (regex == nullptr || wanted == Wanted::kAll) return CutError(lookup, "");
    bool found = false;
    const auto note = [&found, take](const Value& value) {
      found = true;
      return take(value);
    };
    if (wanted == Wanted::kFirst) {
      if (!plain_.has_value()) {
        plain_ = PlainLines(base::ToValidUtf8(LinesOfHead(captured_->head())));
      }
      if (!VisitRegex(**regex, *plain_, note)) return absl::OkStatus();
      return CutError(lookup, "its head has no such value; ");
    }
    if (!plain_tail_.has_value()) {
      plain_tail_ =
          PlainLines(base::ToValidUtf8(LinesOfTail(captured_->tail())));
    }
    VisitRegex(**regex, *plain_tail_, note);
    if (found) return absl::OkStatus();
    return CutError(lookup, "its tail has no such value; ");
  }

  absl::Status CutError(const Lookup& lookup, absl::string_view what) const {
    return absl::ResourceExhaustedError(
        absl::StrCat(SourceText(lookup), " was cut: ", captured_->omitted(),
                     " bytes were left out between head and tail; ", what,
                     "raise max_output"));
  }

  absl::Status VisitNodes(const Lookup& lookup, const jsonpath::Path& path,
                          Take take) {
    if (!documents_.has_value()) {
      // An output that fits into the head is in one piece.
      if (captured_ != nullptr && !captured_->tail().empty()) {
        raw_ = captured_->Raw();
      }
      documents_ = ReadDocuments(
          captured_ != nullptr && raw_.empty() ? captured_->head() : raw_);
    }
    if (!documents_->ok()) {
      return absl::Status(documents_->status().code(),
                          absl::StrCat(SourceText(lookup), " is no JSON: ",
                                       documents_->status().message()));
    }
    for (const nlohmann::json& document : **documents_) {
      const auto nodes = path.Find(document);
      if (!nodes.ok()) return nodes.status();
      for (const nlohmann::json* node : *nodes) {
        if (!take(Value(node))) return absl::OkStatus();
      }
    }
    return absl::OkStatus();
  }

  const base::Captured* captured_ = nullptr;  // null: `raw_` is the source
  std::string raw_;
  std::optional<std::string> plain_;
  std::optional<std::string> plain_tail_;
  absl::flat_hash_set<const re2::RE2*> without_group_;
  std::optional<absl::StatusOr<std::vector<nlohmann::json>>> documents_;
};

std::string PlainLines(std::string text) {
  text = base::WithoutEscapeSequences(std::move(text));
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    text[size++] = text[i] == '\r' ? '\n' : text[i];
  }
  text.resize(size);
  return text;
}

void VisitLine(const Lookup& lookup, absl::string_view line,
               Sources::Take take) {
  if (const auto* path = std::get_if<Lookup::JsonPath>(&lookup.finder)) {
    const absl::StatusOr<nlohmann::json> document = jsonpath::ReadJson(line);
    if (!document.ok()) return;
    const auto nodes = (*path)->Find(*document);
    if (!nodes.ok()) return;
    for (const nlohmann::json* node : *nodes) {
      if (!take(Value(node))) return;
    }
  } else if (const auto* regex = std::get_if<Lookup::Regex>(&lookup.finder)) {
    bool without_group = false;
    VisitMatches(**regex, line, take, &without_group);
  } else {
    take(Value(line));
  }
}

std::string Value::Text() const {
  if (json_ == nullptr) return std::string(text_);
  if (json_->is_string()) return json_->get<std::string>();
  return json_->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Sources::Sources(const plan::Task& task, const AttemptResult& result,
                 const AttemptFiles& files)
    : task_(task), result_(result), files_(files) {}

Sources::~Sources() = default;

absl::Status Sources::Visit(const Lookup& lookup, Wanted wanted, Take take) {
  absl::StatusOr<Prepared*> prepared = Prepare(lookup);
  if (!prepared.ok()) return prepared.status();
  return (*prepared)->Visit(lookup, wanted, take);
}

bool Sources::CanBeMasked(const Lookup& lookup, absl::string_view text) {
  const absl::StatusOr<Prepared*> prepared = Prepare(lookup);
  return !prepared.ok() || (*prepared)->CanBeMasked(text);
}

bool Sources::IsInOtherStream(const Lookup& lookup) {
  Lookup other = lookup;
  if (lookup.source == Source::kStdout) {
    other.source = Source::kStderr;
  } else if (lookup.source == Source::kStderr) {
    other.source = Source::kStdout;
  } else {
    return false;
  }
  bool found = false;
  const absl::Status status =
      Visit(other, Wanted::kFirst, [&found](const Value& value) {
        found = !value.Text().empty();
        return !found;
      });
  return found;
}

absl::StatusOr<Sources::Prepared*> Sources::Prepare(const Lookup& lookup) {
  const Key key(lookup.source, lookup.argument);
  auto it = prepared_.find(key);
  if (it == prepared_.end()) it = prepared_.emplace(key, Open(lookup)).first;
  if (!it->second.ok()) return it->second.status();
  return it->second->get();
}

absl::StatusOr<std::unique_ptr<Sources::Prepared>> Sources::Open(
    const Lookup& lookup) const {
  if (lookup.source == Source::kFile) {
    absl::StatusOr<std::string> content = files_.Read(task_, lookup);
    if (!content.ok()) return content.status();
    return std::make_unique<Prepared>(*std::move(content));
  }
  if (const auto* process = std::get_if<exec::Result>(&result_)) {
    switch (lookup.source) {
      case Source::kStdout:
        return std::make_unique<Prepared>(&process->out);
      case Source::kStderr:
        return std::make_unique<Prepared>(&process->err);
      case Source::kExitCode:
        return std::make_unique<Prepared>(absl::StrCat(process->code));
      default:
        return std::make_unique<Prepared>(
            absl::StrCat(absl::ToDoubleSeconds(process->elapsed)));
    }
  }
  const auto* response = std::get_if<http::Response>(&result_);
  if (response == nullptr) return absl::NotFoundError("there was no answer");
  switch (lookup.source) {
    case Source::kBody:
      return std::make_unique<Prepared>(&response->body);
    case Source::kStatus:
      return std::make_unique<Prepared>(absl::StrCat(response->status));
    case Source::kHeader: {
      absl::StatusOr<std::string> value =
          HeaderText(response->headers, lookup.argument);
      if (!value.ok()) return value.status();
      return std::make_unique<Prepared>(*std::move(value));
    }
    default:
      return std::make_unique<Prepared>(
          absl::StrCat(absl::ToDoubleSeconds(response->elapsed)));
  }
}

std::string SourceText(const Lookup& lookup) {
  switch (lookup.source) {
    case Source::kStdout:
      return "stdout";
    case Source::kStderr:
      return "stderr";
    case Source::kExitCode:
      return "the exit code";
    case Source::kBody:
      return "the response's body";
    case Source::kStatus:
      return "the status";
    case Source::kHeader:
      return absl::StrCat("the header ", base::Quoted(lookup.argument));
    case Source::kElapsed:
      return "the time";
    case Source::kFile:
      return absl::StrCat("the file ", base::Quoted(lookup.argument));
  }
  return "";  // not an enumerator
}

std::string PlaceText(const Lookup& lookup) {
  if (const auto* regex = std::get_if<Lookup::Regex>(&lookup.finder)) {
    return absl::StrCat(" for the regex ",
                        base::QuotedPattern(plan::RegexText(**regex)));
  }
  if (const auto* path = std::get_if<Lookup::JsonPath>(&lookup.finder)) {
    return absl::StrCat(" at ", base::QuotedPattern((*path)->text()));
  }
  return "";
}

std::string Sources::WhyNothing(const Lookup& lookup) {
  const std::string source = SourceText(lookup);
  const auto* regex = std::get_if<Lookup::Regex>(&lookup.finder);
  if (regex == nullptr) {
    const bool is_whole = std::holds_alternative<Lookup::Whole>(lookup.finder);
    return is_whole ? absl::StrCat(source, " is empty")
                    : absl::StrCat(source, " has nothing", PlaceText(lookup));
  }
  const std::string text = base::QuotedPattern(plan::RegexText(**regex));
  const absl::StatusOr<Prepared*> prepared = Prepare(lookup);
  if (prepared.ok() && (*prepared)->MatchedWithoutGroup(**regex)) {
    return absl::StrCat(source, " has a match of the regex ", text,
                        ", but its first group takes no part in it");
  }
  return absl::StrCat(source, " has no match of the regex ", text);
}

}  // namespace servo::stages
