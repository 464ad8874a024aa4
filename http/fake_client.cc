#include "http/fake_client.h"

#include <utility>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/masking.h"
#include "http/check_request.h"

namespace servo::http {

Response FakeResponse(int status, absl::string_view body, Headers headers) {
  Response response;
  response.status = status;
  response.status_line = absl::StrCat("HTTP/1.1 ", status, " Fake");
  response.headers = std::move(headers);
  response.body.Append(body);
  return response;
}

class FakeClient::FakeTransfer final : public Transfer {
 public:
  FakeTransfer(FakeClient* client, size_t index)
      : client_(client), index_(index), client_alive_(client->alive_) {}
  ~FakeTransfer() override {
    if (*client_alive_) client_->Drop(index_);
  }

 private:
  FakeClient* const client_;
  const size_t index_;
  const std::shared_ptr<bool> client_alive_;
};

FakeClient::~FakeClient() { *alive_ = false; }

void FakeClient::Answer(absl::StatusOr<Response> result, absl::Duration takes) {
  scripts_.push_back({absl::OkStatus(), std::move(result), takes});
}

void FakeClient::RefuseStart(const absl::Status& error) {
  CHECK(!error.ok());
  scripts_.push_back({error, error, absl::ZeroDuration()});
}

void FakeClient::AnswerOthers(absl::StatusOr<Response> result) {
  others_ = std::move(result);
}

absl::StatusOr<std::unique_ptr<Transfer>> FakeClient::Start(
    const Request& request, Done done) {
  if (absl::Status status = CheckRequest(request); !status.ok()) return status;
  Script script{absl::OkStatus(), others_, absl::ZeroDuration()};
  if (!scripts_.empty()) {
    script = std::move(scripts_.front());
    scripts_.pop_front();
  }
  if (!script.start.ok()) return script.start;

  const size_t index = records_.size();
  records_.push_back(
      {request, loop_->Now(), false, std::nullopt, std::nullopt});
  Pending& pending = pending_.emplace_back();
  pending.done = std::move(done);
  pending.answer = loop_->After(
      script.takes, [this, index, result = std::move(script.result)]() mutable {
        Over(index, std::move(result));
      });
  pending.timeout = loop_->After(request.timeout, [this, index] {
    const Request& late = records_[index].request;
    Over(index,
         absl::DeadlineExceededError(absl::StrCat(
             late.method, " ", base::MaskUrl(late.url),
             ": not finished within ", absl::FormatDuration(late.timeout))));
  });
  return std::make_unique<FakeTransfer>(this, index);
}

void FakeClient::Complete(size_t index, absl::StatusOr<Response> result) {
  CHECK_LT(index, records_.size());
  CHECK(records_[index].running());
  pending_[index].answer =
      loop_->After(absl::ZeroDuration(),
                   [this, index, result = std::move(result)]() mutable {
                     Over(index, std::move(result));
                   });
}

void FakeClient::Over(size_t index, absl::StatusOr<Response> result) {
  Record& record = records_[index];
  if (result.ok()) {
    if (result->url.empty()) {
      result->url = base::MaskCredentials(record.request.url);
    }
    result->elapsed = loop_->Now() - record.started_at;
  }
  record.result = result;
  record.over_at = loop_->Now();
  pending_[index].answer.Reset();
  pending_[index].timeout.Reset();
  Done done = std::move(pending_[index].done);
  done(std::move(result));
}

void FakeClient::Drop(size_t index) {
  Record& record = records_[index];
  if (!record.running()) return;
  record.dropped = true;
  record.over_at = loop_->Now();
  pending_[index] = Pending();
}

}  // namespace servo::http
