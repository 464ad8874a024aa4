#include "report/html_report.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/utf8.h"
#include "report/html_text.h"
#include "report/json_object.h"
#include "report/page_data.h"
#include "report/page_files.h"

namespace servo::report {
namespace {

constexpr size_t kMaxConfig = 512 * 1024;
constexpr size_t kMaxMessages = 1'000;     // shown, warnings before notices
constexpr size_t kMaxMessageText = 2'000;  // of each of many
constexpr size_t kManyMessages = 200;

// "430 ms", "1.52 s", "1 m 4 s": as page/common.js has it.
std::string LengthText(double seconds) {
  if (seconds < 0.001) return absl::StrFormat("%.0f \u00b5s", seconds * 1e6);
  if (seconds < 1) return absl::StrFormat("%.3g ms", seconds * 1e3);
  if (seconds < 60) return absl::StrFormat("%.3g s", seconds);
  const int64_t whole = std::llround(seconds);
  std::string text;
  int parts = 0;
  for (const auto& [unit, count] :
       {std::pair("d", whole / 86400), std::pair("h", whole / 3600 % 24),
        std::pair("m", whole / 60 % 60), std::pair("s", whole % 60)}) {
    if (parts == 0 && count == 0) continue;
    if (++parts > 2) break;
    if (count == 0) continue;
    absl::StrAppend(&text, text.empty() ? "" : " ", count, " ", unit);
  }
  return text;
}

std::string Html(absl::string_view text) {
  std::string html;
  AppendHtml(text, &html);
  return html;
}

std::string NumberText(double number) {
  std::string text;
  AppendJsonNumber(number, &text);
  return text;
}

// A value for people: a fraction has six digits.
std::string ShownNumber(double number) {
  if (number == std::trunc(number) || std::abs(number) >= 1e6) {
    return NumberText(number);
  }
  return absl::StrFormat("%.6g", number);
}

std::string Counted(uint64_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

// ---- Outcome ----

struct ResultWords {
  const char* style;
  const char* badge;
};

ResultWords WordsOf(const RunRecord& record) {
  if (!record.answer.has_value()) return {"cut", "\u2026 Cut off"};
  switch (record.answer->result) {
    case AnswerRecord::Result::kSuccess:
      return {"success", "\u2713 Success"};
    case AnswerRecord::Result::kFailed:
      return {"failed", "\u2717 Failed"};
    case AnswerRecord::Result::kCancelled:
      return {"cancelled", "\u25a0 Cancelled"};
  }
  return {"cut", ""};  // not an enumerator
}

// What was going on where the record ends.
std::string RunningText(const RunRecord& record) {
  constexpr size_t kMost = 10;
  std::vector<std::string> names;
  for (const AttemptRecord& attempt : record.attempts) {
    if (attempt.state == AttemptRecord::State::kRunning) {
      names.push_back(record.tasks[attempt.task].name);
    }
  }
  if (names.empty()) return "";
  std::string text = "Under way: ";
  for (size_t i = 0; i < std::min(names.size(), kMost); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", names[i]);
  }
  if (names.size() > kMost) {
    absl::StrAppend(&text, " and ", names.size() - kMost, " more");
  }
  return text;
}

std::string OutcomeHtml(const RunRecord& record) {
  std::string html =
      absl::StrCat("<div class=\"badge\">", WordsOf(record).badge, "</div>\n");
  if (!record.answer.has_value()) {
    absl::StrAppend(
        &html, "<p class=\"reason\">The record ends after ",
        LengthText(record.length),
        " without an answer: the program was killed, or is still running. "
        "Shown is what had happened until then.</p>\n");
    const std::string running = RunningText(record);
    if (!running.empty()) {
      absl::StrAppend(&html, "<pre tabindex=\"0\">", Html(running), "</pre>\n");
    }
    return html;
  }
  absl::StrAppend(&html, "<p class=\"reason\">");
  if (record.answer->result == AnswerRecord::Result::kSuccess) {
    absl::StrAppend(&html, "The measurement took ", LengthText(record.length),
                    ".");
  } else {
    absl::StrAppend(&html, "Reason: ", Html(record.answer->reason), ", after ",
                    LengthText(record.length));
  }
  absl::StrAppend(&html, "</p>\n");
  if (!record.answer->message.empty()) {
    absl::StrAppend(&html, "<pre tabindex=\"0\">", Html(record.answer->message),
                    "</pre>\n");
  }
  return html;
}

std::string IdentityHtml(const RunRecord& record) {
  const absl::Time begin =
      absl::UnixEpoch() + absl::Milliseconds(std::llround(record.origin * 1e3));
  return absl::StrCat(
      "Run ", Html(record.run_id), " began <time data-origin>",
      absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", begin, absl::UTCTimeZone()),
      "</time>");
}

// ---- Figures ----

std::string Tile(absl::string_view label, absl::string_view figure,
                 absl::string_view more) {
  return absl::StrCat("<div class=\"tile\"><span class=\"label\">", label,
                      "</span><span class=\"figure\">", figure,
                      "</span><span class=\"more\">", more, "</span></div>\n");
}

std::string WindowTile(const RunRecord& record) {
  if (!record.window.has_value()) {
    return Tile("Window", "\u2013", "never began");
  }
  const WindowRecord& window = *record.window;
  const double took = window.end.value_or(record.length) - window.begin;
  std::string more = !window.end.has_value() ? "not over"
                     : took + 0.05 < window.length
                         ? absl::StrCat("of ", LengthText(window.length))
                         : "as planned";
  if (window.lead > 0) {
    absl::StrAppend(&more, ", ", LengthText(window.lead), " of it lead");
  }
  return Tile("Window", LengthText(std::max(took, 0.0)), more);
}

std::string TilesHtml(const RunRecord& record) {
  std::set<size_t> begun;
  std::set<size_t> failed;
  for (const AttemptRecord& attempt : record.attempts) {
    begun.insert(attempt.task);
    if (attempt.state == AttemptRecord::State::kFailed ||
        attempt.state == AttemptRecord::State::kIgnored) {
      failed.insert(attempt.task);
    }
  }
  const size_t broken = std::count_if(
      record.metrics.begin(), record.metrics.end(),
      [](const MetricRecord& metric) {
        return metric.ok == false || (!metric.value && metric.fails);
      });
  const size_t warnings = std::count_if(
      record.messages.begin(), record.messages.end(),
      [](const MessageRecord& message) { return message.warning; });
  std::string html = Tile("Duration", LengthText(record.length),
                          record.answer.has_value() ? "all stages" : "so far");
  html += WindowTile(record);
  html += Tile("Tasks", absl::StrCat(begun.size()),
               absl::StrCat("begun, of ", record.tasks.size(),
                            failed.empty() ? "; none failed"
                                           : absl::StrCat("; ", failed.size(),
                                                          " with failures")));
  html += Tile("Attempts",
               absl::StrCat(record.attempts.size() + record.omitted_attempts),
               Counted(record.waits.size(), "wait") + " between them");
  html += Tile("Metrics", absl::StrCat(record.metrics.size()),
               broken == 0 ? "none broken" : absl::StrCat(broken, " broken"));
  html += Tile("Warnings", absl::StrCat(warnings),
               warnings == 0 ? "none" : "see the messages");
  return html;
}

// ---- Metrics ----

std::string LimitsText(const MetricRecord& metric) {
  std::string text;
  if (metric.at_least.has_value()) {
    text = absl::StrCat("at least ", NumberText(*metric.at_least));
  }
  if (metric.at_most.has_value()) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", "at most ",
                    NumberText(*metric.at_most));
  }
  return text;
}

std::string VerdictHtml(const MetricRecord& metric) {
  if (metric.ok == true) {
    return "<span class=\"verdict kept\">\u2713 kept</span>";
  }
  if (metric.ok == false) {
    return "<span class=\"verdict broken\">\u2717 broken</span>";
  }
  if (metric.fails) {
    return "<span class=\"verdict broken\">\u2717 missing</span>";
  }
  return metric.value.has_value() ? "" : "left out";
}

void AppendMetricRow(const MetricRecord& metric, absl::string_view value,
                     absl::string_view verdict, const MetricPlan* plan,
                     std::string* html) {
  const auto append_muted = [html](absl::string_view text) {
    if (text.empty()) return;
    absl::StrAppend(html, "<span class=\"muted\">", Html(text), "</span>");
  };
  absl::StrAppend(html, "<tr><th scope=\"row\">", Html(metric.name));
  if (plan != nullptr) append_muted(plan->description);
  absl::StrAppend(html, "</th><td class=\"number\">", Html(value), "</td><td>",
                  Html(metric.unit), "</td><td>", Html(LimitsText(metric)),
                  "</td><td>", verdict);
  append_muted(metric.why);
  if (plan != nullptr && plan->rejected > 0) {
    append_muted(Counted(plan->rejected, "value") + " left out: no number");
  }
  html->append("</td></tr>\n");
}

// The metrics that were measured, the series, and those that never came.
std::string MetricsHtml(const RunRecord& record) {
  std::map<absl::string_view, const MetricPlan*> plans;
  std::vector<const MetricPlan*> in_order;
  for (const TaskRecord& task : record.tasks) {
    for (const MetricPlan& plan : task.metrics) {
      if (plans.emplace(plan.name, &plan).second) in_order.push_back(&plan);
    }
  }
  const auto plan_of = [&](const std::string& name) {
    const auto plan = plans.find(name);
    return plan == plans.end() ? nullptr : plan->second;
  };
  std::set<absl::string_view> told;
  std::string rows;
  for (const MetricRecord& metric : record.metrics) {
    told.insert(metric.name);
    AppendMetricRow(
        metric,
        metric.value.has_value() ? ShownNumber(*metric.value) : "\u2013",
        VerdictHtml(metric), plan_of(metric.name), &rows);
  }
  for (const ChartRecord& chart : record.charts) {
    if (!chart.is_series || !told.insert(chart.name).second) continue;
    AppendMetricRow({.name = chart.name, .unit = chart.unit},
                    absl::StrCat(chart.lines.size(), " series"),
                    "<a href=\"#charts\">chart</a>", plan_of(chart.name),
                    &rows);
  }
  for (const MetricPlan* plan : in_order) {
    if (!told.insert(plan->name).second) continue;
    AppendMetricRow({.name = plan->name,
                     .unit = plan->unit,
                     .at_least = plan->at_least,
                     .at_most = plan->at_most},
                    "\u2013", "not measured", plan, &rows);
  }
  if (rows.empty()) return "";
  return absl::StrCat(
      "<section id=\"metrics\" aria-labelledby=\"metrics-title\">\n"
      "<h2 id=\"metrics-title\">Metrics</h2>\n"
      "<div class=\"card scroll\" tabindex=\"0\" role=\"group\" "
      "aria-labelledby=\"metrics-title\"><table>\n"
      "<thead><tr><th scope=\"col\">Metric</th>"
      "<th scope=\"col\" class=\"number\">Value</th><th scope=\"col\">Unit</th>"
      "<th scope=\"col\">Limits</th><th "
      "scope=\"col\">Verdict</th></tr></thead>\n"
      "<tbody>\n",
      rows, "</tbody></table></div>\n</section>");
}

// ---- Messages ----

void AppendMessage(const MessageRecord& message, size_t most,
                   std::string* html) {
  const absl::string_view text = base::FirstBytes(message.text, most);
  const bool cut = text.size() < message.text.size();
  absl::StrAppend(
      html, "<li class=\"", message.warning ? "warning" : "notice",
      "\"><time data-at=\"", NumberText(message.at), "\">",
      absl::StrFormat("%.3f s", message.at), "</time><span class=\"level\">",
      message.warning ? "warning" : "", "</span>", "<span class=\"text\">",
      Html(text), cut ? "..." : "", "</span></li>\n");
}

std::string MessagesHtml(const RunRecord& record) {
  if (record.messages.empty()) return "";
  const size_t warnings = std::count_if(
      record.messages.begin(), record.messages.end(),
      [](const MessageRecord& message) { return message.warning; });
  size_t notices = kMaxMessages - std::min(warnings, kMaxMessages);
  const size_t most =
      record.messages.size() > kManyMessages ? kMaxMessageText : 16'000;
  std::string list;
  size_t shown = 0;
  for (const MessageRecord& message : record.messages) {
    if (shown == kMaxMessages) break;
    if (!message.warning && notices == 0) continue;
    if (!message.warning) --notices;
    AppendMessage(message, most, &list);
    ++shown;
  }
  const uint64_t left =
      record.messages.size() - shown + record.omitted_messages;
  std::string html = absl::StrCat(
      "<section id=\"messages\" aria-labelledby=\"messages-title\">\n"
      "<h2 id=\"messages-title\">Messages</h2>\n"
      "<ul class=\"card messages\" tabindex=\"0\" "
      "aria-labelledby=\"messages-title\">\n",
      list, "</ul>\n");
  if (left > 0) {
    absl::StrAppend(&html, "<p class=\"note\">", Counted(left, "message"),
                    " more in events.jsonl.</p>\n");
  }
  return html + "</section>";
}

// ---- The rest ----

std::string ConfigurationHtml(const RunRecord& record) {
  if (record.config.empty()) return "";
  size_t end = std::min(record.config.size(), kMaxConfig);
  while (end < record.config.size() && end > 0 &&
         record.config[end - 1] != '\n') {
    --end;
  }
  const uint64_t left = record.config.size() - end + record.config_omitted;
  std::string html = absl::StrCat(
      "<section id=\"configuration\" aria-labelledby=\"configuration-title\">\n"
      "<h2 id=\"configuration-title\">Configuration</h2>\n"
      "<details class=\"card\"><summary>All that would run, as --dry-run shows "
      "it</summary>\n<pre class=\"text\" tabindex=\"0\">\n",
      Html(absl::string_view(record.config).substr(0, end)),
      "</pre></details>\n");
  if (left > 0) {
    absl::StrAppend(&html, "<p class=\"note\">", Counted(left, "byte"),
                    " of it are left out.</p>\n");
  }
  return html + "</section>";
}

std::string NavigationHtml(
    const std::vector<std::pair<const char*, bool>>& all) {
  std::string html;
  for (const auto& [name, there] : all) {
    if (!there) continue;
    std::string id(name);
    id[0] = static_cast<char>(id[0] | 0x20);
    absl::StrAppend(&html, "<a href=\"#", id, "\">", name, "</a>\n");
  }
  return html;
}

// What is not in the report, and what made it.
std::string FooterHtml(const RunRecord& record) {
  std::string html;
  const auto missing = [&html](uint64_t count, absl::string_view noun,
                               absl::string_view why) {
    if (count == 0) return;
    absl::StrAppend(&html, "<p>", Counted(count, noun), " ", why, ".</p>\n");
  };
  missing(record.lost_events, "event",
          "missing in the record: they came faster than they could be written, "
          "or did not fit");
  missing(record.bad_lines, "line", "of the record could not be read");
  missing(record.omitted_attempts, "attempt", "left out: there are too many");
  missing(record.omitted_charts, "line", "of charts left out");
  absl::StrAppend(&html, "<p>Made of events.jsonl, which has more, by measure ",
                  Html(record.version), ".</p>");
  return html;
}

// `text` with each {{NAME}} replaced by what `value` gives for it.
std::string Filled(
    absl::string_view text,
    const std::function<std::string(absl::string_view name)>& value) {
  std::string filled;
  while (true) {
    const size_t begin = text.find("{{");
    if (begin == text.npos) break;
    const size_t end = text.find("}}", begin);
    if (end == text.npos) break;
    filled.append(text.substr(0, begin));
    filled.append(value(text.substr(begin + 2, end - begin - 2)));
    text.remove_prefix(end + 2);
  }
  filled.append(text);
  return filled;
}

}  // namespace

