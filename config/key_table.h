// The keys as tables for the documentation.
#ifndef CONFIG_KEY_TABLE_H_
#define CONFIG_KEY_TABLE_H_

#include <string>

#include "yaml/key_spec.h"

namespace servo::config {

// What may stand as the value of a key, in a few words: "duration > 0".
std::string TypeName(const yaml::KeySpec& spec);

// Tables in GitHub's Markdown, made from keys.h: the section's keys, a
// task's, a request's, and those of its mappings `auth` and `cert`; each below
// a heading of the third level. Ends with a line break.
std::string KeyTables();

}  // namespace servo::config

#endif  // CONFIG_KEY_TABLE_H_
