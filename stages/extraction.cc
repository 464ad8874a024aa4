#include "stages/extraction.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/quoted.h"
#include "nlohmann/json.hpp"
#include "plan/lookup.h"
#include "plan/quantity.h"
#include "stages/json_series.h"
#include "stages/lookup.h"
#include "stages/reduction.h"

namespace servo::stages {
namespace {

using plan::Metric;
using plan::Number;
using plan::Reduction;

// The most values that one look-up may find.
constexpr size_t kMaxValues = 1'000'000;

constexpr absl::string_view kEmptyText = "an empty text";

absl::StatusOr<Number> ParseText(const Metric& metric, absl::string_view text) {
  switch (metric.quantity) {
    case plan::Quantity::kNumber:
      return plan::ParseNumber(text);
    case plan::Quantity::kDuration:
      // The one source that has a unit of its own.
      if (metric.lookup.source == plan::Source::kElapsed) {
        return plan::ParseDurationIn(metric.unit, absl::StrCat(text, "s"));
      }
      return plan::ParseDurationIn(metric.unit, text);
    case plan::Quantity::kBytes:
      return plan::ParseBytesIn(metric.unit, text);
  }
  return absl::InternalError("no quantity");
}

Number JsonNumber(const nlohmann::json& json) {
  if (json.is_boolean()) return int64_t{json.get<bool>()};
  if (json.is_number_unsigned() &&
      json.get<uint64_t>() > uint64_t{std::numeric_limits<int64_t>::max()}) {
    return json.get<double>();
  }
  if (json.is_number_integer()) return json.get<int64_t>();
  return json.get<double>();
}

// Whether a value counts for `take: count`, which wants no numbers.
bool Counts(const Value& value) {
  if (value.json() != nullptr && value.json()->is_null()) return false;
  const std::string text = value.Text();
  if (absl::StripAsciiWhitespace(text).empty()) return false;
  const absl::StatusOr<Number> number = plan::ParseNumber(text);
  return !number.ok() || IsFinite(*number);
}

Wanted WantedBy(const Reduction& take) {
  if (take.kind == Reduction::Kind::kFirst) return Wanted::kFirst;
  if (take.kind == Reduction::Kind::kLast) return Wanted::kLast;
  return Wanted::kAll;
}

absl::StatusOr<Number> CountValues(const Metric& metric, Sources* sources) {
  int64_t count = 0;
  const absl::Status status =
      sources->Visit(metric.lookup, Wanted::kAll, [&count](const Value& value) {
        if (Counts(value)) ++count;
        return true;
      });
  // No file, no header: none.
  if (!status.ok() && !absl::IsNotFound(status)) return status;
  return count;
}

// A value that is dropped, as messages show it.
std::string ShownValue(const Value& value) {
  if (value.json() != nullptr && value.json()->is_null()) return "null";
  const std::string text = value.Text();
  if (absl::StripAsciiWhitespace(text).empty()) return std::string(kEmptyText);
  return base::Quoted(text);
}

// Gathers numbers until there are enough.
class Gatherer {
 public:
  Gatherer(const Metric& metric, Wanted wanted)
      : metric_(metric), wanted_(wanted) {}

  bool Take(const Value& value) {
    absl::StatusOr<std::optional<Number>> number = NumberOf(metric_, value);
    if (!number.ok() && CountsSamples(metric_)) number = Number(int64_t{1});
    // Of several only the last counts, whatever the others are.
    if (wanted_ == Wanted::kLast && (!number.ok() || number->has_value())) {
      numbers_.clear();
      status_ = absl::OkStatus();
    }
    if (!number.ok()) {
      status_ = number.status();
      return wanted_ == Wanted::kLast;
    }
    if (!number->has_value()) {
      if (dropped_++ == 0) first_dropped_ = ShownValue(value);
      return true;
    }
    numbers_.push_back(**number);
    if (numbers_.size() > kMaxValues) {
      status_ = absl::ResourceExhaustedError(
          absl::StrCat("found more than ", kMaxValues, " values"));
      return false;
    }
    return wanted_ != Wanted::kFirst;
  }

  const absl::Status& status() const { return status_; }
  const std::vector<Number>& numbers() const { return numbers_; }

  // What was found and dropped: how many values, and how the first one reads.
  size_t dropped() const { return dropped_; }
  const std::string& first_dropped() const { return first_dropped_; }

