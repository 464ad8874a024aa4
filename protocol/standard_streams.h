// A driver's standard streams, as they were inherited.
#ifndef PROTOCOL_STANDARD_STREAMS_H_
#define PROTOCOL_STANDARD_STREAMS_H_

#include <unistd.h>

namespace servo::protocol {

// The descriptors that a driver speaks through; not owned. Tests give others.
struct Streams {
  int in = STDIN_FILENO;
  int out = STDOUT_FILENO;
  int err = STDERR_FILENO;
};

// Fills the numbers 0, 1 and 2 where the parent has left them closed, so that
// no descriptor that is opened later is taken for a standard stream: stdin
// becomes a pipe at its end, stdout and stderr pipes without a reader. Does not
// need /dev. Before anything else is opened.
void OpenMissingStandardStreams();

}  // namespace servo::protocol

#endif  // PROTOCOL_STANDARD_STREAMS_H_
