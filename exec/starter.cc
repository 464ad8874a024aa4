#include "exec/starter.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/write_all.h"
#include "exec/above_standard_fds.h"
#include "exec/start_error.h"

namespace servo::exec {
namespace {

// When a limit of processes is met, one may just be ending.
constexpr std::chrono::milliseconds kForkRetryDelays[] = {
    std::chrono::milliseconds(1), std::chrono::milliseconds(4),
    std::chrono::milliseconds(10)};

bool IsShortage(int error) { return error == EMFILE || error == ENFILE; }

// A file in memory that holds `text` and cannot be changed. 0 or an errno
// value.
int MakeInput(const std::string& text, base::UniqueFd& input) {
  input =
      AboveStandardFds(memfd_create("stdin", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!input.valid()) return errno;
  if (const int error = base::WriteAll(input.get(), text); error != 0) {
    return error;
  }
  if (lseek(input.get(), 0, SEEK_SET) != 0 ||
      fcntl(input.get(), F_ADD_SEALS,
            F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) {
    return errno;
  }
  return 0;
}

std::variant<Spawned, SpawnFailure> SpawnPatiently(
    const SpawnRequest& request, absl::FunctionRef<void()> reap) {
  std::variant<Spawned, SpawnFailure> spawned = Spawn(request);
  for (auto delay : kForkRetryDelays) {
    const auto* failure = std::get_if<SpawnFailure>(&spawned);
    if (failure == nullptr || failure->step != SpawnFailure::kFork ||
        failure->error != EAGAIN) {
      break;
    }
    // What has ended but is not reaped counts as well.
    reap();
    std::this_thread::sleep_for(delay);
    spawned = Spawn(request);
  }
  return spawned;
}

}  // namespace

Starter::Starter(const Options& options) : options_(options) {
  if (options_.raise_descriptor_limit) raised_limit_.emplace();
}

// 0 or an errno value.
int Starter::MakePipe(Pipe& pipe) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  pipe.read_end = AboveStandardFds(ends[0]);
  pipe.write_end = AboveStandardFds(ends[1]);
  const bool made = pipe.read_end.valid() && pipe.write_end.valid() &&
                    fcntl(pipe.read_end.get(), F_SETFL, O_NONBLOCK) == 0;
  return made ? 0 : errno;
}

// 0 or an errno value.
int Starter::OpenEmptyInput() {
  if (empty_input_.valid()) return 0;
  empty_input_ = AboveStandardFds(open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (empty_input_.valid()) return 0;
  if (IsShortage(errno)) return errno;
  // A root directory without devices: a pipe that nobody writes to is as empty.
  Pipe pipe;
  const int error = MakePipe(pipe);
  if (error == 0 && fcntl(pipe.read_end.get(), F_SETFL, 0) == 0) {
    empty_input_ = std::move(pipe.read_end);
  }
  return error;
}

absl::Status Starter::MakeStreams(const Command& command, Streams& streams,
                                  bool& short_of_descriptors) {
  const auto failed = [&](absl::string_view what, int error) {
    short_of_descriptors = IsShortage(error);
    return StartResourceError(command, what, error);
  };
  if (command.stdin_text.has_value()) {
    if (int error = MakeInput(*command.stdin_text, streams.input); error != 0) {
      return failed("its standard input", error);
    }
  } else if (int error = OpenEmptyInput(); error != 0) {
    return failed("its standard input, /dev/null", error);
  }
  for (Pipe* pipe : {&streams.out, &streams.err}) {
    if (int error = MakePipe(*pipe); error != 0) {
      return failed("a pipe for its output", error);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Starter::Started> Starter::TryToStart(
    const Command& command, const Invocation& invocation,
    absl::FunctionRef<void()> reap, bool& short_of_descriptors) {
  Streams streams;
  if (absl::Status made = MakeStreams(command, streams, short_of_descriptors);
      !made.ok()) {
    return made;
  }
  const base::UniqueFd& input =
      streams.input.valid() ? streams.input : empty_input_;
  std::variant<Spawned, SpawnFailure> spawned = SpawnPatiently(
      {.invocation = &invocation,
       .stdin_fd = input.get(),
       .stdout_fd = streams.out.write_end.get(),
       .stderr_fd = streams.err.write_end.get(),
       .descriptor_limit =
           raised_limit_.has_value() ? &raised_limit_->original() : nullptr,
       .cgroup_procs = cgroup_procs_,
       .die_with = options_.die_with_parent ? getpid() : 0},
      reap);
  if (const auto* failure = std::get_if<SpawnFailure>(&spawned)) {
    short_of_descriptors =
        failure->step == SpawnFailure::kFork && IsShortage(failure->error);
    return StartError(command, invocation, *failure);
  }
  return Started{std::get<Spawned>(std::move(spawned)),
                 std::move(streams.out.read_end),
                 std::move(streams.err.read_end)};
}

absl::StatusOr<Starter::Started> Starter::Start(
    const Command& command, const Invocation& invocation,
    absl::FunctionRef<bool()> free_descriptors,
    absl::FunctionRef<void()> reap) {
  for (;;) {
    bool short_of_descriptors = false;
    absl::StatusOr<Started> started =
        TryToStart(command, invocation, reap, short_of_descriptors);
    if (started.ok() || !short_of_descriptors || !free_descriptors()) {
      return started;
    }
  }
}

}  // namespace servo::exec
