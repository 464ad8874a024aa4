// What a task hands on to later ones (language.md section 4).
#ifndef PLAN_CAPTURE_H_
#define PLAN_CAPTURE_H_

#include <string>

#include "plan/lookup.h"

namespace servo::plan {

// One captured value of a task, all defaults filled in.
struct Capture {
  std::string name;      // [A-Za-z_][A-Za-z0-9_]{0,63}
  std::string location;  // "config.yaml:12:7", of its name
  Lookup lookup;
  bool may_be_absent = false;  // else nothing found fails the attempt
  bool last = false;           // of several; else the first
  bool secret = false;         // masked from then on

  // Must match the whole text; null: any text will do.
  Lookup::Regex matches;
};

}  // namespace servo::plan

#endif  // PLAN_CAPTURE_H_
