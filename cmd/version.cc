#include "cmd/version.h"

namespace servo::cmd {

const char kVersion[] = SERVO_EXEC_VERSION;

}  // namespace servo::cmd
