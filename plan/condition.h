// What is demanded of the values that a look-up finds (language.md section 5).
#ifndef PLAN_CONDITION_H_
#define PLAN_CONDITION_H_

#include <string>
#include <variant>

#include "plan/lookup.h"
#include "plan/metric.h"

namespace servo::plan {

// How a value is compared.
enum class Comparison {
  kExists,     // it is there; an empty source without a finder is not
  kAbsent,     // it is not there
  kEquals,     // as the operand's type says
  kNotEquals,  // the same
  kAtLeast,    // as a number
  kAtMost,     // as a number
  kContains,   // its text has the operand in it
  kMatches,    // its text has a match of `regex`
};

// What a value is compared with.
struct Operand {
  // A word of JSON: true, false or null.
  enum class Word { kTrue, kFalse, kNull };

  // The text as written in the configuration; of kMatches the regex.
  std::string text;

  // What kEquals and kNotEquals compare: the text, a number, or JSON. Of
  // kAtLeast and kAtMost a number.
  std::variant<std::monostate, Number, Word> value;
};

// A look-up with a comparison.
struct Condition {
  Lookup lookup;

  // The number of values is compared, in place of the values.
  bool counts = false;

  // One value that fulfils it is enough; else all must. Of no value only
  // kAbsent holds.
  bool any = false;

  Comparison comparison = Comparison::kExists;
  Operand operand;  // of all but kExists and kAbsent

  // Of kMatches alone; null if its text has references, whose values only a run
  // knows (regex_with_values.h).
  Lookup::Regex regex;
};

}  // namespace servo::plan

#endif  // PLAN_CONDITION_H_
