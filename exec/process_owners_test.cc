#include "exec/process_owners.h"

#include <string>
#include <utility>
#include <vector>

#include "exec/process_info.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

using testing::ElementsAre;

constexpr pid_t kSelf = 10;

ProcessInfo Process(pid_t pid, pid_t parent, pid_t session,
                    std::string mark = "") {
  ProcessInfo process;
  process.pid = pid;
  process.parent = parent;
  process.session = session;
  process.started = 7;
  process.mark = std::move(mark);
  return process;
}

TEST(ProcessOwnersTest, LeadersTheirSessionsAndDescendants) {
  ProcessOwners owners;
  EXPECT_THAT(owners.Find(
                  {
                      Process(20, kSelf, 20),  // a leader
                      Process(21, 20, 20),     // its child
                      Process(22, 21, 22),     // which left the session
                      Process(23, 22, 22),     // and has a child
                      Process(24, kSelf, 20),  // lost its parent
                      Process(30, kSelf, 30),  // another leader
                      Process(40, kSelf, 40),  // somebody else
                      Process(41, 40, 40),     // and its child
                      Process(kSelf, 1, 2),    // this process
                      Process(50, 1, 2),       // its neighbour
                  },
                  {.by_mark = {{"a", 20}, {"b", 30}}}, kSelf),
              ElementsAre(20, 20, 20, 20, 20, 30, 0, 0, 0, 0));
}

TEST(ProcessOwnersTest, MarksOfChildrenCount) {
  ProcessOwners owners;
  EXPECT_THAT(owners.Find(
                  {
                      Process(20, kSelf, 20),
                      Process(31, kSelf, 31, "b"),
                      Process(32, 31, 31),
                      Process(41, kSelf, 41, "an earlier one's"),
                  },
                  {.by_mark = {{"a", 20}, {"b", 30}}}, kSelf),
              ElementsAre(20, 30, 30, 0));
}

TEST(ProcessOwnersTest, AllIsOfTheSoleOne) {
  ProcessOwners owners;
  EXPECT_THAT(owners.Find({Process(20, kSelf, 20), Process(41, kSelf, 41)},
                          {.by_mark = {{"a", 20}}, .sole = 20}, kSelf),
              ElementsAre(20, 20));
}

TEST(ProcessOwnersTest, WhatSharesASessionHasTheSameOwner) {
  ProcessOwners owners;
  EXPECT_THAT(owners.Find(
                  {
                      Process(41, kSelf, 40),  // lost its parent, as 43 did
                      Process(42, 41, 42),
                      Process(43, kSelf, 40, "a"),
                      Process(20, kSelf, 20),
                  },
                  {.by_mark = {{"a", 20}}}, kSelf),
              ElementsAre(20, 20, 20, 20));
}

TEST(ProcessOwnersTest, RemembersWhatLostItsParentUntilItIsForgotten) {
  ProcessOwners owners;
  const ProcessOwners::Started started = {.by_mark = {{"a", 20}}};
  owners.Find({Process(20, kSelf, 20), Process(21, 20, 21)}, started, kSelf);
  const std::vector<ProcessInfo> later = {Process(20, kSelf, 20),
                                          Process(21, kSelf, 21)};
  EXPECT_THAT(owners.Find(later, started, kSelf), ElementsAre(20, 20));
  ProcessInfo same_number = later[1];
  same_number.started = 8;
  EXPECT_THAT(owners.Find({same_number}, started, kSelf), ElementsAre(0));
  owners.Forget(20);
  EXPECT_THAT(owners.Find(later, started, kSelf), ElementsAre(20, 0));
}

TEST(ProcessOwnersTest, ACircleHasNoOwner) {
  ProcessOwners owners;
  EXPECT_THAT(
      owners.Find({Process(21, 22, 21), Process(22, 21, 21)}, {}, kSelf),
      ElementsAre(0, 0));
}

}  // namespace
}  // namespace servo::exec
