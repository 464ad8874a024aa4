#include "exec/fake_runner.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "absl/log/check.h"
#include "absl/strings/str_join.h"

namespace servo::exec {

// A process and its deadlines.
struct FakeRunner::Child {
  pid_t pid;
  Script script;
  Record* record;
  Done done;
  base::Captured out;
  base::Captured err;
  std::optional<Ending> stopping;     // why it was asked to end
  base::Loop::Registration end;       // its own end, or what a signal does
  base::Loop::Registration timeout;   // Options::timeout
  base::Loop::Registration escalate;  // Options::kill_timeout
};

class FakeRunner::FakeProcess final : public Process {
 public:
  FakeProcess(FakeRunner* runner, std::weak_ptr<Child> child, pid_t pid)
      : runner_(runner), child_(std::move(child)), pid_(pid) {}

  ~FakeProcess() override {
    std::shared_ptr<Child> child = Running();
    if (child == nullptr) return;
    child->record->dropped = true;
    child->record->over_at = runner_->loop_->Now();
    child->done = nullptr;
    child->end.Reset();
    child->timeout.Reset();
    child->escalate.Reset();
    runner_->AwaitNone();
  }

  pid_t pid() const override { return pid_; }

  void Stop() override {
    if (auto child = Running(); child != nullptr) {
      runner_->Signal(*child, Ending::kStopped);
    }
  }

  void Kill() override {
    if (auto child = Running(); child != nullptr) {
      runner_->SignalKill(*child, Ending::kStopped);
    }
  }

 private:
  // Null when it is over, or when the runner is gone.
  std::shared_ptr<Child> Running() const {
    std::shared_ptr<Child> child = child_.lock();
    return child != nullptr && child->record->running() ? child : nullptr;
  }

  FakeRunner* const runner_;
  const std::weak_ptr<Child> child_;
  const pid_t pid_;
};

FakeRunner::FakeRunner(base::Loop* loop) : loop_(loop) {}
FakeRunner::~FakeRunner() = default;

void FakeRunner::On(absl::string_view line, std::vector<Script> scripts) {
  CHECK(!scripts.empty()) << "no script for " << line;
  scripts_[std::string(line)] = {scripts.begin(), scripts.end()};
}

void FakeRunner::On(absl::string_view line, Script script) {
  scripts_[std::string(line)] = {std::move(script)};
}

FakeRunner::Script FakeRunner::NextScript(const std::string& line) {
  auto it = scripts_.find(line);
  if (it == scripts_.end()) return Script();
  std::deque<Script>& scripts = it->second;
  Script script = scripts.front();
  if (scripts.size() > 1) scripts.pop_front();
  return script;
}

absl::StatusOr<std::unique_ptr<Process>> FakeRunner::Start(
    const Command& command, const Options& options, Done done) {
  const std::string line = absl::StrJoin(command.argv, " ");
  lines_.push_back(line);
  if (end_all_done_ != nullptr) {
    return absl::FailedPreconditionError(
        "nothing can be started while everything is being ended");
  }
  Script script = NextScript(line);
  if (!script.start.ok()) return script.start;

  records_.push_back(Record{command, options, loop_->Now()});
  auto child = std::make_shared<Child>();
  child->pid = 1000 + static_cast<pid_t>(records_.size());
  child->script = std::move(script);
  child->record = &records_.back();
  child->done = std::move(done);
  child->out = child->err =
      base::Captured(options.output_limit, options.redactor);
  children_.push_back(child);

  Child* const c = child.get();
  c->end = loop_->After(c->script.runs_for, [this, c] {
    const int code = c->script.code;
    Over(*c, code < 0 ? Ending::kSignaled : Ending::kExited, code);
  });
  c->timeout = loop_->After(options.timeout,
                            [this, c] { Signal(*c, Ending::kTimedOut); });
  return std::make_unique<FakeProcess>(this, child, c->pid);
}

void FakeRunner::End(size_t index, int code) {
  CHECK(records_.at(index).running()) << "process " << index << " is over";
  EndSoon(*children_[index], code < 0 ? Ending::kSignaled : Ending::kExited,
          code);
}

void FakeRunner::Emit(size_t index, Stream stream, absl::string_view text) {
  CHECK(records_.at(index).running()) << "process " << index << " is over";
  Print(*children_[index], stream, text);
}

void FakeRunner::Print(Child& child, Stream stream, absl::string_view text) {
  OutputTap* const tap = child.record->options.tap;
  if (tap != nullptr && !text.empty()) tap->OnOutput(stream, text);
  (stream == Stream::kStdout ? child.out : child.err).Append(text);
}

void FakeRunner::EndSoon(Child& child, Ending ending, int code) {
  child.end = loop_->After(absl::ZeroDuration(), [this, &child, ending, code] {
    Over(child, ending, code);
  });
}

void FakeRunner::Signal(Child& child, Ending reason) {
  if (reason == Ending::kStopped) ++child.record->stops;
  if (child.stopping.has_value()) return;
  child.stopping = reason;
  child.timeout.Reset();
  const int signal = child.record->options.kill_signal;
  if (child.script.obeys || signal == SIGKILL) {
    EndSoon(child, reason, child.script.obeys_with.value_or(-signal));
    return;
  }
  child.escalate = loop_->After(
      child.record->options.kill_timeout,
      [this, &child] { EndSoon(child, *child.stopping, -SIGKILL); });
}

void FakeRunner::SignalKill(Child& child, Ending reason) {
  ++child.record->kills;
  if (!child.stopping.has_value()) child.stopping = reason;
  child.timeout.Reset();
  child.escalate.Reset();
  EndSoon(child, *child.stopping, -SIGKILL);
}

void FakeRunner::Over(Child& child, Ending ending, int code) {
  Result result;
  result.ending = child.stopping.value_or(ending);
  result.code = code;
  Print(child, Stream::kStdout, child.script.out);
  Print(child, Stream::kStderr, child.script.err);
  result.out = std::move(child.out);
  result.err = std::move(child.err);
  result.started_at = child.record->started_at;
  result.elapsed = loop_->Now() - child.record->started_at;
  child.record->result = result;
  child.record->over_at = loop_->Now();
  child.timeout.Reset();
  child.escalate.Reset();
  AwaitNone();
  Done done = std::move(child.done);
  done(std::move(result));
}

void FakeRunner::EndAll(absl::Duration grace, EndAllDone done) {
  const bool again = end_all_done_ != nullptr;
  ++end_alls_;
  end_all_grace_ = grace;
  end_all_done_ = std::move(done);
  if (again) {
    end_all_timer_.Reset();
    orphans_take_ = absl::ZeroDuration();
  }
  for (const auto& child : children_) {
    if (!child->record->running()) continue;
    if (again) {
      SignalKill(*child, Ending::kStopped);
    } else {
      Signal(*child, Ending::kStopped);
    }
  }
  AwaitNone();
}

void FakeRunner::AwaitNone() {
  if (end_all_done_ == nullptr || end_all_timer_.active()) return;
  if (std::any_of(records_.begin(), records_.end(),
                  [](const Record& record) { return record.running(); })) {
    return;
  }
  end_all_timer_ = loop_->After(orphans_take_, [this] {
    EndAllDone done = std::exchange(end_all_done_, nullptr);
    done(unkillable_);
  });
}

}  // namespace servo::exec
