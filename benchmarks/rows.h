// The rows of the table of performance.cc.
#ifndef BENCHMARKS_ROWS_H_
#define BENCHMARKS_ROWS_H_

#include <string>

#include "benchmarks/bench.h"

namespace servo::benchmarks {

// Each measures the work that it is named after, calls it `work`, and adds its
// rows.

// Of tasks, few and many.
void Info(Bench& bench, const std::string& work);
void Nothing(Bench& bench, const std::string& work);
void ExecTasks(Bench& bench, const std::string& work);
void ReportedTasks(Bench& bench, const std::string& work);
void Gets(Bench& bench, const std::string& work);
void Configuration(Bench& bench, const std::string& work);
void ExecGrowth(Bench& bench, const std::string& work);
void ShellGrowth(Bench& bench, const std::string& work);
void RequestGrowth(Bench& bench, const std::string& work);

// Of output.
void Output(Bench& bench, const std::string& work);
void MaskedOutput(Bench& bench, const std::string& work);
void ScannedOutput(Bench& bench, const std::string& work);

// Of moments and of windows.
void Window(Bench& bench, const std::string& work);
void Timeout(Bench& bench, const std::string& work);
void Cancel(Bench& bench, const std::string& work);
void EarlyEnd(Bench& bench, const std::string& work);
void EndOfBackgroundTasks(Bench& bench, const std::string& work);
void Idle(Bench& bench, const std::string& work);
void Samplers(Bench& bench, const std::string& work);

}  // namespace servo::benchmarks

#endif  // BENCHMARKS_ROWS_H_
