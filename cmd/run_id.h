// The name of a run.
#ifndef CMD_RUN_ID_H_
#define CMD_RUN_ID_H_

#include <string>

namespace servo::cmd {

// 12 of [a-z0-9], a letter first, new at every call: for names of containers,
// jobs and files. Not fit to be a secret.
std::string NewRunId();

}  // namespace servo::cmd

#endif  // CMD_RUN_ID_H_
