#include "protocol/signals.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ppoll_loop.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

// Blocked signals stay with the process, so each test runs in a child.
template <typename Body>
int ExitCodeInChild(Body body) {
  pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// Turns `loop` until `count` signals have been heard on it.
std::vector<int> Hear(SignalSource* source, size_t count) {
  base::PpollLoop loop;
  std::vector<int> heard;
  source->Listen(&loop, [&](int signal) { heard.push_back(signal); });
  loop.RunUntil([&] { return heard.size() >= count; });
  source->Listen(&loop, nullptr);
  return heard;
}

TEST(Signals, ThoseSentBeforeTheListeningAreHeard) {
  EXPECT_EQ(ExitCodeInChild([] {
              BlockSignals();
              for (int signal : {SIGUSR1, SIGTERM, SIGINT, SIGHUP})
                kill(getpid(), signal);
              auto source = NewSignalfdSource();
              if (!source.ok()) return 2;
              std::vector<int> heard = Hear(source->get(), 4);
              EXPECT_THAT(heard, UnorderedElementsAre(SIGUSR1, SIGTERM, SIGINT,
                                                      SIGHUP));
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

TEST(Signals, ListeningEndsAndBeginsAgain) {
  EXPECT_EQ(ExitCodeInChild([] {
              BlockSignals();
              auto source = NewSignalfdSource();
              kill(getpid(), SIGTERM);
              Hear(source->get(), 1);
              kill(getpid(), SIGINT);
              EXPECT_THAT(Hear(source->get(), 1), ElementsAre(SIGINT));
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

TEST(Signals, AnIgnoredHangUpStaysIgnored) {
  EXPECT_EQ(ExitCodeInChild([] {
              std::signal(SIGHUP, SIG_IGN);
              BlockSignals();
              auto source = NewSignalfdSource();
              kill(getpid(), SIGHUP);
              kill(getpid(), SIGUSR1);
              EXPECT_THAT(Hear(source->get(), 1), ElementsAre(SIGUSR1));
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

TEST(Signals, AnIgnoredInterruptIsHeardAllTheSame) {
  // A shell without job control starts background commands so.
  EXPECT_EQ(ExitCodeInChild([] {
              std::signal(SIGINT, SIG_IGN);
              BlockSignals();
              auto source = NewSignalfdSource();
              kill(getpid(), SIGINT);
              EXPECT_THAT(Hear(source->get(), 1), ElementsAre(SIGINT));
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

TEST(Signals, ABrokenPipeIsAnErrorAndChildrenKeepTheirExitCodes) {
  EXPECT_EQ(ExitCodeInChild([] {
              std::signal(SIGCHLD, SIG_IGN);
              BlockSignals();
              int fds[2];
              if (pipe(fds) != 0) return 2;
              close(fds[0]);
              EXPECT_EQ(write(fds[1], "x", 1), -1);
              EXPECT_EQ(ExitCodeInChild([] { return 7; }), 7);
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

TEST(SignalName, IsTheOneThatPeopleKnow) {
  EXPECT_EQ(SignalName(SIGUSR1), "SIGUSR1");
  EXPECT_EQ(SignalName(SIGHUP), "SIGHUP");
  EXPECT_EQ(SignalName(9999), "signal 9999");
}

}  // namespace
}  // namespace servo::protocol
