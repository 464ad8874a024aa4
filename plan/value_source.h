// Where the sections `secrets` and `values` take their texts from
// (language.md section 4).
#ifndef PLAN_VALUE_SOURCE_H_
#define PLAN_VALUE_SOURCE_H_

#include <string>

namespace servo::plan {

struct ValueSource {
  enum class Kind {
    kText,        // `argument` is the text itself
    kFile,        // a file: its path
    kVariable,    // a variable of the driver's environment: its name
    kCredential,  // a file in $CREDENTIALS_DIRECTORY: its name, without "/"
  };

  Kind kind = Kind::kText;
  std::string argument;
};

// One entry of a section. The text itself is read when a run begins.
struct NamedValue {
  std::string name;  // [A-Za-z_][A-Za-z0-9_]{0,63}
  ValueSource source;

  // Where it stands, for messages.
  std::string file;
  int line = 0;
  int column = 0;
  std::string path;  // "exec.secrets.token"
};

}  // namespace servo::plan

#endif  // PLAN_VALUE_SOURCE_H_
