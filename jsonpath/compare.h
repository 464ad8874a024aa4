// How values compare (RFC 9535, section 2.3.5.2.2). Internal.
#ifndef JSONPATH_COMPARE_H_
#define JSONPATH_COMPARE_H_

#include <compare>

#include "jsonpath/budget.h"
#include "jsonpath/query.h"
#include "nlohmann/json.hpp"

namespace servo::jsonpath {

// The order of two numbers, exact whatever their types: 2^53 + 1 as an integer
// is more than 2^53 as a double. A NaN is unordered.
std::partial_ordering CompareNumbers(const nlohmann::json& a,
                                     const nlohmann::json& b);

// Whether `left comparator right` holds; null is Nothing, the result of a query
// that found no value. Takes no stack for deep values. False once the budget is
// exhausted.
bool Holds(Comparator comparator, const nlohmann::json* left,
           const nlohmann::json* right, Budget* budget);

}  // namespace servo::jsonpath

#endif  // JSONPATH_COMPARE_H_
