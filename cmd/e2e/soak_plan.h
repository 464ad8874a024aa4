// Random measurements for the soak.
#ifndef CMD_E2E_SOAK_PLAN_H_
#define CMD_E2E_SOAK_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "http/testing/loopback_server.h"

namespace servo::e2e {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  // From 0 to `end` - 1.
  int Below(int end) {
    return static_cast<int>(engine_() % static_cast<uint64_t>(end));
  }
  bool OneIn(int times) { return Below(times) == 0; }
  absl::Duration Moment(int end_ms) {
    return absl::Milliseconds(Below(end_ms));
  }

  template <typename T, size_t kSize>
  const T& Of(const T (&choices)[kSize]) {
    return choices[Below(kSize)];
  }

 private:
  std::mt19937_64 engine_;
};

// What tells processes that may be killed from those that tell events.
inline constexpr char kVictim[] = "soak-victim";

// A secret that the server of ScriptSoakServer() hands out. The other one is
// kCanary: the file `token` in the scenario's directory.
inline constexpr absl::string_view kSession = "swordfishXyzzy";

struct SoakPlan {
  std::string yaml;
  int attempts = 0;  // the most that there can be
};

// A plan of tasks that each end in less than a second, whatever they do: in the
// foreground, in the background (ready, awaited, read as samples, with each
// meaning of an early end), and sampled. Both secrets stand wherever one can.
// Each stage begins by telling so, with the number of descriptors and the peak
// of memory that the driver has. `dir` is the scenario's.
SoakPlan RandomSoakPlan(Random& random, const http::LoopbackServer& server,
                        absl::string_view dir);

// Lets `server` answer what the plans ask.
void ScriptSoakServer(http::LoopbackServer& server);

}  // namespace servo::e2e

#endif  // CMD_E2E_SOAK_PLAN_H_
