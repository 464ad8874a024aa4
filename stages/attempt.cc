#include "stages/attempt.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "exec/runner.h"
#include "http/client.h"
#include "http/request.h"
#include "stages/process_setup.h"

namespace servo::stages {
namespace {

class ProcessAttempt final : public Attempt {
 public:
  explicit ProcessAttempt(std::unique_ptr<exec::Process> process)
      : process_(std::move(process)) {}

  void Stop() override { process_->Stop(); }
  void Kill() override { process_->Kill(); }

 private:
  const std::unique_ptr<exec::Process> process_;
};

class RequestAttempt final : public Attempt {
 public:
  explicit RequestAttempt(Done done) : done_(std::move(done)) {}

  absl::Status Start(http::Client* client, const http::Request& request) {
    auto transfer =
        client->Start(request, [this](absl::StatusOr<http::Response> response) {
          response.ok() ? Finish(*std::move(response))
                        : Finish(std::move(response).status());
        });
    if (!transfer.ok()) return transfer.status();
    transfer_ = *std::move(transfer);
    return absl::OkStatus();
  }

  void Stop() override {
    transfer_.reset();
    Finish(absl::CancelledError("the request was cancelled"));
  }
  void Kill() override { Stop(); }

 private:
  // The callback may destroy this, and with it the member that holds it.
  void Finish(AttemptResult result) {
    Done done = std::move(done_);
    done(std::move(result));
  }

  Done done_;
  std::unique_ptr<http::Transfer> transfer_;
};

absl::StatusOr<std::unique_ptr<Attempt>> StartProcess(
    exec::Runner* runner, const plan::Task& task,
    const plan::ProcessAction& action, Attempt::Done done,
    absl::Duration limit) {
  exec::Options options = OptionsOf(task, action);
  options.timeout = std::min(options.timeout, limit);
  auto process =
      runner->Start(action.command, options,
                    [done = std::move(done)](exec::Result result) mutable {
                      done(std::move(result));
                    });
  if (!process.ok()) return process.status();
  return std::make_unique<ProcessAttempt>(*std::move(process));
}

absl::StatusOr<std::unique_ptr<Attempt>> StartRequest(http::Client* client,
                                                      const plan::Task& task,
                                                      http::Request request,
                                                      Attempt::Done done,
                                                      absl::Duration limit) {
  request.timeout = std::min(task.timeout, limit);
  auto attempt = std::make_unique<RequestAttempt>(std::move(done));
  if (absl::Status started = attempt->Start(client, request); !started.ok()) {
    return started;
  }
  return attempt;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Attempt>> StartAttempt(const Services& services,
                                                      const plan::Task& task,
                                                      RunValues::Action action,
                                                      Attempt::Done done,
                                                      absl::Duration limit) {
  if (auto* request = std::get_if<plan::RequestAction>(&action)) {
    return StartRequest(services.client, task, std::move(request->request),
                        std::move(done), limit);
  }
  return StartProcess(services.runner, task,
                      std::get<plan::ProcessAction>(action), std::move(done),
                      limit);
}

}  // namespace servo::stages