 private:
  const Metric& metric_;
  const Wanted wanted_;
  absl::Status status_;
  std::vector<Number> numbers_;
  size_t dropped_ = 0;
  std::string first_dropped_;
};

// What was found, though none of it counts.
std::string DroppedText(const Metric& metric, const Gatherer& gatherer) {
  const size_t others = gatherer.dropped() - 1;
  return absl::StrCat(
      SourceText(metric.lookup), " has no finite number",
      PlaceText(metric.lookup), ", only ", gatherer.first_dropped(),
      others == 0 ? "" : absl::StrCat(" and ", others, " more of the kind"));
}

std::string AbsentText(const Metric& metric, Sources* sources,
                       const absl::Status& status, const Gatherer& gatherer) {
  if (!status.ok()) return std::string(status.message());
  const bool is_empty =
      std::holds_alternative<plan::Lookup::Whole>(metric.lookup.finder) &&
      gatherer.first_dropped() == kEmptyText;
  if (gatherer.dropped() > 0 && !is_empty) return DroppedText(metric, gatherer);
  std::string text = sources->WhyNothing(metric.lookup);
  if (sources->IsInOtherStream(metric.lookup)) {
    const bool is_stdout = metric.lookup.source == plan::Source::kStdout;
    absl::StrAppend(&text, ", but ", is_stdout ? "stderr" : "stdout",
                    " has: from: ", is_stdout ? "stderr" : "stdout");
  }
  return text;
}

}  // namespace

absl::StatusOr<std::optional<Number>> NumberOf(const Metric& metric,
                                               const Value& value) {
  const nlohmann::json* json = value.json();
  if (json != nullptr && json->is_null()) return std::nullopt;
  if (json != nullptr && json->is_structured()) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected a number, found ",
                     json->is_array() ? "an array" : "an object"));
  }
  const bool has_no_text = json != nullptr && !json->is_string();
  if (has_no_text && metric.quantity == plan::Quantity::kNumber) {
    const Number number = JsonNumber(*json);
    return IsFinite(number) ? std::optional<Number>(number) : std::nullopt;
  }
  const std::string text = value.Text();
  if (absl::StripAsciiWhitespace(text).empty()) return std::nullopt;
  const absl::StatusOr<Number> number = ParseText(metric, text);
  if (!number.ok()) return number.status();
  return IsFinite(*number) ? std::optional<Number>(*number) : std::nullopt;
}

bool Extraction::failed() const {
  return std::any_of(
      problems.begin(), problems.end(),
      [](const MetricProblem& problem) { return problem.fails; });
}

absl::StatusOr<Number> ExtractMetric(const Metric& metric, Sources* sources) {
  std::optional<Number> reduced;
  if (metric.take.kind == Reduction::Kind::kCount) {
    const absl::StatusOr<Number> count = CountValues(metric, sources);
    if (!count.ok()) return count.status();
    reduced = *count;
  } else {
    const Wanted wanted = WantedBy(metric.take);
    Gatherer gatherer(metric, wanted);
    const absl::Status status = sources->Visit(
        metric.lookup, wanted,
        [&gatherer](const Value& value) { return gatherer.Take(value); });
    if (!status.ok() && !absl::IsNotFound(status)) return status;
    if (!gatherer.status().ok()) return gatherer.status();
    reduced = Reduce(metric.take, gatherer.numbers());
    if (!reduced.has_value()) {
      return absl::NotFoundError(AbsentText(metric, sources, status, gatherer));
    }
  }
  const Number value = ToSample(metric, *reduced);
  if (IsFinite(value)) return value;
  return absl::OutOfRangeError("the number is too large");
}

namespace {

// Adds what `metric` is, or why it is not.
void AddMetric(const Metric& metric, Sources* sources, Extraction* extraction) {
  using Kind = plan::AbsentValue::Kind;
  absl::Status status;
  if (std::holds_alternative<plan::JsonSeries>(metric.series)) {
    absl::StatusOr<std::vector<Series>> series =
        ReadJsonSeries(metric, sources);
    if (series.ok()) {
      extraction->series.push_back({&metric, *std::move(series)});
      return;
    }
    status = series.status();
  } else {
    const absl::StatusOr<Number> number = ExtractMetric(metric, sources);
    if (number.ok()) {
      extraction->values.push_back({&metric, *number});
      return;
    }
    status = number.status();
  }
  const bool absent = absl::IsNotFound(status);
  if (absent && metric.absent.kind == Kind::kNumber) {
    extraction->values.push_back({&metric, metric.absent.number});
    return;
  }
  extraction->problems.push_back(
      {.metric = &metric,
       .fails = !absent || metric.absent.kind == Kind::kFail,
       .why = std::string(status.message())});
}

}  // namespace

Extraction ExtractMetrics(const plan::Task& task,
                          const plan::References& references,
                          Sources* sources) {
  Extraction extraction;
  for (const Metric& metric : task.metrics) {
    AddMetric(metric, sources, &extraction);
  }
  for (MetricProblem& problem : extraction.problems) {
    if (task.ignore_exitcode) problem.fails = false;
    if (!references.empty()) problem.why = references.AsWritten(problem.why);
  }
  return extraction;
}

}  // namespace servo::stages
