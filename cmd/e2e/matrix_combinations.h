// The dimensions of matrix_test.cc, and what there is of their combinations.
#ifndef CMD_E2E_MATRIX_COMBINATIONS_H_
#define CMD_E2E_MATRIX_COMBINATIONS_H_

#include <string>
#include <vector>

namespace servo::e2e {

enum class Mode { kExec, kShellExec, kRequest };
inline constexpr Mode kModes[] = {Mode::kExec, Mode::kShellExec,
                                  Mode::kRequest};
inline constexpr const char* kModeNames[] = {"exec", "shell_exec", "request"};

// How the task that is under test, the subject, behaves. In brackets what a
// server does where the subject is a request.
enum class Behaviour {
  kOk,
  kFails,
  kKilled,           // by itself, with SIGKILL [resets the connection]
  kCannotStart,      // [refuses the connection]
  kTimeoutObeying,   // ends at SIGTERM [is silent]
  kTimeoutStubborn,  // does not [sends a byte now and then]
  kDoubleForked,     // leaves a daemon in a session of its own [redirects]
  kPipeHeld,         // leaves a helper with its stdout [a body without an end]
  kFlood,            // prints without end [a large body]

  // Of a process alone: what the plan has begun before it, which lives on, has
  // used up all descriptors, but for what is kept for `post`.
  kDescriptorsGone,

  // Of a hostile server:
  kBomb,  // a compressed body without an end that says nothing, for hours
  kEndlessHeaders,
  kEndlessInterim,  // "100 Continue" again and again
  kEndlessRedirects,
  kNoHttp,    // bytes that are none
  kCutShort,  // less of a body than is announced

  // In the background alone:
  kReady,         // tells that it is ready
  kNeverReady,    // ends before it is [never is]
  kDiesAndFails,  // by itself, which fails the run
  kAwaited,       // `stop` waits for its end
  kSampled,       // runs again and again
};
inline constexpr int kBehaviours = 21;
inline constexpr const char* kBehaviourNames[] = {"ok",
                                                  "fails",
                                                  "killed",
                                                  "cannot_start",
                                                  "timeout_obeying",
                                                  "timeout_stubborn",
                                                  "double_forked",
                                                  "pipe_held",
                                                  "flood",
                                                  "descriptors_gone",
                                                  "bomb",
                                                  "endless_headers",
                                                  "endless_interim",
                                                  "endless_redirects",
                                                  "no_http",
                                                  "cut_short",
                                                  "ready",
                                                  "never_ready",
                                                  "dies_and_fails",
                                                  "awaited",
                                                  "sampled"};

// Where the subject stands. In the window that is: in the background.
enum class Phase { kPre, kStart, kWindow, kStop, kPost };
inline constexpr int kPhases = 5;
inline constexpr const char* kPhaseNames[] = {"pre", "start", "window", "stop",
                                              "post"};

// What comes while the subject is at work.
enum class Interruption {
  kNone,
  kUsr1,
  kUsr1FiveTimes,
  kTerm,
  kIntThenInt,
  kReaderGone,
  kParentKilled,
};
inline constexpr int kInterruptions = 7;
inline constexpr const char* kInterruptionNames[] = {
    "nothing",      "usr1",        "usr1_five_times", "term",
    "int_then_int", "reader_gone", "parent_killed"};

// What the driver, and all that it starts, has little of.
enum class Limit { kNone, kDescriptors, kFileSize, kMemory };
inline constexpr int kLimits = 4;
inline constexpr const char* kLimitNames[] = {"", "_few_descriptors",
                                              "_no_files", "_little_memory"};
// As ulimit(1) takes it.
inline constexpr const char* kLimitOptions[] = {"", "-n 128", "-f 0",
                                                "-v 200000"};

struct Combination {
  Mode mode;
  Behaviour behaviour;
  Phase phase;
  Interruption interruption;
  Limit limit;

  bool is_hostile() const {
    return behaviour >= Behaviour::kBomb && behaviour <= Behaviour::kCutShort;
  }

  // What is kept for `post` is enough to start the subject.
  bool cannot_start() const {
    return behaviour == Behaviour::kCannotStart ||
           (behaviour == Behaviour::kDescriptorsGone && phase != Phase::kPost);
  }

  bool interrupted() const { return interruption != Interruption::kNone; }

  // Whether there is such a thing: a request is never in the background, and a
  // task that cannot start is at work in `start` only.
  bool exists() const;

  std::string Name() const;
};

// Each `every`-th of all combinations that exist.
std::vector<Combination> Combinations(int every);

}  // namespace servo::e2e

#endif  // CMD_E2E_MATRIX_COMBINATIONS_H_
