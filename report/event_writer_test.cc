// The thread that writes: whole lines, bounds, and disks that fail.
#include "report/event_writer.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <latch>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::report {
namespace {

using ::testing::HasSubstr;
using Taken = EventSink::Taken;

constexpr absl::Duration kLong = absl::Seconds(30);

class EventWriterTest : public ::testing::Test {
 protected:
  EventWriterTest() {
    const char* folder = std::getenv("TEST_TMPDIR");
    path_ = absl::StrCat(
        folder, "/",
        ::testing::UnitTest::GetInstance()->current_test_info()->name());
  }

  EventWriter::Open Opening(std::string path) {
    return [path]() -> absl::StatusOr<base::UniqueFd> {
      return base::UniqueFd(
          open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    };
  }

  // Opens once `go` is counted down.
  EventWriter::Open OpeningAfter(std::latch* go) {
    return [go, then = Opening(path_)]() mutable {
      go->wait();
      return then();
    };
  }

  std::string Written() const {
    std::ifstream file(path_);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  // Until the thread has met its error.
  static absl::Status AwaitError(EventWriter* writer) {
    while (writer->Write("more\n", false) != Taken::kNever) usleep(1000);
    return writer->status();
  }

  std::string path_;
};

TEST_F(EventWriterTest, WritesAllLinesInTheirOrderAndThenTheLast) {
  std::string expected;
  std::string at_last;
  EventWriter writer(Opening(path_));
  for (int i = 0; i < 10'000; ++i) {
    const std::string line = absl::StrCat("line ", i, "\n");
    expected += line;
    ASSERT_EQ(writer.Write(line, false), Taken::kYes);
  }
  EXPECT_EQ(writer.Finish(
                [&] {
                  at_last = Written();
                  return absl::OkStatus();
                },
                kLong),
            absl::OkStatus());
  EXPECT_EQ(at_last, expected);
}

TEST_F(EventWriterTest, TellsWhatWasWritten) {
  std::string heard;
  std::string at_last;
  EventWriter writer(Opening(path_),
                     [&](absl::string_view lines) { heard.append(lines); });
  for (int i = 0; i < 1'000; ++i) {
    writer.Write(absl::StrCat("line ", i, "\n"), false);
  }
  EXPECT_EQ(writer.Finish(
                [&] {
                  at_last = heard;
                  return absl::OkStatus();
                },
                kLong),
            absl::OkStatus());
  EXPECT_EQ(at_last, Written());
}

TEST_F(EventWriterTest, TellsNothingOfWhatCouldNotBeWritten) {
  bool heard = false;
  EventWriter writer(Opening("/dev/full"),
                     [&](absl::string_view) { heard = true; });
  writer.Write("one\n", false);
  AwaitError(&writer).IgnoreError();
  writer.Finish(nullptr, kLong).IgnoreError();
  EXPECT_FALSE(heard);
}

TEST_F(EventWriterTest, AnErrorOfTheLastIsToldByFinish) {
  EventWriter writer(Opening(path_));
  EXPECT_EQ(writer.Finish([] { return absl::AbortedError("no page"); }, kLong),
            absl::AbortedError("no page"));
}

TEST_F(EventWriterTest, ADiskThatHangsCostsLinesAndNoTime) {
  std::latch go(1);
  EventWriter writer(OpeningAfter(&go), nullptr,
                     {.queue = 10, .last_words = 1 << 20});
  EXPECT_EQ(writer.Write("12345\n", false), Taken::kYes);
  EXPECT_EQ(writer.Write("12345\n", false), Taken::kQueueFull);
  EXPECT_EQ(writer.Write("1\n", false), Taken::kYes);
  EXPECT_EQ(writer.Write("answer\n", true), Taken::kYes);
  go.count_down();
  EXPECT_EQ(writer.Finish(nullptr, kLong), absl::OkStatus());
  EXPECT_EQ(Written(), "12345\n1\nanswer\n");
}

TEST_F(EventWriterTest, ALineLongerThanTheQueueGoesWhereNothingWaits) {
  EventWriter writer(Opening(path_), nullptr,
                     {.queue = 10, .last_words = 1 << 20});
  EXPECT_EQ(writer.Write("123456789012\n", false), Taken::kYes);
  EXPECT_EQ(writer.Finish(nullptr, kLong), absl::OkStatus());
  EXPECT_EQ(Written(), "123456789012\n");
}

TEST_F(EventWriterTest, TheFileHasRoomForTheLastWords) {
  EventWriter writer(Opening(path_), nullptr, {.file = 20, .last_words = 10});
  EXPECT_EQ(writer.Write("1234567\n", false), Taken::kYes);
  EXPECT_EQ(writer.Write("123\n", false), Taken::kFileFull);
  EXPECT_EQ(writer.Write("answer\n", true), Taken::kYes);
  EXPECT_EQ(writer.Write("answer\n", true), Taken::kFileFull);
  EXPECT_EQ(writer.Finish(nullptr, kLong), absl::OkStatus());
  EXPECT_EQ(Written(), "1234567\nanswer\n");
}

TEST_F(EventWriterTest, AFullDiskEndsTheWriting) {
  EventWriter writer(Opening("/dev/full"));
  writer.Write("one\n", false);
  EXPECT_THAT(AwaitError(&writer).message(),
              HasSubstr("No space left on device"));
  bool last_done = false;
  EXPECT_THAT(writer
                  .Finish(
                      [&] {
                        last_done = true;
                        return absl::OkStatus();
                      },
                      kLong)
                  .message(),
              HasSubstr("No space left on device"));
  EXPECT_FALSE(last_done);
}

// SIGXFSZ would end the program.
TEST_F(EventWriterTest, ALimitOfFileSizesIsAnErrorAndNoSignal) {
  rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit few = {.rlim_cur = 100, .rlim_max = before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &few);
  EventWriter writer(Opening(path_));
  writer.Write(std::string(200, 'x') + "\n", false);
  const absl::Status status = AwaitError(&writer);
  writer.Finish(nullptr, kLong).IgnoreError();
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_THAT(status.message(), HasSubstr("File too large"));
}

TEST_F(EventWriterTest, WhatCannotBeOpenedIsAnError) {
  EventWriter writer([]() -> absl::StatusOr<base::UniqueFd> {
    return absl::PermissionDeniedError("read-only");
  });
  EXPECT_EQ(AwaitError(&writer), absl::PermissionDeniedError("read-only"));
  EXPECT_EQ(writer.Finish(nullptr, kLong),
            absl::PermissionDeniedError("read-only"));
}

TEST_F(EventWriterTest, AFileThatWasRemovedIsAnError) {
  EventWriter writer(Opening(path_));
  writer.Write("one\n", false);
  // Written, and so made.
  while (Written().empty()) usleep(1000);
  unlink(path_.c_str());
  EXPECT_EQ(writer.Write("two\n", false), Taken::kYes);
  EXPECT_THAT(writer.Finish(nullptr, kLong).message(),
              HasSubstr("was removed"));
}

TEST_F(EventWriterTest, ADiskThatHangsAtTheEndIsLeftToItself) {
  // Outlives the test, as the thread does.
  static std::latch go(1);
  {
    EventWriter writer(OpeningAfter(&go));
    writer.Write("one\n", false);
    EXPECT_FALSE(EventWriter::AnyAbandoned());
    EXPECT_EQ(writer.Finish(nullptr, absl::Milliseconds(10)).code(),
              absl::StatusCode::kDeadlineExceeded);
  }
  EXPECT_TRUE(EventWriter::AnyAbandoned());
  go.count_down();
  while (Written() != "one\n") usleep(1000);
}

}  // namespace
}  // namespace servo::report
