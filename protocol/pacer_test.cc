#include "protocol/pacer.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/fake_loop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PacerTest : public testing::Test {
 protected:
  PacerTest() { Make(); }

  void Make(size_t limit = Pacer::kDefaultLimit) {
    pacer_.emplace(
        &loop_,
        [this](const std::vector<std::string>& messages, Pacer::Kind kind) {
          lines_.push_back(
              absl::StrCat(kind == Pacer::Kind::kState ? "state " : "news ",
                           absl::StrJoin(messages, " + ")));
        },
        [] { return "busy"; }, limit);
  }

  // The end of it all is told as a line, too.
  void Flush() {
    pacer_->Flush([this] { lines_.push_back("done"); });
  }

  // The lines since the last call.
  std::vector<std::string> Lines() { return std::exchange(lines_, {}); }

  base::FakeLoop loop_;
  std::vector<std::string> lines_;
  std::optional<Pacer> pacer_;
};

TEST_F(PacerTest, TheFirstLineGoesOutAtOnceTheNextAfterASecond) {
  pacer_->Stage("begin");
  EXPECT_THAT(Lines(), ElementsAre("state begin"));
  pacer_->Stage("pre");
  loop_.Advance(kPace - absl::Milliseconds(1));
  EXPECT_THAT(Lines(), IsEmpty());
  loop_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(Lines(), ElementsAre("state pre"));
}

TEST_F(PacerTest, AfterAPauseALineGoesOutAtOnce) {
  pacer_->Stage("begin");
  loop_.Advance(kPace);
  Lines();
  pacer_->Notify("news");
  EXPECT_THAT(Lines(), ElementsAre("news news"));
}

TEST_F(PacerTest, OfStagesThatWaitTheNewestWins) {
  pacer_->Stage("begin");
  for (const char* stage : {"pre", "start", "window"}) pacer_->Stage(stage);
  loop_.Advance(absl::Seconds(5));
  EXPECT_THAT(Lines(), ElementsAre("state begin", "state window"));
}

TEST_F(PacerTest, MessagesThatWaitShareALineInTheirOrderAndNoneIsLost) {
  pacer_->Stage("begin");
  pacer_->Notify("one");
  pacer_->Stage("pre");
  pacer_->Notify("two");
  pacer_->Stage("start");
  pacer_->Notify("three");
  loop_.Advance(absl::Seconds(5));
  EXPECT_THAT(Lines(),
              ElementsAre("state begin", "news one + two + start + three"));
}

TEST_F(PacerTest, AFloodMakesOneLineASecondAndNoneIsLost) {
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    pacer_->Notify(absl::StrCat("m", i));
    absl::StrAppend(&all, i == 0 ? "" : " + ", "m", i);
    loop_.Advance(absl::Milliseconds(10));
  }
  loop_.Advance(kPace);
  const std::vector<std::string> lines = Lines();
  EXPECT_EQ(lines.size(), 11u);
  std::vector<std::string> told;
  for (const std::string& line : lines) told.push_back(line.substr(5));
  EXPECT_EQ(absl::StrJoin(told, " + "), all);
}

TEST_F(PacerTest, BeatsTwentySecondsAfterTheLastLine) {
  pacer_->Stage("begin");
  loop_.Advance(absl::Seconds(10));
  pacer_->Notify("news");
  Lines();
  loop_.Advance(kBeat - absl::Milliseconds(1));
  EXPECT_THAT(Lines(), IsEmpty());
  loop_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(Lines(), ElementsAre("state busy"));
  loop_.Advance(kBeat * 3);
  EXPECT_THAT(Lines(), ElementsAre("state busy", "state busy", "state busy"));
}

TEST_F(PacerTest, ABeatIsALineToWaitAfter) {
  pacer_->Stage("begin");
  loop_.Advance(kBeat);
  Lines();
  pacer_->Notify("news");
  EXPECT_THAT(Lines(), IsEmpty());
  loop_.Advance(kPace);
  EXPECT_THAT(Lines(), ElementsAre("news news"));
}

