// The keys that stand beside the section, at the top level of the file.
#ifndef CONFIG_TOP_LEVEL_H_
#define CONFIG_TOP_LEVEL_H_

#include "yaml/diagnostics.h"
#include "yaml/document.h"

namespace servo::config {

// Reports the keys of `root`, a mapping, that look like the section
// kSectionName or a part of it.
//
// Without a section, or with a null one, each is an error: what it says would
// not run. `secrets` and `values` alone are another driver's.
//
// Beside a section only a stage is an error: with tasks, or null. All else can
// belong to another driver and is ignored; an option of the section, and its
// name in capitals, are warned of.
void CheckTopLevel(const yaml::Document& document, const yaml::Node& root,
                   yaml::Diagnostics* diagnostics);

}  // namespace servo::config

#endif  // CONFIG_TOP_LEVEL_H_
