#include "stages/sample_reader.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "base/terminal_text.h"
#include "base/utf8.h"
#include "jsonpath/bounded_json.h"
#include "nlohmann/json.hpp"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "re2/re2.h"
#include "stages/extraction.h"
#include "stages/lookup.h"
#include "stages/reduction.h"
#include "stages/required_literal.h"

namespace servo::stages {
namespace {

using plan::Lookup;

// So many lines are looked at before what stands in every match is held to be
// too frequent.
constexpr int kMinInVain = 256;

// Where the line that holds `at` begins and ends, its line end excluded.
size_t BeginOfLine(absl::string_view lines, size_t at) {
  const size_t before = at == 0 ? lines.npos : lines.rfind('\n', at - 1);
  return before == lines.npos ? 0 : before + 1;
}

// What `value` is as a sample; none if it is dropped. What is only counted need
// not be a number.
absl::StatusOr<std::optional<plan::Number>> SampleOf(const plan::Metric& metric,
                                                     const Value& value) {
  absl::StatusOr<std::optional<plan::Number>> number = NumberOf(metric, value);
  if (!number.ok() && CountsSamples(metric)) number = plan::Number(int64_t{1});
  return number;
}

}  // namespace

SampleReader::SampleReader(TaskId id, const plan::Task& task, base::Loop* loop,
                           RunListener* listener)
    : id_(id), task_(task), loop_(loop), listener_(listener) {
  for (size_t i = 0; i < task.metrics.size(); ++i) {
    const Lookup& lookup = task.metrics[i].lookup;
    const auto* regex = std::get_if<Lookup::Regex>(&lookup.finder);
    Wanted wanted = {.metric = i, .literal = ""};
    if (regex != nullptr) {
      wanted.literal = RequiredLiteral(plan::RegexText(**regex));
    }
    if (lookup.source == plan::Source::kStdout) out_.wanted.push_back(wanted);
    if (lookup.source == plan::Source::kStderr) err_.wanted.push_back(wanted);
  }
}

SampleReader::Source& SampleReader::SourceOf(exec::Stream stream) {
  return stream == exec::Stream::kStdout ? out_ : err_;
}

void SampleReader::OnOutput(exec::Stream stream, absl::string_view bytes) {
  Source& source = SourceOf(stream);
  if (source.wanted.empty()) return;
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

void SampleReader::ReadLines(Source& source, absl::string_view lines) {
  // Most output has neither escape sequences nor progress bars.
  const bool plain =
      !base::HasEscapeSequences(lines) && lines.find('\r') == lines.npos;
  const std::string text = plain ? "" : PlainLines(base::ToValidUtf8(lines));
  for (Wanted& wanted : source.wanted) {
    const bool is_json = std::holds_alternative<Lookup::JsonPath>(
        task_.metrics[wanted.metric].lookup.finder);
    ReadMetric(wanted, plain || is_json ? lines : absl::string_view(text));
  }
}

// Looks in all lines at once for what stands in every match, or else for the
// expression, which is fast where it is rare, and then for the expression in
// each line that may have it: a match must not go beyond its line.
void SampleReader::ReadMetric(Wanted& wanted, absl::string_view lines) {
  const Lookup& lookup = task_.metrics[wanted.metric].lookup;
  const auto* regex = std::get_if<Lookup::Regex>(&lookup.finder);
  // What is anchored to the text as a whole matches in single lines alone.
  const bool anchored =
      regex != nullptr && (absl::StrContains((*regex)->pattern(), "\\A") ||
                           absl::StrContains((*regex)->pattern(), "\\z"));
  size_t at = 0;
  while (at < lines.size()) {
    if (!wanted.literal.empty()) {
      at = FindLiteral(lines, wanted.literal, at);
      if (at == lines.npos) return;
      at = BeginOfLine(lines, at);
    } else if (regex != nullptr && !anchored) {
      absl::string_view found;
      if (!(*regex)->Match(lines, at, lines.size(), re2::RE2::UNANCHORED,
                           &found, 1)) {
        return;
      }
      at = BeginOfLine(lines, static_cast<size_t>(found.data() - lines.data()));
      if (at >= lines.size()) return;
    }
    const size_t end = std::min(lines.find('\n', at), lines.size());
    const bool found = ReadLine(wanted.metric, lines.substr(at, end - at));
    ++(found ? wanted.found : wanted.in_vain);
    if (wanted.in_vain > kMinInVain && wanted.in_vain / 4 > wanted.found) {
      wanted.literal.clear();
    }
    at = end + 1;
  }
}

// Whether the line has a value.
bool SampleReader::ReadLine(size_t metric, absl::string_view line) {
  const plan::Metric& wanted = task_.metrics[metric];
  if (std::holds_alternative<Lookup::JsonPath>(wanted.lookup.finder)) {
    return ReadJsonLine(metric, line);
  }
  bool found = false;
  VisitLine(wanted.lookup, line, [&](const Value& value) {
    found = true;
    const absl::StatusOr<std::optional<plan::Number>> number =
        SampleOf(wanted, value);
    if (!number.ok()) {
      Reject(metric, number.status());
    } else if (number->has_value()) {
      Tell(metric, **number);
    }
    return true;
  });
  return found;
}

// The values of one line are one sample, as those of a round are.
bool SampleReader::ReadJsonLine(size_t metric, absl::string_view line) {
  using Kind = plan::Reduction::Kind;
  const plan::Metric& wanted = task_.metrics[metric];
  const Kind take = wanted.take.kind;
  int64_t count = 0;
  std::vector<plan::Number> numbers;
  absl::Status wrong;
  VisitLine(wanted.lookup, line, [&](const Value& value) {
    const absl::StatusOr<std::optional<plan::Number>> number =
        SampleOf(wanted, value);
    if (number.ok() && !number->has_value()) return true;
    ++count;
    // Of several only the last counts, whatever the others are.
    if (take == Kind::kLast) {
      numbers.clear();
      wrong = absl::OkStatus();
    }
    if (number.ok()) {
      numbers.push_back(**number);
    } else {
      wrong = number.status();
    }
    return take == Kind::kCount || take == Kind::kLast ||
           (wrong.ok() && take != Kind::kFirst);
  });
  if (take == Kind::kCount) {
    if (count > 0 || jsonpath::ReadJson(line).ok()) Tell(metric, count);
  } else if (!wrong.ok()) {
    Reject(metric, wrong);
  } else if (const auto number = Reduce(wanted.take, numbers)) {
    Tell(metric, *number);
  }
  return count > 0;
}

void SampleReader::Tell(size_t metric, plan::Number number) {
  const plan::Number sample = ToSample(task_.metrics[metric], number);
  if (!IsFinite(sample)) return;
  listener_->OnSample({.id = id_,
                       .task = &task_,
                       .metric = metric,
                       .value = ToDouble(sample),
                       .at = loop_->Now()});
}

void SampleReader::Reject(size_t metric, const absl::Status& why) {
  listener_->OnSampleRejected({.id = id_,
                               .task = &task_,
                               .metric = metric,
                               .why = why,
                               .at = loop_->Now()});
}

}  // namespace servo::stages
