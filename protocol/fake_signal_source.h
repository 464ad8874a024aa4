// Signals that a test raises.
#ifndef PROTOCOL_FAKE_SIGNAL_SOURCE_H_
#define PROTOCOL_FAKE_SIGNAL_SOURCE_H_

#include <utility>

#include "base/loop.h"
#include "protocol/signals.h"

namespace servo::protocol {

class FakeSignalSource final : public SignalSource {
 public:
  void Listen(base::Loop*, OnSignal on_signal) override {
    on_signal_ = std::move(on_signal);
  }

  bool has_listener() const { return static_cast<bool>(on_signal_); }

  // Calls the listener at once. There must be one.
  void Raise(int signal) { on_signal_(signal); }

 private:
  OnSignal on_signal_;
};

}  // namespace servo::protocol

#endif  // PROTOCOL_FAKE_SIGNAL_SOURCE_H_
