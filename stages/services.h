// What a run works with.
#ifndef STAGES_SERVICES_H_
#define STAGES_SERVICES_H_

#include "base/loop.h"
#include "exec/runner.h"
#include "http/client.h"

namespace servo::stages {

// The interfaces of the layers below. Whoever is given them does not own them:
// they must outlive it. All live on the loop's thread.
struct Services {
  base::Loop* loop;
  exec::Runner* runner;
  http::Client* client;
};

}  // namespace servo::stages

#endif  // STAGES_SERVICES_H_
