// What a saved output has of metrics that are made of samples.
#ifndef CMD_SAVED_SAMPLES_H_
#define CMD_SAVED_SAMPLES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "exec/runner.h"
#include "plan/metric.h"
#include "plan/plan.h"
#include "stages/extraction.h"
#include "stages/sample_store.h"

namespace servo::cmd {

// Of one metric. Their times are those of the reading: a saved output has none.
struct SavedSamples {
  stages::SampleStore samples;
  size_t rejected = 0;       // values that are no numbers
  std::string why_rejected;  // the first of them
};

// Those of each metric of `task`, which has `sample`, in all that was printed.
std::vector<SavedSamples> ReadSavedSamples(const plan::Task& task,
                                           const exec::Result& result);

// Those of each metric of a sampler in one round.
std::vector<SavedSamples> SamplesOfRound(const plan::Task& task,
                                         const stages::Extraction& round);

// What a run in which all of them count would make of them, a line. Says so
// where that needs their times. `*failed` is set if there is no value and must
// be one.
std::string SavedSamplesLine(const plan::Task& task, const plan::Metric& metric,
                             const SavedSamples& saved, bool* failed);

}  // namespace servo::cmd

#endif  // CMD_SAVED_SAMPLES_H_
