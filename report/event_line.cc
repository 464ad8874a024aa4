#include "report/event_line.h"

namespace servo::report {

JsonObject EventLine(absl::string_view kind, absl::Duration since_begin,
                     absl::Time wall_clock) {
  JsonObject line;
  line.Text("event", kind)
      .Seconds("t", since_begin)
      .Number("time",
              static_cast<double>(absl::ToUnixMillis(wall_clock)) / 1000.0);
  return line;
}

}  // namespace servo::report
