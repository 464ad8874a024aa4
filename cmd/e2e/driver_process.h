// One driver as a process, seen from the program that started it.
#ifndef CMD_E2E_DRIVER_PROCESS_H_
#define CMD_E2E_DRIVER_PROCESS_H_

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "nlohmann/json.hpp"

namespace servo::e2e {

// What is started, and how its standard streams are made.
struct DriverCommand {
  std::vector<std::string> argv;  // a path first

  // Set beside what the test's own environment has.
  std::vector<std::pair<std::string, std::string>> environment;

  // What it reads; none: its stdin stays open and silent.
  std::optional<std::string> input;

  // Its stdin stays open after the input.
  bool keeps_stdin_open = false;

  // Stdout as a socket on which each write arrives as it was made, so that a
  // line in two writes is found out, unless it is so long that it may come in
  // pieces; otherwise a pipe, as the core uses.
  bool stdout_keeps_writes = false;

  // 0, 1 and 2 that it does not get at all.
  std::vector<int> closed_streams;
};

// Starts a driver, reads what it says line by line as the core does, and checks
// each line against contract.md section 1. The core's habits: it sends SIGUSR1
// for every progress line once it wants to cancel, and takes a driver for done
// when both its streams are at their end.
//
// SERVO_EXEC_E2E_UNDER in the test's environment, a program's path and its
// arguments with blanks between them, starts every driver under that program:
// tools/valgrind.sh uses it.
//
// Lives on the loop's thread. Destruction kills and reaps a driver that still
// runs.
class DriverProcess {
 public:
  DriverProcess(base::Loop* loop, const DriverCommand& command);
  ~DriverProcess();
  DriverProcess(const DriverProcess&) = delete;
  DriverProcess& operator=(const DriverProcess&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal) const;

  // From now on each progress line is answered with SIGUSR1, the last one too.
  void CancelAsTheCore();

  // Called for each line of stdout, as it came, after the checks.
  void OnLine(std::function<void(absl::string_view)> callback) {
    on_line_ = std::move(callback);
  }

  // Goes away as the reader of stdout.
  void CloseStdout();

  // Stops reading stdout, and goes on.
  void StopReading() { out_.watch.Reset(); }
  void GoOnReading();

  // Whether all of the input has gone into the pipe to it.
  bool has_taken_input() const { return unsent_input_.empty(); }

  // Whether the process was reaped and both streams are at their end.
  bool over() const { return exited_ && out_.at_end && err_.at_end; }

  // Whether the process was reaped.
  bool exited() const { return exited_; }

  // The exit code, or minus the signal. Once over().
  int exit_code() const { return exit_code_; }

  // The progress lines; the line without "progress", or null.
  const std::vector<nlohmann::json>& progress() const { return progress_; }
  const nlohmann::json& answer() const { return answer_; }
  const std::string& errors() const { return err_.text; }

  // What /proc calls the pipe that is its stdout: "pipe:[4711]".
  std::string stdout_pipe() const;

  // Whether a progress line's message has `text` in it.
  bool Said(absl::string_view text) const;

  // All rules of section 1 that were broken, told for a person.
  const std::vector<std::string>& violations() const { return violations_; }

 private:
  struct Stream {
    base::UniqueFd fd;
    base::Loop::Registration watch;
    std::string text;  // of stdout: the line that is not complete yet
    bool at_end = false;
  };

  void Spawn(const DriverCommand& command, const int (&fds)[3]);
  void Read(Stream* stream);
  void TakeStdout(absl::string_view bytes);
  void TakeLine(absl::string_view line);
  void TakeProgress(const nlohmann::json& line);
  void EndOf(Stream* stream);
  void Violation(absl::string_view what, absl::string_view line);
  void WriteInput();
  void Reap();

  base::Loop* const loop_;
  pid_t pid_ = -1;
  bool stdout_keeps_writes_;
  base::UniqueFd in_;
  base::Loop::Registration in_watch_;
  std::string unsent_input_;
  bool keeps_stdin_open_;
  Stream out_;
  Stream err_;
  base::UniqueFd pidfd_;
  base::Loop::Registration exit_watch_;
  bool exited_ = false;
  int exit_code_ = 0;
  bool cancelling_ = false;
  std::function<void(absl::string_view)> on_line_;
  std::vector<nlohmann::json> progress_;
  nlohmann::json answer_;
  std::vector<std::string> violations_;
};

}  // namespace servo::e2e

#endif  // CMD_E2E_DRIVER_PROCESS_H_
