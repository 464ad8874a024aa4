#include "load_driver.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/masking.h"
#include "http/phase.h"
#include "protocol/messages.h"

namespace http_load {
namespace {

namespace http = servo::http;
using servo::protocol::Answer;

// One word for why there was no answer.
absl::string_view KindOf(const absl::Status& error) {
  if (absl::IsDeadlineExceeded(error)) return "timeout";
  const std::optional<http::Phase> phase = http::FailedPhase(error);
  return phase.has_value() && *phase <= http::Phase::kTlsHandshake
             ? "not_connected"
             : "broken_answer";
}

}  // namespace

LoadDriver::LoadDriver(servo::base::Loop* loop,
                       std::unique_ptr<http::Client> client,
                       ReadConfig read_config)
    : loop_(loop),
      client_(std::move(client)),
      read_config_(std::move(read_config)) {}

void LoadDriver::Measure(const Session& session, Done done) {
  done_ = std::move(done);
  absl::StatusOr<LoadConfig> config = read_config_();
  if (!config.ok()) {
    Finish(Answer::Failed(config.status().message(), "invalid-config"));
    return;
  }
  config_ = *std::move(config);
  control_ = session.control;
  begin_ = loop_->Now();
  window_ = begin_ + control_.delay + control_.warmup;
  end_ = begin_ + control_.Total();
  report_.emplace(absl::Now() + (window_ - begin_), control_.duration);
  session.reporter->Stage(
      absl::StrCat("Load of ", config_.rate, " requests a second"));
  ScheduleNext();
}

// Counted from the beginning each time: no error adds up.
absl::Duration LoadDriver::DueAt(uint64_t request) const {
  return begin_ + control_.delay +
         absl::Seconds(static_cast<double>(request) / config_.rate);
}

void LoadDriver::ScheduleNext() {
  const absl::Duration next = DueAt(due_);
  if (next < end_) {
    timer_ = loop_->After(next - loop_->Now(), [this] { SendDue(); });
  } else {
    timer_ =
        loop_->After(end_ - loop_->Now(), [this] { FinishWhenAnswered(); });
  }
}

// All that are due by now: a timer that comes late does not lower the rate.
// What falls due meanwhile waits for the next turn, so that answers are heard
// too.
void LoadDriver::SendDue() {
  const absl::Duration now = loop_->Now();
  for (absl::Duration due = DueAt(due_); !finished_ && due <= now && due < end_;
       due = DueAt(due_)) {
    ++due_;
    Send(due);
  }
  if (!finished_) ScheduleNext();
}

void LoadDriver::Send(absl::Duration due) {
  if (under_way_.size() >= static_cast<size_t>(config_.in_flight)) {
    CountError(due, "not_sent",
               absl::StrCat(config_.in_flight,
                            " requests were under way, which is in_flight"));
    return;
  }
  const uint64_t id = sent_;
  auto transfer = client_->Start(
      config_.request,
      [this, id, due](const absl::StatusOr<http::Response>& response) {
        OnAnswer(id, due, response);
      });
  if (!transfer.ok()) {  // The next one would not go either.
    Finish(Answer::Failed(transfer.status().message(), "invalid-config"));
    return;
  }
  ++sent_;
  under_way_.emplace(id, *std::move(transfer));
  if (InWindow(due)) {
    max_start_delay_ = std::max(max_start_delay_, loop_->Now() - due);
  } else {
    ++warmup_requests_;
  }
}

void LoadDriver::OnAnswer(uint64_t id, absl::Duration due,
                          const absl::StatusOr<http::Response>& response) {
  if (!response.ok()) {
    CountError(due, KindOf(response.status()), response.status().message());
  } else if (response->status >= 400) {
    CountError(due, absl::StrCat("status_", response->status),
               absl::StrCat(servo::base::MaskUrl(response->url), ": ",
                            response->status_line));
  } else if (InWindow(due)) {
    report_->AddSuccess(due - window_, loop_->Now() - due);
  }
  under_way_.erase(id);
  if (all_sent_) FinishWhenAnswered();
}

void LoadDriver::CountError(absl::Duration due, absl::string_view kind,
                            absl::string_view message) {
  if (!InWindow(due)) return;
  report_->AddError(due - window_, kind);
  if (first_error_.empty()) first_error_ = message;
}

// The last requests have their own timeouts; none is left behind.
void LoadDriver::FinishWhenAnswered() {
  all_sent_ = true;
  if (!under_way_.empty()) return;
  Answer answer;
  answer.metrics = report_->Metrics();
  answer.annotations = report_->Counts();
  answer.annotations["warmup_requests"] = warmup_requests_;
  answer.annotations["start_delay_max_ms"] =
      absl::ToDoubleMilliseconds(max_start_delay_);
  if (!first_error_.empty()) answer.annotations["first_error"] = first_error_;
  Finish(std::move(answer));
}

void LoadDriver::Cancel(const servo::protocol::CancelCause&) {
  Finish(Answer::Cancelled());
}

void LoadDriver::Finish(Answer answer) {
  if (std::exchange(finished_, true)) return;
  under_way_.clear();
  timer_ = loop_->After(absl::ZeroDuration(),
                        [this, answer = std::move(answer)]() mutable {
                          std::exchange(done_, nullptr)(std::move(answer));
                        });
}

int LoadDriver::Progress() const {
  return control_.ProgressAfter(loop_->Now() - begin_);
}

std::string LoadDriver::Activity() const {
  return absl::StrCat("Sent ", sent_, " requests, ", under_way_.size(),
                      " under way");
}

}  // namespace http_load
