// Look-ups and conditions as --dry-run shows them.
#ifndef CONFIG_LOOKUP_SUMMARY_H_
#define CONFIG_LOOKUP_SUMMARY_H_

#include <string>

#include "plan/condition.h"
#include "plan/lookup.h"

namespace servo::config {

// `body, jsonpath "$.id"`.
std::string LookupSummary(const plan::Lookup& lookup);

// `from body, jsonpath "$.state", equals "done", of all`.
std::string ConditionSummary(const plan::Condition& condition);

}  // namespace servo::config

#endif  // CONFIG_LOOKUP_SUMMARY_H_
