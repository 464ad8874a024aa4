#include "stages/sample_reader.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "re2/re2.h"
#include "stages/extraction.h"
#include "stages/lookup.h"
#include "stages/reduction.h"

namespace servo::stages {
namespace {

using plan::Lookup;

// Where the line that holds `at` begins and ends, its line end excluded.
size_t BeginOfLine(absl::string_view lines, size_t at) {
  const size_t before = at == 0 ? lines.npos : lines.rfind('\n', at - 1);
  return before == lines.npos ? 0 : before + 1;
}

}  // namespace

SampleReader::SampleReader(TaskId id, const plan::Task& task, base::Loop* loop,
                           RunListener* listener)
    : id_(id), task_(task), loop_(loop), listener_(listener) {
  for (size_t i = 0; i < task.metrics.size(); ++i) {
    const plan::Source source = task.metrics[i].lookup.source;
    if (source == plan::Source::kStdout) out_.metrics.push_back(i);
    if (source == plan::Source::kStderr) err_.metrics.push_back(i);
  }
}

SampleReader::Source& SampleReader::SourceOf(exec::Stream stream) {
  return stream == exec::Stream::kStdout ? out_ : err_;
}

void SampleReader::OnOutput(exec::Stream stream, absl::string_view bytes) {
  Source& source = SourceOf(stream);
  if (source.metrics.empty()) return;
  const size_t last = bytes.find_last_of("\n\r");
  const absl::string_view complete =
      last == bytes.npos ? "" : bytes.substr(0, last + 1);
  const absl::string_view rest = bytes.substr(complete.size());
  if (!complete.empty() && source.line.empty()) {
    ReadLines(source, complete);
  } else if (!complete.empty()) {
    source.line.append(complete.data(), complete.size());
    const std::string lines = std::move(source.line);
    source.line.clear();
    ReadLines(source, lines);
  }
  const size_t room = kMaxLine - std::min(kMaxLine, source.line.size());
  source.line.append(rest.data(), std::min(rest.size(), room));
}

void SampleReader::Finish() {
  for (Source* source : {&out_, &err_}) {
    if (!source->line.empty()) ReadLines(*source, source->line);
    source->line.clear();
  }
}

void SampleReader::ReadLines(const Source& source, absl::string_view lines) {
  // Most output has neither escape sequences nor progress bars.
  const bool plain = lines.find_first_of("\x1b\r") == lines.npos;
  const std::string text = plain ? "" : PlainLines(lines);
  for (const size_t metric : source.metrics) {
    const bool is_json = std::holds_alternative<Lookup::JsonPath>(
        task_.metrics[metric].lookup.finder);
    ReadMetric(metric, plain || is_json ? lines : absl::string_view(text));
  }
}

// Looks for the expression in all lines at once, which is fast where it is
// rare, and then again in each line that has the begin of a match: a match must
// not go beyond its line.
void SampleReader::ReadMetric(size_t metric, absl::string_view lines) {
  const Lookup& lookup = task_.metrics[metric].lookup;
  const auto* regex = std::get_if<Lookup::Regex>(&lookup.finder);
  // What is anchored to the text as a whole matches in single lines alone.
  const bool anchored =
      regex != nullptr && (absl::StrContains((*regex)->pattern(), "\\A") ||
                           absl::StrContains((*regex)->pattern(), "\\z"));
  size_t at = 0;
  while (at < lines.size()) {
    if (regex != nullptr && !anchored) {
      absl::string_view found;
      if (!(*regex)->Match(lines, at, lines.size(), re2::RE2::UNANCHORED,
                           &found, 1)) {
        return;
      }
      at = BeginOfLine(lines, static_cast<size_t>(found.data() - lines.data()));
      if (at >= lines.size()) return;
    }
    const size_t end = std::min(lines.find('\n', at), lines.size());
    ReadLine(metric, lines.substr(at, end - at));
    at = end + 1;
  }
}

void SampleReader::ReadLine(size_t metric, absl::string_view line) {
  const plan::Metric& wanted = task_.metrics[metric];
  const auto take = [&](const Value& value) {
    const absl::StatusOr<std::optional<plan::Number>> number =
        NumberOf(wanted, value);
    if (!number.ok() || !number->has_value()) return true;
    const plan::Number scaled = Scale(**number, wanted.scale, wanted.offset);
    if (!IsFinite(scaled)) return true;
    listener_->OnSample({.id = id_,
                         .task = &task_,
                         .metric = metric,
                         .value = ToDouble(scaled),
                         .at = loop_->Now()});
    return true;
  };
  VisitLine(wanted.lookup, line, take);
}

}  // namespace servo::stages
