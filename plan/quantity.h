// Numbers, durations and sizes as tools print them.
#ifndef PLAN_QUANTITY_H_
#define PLAN_QUANTITY_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plan/metric.h"

namespace servo::plan {

// Each of these takes a text that a look-up has found, blanks around it
// allowed, and says in a kInvalidArgument what it expected instead of it. A
// number that is too large, "nan", "inf" and "infinity" in any case and with
// any sign are numbers that are not finite, and the caller's to drop. They need
// no unit.

// A decimal number with an optional exponent: "12", "-1.5e3". What has neither
// point nor exponent and fits is an integer.
absl::StatusOr<Number> ParseNumber(absl::string_view text);

// Numbers with units of time, each smaller than the one before, added up and
// converted to `unit`: "1m30s", "4.1 ms", "2 seconds". kInvalidArgument also if
// a number has no unit.
absl::StatusOr<Number> ParseDurationIn(absl::string_view unit,
                                       absl::string_view text);

// A number with a unit of size, converted to `unit` if that is one of them,
// else to bytes: "1.5 MiB", "200kB", "3K". K, M, G, T and KiB, MiB, ... are
// powers of 1024; kB, KB, MB, ... powers of 1000. kInvalidArgument also if the
// number has no unit.
absl::StatusOr<Number> ParseBytesIn(absl::string_view unit,
                                    absl::string_view text);

// An integer if `value` is one that a double holds exactly (up to 2^53), else
// `value` itself.
Number SimplestNumber(double value);

// Whether `unit` names a unit of time: what ParseDurationIn() can convert to.
bool IsTimeUnit(absl::string_view unit);

}  // namespace servo::plan

#endif  // PLAN_QUANTITY_H_