TEST_F(PacerTest, OnlyBeatsOnceItIsQuiet) {
  pacer_->Stage("begin");
  pacer_->Notify("before");
  pacer_->Quiet();
  pacer_->Notify("after");
  pacer_->Stage("post");
  Lines();
  loop_.Advance(kBeat - absl::Milliseconds(1));
  EXPECT_THAT(Lines(), IsEmpty());
  loop_.Advance(absl::Milliseconds(1) + kBeat);
  EXPECT_THAT(Lines(), ElementsAre("state busy", "state busy"));
  loop_.Advance(kPace);
  Flush();
  EXPECT_THAT(Lines(), ElementsAre("news before + after", "done"));
}

TEST_F(PacerTest, AQuietFlushComesASecondAfterTheLastLine) {
  pacer_->Notify("begin");
  pacer_->Quiet();
  loop_.Advance(absl::Milliseconds(300));
  pacer_->Notify("news");
  pacer_->Stage("post");
  Flush();
  pacer_->Notify("late");
  loop_.Advance(absl::Milliseconds(699));
  EXPECT_THAT(Lines(), ElementsAre("news begin"));
  loop_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(Lines(), ElementsAre("news news", "done"));
  loop_.Advance(kBeat * 2);
  EXPECT_THAT(Lines(), IsEmpty());
}

TEST_F(PacerTest, AQuietFlushComesASecondAfterABeat) {
  pacer_->Notify("begin");
  pacer_->Quiet();
  pacer_->Notify("news");
  loop_.Advance(kBeat);
  Lines();
  Flush();
  EXPECT_THAT(Lines(), IsEmpty());
  loop_.Advance(kPace);
  EXPECT_THAT(Lines(), ElementsAre("news news", "done"));
}

TEST_F(PacerTest, AQuietFlushOfNothingDoesNotWait) {
  pacer_->Notify("begin");
  pacer_->Quiet();
  pacer_->Stage("post");
  Lines();
  Flush();
  EXPECT_THAT(Lines(), ElementsAre("done"));
  loop_.Advance(kPace);
  EXPECT_THAT(Lines(), IsEmpty());
}

TEST_F(PacerTest, WhoHurriesDoesNotWait) {
  pacer_->Notify("begin");
  pacer_->Quiet();
  pacer_->Notify("news");
  Flush();
  Lines();
  pacer_->Hurry();
  EXPECT_THAT(Lines(), ElementsAre("news news", "done"));
  pacer_->Hurry();
  loop_.Advance(kBeat);
  EXPECT_THAT(Lines(), IsEmpty());

  Make();
  pacer_->Notify("begin");
  pacer_->Quiet();
  pacer_->Notify("news");
  pacer_->Hurry();
  Flush();
  EXPECT_THAT(Lines(), ElementsAre("news begin", "news news", "done"));
}

TEST_F(PacerTest, FlushTellsWhatWaitsAtOnceAndEndsAll) {
  pacer_->Stage("begin");
  pacer_->Notify("one");
  pacer_->Stage("post");
  pacer_->Notify("two");
  Lines();
  Flush();
  EXPECT_THAT(Lines(), ElementsAre("news one + two", "done"));
  pacer_->Notify("late");
  pacer_->Stage("late");
  loop_.Advance(kBeat * 5);
  EXPECT_THAT(Lines(), IsEmpty());
}

TEST_F(PacerTest, FlushDropsAStageThatWaitsAlone) {
  pacer_->Stage("begin");
  pacer_->Stage("post");
  Lines();
  Flush();
  EXPECT_THAT(Lines(), ElementsAre("done"));
}

TEST_F(PacerTest, WhatWaitsIsBoundedAndTheNewestIsAlwaysKept) {
  Make(/*limit=*/10);
  pacer_->Stage("begin");
  pacer_->Quiet();
  Lines();
  for (const char* message : {"aaaaa", "bbbbb", "ccccc"})
    pacer_->Notify(message);
  EXPECT_EQ(pacer_->dropped(), 0);
  pacer_->Notify("a message of more than ten bytes");
  EXPECT_EQ(pacer_->dropped(), 1);
  pacer_->Hurry();
  Flush();
  EXPECT_THAT(
      Lines(),
      ElementsAre("news bbbbb + ccccc + a message of more than ten bytes",
                  "done"));
}

}  // namespace
}  // namespace servo::protocol
