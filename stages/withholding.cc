#include "stages/withholding.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/captured.h"
#include "base/quoted.h"
#include "exec/runner.h"
#include "http/own_words.h"
#include "http/request.h"
#include "plan/lookup.h"
#include "plan/metric.h"
#include "stages/conditions.h"
#include "stages/extraction.h"

namespace servo::stages {
namespace {

// Whether what is found there was said by the attempt.
bool IsSaid(plan::Source source) {
  switch (source) {
    case plan::Source::kStdout:
    case plan::Source::kStderr:
    case plan::Source::kBody:
    case plan::Source::kHeader:
    case plan::Source::kFile:
      return true;
    case plan::Source::kExitCode:
    case plan::Source::kStatus:
    case plan::Source::kElapsed:
      break;
  }
  return false;
}

void Withhold(absl::string_view note, base::Captured* output) {
  if (output->total() == 0) return;
  *output = base::Captured();
  output->Append(note);
}

// Of a status line what a server chooses freely, and of the URL that a redirect
// has named what is not the server.
void WithholdWords(http::Response* response) {
  std::string& line = response->status_line;
  const size_t code = line.find(' ');
  if (code != line.npos) line.resize(std::min(line.size(), code + 4));
  if (response->redirects > 0) response->url = http::ServerOf(response->url);
}

// Of a failure what is not in own words.
void WithholdWords(absl::string_view note, absl::Status* status) {
  const std::string own_words = http::OwnWords(*status);
  if (own_words == status->message()) return;
  *status = absl::Status(status->code(),
                         absl::StrCat(own_words, "; the rest is ", note));
}

void Withhold(absl::string_view note, std::optional<ConditionResult>* result) {
  if (!result->has_value() || !IsSaid((*result)->condition.lookup.source)) {
    return;
  }
  (*result)->found.reset();
  (*result)->why = absl::StrCat("what is there is ", note);
}

}  // namespace

void WithholdOutput(const Uncaptured& uncaptured, AttemptResult* result,
                    JudgedAttempt* judged) {
  const std::string note = absl::StrCat(
      "withheld, since the secret ", base::Quoted(uncaptured.secret->name),
      uncaptured.secret_found
          ? " is written there in a way that cannot be masked"
          : " was not found: to see why, save the output and try measure "
            "--extract");
  if (auto* process = std::get_if<exec::Result>(result)) {
    Withhold(note, &process->out);
    Withhold(note, &process->err);
  } else if (auto* response = std::get_if<http::Response>(result)) {
    Withhold(note, &response->body);
    WithholdWords(response);
  } else {
    WithholdWords(note, &std::get<absl::Status>(*result));
  }
  Withhold(note, &judged->verdict.unmet);
  Withhold(note, &judged->verdict.gives_up);
  for (MetricProblem& problem : judged->extraction.problems) {
    if (IsSaid(problem.metric->lookup.source)) {
      problem.why = absl::StrCat("what is there is ", note);
    }
  }
}

}  // namespace servo::stages
