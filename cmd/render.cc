#include "cmd/render.h"

#include <sys/stat.h>

#include <cstdio>
#include <new>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/quoted.h"
#include "base/regular_file.h"
#include "cmd/replace_file.h"
#include "protocol/exit_codes.h"
#include "report/html_report.h"
#include "report/run_directory.h"
#include "report/run_record.h"
#include "report/trace.h"

namespace servo::cmd {
namespace {

constexpr size_t kBlock = size_t{1} << 20;
constexpr mode_t kPrivate = 0600;

absl::Status Failure(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(),
                      absl::StrCat("cannot render ", base::Quoted(path), ": ",
                                   status.message()));
}

absl::Status InTime(absl::Time deadline) {
  if (absl::Now() <= deadline) return absl::OkStatus();
  return absl::DeadlineExceededError("it takes too long");
}

absl::StatusOr<report::RunRecord> ReadRecord(const std::string& path,
                                             absl::Time deadline) {
  const absl::StatusOr<base::FoundFile> file = base::OpenRegularFile(path);
  if (!file.ok()) return file.status();
  if (!file->is_regular()) {
    return absl::InvalidArgumentError("it is not a regular file");
  }
  report::RunReader reader;
  std::string block(kBlock, '\0');
  while (true) {
    const absl::StatusOr<size_t> count =
        base::ReadSome(file->fd.get(), block.data(), block.size());
    if (!count.ok()) return count.status();
    if (*count == 0) break;
    absl::Status status = reader.Add(absl::string_view(block.data(), *count));
    if (status.ok()) status = InTime(deadline);
    if (!status.ok()) return status;
  }
  return std::move(reader).Finish();
}

// The path of `name` beside `path`.
std::string Beside(const std::string& path, absl::string_view name) {
  const size_t slash = path.rfind('/');
  return absl::StrCat(
      slash == path.npos ? "" : absl::string_view(path).substr(0, slash + 1),
      name);
}

absl::Status RenderRecord(const absl::StatusOr<report::RunRecord>& record,
                          const std::string& events_path, absl::Time deadline) {
  if (!record.ok()) return Failure(events_path, record.status());
  for (const auto& [name, make] :
       {std::pair(report::kPageFile, &report::HtmlReport),
        std::pair(report::kTraceFile, &report::TraceJson)}) {
    const std::string text = make(*record);
    if (absl::Status status = InTime(deadline); !status.ok()) {
      return Failure(events_path, status);
    }
    absl::Status status =
        ReplaceFile(Beside(events_path, name), text, kPrivate);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RenderReport(const std::string& events_path, absl::Time deadline) {
  return RenderRecord(ReadRecord(events_path, deadline), events_path, deadline);
}

ReportMaker::ReportMaker(std::string events_path)
    : events_path_(std::move(events_path)), reader_(std::in_place) {}

void ReportMaker::Add(absl::string_view bytes) {
  size_ += bytes.size();
  if (size_ > kMostKept) reader_.reset();
  if (!reader_.has_value()) return;
  try {
    if (!reader_->Add(bytes).ok()) reader_.reset();
  } catch (const std::bad_alloc&) {
    reader_.reset();  // the run needs the memory, and is not over
  }
}

absl::Status ReportMaker::Make(absl::Time deadline) {
  if (!reader_.has_value()) return RenderReport(events_path_, deadline);
  return RenderRecord(std::move(*reader_).Finish(), events_path_, deadline);
}

std::string EventsPathOf(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return path;
  return absl::StrCat(path, absl::EndsWith(path, "/") ? "" : "/",
                      report::kEventsFile);
}

int Render(absl::string_view program, const std::string& path) {
  const std::string events_path = EventsPathOf(path);
  const absl::Status status = RenderReport(events_path);
  if (!status.ok()) {
    std::fputs(absl::StrCat(program, ": ", status.message(), "\n").c_str(),
               stderr);
    return protocol::kExitFailed;
  }
  for (const absl::string_view name : {report::kPageFile, report::kTraceFile}) {
    std::printf("%s\n", Beside(events_path, name).c_str());
  }
  return protocol::kExitOk;
}

}  // namespace servo::cmd
