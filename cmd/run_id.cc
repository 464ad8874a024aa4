#include "cmd/run_id.h"

#include <sys/random.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <ctime>

#include "absl/strings/string_view.h"

namespace servo::cmd {

std::string NewRunId() {
  constexpr absl::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";
  constexpr absl::string_view kAll = "abcdefghijklmnopqrstuvwxyz0123456789";
  constexpr size_t kLength = 12;
  uint64_t bits[2] = {};
  if (getrandom(bits, sizeof(bits), GRND_NONBLOCK) != sizeof(bits)) {
    // Early at boot: time and process tell runs of one machine apart.
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    bits[0] = static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 +
              static_cast<uint64_t>(now.tv_nsec);
    bits[1] = static_cast<uint64_t>(getpid());
  }
  std::string id;
  for (size_t i = 0; i < kLength; ++i) {
    const absl::string_view letters = i == 0 ? kLetters : kAll;
    uint64_t& source = bits[i % 2];
    id.push_back(letters[source % letters.size()]);
    source /= letters.size();
  }
  return id;
}

}  // namespace servo::cmd
