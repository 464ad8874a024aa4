#include "cmd/saved_samples.h"

#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ppoll_loop.h"
#include "base/quoted.h"
#include "exec/output_tap.h"
#include "report/wording.h"
#include "stages/reduction.h"
#include "stages/run_listener.h"
#include "stages/sample_reader.h"

namespace servo::cmd {
namespace {

class Gatherer final : public stages::RunListener {
 public:
  explicit Gatherer(size_t metrics) : saved_(metrics) {}

  void OnSample(const stages::Sample& event) override {
    saved_[event.metric].samples.Add(event.at, event.value);
  }

  void OnSampleRejected(const stages::SampleRejected& event) override {
    SavedSamples& saved = saved_[event.metric];
    if (saved.rejected++ == 0) {
      saved.why_rejected = std::string(event.why.message());
    }
  }

  std::vector<SavedSamples> Take() { return std::move(saved_); }

 private:
  std::vector<SavedSamples> saved_;
};

std::string Count(size_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

// Whether the samples' times, or those of other rounds, count.
bool NeedsRun(const plan::Task& task, const plan::Metric& metric,
              size_t count) {
  if (std::holds_alternative<plan::SampleSeries>(metric.series)) return true;
  if (!stages::IsGrowth(metric.over)) return false;
  return task.every.has_value() ||
         (metric.over.kind == plan::Reduction::Kind::kRate && count > 1);
}

// What the samples are together; none if there are too few.
std::optional<std::string> ValueText(const plan::Task& task,
                                     const plan::Metric& metric,
                                     const stages::SampleStore& samples) {
  const size_t count = samples.count();
  if (count > 0 && NeedsRun(task, metric, count)) {
    return absl::StrCat("metric ", base::Quoted(metric.name), " has ",
                        Count(count, "sample"),
                        "; the rest is known in a run only");
  }
  const auto number = stages::ReduceSamples(metric, samples);
  if (!number.has_value()) return std::nullopt;
  return absl::StrCat(
      report::MetricText({&metric, *number}),
      count > 1 ? absl::StrCat(" (", Count(count, "sample"), ")") : "");
}

std::string WhyNone(const SavedSamples& saved) {
  if (saved.samples.count() > 0) {
    return "a growth needs two samples, and the output has one";
  }
  return saved.rejected > 0 ? saved.why_rejected : "the output has no sample";
}

}  // namespace

std::vector<SavedSamples> ReadSavedSamples(const plan::Task& task,
                                           const exec::Result& result) {
  base::PpollLoop clock;
  Gatherer gatherer(task.metrics.size());
  stages::SampleReader reader(plan::TaskId(), task, &clock, &gatherer);
  reader.OnOutput(exec::Stream::kStdout, result.out.Raw());
  reader.OnOutput(exec::Stream::kStderr, result.err.Raw());
  reader.Finish();
  return gatherer.Take();
}

std::vector<SavedSamples> SamplesOfRound(const plan::Task& task,
                                         const stages::Extraction& round) {
  std::vector<SavedSamples> saved(task.metrics.size());
  for (const plan::MetricValue& value : round.values) {
    const auto metric = static_cast<size_t>(value.metric - task.metrics.data());
    saved[metric].samples.Add(absl::ZeroDuration(),
                              stages::ToDouble(value.value));
  }
  return saved;
}

std::string SavedSamplesLine(const plan::Task& task, const plan::Metric& metric,
                             const SavedSamples& saved, bool* failed) {
  using Kind = plan::AbsentValue::Kind;
  if (const auto text = ValueText(task, metric, saved.samples)) {
    return absl::StrCat(
        *text,
        saved.rejected == 0
            ? ""
            : absl::StrCat("; ", Count(saved.rejected, "other value"),
                           " found: ", saved.why_rejected),
        "\n");
  }
  if (metric.absent.kind == Kind::kNumber) {
    return absl::StrCat(report::MetricText({&metric, metric.absent.number}),
                        "\n");
  }
  const bool fails = metric.absent.kind == Kind::kFail && !task.ignore_exitcode;
  *failed = *failed || fails;
  return absl::StrCat("metric ", base::Quoted(metric.name),
                      fails ? " fails: " : " is left out: ", WhyNone(saved),
                      "\n");
}

}  // namespace servo::cmd
