// What is left when descriptors and processes run out, and devices are missing.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/ppoll_loop.h"
#include "exec/command.h"
#include "exec/posix_runner.h"
#include "exec/runner.h"
#include "exec/testing/probe.h"
#include "gtest/gtest.h"

namespace servo::exec {
namespace {

void LimitDescriptors(rlim_t soft, rlim_t hard) {
  const rlimit limit = {soft, hard};
  setrlimit(RLIMIT_NOFILE, &limit);
}

// A runner, for use in a process of its own.
class Bench {
 public:
  explicit Bench(const PosixRunnerOptions& options) {
    auto runner = NewPosixRunner(&loop_, options);
    if (runner.ok()) runner_ = *std::move(runner);
  }

  Runner& runner() { return *runner_; }

  // Starts a process that goes on; whether that was possible.
  absl::Status Start() { return Start(Child({"pause"})); }
  absl::Status Start(const Command& command) {
    auto process = runner_->Start(command, {}, [](const Result&) {});
    if (process.ok()) running_.push_back(*std::move(process));
    return process.status();
  }

  // Runs it to its end; its output, or nothing if it cannot be started or
  // fails.
  std::optional<std::string> Run(std::vector<std::string> actions) {
    std::optional<Result> result;
    auto process = runner_->Start(Child(std::move(actions)), {},
                                  [&](Result how) { result = std::move(how); });
    if (!process.ok()) return std::nullopt;
    loop_.RunUntil([&] { return result.has_value(); });
    if (result->code != 0) return std::nullopt;
    return result->out.Text();
  }

