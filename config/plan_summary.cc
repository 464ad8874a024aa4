#include "config/plan_summary.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/masking.h"
#include "base/quoted.h"
#include "base/quoted_pattern.h"
#include "config/lookup_summary.h"
#include "config/plan_words.h"
#include "plan/condition.h"
#include "plan/lookup.h"
#include "plan/on_exit.h"
#include "plan/readiness.h"
#include "plan/value_source.h"

namespace servo::config {
namespace {

std::string SignalName(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? name : absl::StrCat(signal);
}

// Collects lines of "key: value", indented.
class Lines {
 public:
  // `indent` must outlive it. With `hides_values` no value of a variable or a
  // header is shown, and no user.
  Lines(std::string* out, bool hides_values, absl::string_view indent = "    ")
      : out_(*out), indent_(indent), hides_values_(hides_values) {}

  void Add(absl::string_view key, absl::string_view value) {
    absl::StrAppend(&out_, indent_, key, ": ", value, "\n");
  }

  // A variable or a header.
  void AddValue(absl::string_view kind, const std::string& name,
                const std::string& value) {
    const bool hidden = hides_values_ || base::IsSecretName(name);
    Add(absl::StrCat(kind, " ", name),
        hidden ? std::string(base::kMask)
               : base::QuotedWhole(base::MaskText(value)));
  }

  void AddUser(const std::string& username) {
    Add("auth", absl::StrCat(hides_values_ ? std::string(base::kMask)
                                           : base::QuotedWhole(username),
                             ", ", base::kMask));
  }

  // Text of several lines below its key.
  void AddText(absl::string_view key, absl::string_view text) {
    absl::ConsumeSuffix(&text, "\n");
    if (!absl::StrContains(text, '\n')) {
      Add(key, base::QuotedWhole(base::MaskText(text)));
      return;
    }
    absl::StrAppend(&out_, indent_, key, ":\n");
    for (const absl::string_view line : absl::StrSplit(text, '\n')) {
      absl::StrAppend(&out_, indent_, "  | ", Printable(base::MaskText(line)),
                      "\n");
    }
  }

 private:
  static std::string Printable(std::string line) {
    std::replace_if(
        line.begin(), line.end(),
        [](char c) { return absl::ascii_iscntrl(c) && c != '\t'; }, '?');
    return line;
  }

