// Records of the tests of this folder.
#ifndef REPORT_READ_RECORD_H_
#define REPORT_READ_RECORD_H_

#include <utility>

#include "absl/log/check.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "report/read_text.h"
#include "report/run_reader.h"
#include "report/run_record.h"

namespace servo::report {

// What an events.jsonl of the runfiles holds, which must be right.
inline RunRecord ReadRecord(absl::string_view path) {
  RunReader reader;
  CHECK_OK(reader.Add(ReadText(path)));
  absl::StatusOr<RunRecord> record = std::move(reader).Finish();
  CHECK_OK(record.status());
  return *std::move(record);
}

}  // namespace servo::report

#endif  // REPORT_READ_RECORD_H_
