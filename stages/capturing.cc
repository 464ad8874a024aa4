#include "stages/capturing.h"

#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/quoted_pattern.h"
#include "http/request.h"
#include "nlohmann/json.hpp"
#include "plan/lookup.h"
#include "re2/re2.h"

namespace servo::stages {
namespace {

// What a capture has found.
struct Found {
  NamedValue value;

  // Of a secret that is an object or a list: the texts and numbers in it. Where
  // it stands, what is between them can be written in many ways.
  std::vector<std::string> parts = {};
};

// The texts and numbers in `json`, at any depth, but for empty ones; more than
// kMaxSecretParts are not gathered.
std::vector<std::string> PartsOf(const nlohmann::json& json) {
  std::vector<std::string> parts;
  std::vector<const nlohmann::json*> left = {&json};
  while (!left.empty() && parts.size() <= kMaxSecretParts) {
    const nlohmann::json& node = *left.back();
    left.pop_back();
    if (node.is_structured()) {
      for (const nlohmann::json& inner : node) left.push_back(&inner);
    } else if (node.is_number() || (node.is_string() && node != "")) {
      parts.push_back(Value(&node).Text());
    }
  }
  return parts;
}

// None for JSON's null and for a source that is empty as a whole, which are no
// values.
std::optional<Found> Take(const plan::Capture& capture, const Value& value) {
  const nlohmann::json* json = value.json();
  if (json != nullptr && json->is_null()) return std::nullopt;
  Found found = {.value = {.text = value.Text()}};
  const bool is_whole =
      std::holds_alternative<plan::Lookup::Whole>(capture.lookup.finder);
  if (is_whole && found.value.text.empty()) return std::nullopt;
  if (json != nullptr && !json->is_string()) {
    found.value.json = found.value.text;
    if (capture.secret && json->is_structured()) found.parts = PartsOf(*json);
  }
  return found;
}

absl::Status Check(const plan::Capture& capture, const NamedValue& value) {
  if (value.text.size() > kMaxCapturedBytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the value has more than ", kMaxCapturedBytes, " bytes"));
  }
  if (capture.matches == nullptr ||
      re2::RE2::FullMatch(value.text, *capture.matches)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the value does not match ",
                   base::QuotedPattern(plan::RegexText(*capture.matches))));
}

// Whether it matches is not looked at.
absl::StatusOr<Found> Find(const plan::Capture& capture, Sources* sources) {
  std::optional<Found> found;
  bool found_null = false;
  const absl::Status visited = sources->Visit(
      capture.lookup, capture.last ? Wanted::kLast : Wanted::kFirst,
      [&](const Value& value) {
        std::optional<Found> next = Take(capture, value);
        found_null =
            found_null || (!next.has_value() && value.json() != nullptr);
        if (next.has_value()) found = std::move(next);
        return capture.last || !found.has_value();
      });
  if (!visited.ok()) return visited;
  if (found.has_value()) return *std::move(found);
  return absl::NotFoundError(
      found_null ? absl::StrCat(SourceText(capture.lookup), " has only null",
                                PlaceText(capture.lookup))
                 : sources->WhyNothing(capture.lookup));
}

// Of an object or a list only what is in it is looked for: blanks and line
// breaks may stand between.
bool CanBeMasked(const plan::Capture& secret,
                 absl::Span<const std::string> texts, Sources* sources) {
  if (texts.size() > 1) texts.remove_prefix(1);
  return absl::c_all_of(texts, [&](const std::string& text) {
    return sources->CanBeMasked(secret.lookup, text);
  });
}

}  // namespace

const plan::Capture* SecretOf(const plan::Task& task) {
  const auto secret =
      absl::c_find_if(task.captures, std::mem_fn(&plan::Capture::secret));
  return secret != task.captures.end() ? &*secret : nullptr;
}

absl::StatusOr<NamedValue> FindCapture(const plan::Capture& capture,
                                       Sources* sources,
                                       const OnSecret& on_secret) {
  absl::StatusOr<Found> found = Find(capture, sources);
  if (!found.ok()) return found.status();
  if (found->parts.size() > kMaxSecretParts) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the value has more than ", kMaxSecretParts,
                     " texts and numbers, each of which would be a secret: "
                     "capture only what is one"));
  }
  if (capture.secret && on_secret != nullptr) {
    std::vector<std::string> texts = {found->value.text};
    absl::c_move(found->parts, std::back_inserter(texts));
    on_secret(capture, texts);
  }
  if (absl::Status status = Check(capture, found->value); !status.ok()) {
    return status;
  }
  return std::move(found)->value;
}

Uncaptured TakeCaptures(const plan::Task& task, const AttemptResult& result,
                        absl::string_view asked, Sources* sources,
                        RunValues* values) {
  Uncaptured uncaptured;
  const auto* response = std::get_if<http::Response>(&result);
  for (const plan::Capture& capture : task.captures) {
    bool told = false;
    bool masked = false;
    const auto on_secret = [&](const plan::Capture& secret,
                               absl::Span<const std::string> texts) {
      told = true;
      masked = CanBeMasked(secret, texts, sources);
      if (values->on_secret() != nullptr) values->on_secret()(secret, texts);
    };
    absl::StatusOr<NamedValue> found = FindCapture(capture, sources, on_secret);
    if (capture.secret && !masked && uncaptured.secret == nullptr) {
      uncaptured.secret = &capture;
      uncaptured.secret_found = told;
    }
    if (found.ok()) {
      values->Capture(capture.name,
                      {.value = *std::move(found),
                       .answered_by = response != nullptr ? response->url : "",
                       .asked = std::string(asked)});
    } else if (!absl::IsNotFound(found.status()) || !capture.may_be_absent) {
      uncaptured.problems.push_back(
          {.capture = &capture,
           .why = values->references().AsWritten(found.status().message())});
    }
  }
  return uncaptured;
}

}  // namespace servo::stages
