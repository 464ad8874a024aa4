// Whether an attempt succeeded, and the texts that tell of it.
#ifndef STAGES_VERDICT_H_
#define STAGES_VERDICT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "exec/runner.h"
#include "http/request.h"
#include "plan/plan.h"

namespace servo::stages {

// The judgement of one attempt, whatever the task's mode: the form in which
// results are read by the rest of the engine.
struct Verdict {
  bool success = false;
  bool timed_out = false;

  // The exit code, the negative number of the signal that ended the process, or
  // the HTTP status; none when the attempt got none (it could not start, no
  // answer came).
  std::optional<int> code;

  // Of a failure: "exit code 7; stderr: no such host". One or a few lines.
  std::string why;

  // What a notification of this attempt says of its output:
  // "stdout: OUT, stderr: ERR" or "status: LINE, response: BODY".
  std::string output;

  // How long the server asked to be left alone (RFC 9110 section 10.2.3).
  std::optional<absl::Duration> retry_after;
};

// A process that ran. Its end within the time must be by an exit code that the
// action lists as success.
Verdict JudgeProcess(const plan::ProcessAction& action,
                     const exec::Result& result);

// A request that was sent. `now` is the wall clock's, for a Retry-After that is
// a date.
Verdict JudgeRequest(const plan::RequestAction& action,
                     const absl::StatusOr<http::Response>& response,
                     absl::Time now);

// An attempt that nothing came of.
Verdict CouldNotStart(const absl::Status& status);

// How a process ended, in words: "exit code 7", "killed by SIGSEGV".
std::string DescribeCode(int code);

// "Task NAME failed with result 7: WHY", "Task NAME timed out. WHY" or, where
// there is no result, "Task NAME failed: WHY". (contract.md section 3, message
// texts.)
std::string FailureText(const plan::Task& task, const Verdict& verdict);

// "2 processes could not be killed: 1234 (rsync), 1235 (dd)". Not empty.
std::string UnkillableText(const std::vector<exec::Unkillable>& unkillable);

// The notification of an attempt: "Task NAME completed. OUTPUT", or
// "Task NAME timed out. OUTPUT". (contract.md section 3, message texts.)
std::string NotificationText(const plan::Task& task, const Verdict& verdict);

}  // namespace servo::stages

#endif  // STAGES_VERDICT_H_
