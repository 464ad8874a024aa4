#include "plan/plan.h"

namespace servo::plan {

const char* StageName(Stage stage) {
  switch (stage) {
    case Stage::kPre:
      return "pre";
    case Stage::kStart:
      return "start";
    case Stage::kStop:
      return "stop";
    case Stage::kPost:
      return "post";
  }
  return "";  // not an enumerator
}

}  // namespace servo::plan
