// The request is the one input that comes from outside: whatever it is, it is
// read or refused with a message that fits into an answer.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "protocol/json_line.h"
#include "protocol/messages.h"
#include "protocol/request.h"

namespace {

void Require(bool condition) {
  if (!condition) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace servo::protocol;
  const std::string text(reinterpret_cast<const char*>(data), size);
  absl::StatusOr<Request> request = ParseRequest(text);
  if (request.ok()) {
    const Control& control = request->control;
    for (absl::Duration part :
         {control.duration, control.warmup, control.delay}) {
      Require(part >= absl::ZeroDuration());
    }
    Require(control.Total() < absl::InfiniteDuration());
    // An independent reader agrees that there is a duration.
    nlohmann::json parsed = nlohmann::json::parse(text);
    Require(parsed.at("control").at("duration").is_number());
    return 0;
  }
  Require(!request.status().message().empty());
  const std::string line =
      ToString(AnswerLine(Answer::BadRequest(request.status().message())));
  Require(line.size() < 2000);
  Require(line.find('\n') == line.size() - 1);
  Require(nlohmann::json::parse(line).is_object());
  return 0;
}
