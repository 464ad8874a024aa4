// What a metric is made of: where its values are found, how they become one
// number, and what that number may be.
#ifndef PLAN_METRIC_H_
#define PLAN_METRIC_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/time/time.h"
#include "jsonpath/path.h"
#include "plan/lookup.h"

namespace servo::plan {

// A metric's value: an integer stays one.
using Number = std::variant<int64_t, double>;

// How the text of a value is read (language.md section 2, `as`).
enum class Quantity {
  kNumber,    // a decimal number; a JSON boolean is 1 or 0
  kDuration,  // a number and a unit of time
  kBytes,     // a number and a unit of size
};

// How several values become one (language.md section 2, `take`; section 3,
// `over`).
struct Reduction {
  enum class Kind {
    kFirst,
    kLast,
    kSum,
    kMean,
    kMin,
    kMax,
    kCount,
    kPercentile,  // nearest rank
    kIncrease,    // growth of a counter; a fall is a restart at 0
    kRate,        // that growth per second
  };
  Kind kind = Kind::kFirst;
  double percentile = 0;  // 0.1 to 99.99, of kPercentile alone
};

// What stands for a metric of which no value was found.
struct AbsentValue {
  enum class Kind {
    kFail,    // the attempt fails
    kSkip,    // the metric is left out, with a warning
    kNumber,  // `number` is taken
  };
  Kind kind = Kind::kFail;
  Number number = int64_t{0};
};

// How one JSON answer becomes several series (language.md section 3).
struct JsonSeries {
  jsonpath::Path items;
  jsonpath::Path id;
  jsonpath::Path points;
  absl::Duration time_unit = absl::Seconds(1);  // of the points' times
};

// The samples are returned instead of a number.
struct SampleSeries {};

// One metric of a task, all defaults filled in.
struct Metric {
  std::string name;
  std::string location;  // "config.yaml:12:7", of its name
  Lookup lookup;
  std::string unit;         // may be empty: none
  std::string description;  // may be empty: none
  Quantity quantity = Quantity::kNumber;
  double scale = 1;
  double offset = 0;
  Reduction take;  // of one attempt's or round's values
  Reduction over = {.kind = Reduction::Kind::kMean};  // of samples
  AbsentValue absent;
  std::optional<double> at_least;
  std::optional<double> at_most;
  std::variant<std::monostate, SampleSeries, JsonSeries> series;
};

// What was found for a metric, `scale` and `offset` applied. The plan holds the
// metric.
struct MetricValue {
  const Metric* metric = nullptr;
  Number value;
};

}  // namespace servo::plan

#endif  // PLAN_METRIC_H_
