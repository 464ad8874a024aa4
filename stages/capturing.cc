#include "stages/capturing.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/quoted_pattern.h"
#include "http/request.h"
#include "nlohmann/json.hpp"
#include "plan/lookup.h"
#include "re2/re2.h"

namespace servo::stages {
namespace {

// None for JSON's null, which is no value.
std::optional<NamedValue> TakeValue(const Value& found) {
  const nlohmann::json* json = found.json();
  if (json != nullptr && json->is_null()) return std::nullopt;
  NamedValue value = {.text = found.Text()};
  if (json != nullptr && !json->is_string()) value.json = value.text;
  return value;
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
absl::StatusOr<NamedValue> Find(const plan::Capture& capture,
                                Sources* sources) {
  std::optional<NamedValue> value;
  bool found_null = false;
  const absl::Status visited = sources->Visit(
      capture.lookup, capture.last ? Wanted::kLast : Wanted::kFirst,
      [&](const Value& found) {
        std::optional<NamedValue> next = TakeValue(found);
        found_null = found_null || !next.has_value();
        if (next.has_value()) value = std::move(next);
        return capture.last || !value.has_value();
      });
  if (!visited.ok()) return visited;
  if (value.has_value()) return *std::move(value);
  return absl::NotFoundError(
      found_null ? absl::StrCat(SourceText(capture.lookup), " has only null",
                                PlaceText(capture.lookup))
                 : sources->WhyNothing(capture.lookup));
}

}  // namespace

absl::StatusOr<NamedValue> FindCapture(const plan::Capture& capture,
                                       Sources* sources,
                                       const OnSecret& on_secret) {
  absl::StatusOr<NamedValue> value = Find(capture, sources);
  if (!value.ok()) return value;
  if (capture.secret && on_secret != nullptr) on_secret(capture, value->text);
  if (absl::Status status = Check(capture, *value); !status.ok()) return status;
  return value;
}

Uncaptured TakeCaptures(const plan::Task& task, const AttemptResult& result,
                        absl::string_view asked, Sources* sources,
                        RunValues* values) {
  Uncaptured uncaptured;
  const auto* response = std::get_if<http::Response>(&result);
  for (const plan::Capture& capture : task.captures) {
    bool masked = false;
    absl::StatusOr<NamedValue> found =
        FindCapture(capture, sources,
                    [&](const plan::Capture& secret, const std::string& text) {
                      masked = true;
                      if (values->on_secret() != nullptr)
                        values->on_secret()(secret, text);
                    });
    if (capture.secret && !masked && uncaptured.secret == nullptr) {
      uncaptured.secret = &capture;
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
