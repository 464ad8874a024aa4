// The keys as tables for the documentation.
#ifndef CONFIG_KEY_TABLE_H_
#define CONFIG_KEY_TABLE_H_

#include <string>

namespace servo::config {

// Tables in GitHub's Markdown, made from keys.h: the section's keys, a
// task's, a request's, and those of their mappings; each below a heading of
// the third level. Ends with a line break.
std::string KeyTables();

}  // namespace servo::config

#endif  // CONFIG_KEY_TABLE_H_
