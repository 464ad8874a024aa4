// Reading the sections `secrets` and `values`.
#ifndef CONFIG_SOURCE_READER_H_
#define CONFIG_SOURCE_READER_H_

#include <vector>

#include "plan/value_source.h"
#include "yaml/reader.h"

namespace servo::config {

// Each adds the entries of its section to `out`. Problems are reported. A
// secret comes from a source, a value may be a text too.
void ReadSecrets(const yaml::Field& field, std::vector<plan::NamedValue>* out);
void ReadValues(const yaml::Field& field, std::vector<plan::NamedValue>* out);

}  // namespace servo::config

#endif  // CONFIG_SOURCE_READER_H_
