#include "http/phase.h"

#include <string>

#include "absl/strings/cord.h"

namespace servo::http {
namespace {

// Names the payload (absl/status/status.h, "Payloads").
constexpr absl::string_view kPayload = "servo.exec/http.phase";

constexpr Phase kPhases[] = {
    Phase::kResolve, Phase::kConnect,   Phase::kProxy,   Phase::kTlsHandshake,
    Phase::kSend,    Phase::kFirstByte, Phase::kHeaders, Phase::kBody};

}  // namespace

absl::string_view PhaseText(Phase phase) {
  switch (phase) {
    case Phase::kResolve:
      return "looking up the host name";
    case Phase::kConnect:
      return "connecting";
    case Phase::kProxy:
      return "waiting for the proxy to connect";
    case Phase::kTlsHandshake:
      return "in the TLS handshake";
    case Phase::kSend:
      return "sending the request";
    case Phase::kFirstByte:
      return "waiting for the first byte of the answer";
    case Phase::kHeaders:
      return "receiving the headers";
    case Phase::kBody:
      return "receiving the body";
  }
  return "";
}

absl::Status WithPhase(absl::Status status, Phase phase) {
  status.SetPayload(kPayload, absl::Cord(PhaseText(phase)));
  return status;
}

std::optional<Phase> FailedPhase(const absl::Status& status) {
  const std::optional<absl::Cord> payload = status.GetPayload(kPayload);
  if (!payload.has_value()) return std::nullopt;
  for (Phase phase : kPhases) {
    if (*payload == PhaseText(phase)) return phase;
  }
  return std::nullopt;
}

}  // namespace servo::http