std::string HtmlReport(const RunRecord& record) {
  const std::string metrics = MetricsHtml(record);
  const std::string messages = MessagesHtml(record);
  const std::string configuration = ConfigurationHtml(record);
  const ResultWords words = WordsOf(record);
  return Filled(kPageTemplate, [&](absl::string_view name) -> std::string {
    if (name == "title") {
      return absl::StrCat(words.badge, ": ", Html(record.app_id));
    }
    if (name == "style") return std::string(kPageStyle);
    if (name == "script") return std::string(kPageScript);
    if (name == "app") return Html(record.app_id);
    if (name == "identity") return IdentityHtml(record);
    if (name == "navigation") {
      return NavigationHtml({{"Timeline", true},
                             {"Metrics", !metrics.empty()},
                             {"Charts", !record.charts.empty()},
                             {"Messages", !messages.empty()},
                             {"Configuration", !configuration.empty()}});
    }
    if (name == "result") return words.style;
    if (name == "outcome") return OutcomeHtml(record);
    if (name == "tiles") return TilesHtml(record);
    if (name == "metrics") return metrics;
    if (name == "messages") return messages;
    if (name == "configuration") return configuration;
    if (name == "footer") return FooterHtml(record);
    if (name == "data") return PageData(record);
    return "";
  });
}

}  // namespace servo::report
