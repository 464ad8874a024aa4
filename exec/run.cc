#include "exec/run.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/ppoll_loop.h"
#include "exec/posix_runner.h"

namespace servo::exec {

absl::StatusOr<Result> Run(const Command& command, const Options& options) {
  base::PpollLoop loop;
  absl::StatusOr<std::unique_ptr<Runner>> runner = NewPosixRunner(&loop);
  if (!runner.ok()) return runner.status();
  std::optional<Result> result;
  absl::StatusOr<std::unique_ptr<Process>> process = (*runner)->Start(
      command, options, [&](Result how) { result = std::move(how); });
  if (!process.ok()) return process.status();
  loop.RunUntil([&] { return result.has_value(); });
  return *std::move(result);
}

}  // namespace servo::exec
