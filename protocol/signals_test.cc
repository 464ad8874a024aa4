#include "protocol/signals.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/ppoll_loop.h"
#include "base/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace servo::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;

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

// What signal(7) lists with the effects "Term" and "Core", without faults of
// our own, SIGKILL, SIGPIPE and SIGXFSZ.
std::vector<int> AllCancels() {
  std::vector<int> all = {SIGHUP,  SIGINT,    SIGQUIT, SIGUSR1, SIGUSR2,
                          SIGALRM, SIGTERM,   SIGIO,   SIGPWR,  SIGSTKFLT,
                          SIGXCPU, SIGVTALRM, SIGPROF};
  for (int signal = 32; signal <= 64; ++signal) all.push_back(signal);
  return all;
}

TEST(Signals, EachWhoseDefaultEndsAProcessIsHeard) {
  EXPECT_EQ(ExitCodeInChild([] {
              BlockSignals();
              for (int signal : AllCancels())
                syscall(SYS_kill, getpid(), signal);
              auto source = NewSignalfdSource();
              if (!source.ok()) return 2;
              EXPECT_THAT(Hear(source->get(), AllCancels().size()),
                          UnorderedElementsAreArray(AllCancels()));
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

TEST(Signals, AFaultOfOurOwnIsNotHandled) {
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS})
    EXPECT_FALSE(IsHandled(signal)) << signal;
}

TEST(Signals, AFileAtItsLimitIsAnErrorOfTheWrite) {
  EXPECT_EQ(ExitCodeInChild([] {
              BlockSignals();
              const std::string path =
                  absl::StrCat(getenv("TEST_TMPDIR"), "/limited");
              base::UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT, 0600));
              rlimit limit = {1, 1};
              setrlimit(RLIMIT_FSIZE, &limit);
              EXPECT_EQ(write(fd.get(), "ab", 2), 1);
              EXPECT_EQ(write(fd.get(), "c", 1), -1);
              EXPECT_EQ(errno, EFBIG);
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
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

}  // namespace
}  // namespace servo::protocol
