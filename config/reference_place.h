// Where a reference may stand, and what to do where it may not (language.md
// section 4).
#ifndef CONFIG_REFERENCE_PLACE_H_
#define CONFIG_REFERENCE_PLACE_H_

#include <string>

#include "plan/reference.h"

namespace servo::config {

// Where a text stands, for what it may refer to.
enum class Place {
  kNowhere,   // no reference at all
  kCwd,       // the working directory of a process
  kShell,     // a shell command
  kProgram,   // the program of a command
  kArgument,  // an argument, or a path that the driver opens
  kUrl,       // the URL of a request
  kText,      // where any value may be
  kJsonData,  // `data` whose type is JSON
  kLoader,    // a variable that changes what a program loads
};

// Whose text it is.
enum class Owner { kSection, kProcess, kRequest };

// Why `reference` cannot stand in `place`, and what to do instead; empty if it
// can.
std::string ProblemOfPlace(const plan::Reference& reference, Place place,
                           Owner owner);

}  // namespace servo::config

#endif  // CONFIG_REFERENCE_PLACE_H_
