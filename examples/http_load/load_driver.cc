#include "load_driver.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "http/curl_client.h"
#include "protocol/messages.h"

namespace http_load {

using servo::protocol::Answer;

LoadDriver::LoadDriver(servo::base::Loop* loop, std::string config_path)
    : loop_(loop),
      config_path_(std::move(config_path)),
      client_(servo::http::NewCurlClient(loop, "http_load/1.0.0")) {}

void LoadDriver::Measure(const Session& session, Done done) {
  control_ = session.control;
  done_ = std::move(done);
  absl::StatusOr<LoadConfig> config = ReadLoadConfig(config_path_);
  if (!config.ok()) {
    AnswerSoon(Answer::Failed(config.status().message(), "invalid-config"));
    return;
  }
  config_ = *std::move(config);
  begin_ = loop_->Now();
  begin_time_ = absl::Now();
  ScheduleNext();
}

absl::Duration LoadDriver::DueAt(uint64_t request) const {
  return begin_ + absl::Seconds(static_cast<double>(request) / config_.rate);
}

void LoadDriver::ScheduleNext() {
  const absl::Duration end = begin_ + control_.Total();
  const absl::Duration next = std::min(DueAt(due_), end);
  timer_ = loop_->After(next - loop_->Now(), [this, next, end] {
    if (next < end) {
      SendDue();
    } else {
      FinishWhenAnswered();
    }
  });
}

// All that are due by now: a timer that comes late does not lower the rate.
void LoadDriver::SendDue() {
  const absl::Duration end = begin_ + control_.Total();
  for (absl::Duration due = DueAt(due_); due <= loop_->Now() && due < end;
       due = DueAt(due_)) {
    ++due_;
    Send(due);
  }
  ScheduleNext();
}

void LoadDriver::Send(absl::Duration due) {
  if (under_way_.size() >= static_cast<size_t>(config_.in_flight)) {
    if (Counts(due)) report_.AddError(WallTime(due));
    return;
  }
  const uint64_t id = sent_++;
  auto transfer = client_->Start(
      {.url = config_.url, .timeout = config_.timeout},
      [this, id, due](const absl::StatusOr<servo::http::Response>& response) {
        OnAnswer(id, due, response);
      });
  if (transfer.ok()) {
    under_way_.emplace(id, *std::move(transfer));
  } else if (Counts(due)) {
    report_.AddError(WallTime(due));
  }
}

void LoadDriver::OnAnswer(
    uint64_t id, absl::Duration due,
    const absl::StatusOr<servo::http::Response>& response) {
  if (Counts(due)) {
    if (response.ok() && response->status < 400) {
      report_.AddSuccess(WallTime(due), loop_->Now() - due);
    } else {
      report_.AddError(WallTime(due));
    }
  }
  under_way_.erase(id);
  if (over_) FinishWhenAnswered();
}

bool LoadDriver::Counts(absl::Duration due) const {
  return due >= begin_ + control_.delay + control_.warmup;
}

absl::Time LoadDriver::WallTime(absl::Duration due) const {
  return begin_time_ + (due - begin_);
}

// The last requests have their own timeouts; none is left behind.
void LoadDriver::FinishWhenAnswered() {
  over_ = true;
  if (!under_way_.empty()) return;
  Answer answer;
  answer.metrics = report_.Metrics(control_.duration);
  answer.annotations["requests"] = report_.requests();
  answer.annotations["errors"] = report_.errors();
  AnswerSoon(std::move(answer));
}

void LoadDriver::Cancel(absl::string_view) {
  under_way_.clear();
  AnswerSoon(Answer::Cancelled());
}

void LoadDriver::AnswerSoon(Answer answer) {
  timer_ = loop_->After(absl::ZeroDuration(),
                        [this, answer = std::move(answer)]() mutable {
                          if (done_) std::exchange(done_, nullptr)(answer);
                        });
}

int LoadDriver::Progress() const {
  const absl::Duration warm_up = control_.delay + control_.warmup;
  const absl::Duration passed = loop_->Now() - begin_ - warm_up;
  if (over_) return 100;
  if (config_.url.empty() || control_.duration <= absl::ZeroDuration()) {
    return 0;
  }
  return static_cast<int>(std::clamp(
      100 * absl::FDivDuration(passed, control_.duration), 0.0, 100.0));
}

std::string LoadDriver::Activity() const {
  return absl::StrCat("Sent ", sent_, " requests, ", under_way_.size(),
                      " under way");
}

}  // namespace http_load