  std::string& out_;
  const absl::string_view indent_;
  const bool hides_values_;
};

void DescribeProcess(const plan::ProcessAction& process, bool expects_code,
                     Lines* lines) {
  const std::vector<std::string>& argv = process.command.argv;
  if (process.shell) {
    const std::vector<std::string> masked = base::MaskArguments(argv);
    lines->AddText("shell_exec", argv[2]);
    for (size_t i = 3; i < argv.size(); ++i) {
      lines->Add(absl::StrCat("argument $", i - 3),
                 ShellWord(argv[i], masked[i]));
    }
  } else {
    lines->Add("exec", ShellCommand(argv));
  }
  lines->Add("cwd", process.command.cwd.empty()
                        ? "the driver's"
                        : ShellWord(process.command.cwd));
  lines->Add("environment",
             process.command.clear_env ? "empty" : "the driver's");
  for (const auto& [name, value] : process.command.env) {
    lines->AddValue("env", name, value);
  }
  if (process.command.stdin_text) {
    lines->Add("stdin", Count(process.command.stdin_text->size(), "byte"));
  } else {
    lines->Add("stdin", "/dev/null");
  }
  lines->Add("success_exitcodes",
             expects_code ? "by expect" : process.success_exitcodes.ToString());
  lines->Add("kill_signal", SignalName(process.options.kill_signal));
  lines->Add("kill_timeout", Time(process.options.kill_timeout));
  lines->Add("max_output", Count(process.options.output_limit, "byte"));
}

void DescribeTls(const http::Tls& tls, Lines* lines) {
  lines->Add("verify", !tls.verify             ? "no"
                       : tls.ca_bundle.empty() ? "yes"
                                               : ShellWord(tls.ca_bundle));
  if (!tls.client_cert.empty()) lines->Add("cert", ShellWord(tls.client_cert));
  if (!tls.client_key.empty()) lines->Add("key", ShellWord(tls.client_key));
  if (!tls.client_key_passphrase.empty()) {
    lines->Add("passphrase", base::kMask);
  }
}

void DescribeRequest(const plan::RequestAction& action, bool expects_code,
                     Lines* lines) {
  const http::Request& request = action.request;
  lines->Add("request",
             absl::StrCat(request.method, " ", base::MaskUrl(request.url)));
  if (!request.unix_socket.empty()) {
    lines->Add("unix_socket", ShellWord(request.unix_socket));
  }
  for (const auto& [name, value] : request.headers) {
    lines->AddValue("header", name, value);
  }
  if (request.auth) lines->AddUser(request.auth->username);
  if (request.body) {
    lines->AddText("body", *request.body);
  } else if (!request.body_file.empty()) {
    lines->Add("body", absl::StrCat("file ", ShellWord(request.body_file)));
  } else {
    lines->Add("body", "none");
  }
  lines->Add("http_timeout", Time(request.idle_timeout));
  lines->Add("allow_redirects", request.follow_redirects ? "yes" : "no");
  DescribeTls(request.tls, lines);
  lines->Add("success_codes",
             expects_code ? "by expect" : action.success_codes.ToString());
  if (!request.save_to.empty()) {
    lines->Add("save_to", ShellWord(request.save_to));
  }
  lines->Add("max_output", Count(request.output_limit, "byte"));
}

void DescribeRetries(const plan::RetryPolicy& retry, Lines* lines) {
  if (retry.retry_for) lines->Add("retry_for", Time(*retry.retry_for));
  if (!retry.any()) {
    lines->Add("retries", "none");
    return;
  }
  lines->Add(
      "retries",
      absl::StrCat(retry.unlimited ? "no limit" : absl::StrCat(retry.retries),
                   ", delay ", Time(retry.delay), ", backoff ", retry.backoff,
                   ", longest delay ", Time(retry.max_delay)));
}

std::string ReductionName(const plan::Reduction& reduction) {
  using Kind = plan::Reduction::Kind;
  switch (reduction.kind) {
    case Kind::kFirst:
      return "first";
    case Kind::kLast:
      return "last";
    case Kind::kSum:
      return "sum";
    case Kind::kMean:
      return "mean";
    case Kind::kMin:
      return "min";
    case Kind::kMax:
      return "max";
    case Kind::kCount:
      return "count";
    case Kind::kPercentile:
      return absl::StrCat("p", reduction.percentile);
    case Kind::kIncrease:
      return "increase";
    case Kind::kRate:
      return "rate";
  }
  return "";  // not an enumerator
}

std::string AbsentName(const plan::AbsentValue& absent) {
  switch (absent.kind) {
    case plan::AbsentValue::Kind::kFail:
      return "fail";
    case plan::AbsentValue::Kind::kSkip:
      return "skip";
    case plan::AbsentValue::Kind::kNumber:
      return std::visit([](auto number) { return absl::StrCat(number); },
                        absent.number);
  }
  return "";  // not an enumerator
}

void DescribeMetric(const plan::Metric& metric, Lines* lines) {
  constexpr const char* kQuantities[] = {"number", "duration", "bytes"};
  std::string text = absl::StrCat(
      "from ", LookupSummary(metric.lookup), ", as ",
      kQuantities[static_cast<size_t>(metric.quantity)], ", take ",
      ReductionName(metric.take), ", absent ", AbsentName(metric.absent));
  if (!metric.unit.empty()) {
    absl::StrAppend(&text, ", unit ", base::QuotedWhole(metric.unit));
  }
  if (metric.scale != 1) absl::StrAppend(&text, ", scale ", metric.scale);
  if (metric.offset != 0) absl::StrAppend(&text, ", offset ", metric.offset);
  if (metric.at_least) absl::StrAppend(&text, ", at least ", *metric.at_least);
  if (metric.at_most) absl::StrAppend(&text, ", at most ", *metric.at_most);
  if (!metric.description.empty()) {
    absl::StrAppend(&text, ", description ",
                    base::QuotedWhole(metric.description));
  }
  lines->Add(absl::StrCat("metric ", base::QuotedWhole(metric.name)), text);
  if (const auto* series = std::get_if<plan::JsonSeries>(&metric.series)) {
    lines->Add(
        "  series",
        absl::StrCat("items ", base::QuotedWhole(series->items.text()), ", id ",
                     base::QuotedWhole(series->id.text()), ", points ",
                     base::QuotedWhole(series->points.text()), ", times in ",
                     Time(series->time_unit)));
  }
}

void DescribeCapture(const plan::Capture& capture, Lines* lines) {
  std::string text =
      absl::StrCat("from ", LookupSummary(capture.lookup), ", take ",
                   capture.last ? "last" : "first", ", absent ",
                   capture.may_be_absent ? "skip" : "fail",
                   capture.secret ? ", secret" : "");
  if (capture.matches != nullptr) {
    absl::StrAppend(
        &text, ", matches ",
        base::QuotedWholePattern(plan::RegexText(*capture.matches)));
  }
  lines->Add(absl::StrCat("capture ", capture.name), text);
}

std::string EndAfterName(plan::EndAfter end_after) {
  constexpr const char* kNames[] = {"window", "stop", "post"};
  return kNames[static_cast<size_t>(end_after)];
}

// "failed, cancelled"; empty if the task runs after all results.
std::string WhenText(const plan::RunsWhen& when) {
  if (when.success && when.failed && when.cancelled) return "";
  std::vector<absl::string_view> words;
  if (when.success) words.push_back("success");
  if (when.failed) words.push_back("failed");
  if (when.cancelled) words.push_back("cancelled");
  return absl::StrJoin(words, ", ");
}

std::string OnExitName(plan::OnExit on_exit) {
  constexpr const char* kNames[] = {"ignore", "warn", "fail", "fail_on_error",
                                    "end_window"};
  return kNames[static_cast<size_t>(on_exit)];
}

void DescribeTask(const plan::Task& task, bool hide_values, std::string* out) {
  absl::StrAppend(out, "  ", base::QuotedWhole(task.name), " (", task.location,
                  ")\n");
  Lines lines(out, hide_values);
  if (!task.description.empty()) {
    lines.AddText("description", task.description);
  }
  if (const auto* request = std::get_if<plan::RequestAction>(&task.action)) {
    DescribeRequest(*request, task.expects_code, &lines);
  } else if (const auto* await = std::get_if<plan::AwaitAction>(&task.action)) {
    lines.Add("await", base::QuotedWhole(await->name));
  } else {
    DescribeProcess(std::get<plan::ProcessAction>(task.action),
                    task.expects_code, &lines);
    lines.Add("async", task.background ? "yes" : "no");
    if (task.background) {
      lines.Add("end_after", EndAfterName(task.end_after));
      lines.Add("on_exit", OnExitName(task.on_exit));
      if (task.ready) {
        lines.Add("ready", absl::StrCat(SignText(*task.ready), ", within ",
                                        Time(task.ready->within), ", interval ",
                                        Time(task.ready->interval)));
      }
    }
  }
  if (task.begins_in_window) lines.Add("begin", "window");
  lines.Add("timeout", Time(task.timeout));
  DescribeRetries(task.retry, &lines);
  for (const plan::Condition& condition : task.expect) {
    lines.Add("expect", ConditionSummary(condition));
  }
  for (const plan::Condition& condition : task.give_up_if) {
    lines.Add("give_up_if", ConditionSummary(condition));
  }
  for (const plan::Condition& condition : task.end_window_if) {
    lines.Add("end_window_if", ConditionSummary(condition));
  }
  lines.Add("ignore_exitcode", task.ignore_exitcode ? "yes" : "no");
  lines.Add("notify", task.notify ? "yes" : "no");
  if (const std::string when = WhenText(task.when); !when.empty()) {
    lines.Add("when", when);
  }
  if (task.if_ran) lines.Add("if_ran", base::Quoted(task.if_ran->name));
  if (task.every) lines.Add("every", Time(*task.every));
  if (task.sample) lines.Add("sample", "yes");
  for (const plan::Capture& capture : task.captures) {
    DescribeCapture(capture, &lines);
  }
  for (const plan::Metric& metric : task.metrics) {
    DescribeMetric(metric, &lines);
    if (!task.takes_samples()) continue;
    const bool series =
        std::holds_alternative<plan::SampleSeries>(metric.series);
    lines.Add("  samples",
              series ? "returned as a series"
                     : absl::StrCat("over ", ReductionName(metric.over)));
  }
}

std::string SourceText(const plan::ValueSource& source) {
  using Kind = plan::ValueSource::Kind;
  switch (source.kind) {
    case Kind::kText:
      return base::QuotedWhole(base::MaskText(source.argument));
    case Kind::kFile:
      return absl::StrCat("file ", ShellWord(source.argument));
    case Kind::kVariable:
      return absl::StrCat("env ", ShellWord(source.argument));
    case Kind::kCredential:
      return absl::StrCat("credential ", ShellWord(source.argument));
  }
  return "";  // not an enumerator
}

// The names of a section and where their texts come from.
void DescribeValues(absl::string_view section,
                    const std::vector<plan::NamedValue>& values,
                    std::string* out) {
  if (values.empty()) return;
  absl::StrAppend(out, section, ":\n");
  for (const plan::NamedValue& value : values) {
    const bool is_secret_text =
        value.source.kind == plan::ValueSource::Kind::kText &&
        base::IsSecretName(value.name);
    absl::StrAppend(
        out, "  ", value.name, ": ",
        is_secret_text ? std::string(base::kMask) : SourceText(value.source),
        "\n");
  }
}

std::string DescribePlan(const plan::Plan& plan, bool hide_values) {
  std::string text;
  if (!plan.description.empty()) {
    Lines(&text, hide_values, "").AddText("description", plan.description);
  }
  for (const plan::Stage stage : plan::kStages) {
    const std::vector<plan::Task>& tasks = plan.tasks(stage);
    absl::StrAppend(&text, plan::StageName(stage),
                    tasks.empty() ? ": no tasks" : ":", "\n");
    for (const plan::Task& task : tasks) {
      DescribeTask(task, hide_values, &text);
    }
    if (stage == plan::Stage::kStart) absl::StrAppend(&text, "(the window)\n");
  }
  absl::StrAppend(&text, "stop_on_cancel: ", plan.stop_on_cancel ? "yes" : "no",
                  "\ncleanup_timeout: ", Time(plan.cleanup_timeout), "\n");
  DescribeValues("secrets", plan.secrets, &text);
  DescribeValues("values", plan.values, &text);
  if (plan.report.has_value()) {
    absl::StrAppend(&text, "report: ", ShellWord(plan.report->dir), ", keep ",
                    plan.report->keep, "\n");
  }
  return plan.references.AsWritten(text);
}

}  // namespace

std::string Describe(const plan::Plan& plan) {
  return DescribePlan(plan, /*hide_values=*/false);
}

std::string DescribeWithoutValues(const plan::Plan& plan) {
  return DescribePlan(plan, /*hide_values=*/true);
}

}  // namespace servo::config
