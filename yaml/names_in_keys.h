// Which keys of a mapping are names that an author has chosen: messages show
// them.
#ifndef YAML_NAMES_IN_KEYS_H_
#define YAML_NAMES_IN_KEYS_H_

#include <vector>

#include "yaml/document.h"
#include "yaml/key_spec.h"

namespace servo::yaml {

// What an author may choose as keys of the mapping that is a key's value.
enum class NamesInKeys {
  kNone,     // keys are a table's, or may be anything: names of headers, ...
  kWords,    // names of letters, digits and "_", 64 at most
  kSecrets,  // the same of secrets; one of them may stand there by a slip
  kTexts,    // any names
};

// What the keys of a value of this type are. Of secrets the names are shown
// only in the path of what is wrong with them.
NamesInKeys NamesIn(ValueType type);

// The keys of `mapping` that are such names. By a slip any text can become a
// key: so each must have a mapping of its own, and stand beside keys without a
// flaw.
std::vector<const Node*> NamesOf(NamesInKeys names, const Node& mapping);

}  // namespace servo::yaml

#endif  // YAML_NAMES_IN_KEYS_H_
