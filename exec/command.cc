#include "exec/command.h"

#include <iterator>

namespace servo::exec {

Command Shell(std::string script, std::vector<std::string> shell_args) {
  Command command;
  command.argv = {"/bin/sh", "-c", std::move(script)};
  command.argv.insert(command.argv.end(),
                      std::make_move_iterator(shell_args.begin()),
                      std::make_move_iterator(shell_args.end()));
  return command;
}

}  // namespace servo::exec
