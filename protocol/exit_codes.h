// A driver's exit codes (contract.md section 1).
#ifndef PROTOCOL_EXIT_CODES_H_
#define PROTOCOL_EXIT_CODES_H_

namespace servo::protocol {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;  // a bad request too
inline constexpr int kExitUsage = 2;
inline constexpr int kExitCancelled = 3;

// Of a run by hand: it measured, and limits alone were broken.
inline constexpr int kExitLimits = 4;

}  // namespace servo::protocol

#endif  // PROTOCOL_EXIT_CODES_H_
