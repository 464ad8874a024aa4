#include "stages/probe.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/masking.h"
#include "exec/command.h"

namespace servo::stages {
namespace {

using plan::Readiness;

http::Request RequestFor(const Readiness::Tcp& tcp) {
  http::Request request;
  request.url = absl::StrCat("http://", tcp.host, ":", tcp.port, "/");
  request.connect_only = true;
  return request;
}

// A redirect is an answer, wherever it leads.
http::Request RequestFor(const Readiness::Http& http) {
  http::Request request;
  request.url = http.url;
  request.follow_redirects = false;
  return request;
}

}  // namespace

Probe::Probe(const Services& services, const Readiness& readiness,
             std::string cwd)
    : services_(services), readiness_(readiness), cwd_(std::move(cwd)) {
  const auto* output = std::get_if<Readiness::Output>(&readiness.sign);
  if (output == nullptr) return;
  watch_.emplace(output->regex, [this] {
    in_output_ = true;
    if (ready_ != nullptr) {
      next_ = services_.loop->Post([this] { OnRound(true); });
    }
  });
}

void Probe::Look(absl::Duration limit, Done done) {
  done_ = std::move(done);
  if (const auto* tcp = std::get_if<Readiness::Tcp>(&readiness_.sign)) {
    Send(RequestFor(*tcp), limit);
  } else if (const auto* http =
                 std::get_if<Readiness::Http>(&readiness_.sign)) {
    Send(RequestFor(*http), limit);
  } else if (const auto* file =
                 std::get_if<Readiness::File>(&readiness_.sign)) {
    FinishSoon(FileIsThere(*file));
  } else {
    watch_->LookAtRest();
    FinishSoon(in_output_);
  }
}

void Probe::Send(const http::Request& request, absl::Duration limit) {
  http::Request bounded = request;
  bounded.timeout = std::min({limit, kLookTimeout, readiness_.within});
  auto transfer = services_.client->Start(
      bounded, [this](absl::StatusOr<http::Response> response) {
        OnAnswer(std::move(response));
      });
  if (transfer.ok()) {
    transfer_ = *std::move(transfer);
  } else {
    last_look_ = transfer.status();
    FinishSoon(false);
  }
}

void Probe::OnAnswer(absl::StatusOr<http::Response> response) {
  if (!response.ok()) {
    last_look_ = std::move(response).status();
    return Finish(false);
  }
  const bool there = std::holds_alternative<Readiness::Tcp>(readiness_.sign) ||
                     (response->status >= 200 && response->status < 400);
  if (!there) {
    last_look_ = absl::UnavailableError(absl::StrCat(
        "GET ", base::MaskUrl(response->url), ": ", response->status_line));
  }
  Finish(there);
}

bool Probe::FileIsThere(const Readiness::File& file) const {
  struct stat info;
  return stat(exec::PathIn(cwd_, file.path).c_str(), &info) == 0;
}

void Probe::FinishSoon(bool there) {
  next_ = services_.loop->Post([this, there] { Finish(there); });
}

// The callback may destroy this, and with it the member that holds it.
void Probe::Finish(bool there) {
  Done done = std::move(done_);
  done(there);
}

void Probe::Watch(absl::AnyInvocable<void()> ready) {
  ready_ = std::move(ready);
  BeginRound();
}

void Probe::BeginRound() {
  begin_ = services_.loop->Now();
  Look(kLookTimeout, [this](bool there) { OnRound(there); });
}

void Probe::OnRound(bool there) {
  if (there) {
    auto ready = std::exchange(ready_, nullptr);
    return ready();
  }
  const absl::Duration passed = services_.loop->Now() - begin_;
  next_ = services_.loop->After(readiness_.interval - passed,
                                [this] { BeginRound(); });
}

}  // namespace servo::stages
