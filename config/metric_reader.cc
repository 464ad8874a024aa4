#include "config/metric_reader.h"

#include <cmath>
#include <initializer_list>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "base/quoted.h"
#include "config/lookup_reader.h"
#include "config/metric_keys.h"
#include "config/name_reader.h"
#include "jsonpath/path.h"
#include "plan/lookup.h"
#include "plan/quantity.h"
#include "yaml/document.h"
#include "yaml/scalar.h"

namespace servo::config {
namespace {

using plan::Metric;
using plan::Reduction;

constexpr size_t kMaxNameBytes = 128;

struct ReductionWord {
  absl::string_view word;
  Reduction::Kind kind;
};
constexpr ReductionWord kReductions[] = {
    {"first", Reduction::Kind::kFirst}, {"last", Reduction::Kind::kLast},
    {"sum", Reduction::Kind::kSum},     {"mean", Reduction::Kind::kMean},
    {"min", Reduction::Kind::kMin},     {"max", Reduction::Kind::kMax},
    {"count", Reduction::Kind::kCount},
};
// Of samples alone.
constexpr ReductionWord kGrowths[] = {
    {"increase", Reduction::Kind::kIncrease},
    {"rate", Reduction::Kind::kRate},
};

// "p99.9" as a percentile.
std::optional<Reduction> ParsePercentile(absl::string_view text) {
  Reduction reduction = {.kind = Reduction::Kind::kPercentile};
  if (!absl::ConsumePrefix(&text, "p") || text.empty() ||
      !absl::ascii_isdigit(text[0]) ||
      text.find_first_not_of("0123456789.") != text.npos ||
      !absl::SimpleAtod(text, &reduction.percentile) ||
      reduction.percentile < 0.1 || reduction.percentile > 99.99) {
    return std::nullopt;
  }
  return reduction;
}

// The reduction that `text` names; none if it names none.
std::optional<Reduction> ParseReduction(absl::string_view text) {
  for (const ReductionWord& reduction : kReductions) {
    if (reduction.word == text) return Reduction{.kind = reduction.kind};
  }
  return ParsePercentile(text);
}

void ReadTake(const yaml::Field& field, Reduction* out) {
  if (!field.given()) return;
  if (const auto reduction = ParseReduction(field.node().text())) {
    *out = *reduction;
    return;
  }
  field.Expected(
      "first, last, sum, mean, min, max, count, or a percentile from p0.1 to "
      "p99.99");
}

void ReadOver(const yaml::Field& field, Reduction* out) {
  if (!field.given()) return;
  const absl::string_view text = field.node().text();
  if (const auto reduction = ParseReduction(text)) {
    *out = *reduction;
    return;
  }
  for (const ReductionWord& growth : kGrowths) {
    if (growth.word != text) continue;
    *out = {.kind = growth.kind};
    return;
  }
  field.Expected(
      "increase, rate, first, last, sum, mean, min, max, count, or a "
      "percentile from p0.1 to p99.99");
}

// Whether samples of a counter become how much it grew.
bool IsGrowth(const Reduction& over) {
  return over.kind == Reduction::Kind::kIncrease ||
         over.kind == Reduction::Kind::kRate;
}

// Series of one JSON answer.
void ReadJsonSeries(const yaml::Field& field, Metric* metric) {
  const yaml::MappingReader keys(field, kSeriesKeys);
  std::optional<jsonpath::Path> items = ReadPath(keys[SeriesKey("items")]);
  std::optional<jsonpath::Path> id = ReadPath(keys[SeriesKey("id")]);
  std::optional<jsonpath::Path> points = ReadPath(keys[SeriesKey("points")]);
  size_t unit = 0;
  if (!keys[SeriesKey("time")].ReadChoice(&unit)) return;
  if (!items || !id || !points) return;
  metric->series = plan::JsonSeries{
      .items = *std::move(items),
      .id = *std::move(id),
      .points = *std::move(points),
      .time_unit = unit == 0 ? absl::Seconds(1) : absl::Milliseconds(1)};
}

// Reports the keys that a metric of this kind cannot have.
void Forbid(const yaml::MappingReader& keys,
            std::initializer_list<size_t> positions, absl::string_view why) {
  for (const size_t position : positions) {
    if (!keys.has(position)) continue;
    keys[position].KeyError(
        absl::StrCat("expected no ", kMetricKeys[position].name, " ", why));
  }
}

void ReadSeries(const yaml::MappingReader& keys, bool takes_samples,
                Metric* metric) {
  const yaml::Field series = keys[MetricKey("series")];
  if (!takes_samples) {
    Forbid(keys, {MetricKey("over")},
           "on a metric that is not made of samples (every, or sample: true)");
  }
  if (!series.given()) return;
  bool samples = false;
  if (series.node().kind() == yaml::Node::Kind::kMapping) {
    if (takes_samples) {
      series.Error("expected true: this metric is made of samples");
    }
    Forbid(keys,
           {MetricKey("take"), MetricKey("over"), MetricKey("regex"),
            MetricKey("jsonpath")},
           "beside series, whose paths find every value");
    ReadJsonSeries(series, metric);
  } else if (!series.Read(&samples) || !samples) {
    return;
  } else if (!takes_samples) {
    series.Error(
        "expected a mapping with items, id and points: this metric is not made "
        "of samples (every, or sample: true)");
  } else {
    metric->series = plan::SampleSeries();
    Forbid(keys, {MetricKey("over")}, "beside series");
  }
  Forbid(keys, {MetricKey("at_least"), MetricKey("at_most")}, "on a series");
}

void ReadAbsent(const yaml::Field& field, plan::AbsentValue* out) {
  using Kind = plan::AbsentValue::Kind;
  if (field.is_default() || !field.given()) return;
  const yaml::Node& node = field.node();
  if (node.is_scalar() && node.text() == "fail") return;
  if (node.is_scalar() && node.text() == "skip") {
    out->kind = Kind::kSkip;
  } else if (const auto integer = yaml::ParseInt(node.text());
             node.kind() == yaml::Node::Kind::kInt && integer.has_value()) {
    *out = {.kind = Kind::kNumber, .number = *integer};
  } else if (const auto number = yaml::ParseFloat(node.text());
             node.kind() == yaml::Node::Kind::kFloat && number.has_value()) {
    if (!std::isfinite(*number)) {
      return field.Expected("fail, skip or a finite number");
    }
    *out = {.kind = Kind::kNumber, .number = *number};
  } else {
    field.Expected("fail, skip or a number");
  }
}

// Nothing stands for a series but that it may be missing.
void CheckAbsentOfSeries(const yaml::Field& absent, const Metric& metric) {
  using Kind = plan::AbsentValue::Kind;
  if (std::holds_alternative<std::monostate>(metric.series)) return;
  if (metric.absent.kind == Kind::kFail) return;
  const bool always_there =
      std::holds_alternative<plan::JsonSeries>(metric.series) &&
      metric.lookup.source != plan::Source::kFile &&
      metric.lookup.source != plan::Source::kHeader;
  if (always_there) {
    absent.KeyWarning(
        "without effect: this series is never absent, and no item is an empty "
        "list");
  } else if (metric.absent.kind == Kind::kNumber) {
    absent.Error("expected fail or skip: no number can stand for a series");
  }
}

// A counter that is scaled grows, or it would be no counter.
void ReadScale(const yaml::MappingReader& keys, Metric* metric) {
  const yaml::Field scale = keys[MetricKey("scale")];
  const yaml::Field offset = keys[MetricKey("offset")];
  scale.Read(&metric->scale);
  offset.Read(&metric->offset);
  if (!IsGrowth(metric->over)) return;
  if (metric->scale < 0) {
    scale.Error(
        "expected 0 or more beside over: increase and over: rate, which are of "
        "a counter that grows");
  }
  if (metric->offset != 0) {
    offset.KeyWarning(
        "without effect beside over: increase and over: rate, which are a "
        "growth");
  }
}

// Whether what is found there is a bare number.
bool IsNumber(plan::Source source) {
  return source == plan::Source::kExitCode || source == plan::Source::kStatus ||
         source == plan::Source::kElapsed;
}

// Reports a source in which nothing can be found: samples are read from what a
// process prints, and series from JSON.
void CheckSource(const yaml::Field& from, const MetricContext& context,
                 const Metric& metric) {
  using plan::Source;
  const Source source = metric.lookup.source;
  if (context.reads_output && source != Source::kStdout &&
      source != Source::kStderr) {
    from.Error(
        "expected stdout or stderr: with sample: true, samples are taken from "
        "what the process prints");
  } else if (std::holds_alternative<plan::JsonSeries>(metric.series) &&
             IsNumber(source)) {
    from.Error(
        "expected another source: series are found in JSON, and this is a "
        "number");
  }
}

void ReadLimits(const yaml::MappingReader& keys, Metric* metric) {
  double limit = 0;
  const yaml::Field at_least = keys[MetricKey("at_least")];
  if (at_least.given() && at_least.Read(&limit)) metric->at_least = limit;
  const yaml::Field at_most = keys[MetricKey("at_most")];
  if (at_most.given() && at_most.Read(&limit)) metric->at_most = limit;
  if (metric->at_least.has_value() && metric->at_most.has_value() &&
      *metric->at_least > *metric->at_most) {
    at_most.Error("expected at_most to be no less than at_least");
  }
}

// Whether `unit` is one of size, but of more than a byte, and of something
// more, as "MB/s" is.
bool IsSizeOverTime(absl::string_view unit) {
  const size_t end = unit.find_first_of("/ ");
  if (end == unit.npos) return false;
  const absl::StatusOr<plan::Number> bytes =
      plan::ParseBytesIn("", absl::StrCat("1 ", unit.substr(0, end)));
  return bytes.ok() && *bytes != plan::Number(int64_t{1});
}

void ReadQuantity(const yaml::MappingReader& keys, Metric* metric) {
  size_t choice = 0;
  const yaml::Field as = keys[MetricKey("as")];
  if (!as.ReadChoice(&choice)) return;
  metric->quantity = static_cast<plan::Quantity>(choice);
  if (metric->quantity == plan::Quantity::kDuration &&
      !plan::IsTimeUnit(metric->unit)) {
    const yaml::Field unit = keys[MetricKey("unit")];
    (unit.given() ? unit : as)
        .Error(
            "a duration is converted to the unit, which must be a unit of "
            "time: ns "
            "us ms s m h d");
  }
  if (metric->quantity == plan::Quantity::kBytes &&
      IsSizeOverTime(metric->unit)) {
    keys[MetricKey("unit")].KeyWarning(
        "the value is in bytes all the same: only a unit of size by itself, "
        "such as MB, is converted to; use scale");
  }
  if (metric->quantity != plan::Quantity::kNumber &&
      metric->take.kind == Reduction::Kind::kCount) {
    as.KeyWarning("without effect: take counts the values");
  }
}

// Reports a quantity that cannot be found in the source: exit code and status
// have no unit, and `elapsed` is a time.
void CheckQuantity(const yaml::Field& as, const Metric& metric) {
  using plan::Quantity;
  if (!IsNumber(metric.lookup.source) || metric.quantity == Quantity::kNumber ||
      metric.take.kind == Reduction::Kind::kCount) {
    return;
  }
  const bool is_time = metric.lookup.source == plan::Source::kElapsed;
  if (is_time && metric.quantity == Quantity::kDuration) return;
  as.Error(is_time ? "expected number or duration: elapsed is a time"
                   : "expected number: an exit code or a status has no unit");
}

// Reports a `take` where each match is a sample by itself.
void CheckTake(const yaml::Field& take, const MetricContext& context,
               const Metric& metric) {
  const bool is_json =
      std::holds_alternative<plan::Lookup::JsonPath>(metric.lookup.finder);
  if (!context.reads_output || is_json || !take.given()) return;
  take.KeyWarning(
      "without effect: with sample: true each match is a sample, and over "
      "makes one number of them");
}

void ReadText(const yaml::Field& field, std::string* out) {
  std::string text;
  if (!field.Read(&text)) return;
  if (HasControlCharacter(text)) {
    field.Error("expected a text without control characters");
    return;
  }
  *out = std::move(text);
}

// Whether `key` can be a metric's name; else that is reported.
bool CheckName(const yaml::Field& field, const yaml::Node& key) {
  const absl::string_view name = key.text();
  if (!key.is_scalar() || name.empty() || name.size() > kMaxNameBytes ||
      HasControlCharacter(name)) {
    field.KeyError(absl::StrCat("expected the name of a metric: 1 to ",
                                kMaxNameBytes,
                                " bytes without control characters"));
    return false;
  }
  return true;
}

Metric ReadMetric(const yaml::Field& field, const MetricContext& context) {
  Metric metric;
  constexpr yaml::MappingReader::Synonym kSynonyms[] = {
      {"min", "at_least"},  {"max", "at_most"},   {"default", "absent"},
      {"pattern", "regex"}, {"path", "jsonpath"}, {"source", "from"},
      {"type", "as"}};
  const yaml::MappingReader keys(field, kMetricKeys, {}, kSynonyms,
                                 kLookupForm);
  if (!keys.ok()) return metric;
  metric.lookup = ReadLookup(keys, context.mode);
  ReadText(keys[MetricKey("unit")], &metric.unit);
  ReadText(keys[MetricKey("description")], &metric.description);
  ReadTake(keys[MetricKey("take")], &metric.take);
  ReadOver(keys[MetricKey("over")], &metric.over);
  ReadQuantity(keys, &metric);
  ReadScale(keys, &metric);
  ReadAbsent(keys[MetricKey("absent")], &metric.absent);
  ReadLimits(keys, &metric);
  ReadSeries(keys, context.takes_samples, &metric);
  CheckAbsentOfSeries(keys[MetricKey("absent")], metric);
  CheckSource(keys[MetricKey("from")], context, metric);
  CheckQuantity(keys[MetricKey("as")], metric);
  CheckTake(keys[MetricKey("take")], context, metric);
  return metric;
}

}  // namespace

std::vector<Metric> ReadMetrics(const yaml::Field& field,
                                const MetricContext& context,
                                MetricNames* names) {
  std::vector<Metric> metrics;
  if (!field.given()) return metrics;
  if (field.node().kind() != yaml::Node::Kind::kMapping) {
    field.Expected("a mapping of names to metrics",
                   "; write {NAME: {regex: PATTERN}}");
    return metrics;
  }
  for (const yaml::Node::Entry& entry : field.node().entries()) {
    const yaml::Field value = field.Value(entry);
    if (!CheckName(value, *entry.key)) continue;
    Metric metric = ReadMetric(value, context);
    metric.name = std::string(entry.key->text());
    metric.location =
        field.context()->document->PlaceText(entry.key->location());
    const auto [first, is_new] = names->emplace(metric.name, metric.location);
    if (!is_new) {
      value.KeyError(absl::StrCat("duplicate metric ",
                                  base::Quoted(yaml::ShownKey(*entry.key)),
                                  "; the first is at ", first->second));
    }
    metrics.push_back(std::move(metric));
  }
  return metrics;
}

}  // namespace servo::config
