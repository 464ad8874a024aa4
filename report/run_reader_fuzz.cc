// Whatever the bytes, and wherever they are cut into blocks: they are refused,
// or there is a page of them whose data is JSON.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "report/html_report.h"
#include "report/run_reader.h"
#include "report/run_record.h"

namespace servo::report {
namespace {

void Check(absl::string_view text) {
  RunReader reader;
  RunReader in_blocks;
  absl::Status status = reader.Add(text);
  const size_t cut = text.size() / 3;
  if (!status.ok()) return;
  CHECK(in_blocks.Add(text.substr(0, cut)).ok());
  CHECK(in_blocks.Add(text.substr(cut)).ok());
  const absl::StatusOr<RunRecord> record = std::move(reader).Finish();
  const absl::StatusOr<RunRecord> other = std::move(in_blocks).Finish();
  CHECK_EQ(record.ok(), other.ok());
  if (!record.ok()) return;
  const std::string page = HtmlReport(*record);
  CHECK(page == HtmlReport(*other));
  const size_t begin = page.rfind("id=\"data\">") + 10;
  const size_t end = page.find("</script>", begin);
  CHECK(nlohmann::json::accept(page.substr(begin, end - begin)));
}

}  // namespace
}  // namespace servo::report

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  servo::report::Check(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
