#include "cmd/run_by_hand.h"

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/quoted.h"
#include "base/utf8.h"
#include "cmd/live_display.h"
#include "cmd/measure_driver.h"
#include "cmd/plain_display.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "plan/quantity.h"
#include "protocol/driver_run.h"
#include "protocol/exit_codes.h"
#include "protocol/hand_run.h"
#include "protocol/log.h"
#include "protocol/messages.h"
#include "report/live_listener.h"
#include "report/metrics_file.h"
#include "report/run_summary.h"
#include "report/wording.h"

namespace servo::cmd {
namespace {

// A century, to which the request's numbers are cut (protocol/request.h). Who
// types more has mistyped.
constexpr double kLongestSeconds = 100 * 365.25 * 24 * 3600;

// All that stdout gets.
std::string EndText(const MeasureDriver& driver, const protocol::Answer& answer,
                    absl::Duration took, bool json) {
  if (json) return protocol::ToString(protocol::AnswerLine(answer));
  const std::string table = report::MetricsTable(driver.ShownRows());
  const absl::string_view result =
      report::ResultWord(answer.status, answer.reason);
  return absl::StrCat(
      table, table.empty() ? "" : "\n",
      report::SummaryText(result, answer.reason, answer.message, took));
}

}  // namespace

absl::StatusOr<absl::Duration> ParseLength(absl::string_view text) {
  absl::StatusOr<plan::Number> number = plan::ParseNumber(text);
  if (!number.ok()) number = plan::ParseDurationIn("s", text);
  const double seconds =
      number.ok()
          ? std::visit([](auto value) { return static_cast<double>(value); },
                       *number)
          : -1;
  const auto refuse = [text](absl::string_view expected) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected ", expected, ", found ", base::Quoted(text)));
  };
  if (seconds > kLongestSeconds) return refuse("a century at most");
  if (!std::isfinite(seconds) || seconds < 0) {
    return refuse("a duration that is not negative, as 30, 1m30s or 500ms");
  }
  return absl::Seconds(seconds);
}

int RunByHand(const HandRunOptions& options, const protocol::Streams& streams,
              base::Loop* loop, protocol::SignalSource* signals) {
  protocol::Log log(loop, streams.err, options.program, options.verbose,
                    protocol::Log::Reader::kPerson);
  const bool live = CanRepaint(streams.err);
  report::LiveListener listener;
  MeasureDriver driver(
      loop, options.places, options.section, options.strict,
      {.only = options.only,
       .metrics_path = options.metrics_path,
       .report_dir = options.report_dir,
       .on_plan = [&](const plan::Plan& plan) { listener.SetPlan(plan); },
       .listener = live ? &listener : nullptr});
  bool limits_broken = false;
  const absl::Duration begin = loop->Now();
  MakeSummary summary = [&](const protocol::Answer& answer) {
    limits_broken = answer.reason == report::kReasonLimits;
    return EndText(driver, answer, loop->Now() - begin, options.json);
  };
  std::unique_ptr<protocol::HandRunDisplay> display;
  if (live) {
    display = std::make_unique<LiveDisplay>(loop, streams.err, options.verbose,
                                            &listener, std::move(summary));
  } else {
    display = std::make_unique<PlainDisplay>(&log, std::move(summary));
  }
  protocol::HandRun run(loop, streams.out, signals, display.get(), &driver);
  run.Begin(options.app_id, options.control);
  const int exit_code = protocol::TurnUntilOver(loop, &run);
  protocol::TellAfterAnswer(&driver, loop, &log, "warning: ");
  if (const std::string path = driver.report_path(); !path.empty()) {
    log.Warn(absl::StrCat("report: ", base::ToValidUtf8(path)));
  }
  const bool is_failure = exit_code == protocol::kExitFailed;
  return is_failure && limits_broken ? protocol::kExitLimits : exit_code;
}

}  // namespace servo::cmd
