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

std::string PathIn(const std::string& cwd, const std::string& path) {
  if (cwd.empty() || path.starts_with('/')) return path;
  return cwd + "/" + path;
}

}  // namespace servo::exec
