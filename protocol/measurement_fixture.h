// The other side of a measurement: what the core sees, on a clock that stands.
#ifndef PROTOCOL_MEASUREMENT_FIXTURE_H_
#define PROTOCOL_MEASUREMENT_FIXTURE_H_

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <climits>
#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/fake_loop.h"
#include "base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "protocol/fake_driver.h"
#include "protocol/fake_signal_source.h"
#include "protocol/log.h"
#include "protocol/measurement.h"
#include "protocol/messages.h"
#include "protocol/pacer.h"
#include "protocol/standard_streams.h"

namespace servo::protocol {

inline constexpr char kRequest[] = R"({"control": {"duration": 2}})";

inline nlohmann::json OkAnswer() {
  return {{"status", "ok"},
          {"metrics", nlohmann::json::object()},
          {"annotations", nlohmann::json::object()}};
}

// A measurement between pipes, with a driver and signals that the test leads by
// the hand.
class MeasurementTest : public testing::Test {
 protected:
  MeasurementTest() {
    std::signal(SIGPIPE, SIG_IGN);
    MakePipe(&in_read_, &in_write_);
    MakePipe(&out_read_, &out_write_);
    MakePipe(&err_read_, &err_write_);
  }

  static void MakePipe(base::UniqueFd* read_end, base::UniqueFd* write_end) {
    int fds[2];
    ASSERT_EQ(pipe2(fds, O_CLOEXEC), 0);
    read_end->Reset(fds[0]);
    write_end->Reset(fds[1]);
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
  }

  void Start() {
    log_.emplace(&loop_, err_write_.get(), "measure", /*verbose=*/false);
    const Streams streams = {in_read_.get(), out_write_.get(),
                             err_write_.get()};
    measurement_.emplace(&loop_, streams, &signals_, &*log_, &driver_, "app");
    loop_.RunPending();
  }

  void Input(absl::string_view text) {
    ASSERT_EQ(write(in_write_.get(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
    loop_.RunPending();
  }

  void EndOfInput() {
    in_write_.Reset();
    loop_.RunPending();
  }

  // A measurement under way whose first line was read.
  void StartMeasuring() {
    Start();
    Input(kRequest);
    EndOfInput();
    ASSERT_TRUE(driver_.measuring());
    Output();
  }

  void Finish(Answer answer) {
    driver_.Finish(std::move(answer));
    loop_.RunPending();
  }

  void Raise(int signal) {
    signals_.Raise(signal);
    loop_.RunPending();
  }

  static std::string ReadAll(int fd) {
    std::string text;
    char buffer[65536];
    for (ssize_t count; (count = read(fd, buffer, sizeof(buffer))) > 0;)
      text.append(buffer, count);
    return text;
  }

  // The lines on stdout since the last call, each checked to be an object.
  std::vector<nlohmann::json> Output() {
    return Lines(ReadAll(out_read_.get()));
  }

  static std::vector<nlohmann::json> Lines(const std::string& text) {
    std::vector<nlohmann::json> lines;
    EXPECT_TRUE(text.empty() || text.back() == '\n');
    for (absl::string_view line :
         absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      lines.push_back(nlohmann::json::parse(line));
      EXPECT_TRUE(lines.back().is_object()) << line;
    }
    return lines;
  }

  std::string Errors() { return ReadAll(err_read_.get()); }

  // Makes stdout take nothing more until it is read.
  void FillStdout() {
    while (true) {
      driver_.reporter->Notify(std::string(1000, 'x'));
      loop_.Advance(kPace);
      pollfd writable = {out_write_.get(), POLLOUT, 0};
      if (poll(&writable, 1, 0) == 0) break;
    }
    // The last page has room for short lines still.
    driver_.reporter->Notify(std::string(2 * PIPE_BUF, 'x'));
    loop_.Advance(kPace);
  }

  static nlohmann::json Progress(int progress, absl::string_view message) {
    return {{"progress", progress}, {"message", std::string(message)}};
  }

  static nlohmann::json Failed(absl::string_view message,
                               absl::string_view reason) {
    return {{"status", "failed"},
            {"message", std::string(message)},
            {"reason", std::string(reason)}};
  }

  static nlohmann::json Cancelled(absl::string_view cause) {
    return Failed(absl::StrCat("Exiting due to signal: ", cause), "cancelled");
  }

  // The measurement is over with `answer` as its only line and `exit_code`.
  void ExpectOver(const nlohmann::json& answer, int exit_code) {
    EXPECT_THAT(Output(), testing::ElementsAre(answer));
    ASSERT_TRUE(measurement_->over());
    EXPECT_EQ(measurement_->exit_code(), exit_code);
  }

  base::FakeLoop loop_;
  base::UniqueFd in_read_, in_write_;
  base::UniqueFd out_read_, out_write_;
  base::UniqueFd err_read_, err_write_;
  FakeSignalSource signals_;
  FakeDriver driver_;
  std::optional<Log> log_;
  std::optional<Measurement> measurement_;
};

}  // namespace servo::protocol

#endif  // PROTOCOL_MEASUREMENT_FIXTURE_H_
