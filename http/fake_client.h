// A client without a network: its answers are what a test has scripted.
#ifndef HTTP_FAKE_CLIENT_H_
#define HTTP_FAKE_CLIENT_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "http/client.h"
#include "http/request.h"

namespace servo::http {

// An answer as a server could have given it.
Response FakeResponse(int status, absl::string_view body = "",
                      Headers headers = {});

// Keeps the contract of Client (callbacks exactly once, on the loop, never from
// inside Start(); Request::timeout; dropped transfers) on the loop's clock, and
// records what it was asked to do.
class FakeClient final : public Client {
 public:
  // One successful Start() and what became of it.
  struct Record {
    Request request;
    absl::Duration started_at;  // on the loop's clock
    bool dropped = false;  // its Transfer was destroyed while it was under way
    std::optional<absl::StatusOr<Response>> result;  // what the callback got
    std::optional<absl::Duration> over_at;  // when, or when it was dropped

    // Whether it is still under way.
    bool running() const { return !over_at.has_value(); }
  };

  // `loop` must outlive the client.
  explicit FakeClient(base::Loop* loop) : loop_(loop) {}
  ~FakeClient() override;

  // Scripts the next request that has no script yet: it gets `result` after
  // `takes`. An infinite time: none until Complete().
  void Answer(absl::StatusOr<Response> result,
              absl::Duration takes = absl::ZeroDuration());

  // Scripts the next request that has no script yet: Start() returns `error`.
  void RefuseStart(const absl::Status& error);

  // What requests without a script get, in the loop's next turn; an empty 200
  // unless set.
  void AnswerOthers(absl::StatusOr<Response> result);

  // Of all successful starts, in their order. References stay valid.
  const std::deque<Record>& records() const { return records_; }

  // Gives `result` to records()[index], which must be under way, in the loop's
  // next turn.
  void Complete(size_t index, absl::StatusOr<Response> result);

  // Refuses, without using up a script, what CheckRequest() refuses.
  absl::StatusOr<std::unique_ptr<Transfer>> Start(const Request& request,
                                                  Done done) override;

 private:
  class FakeTransfer;
  struct Script {
    absl::Status start;
    absl::StatusOr<Response> result;
    absl::Duration takes;
  };
  struct Pending {
    Done done;
    base::Loop::Registration answer;
    base::Loop::Registration timeout;
  };

  void Over(size_t index, absl::StatusOr<Response> result);
  void Drop(size_t index);

  base::Loop* const loop_;
  std::deque<Script> scripts_;
  absl::StatusOr<Response> others_ = FakeResponse(200);
  std::deque<Record> records_;
  std::deque<Pending> pending_;  // as in records_
  // Shared with the transfers: whether the client still lives.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace servo::http

#endif  // HTTP_FAKE_CLIENT_H_
