// How a background task tells that it is ready (language.md section 6).
#ifndef PLAN_READINESS_H_
#define PLAN_READINESS_H_

#include <cstdint>
#include <string>
#include <variant>

#include "absl/time/time.h"
#include "plan/lookup.h"

namespace servo::plan {

// The sign that a background task is ready, and how long it is waited for.
struct Readiness {
  // The port accepts connections.
  struct Tcp {
    std::string host;  // an IPv6 address in brackets
    uint16_t port;
  };
  // The URL is answered with a status from 200 to 399.
  struct Http {
    std::string url;
  };
  // A line of the process's output, of either stream, has a match.
  struct Output {
    Lookup::Regex regex;
  };
  // The file is there: a path, relative to the task's working directory.
  struct File {
    std::string path;
  };

  std::variant<Tcp, Http, Output, File> sign;
  absl::Duration within;    // from the process's start
  absl::Duration interval;  // from one look's begin to the next one's
};

}  // namespace servo::plan

#endif  // PLAN_READINESS_H_