 private:
  base::PpollLoop loop_;
  std::unique_ptr<Runner> runner_;
  std::vector<std::unique_ptr<Process>> running_;
};

TEST(LimitsTest, HelpersThatHoldPipesDoNotUseUpDescriptors) {
  EXPECT_EQ(RunInFork([] {
              LimitDescriptors(1024, 1024);
              Bench bench({.adopt_orphans = true});
              for (int i = 0; i < 520; ++i) {
                if (!bench.Run({"fork", "{", "pause", "}"})) return 1;
              }
              return bench.Run({"out", "x"}) == "x\n" ? 0 : 2;
            }),
            0);
}

TEST(LimitsTest, ACleanupCanStartBesideAsManyProcessesAsThereCanBe) {
  EXPECT_EQ(
      RunInFork([] {
        LimitDescriptors(256, 256);
        Bench bench({.adopt_orphans = true, .reserve = {.descriptors = 24}});
        absl::Status started;
        int count = -1;
        for (; started.ok() && count < 300; ++count) {
          started = bench.Start();
        }
        if (!absl::IsResourceExhausted(started)) return 1;
        if (count < 70) return 2;
        if (bench.Run({}).has_value()) return 3;
        bench.runner().ReleaseReserve();
        for (int i = 0; i < 20; ++i) {
          if (!bench.Run({"fork", "{", "pause", "}"})) return 4;
        }
        return 0;
      }),
      0);
}

TEST(LimitsTest, ACleanupCanStartBesideAsManyProcessesAsTheUserMayHave) {
  const int code = RunInFork([] {
    // Root's processes are not counted.
    if (geteuid() == 0 && setresuid(23456, 23456, 23456) != 0) return 77;
    rlimit limit;
    getrlimit(RLIMIT_NPROC, &limit);
    limit.rlim_cur = 64;
    if (setrlimit(RLIMIT_NPROC, &limit) != 0) return 77;
    {
      Bench bench({.adopt_orphans = true, .reserve = {.processes = 4}});
      // A program that every user may execute.
      const auto start = [&] {
        return bench.Start({.argv = {"/bin/sleep", "1000"}});
      };
      absl::Status started;
      int count = -1;
      for (; started.ok() && count < 64; ++count) started = start();
      if (!absl::IsResourceExhausted(started)) return 1;
      bench.runner().ReleaseReserve();
      for (int i = 0; i < 3; ++i) {
        if (!start().ok()) return 2;
      }
    }
    getrlimit(RLIMIT_NPROC, &limit);
    return limit.rlim_cur == 64 ? 0 : 3;
  });
  if (code == 77) GTEST_SKIP() << "the user's processes cannot be limited here";
  EXPECT_EQ(code, 0);
}

// Runs `body` in a process of its own, in a cgroup that may have `limit`
// processes and threads. 77 where none can be made.
int RunWithPidsLimit(int limit, absl::FunctionRef<int()> body) {
  // Of cgroups these files are there.
  const auto write = [](const std::string& file, const std::string& text) {
    std::ofstream stream(file, std::ios::in | std::ios::out);
    return static_cast<bool>(stream << text << std::flush);
  };
  for (const char* mount : {"/sys/fs/cgroup", "/sys/fs/cgroup/pids"}) {
    std::string cgroup = absl::StrCat(mount, "/servo-test-XXXXXX");
    if (mkdtemp(cgroup.data()) == nullptr) continue;
    const bool made = write(cgroup + "/pids.max", absl::StrCat(limit));
    const int code = RunInFork([&] {
      return made && write(cgroup + "/cgroup.procs", "0") ? body() : 77;
    });
    // The last ones may not have left it yet.
    for (int i = 0; rmdir(cgroup.c_str()) != 0 && errno == EBUSY && i < 100;
         ++i) {
      usleep(10'000);
    }
    if (code != 77) return code;
  }
  return 77;
}

TEST(LimitsTest, ACleanupCanStartBesideAsManyProcessesAsTheCgroupMayHave) {
  const int code = RunWithPidsLimit(64, [] {
    Bench bench({.adopt_orphans = true, .reserve = {.processes = 16}});
    absl::Status started;
    int count = -1;
    for (; started.ok() && count < 64; ++count) started = bench.Start();
    if (!absl::IsResourceExhausted(started)) return 1;
    // This process, and four in reserve.
    if (count != 59) return 2;
    bench.runner().ReleaseReserve();
    for (int i = 0; i < 4; ++i) {
      if (!bench.Start().ok()) return 3;
    }
    return bench.Start().ok() ? 4 : 0;
  });
  if (code == 77) GTEST_SKIP() << "no cgroup can be limited here";
  EXPECT_EQ(code, 0);
}

// Takes all the address space that this process may have.
void UseUpMemory() {
  for (size_t size = size_t{1} << 20; size >= 16; size /= 2) {
    while (malloc(size) != nullptr) {
    }
  }
}

TEST(LimitsTest, ACleanupCanStartWhenThereIsNoMemoryLeft) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's program needs all of the address space";
#endif
  EXPECT_EQ(
      RunInFork([] {
        const rlimit limit = {size_t{256} << 20, size_t{256} << 20};
        setrlimit(RLIMIT_AS, &limit);
        Bench bench({.adopt_orphans = true, .reserve = {.memory = 1 << 20}});
        const std::string text(100'000, 'x');
        const auto prints = [&] {
          try {
            return bench.Run({"out", text}).has_value();
          } catch (const std::bad_alloc&) {
            return false;
          }
        };
        UseUpMemory();
        if (prints()) return 1;
        bench.runner().ReleaseReserve();
        for (int i = 0; i < 20; ++i) {
          if (!prints()) return 2;
        }
        return 0;
      }),
      0);
}

TEST(LimitsTest, TheLimitOfDescriptorsIsRaisedForThisProcessAlone) {
  EXPECT_EQ(RunInFork([] {
              LimitDescriptors(64, 128);
              rlimit limit;
              {
                Bench bench({.raise_descriptor_limit = true});
                getrlimit(RLIMIT_NOFILE, &limit);
                if (limit.rlim_cur != 128) return 1;
                // More processes than the low limit allows.
                for (int i = 0; i < 30; ++i) {
                  if (!bench.Start().ok()) return 2;
                }
                if (bench.Run({"limit-of-descriptors"}) != "64 128\n") return 3;
              }
              getrlimit(RLIMIT_NOFILE, &limit);
              return limit.rlim_cur == 64 ? 0 : 4;
            }),
            0);
}

// A process that has ended counts until it is reaped.
TEST(LimitsTest, AForkIsTriedAgain) {
  const int code = RunInFork([] {
    // Root's processes are not counted.
    if (geteuid() == 0 && setresuid(12345, 12345, 12345) != 0) return 77;
    rlimit limit;
    getrlimit(RLIMIT_NPROC, &limit);
    limit.rlim_cur = 2;
    if (setrlimit(RLIMIT_NPROC, &limit) != 0) return 77;
    Bench bench({.adopt_orphans = true});
    const pid_t ended = fork();
    if (ended == 0) _exit(0);
    if (ended < 0) return 77;
    if (!ProcessProbe(ended).WaitForEnd()) return 1;
    auto process =
        bench.runner().Start({.argv = {"/bin/true"}}, {}, [](const Result&) {});
    return process.ok() ? 0 : 2;
  });
  if (code == 77) GTEST_SKIP() << "the user's processes cannot be limited here";
  EXPECT_EQ(code, 0);
}

TEST(LimitsTest, WithoutDevNullACommandGetsAnEmptyPipe) {
  const int code = RunInFork([] {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 ||
        mount("none", "/dev", "tmpfs", 0, nullptr) != 0) {
      return 77;
    }
    Bench bench({});
    for (int i = 0; i < 2; ++i) {
      if (bench.Run({"stdin", "fds"}) != "0 1 2\n") return 1;
    }
    return 0;
  });
  if (code == 77) GTEST_SKIP() << "nothing may be mounted here";
  EXPECT_EQ(code, 0);
}

TEST(LimitsTest, OthersOfTheSameUserCannotReachIn) {
  const int code = RunInFork([] {
    if (geteuid() == 0 && setresuid(12345, 12345, 12345) != 0) return 77;
    // As a program begins.
    prctl(PR_SET_DUMPABLE, 1);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return 1;
    const std::string path = absl::StrCat("/proc/", getpid(), "/fd/", ends[1]);
    const auto is_reached = [&] {
      return RunInFork([&] {
               return open(path.c_str(), O_WRONLY | O_CLOEXEC) >= 0 ? 1 : 0;
             }) == 1;
    };
    if (!is_reached()) return 2;
    const Bench bench({.seal_process = true});
    return is_reached() ? 3 : 0;
  });
  if (code == 77) GTEST_SKIP() << "the user cannot be changed here";
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace servo::exec
