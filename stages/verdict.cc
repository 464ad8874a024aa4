#include "stages/verdict.h"

#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "http/retry_after.h"

namespace servo::stages {
namespace {

// How much of a task's output a failure shows. The answer is read by people,
// in a message that the core adds its own words to.
constexpr size_t kShownBytes = 1024;

// What the process said last: of stderr, where programs complain, else of
// stdout. Begins with a separator unless it is empty.
std::string LastWords(const exec::Result& result) {
  std::string text = result.err.TailText(kShownBytes);
  if (!text.empty()) return absl::StrCat("; stderr: ", text);
  text = result.out.TailText(kShownBytes);
  if (!text.empty()) return absl::StrCat("; stdout: ", text);
  return "";
}

// The text that a notification and a timeout's message have in common; the
// odd punctuation is part of the contract.
std::string TimedOutOutput(const std::string& out, const std::string& err) {
  return absl::StrCat("stdout ", out, ":, stderr: ", err);
}

}  // namespace

std::string DescribeCode(int code) {
  if (code >= 0) return absl::StrCat("exit code ", code);
  const char* name = sigabbrev_np(-code);
  if (name == nullptr) return absl::StrCat("killed by signal ", -code);
  return absl::StrCat("killed by SIG", name);
}

Verdict JudgeProcess(const plan::ProcessAction& action,
                     const exec::Result& result) {
  Verdict verdict;
  verdict.code = result.code;
  if (result.ending == exec::Ending::kTimedOut) {
    verdict.timed_out = true;
    verdict.why = TimedOutOutput(result.out.TailText(kShownBytes),
                                 result.err.TailText(kShownBytes));
    verdict.output = TimedOutOutput(result.out.Text(), result.err.Text());
    return verdict;
  }
  verdict.output = absl::StrCat("stdout: ", result.out.Text(),
                                ", stderr: ", result.err.Text());
  verdict.success = result.ending == exec::Ending::kExited &&
                    action.success_exitcodes.Contains(result.code);
  if (verdict.success) return verdict;
  verdict.why = DescribeCode(result.code);
  if (result.ending == exec::Ending::kStopped) {
    absl::StrAppend(&verdict.why, " after it was told to end");
  } else if (result.code >= 0 &&
             !(action.success_exitcodes == base::CodeRanges(0, 0))) {
    absl::StrAppend(&verdict.why, " (expected ",
                    action.success_exitcodes.ToString(), ")");
  }
  absl::StrAppend(&verdict.why, LastWords(result));
  return verdict;
}

Verdict JudgeRequest(const plan::RequestAction& action,
                     const absl::StatusOr<http::Response>& response,
                     absl::Time now) {
  Verdict verdict;
  if (!response.ok()) {
    verdict.timed_out = absl::IsDeadlineExceeded(response.status());
    verdict.why = std::string(response.status().message());
    verdict.output = absl::StrCat("no answer: ", verdict.why);
    return verdict;
  }
  verdict.code = response->status;
  verdict.output = absl::StrCat("status: ", response->status_line,
                                ", response: ", response->body.Text());
  verdict.success = action.success_codes.Contains(response->status);
  if (verdict.success) return verdict;
  verdict.retry_after = http::RetryAfter(response->headers, now);
  verdict.why = absl::StrFormat(
      "%s %s: %s (expected %s)", action.request.method, response->url,
      response->status_line, action.success_codes.ToString());
  const std::string body = response->body.HeadText(kShownBytes);
  if (!body.empty()) absl::StrAppend(&verdict.why, "; response: ", body);
  return verdict;
}

Verdict CouldNotStart(const absl::Status& status) {
  Verdict verdict;
  verdict.why = std::string(status.message());
  verdict.output = absl::StrCat("not started: ", verdict.why);
  return verdict;
}

std::string FailureText(const plan::Task& task, const Verdict& verdict) {
  if (verdict.timed_out) {
    return absl::StrFormat("Task %s timed out. %s", task.name, verdict.why);
  }
  if (!verdict.code.has_value()) {
    return absl::StrFormat("Task %s failed: %s", task.name, verdict.why);
  }
  return absl::StrFormat("Task %s failed with result %d: %s", task.name,
                         *verdict.code, verdict.why);
}

std::string UnkillableText(const std::vector<exec::Unkillable>& unkillable) {
  if (unkillable.front().pid == 0) {
    return "processes that the tasks left behind could not be killed (without "
           "/proc, it is not known which)";
  }
  return absl::StrFormat(
      "%d process%s could not be killed: %s", unkillable.size(),
      unkillable.size() == 1 ? "" : "es",
      absl::StrJoin(unkillable, ", ",
                    [](std::string* out, const exec::Unkillable& process) {
                      absl::StrAppend(out, process.pid, " (",
                                      absl::Utf8SafeCHexEscape(process.program),
                                      ")");
                    }));
}

std::string NotificationText(const plan::Task& task, const Verdict& verdict) {
  return absl::StrFormat("Task %s %s. %s", task.name,
                         verdict.timed_out ? "timed out" : "completed",
                         verdict.output);
}

}  // namespace servo::stages
