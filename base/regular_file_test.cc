#include "base/regular_file.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/unique_fd.h"
#include "gtest/gtest.h"

namespace servo::base {
namespace {

namespace fs = std::filesystem;

class RegularFileTest : public testing::Test {
 protected:
  RegularFileTest() {
    std::string folder = testing::TempDir() + "/filesXXXXXX";
    EXPECT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
  }
  ~RegularFileTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ / name; }

  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
    return Path(name);
  }

  std::string Fifo() const {
    EXPECT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
    return Path("fifo");
  }

  std::string Link(const std::string& target) const {
    fs::create_symlink(target, Path("link"));
    return Path("link");
  }

  fs::path folder_;
};

// Tells whether anybody opens a path.
class OpenWatch {
 public:
  explicit OpenWatch(const std::string& path)
      : fd_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    EXPECT_GE(inotify_add_watch(fd_.get(), path.c_str(), IN_OPEN), 0);
  }

  bool WasOpened() const {
    char events[4096];
    return read(fd_.get(), events, sizeof(events)) > 0;
  }

 private:
  UniqueFd fd_;
};

// The status of opening `path`, which finds something that is not regular, and
// the type of what it finds.
mode_t TypeOfOther(const std::string& path,
                   LastLink last_link = LastLink::kFollow) {
  const absl::StatusOr<FoundFile> file = OpenRegularFile(path, last_link);
  EXPECT_TRUE(file.ok()) << file.status();
  if (!file.ok()) return 0;
  EXPECT_FALSE(file->is_regular());
  return file->info.st_mode & S_IFMT;
}

absl::StatusCode CodeOf(const std::string& path,
                        LastLink last_link = LastLink::kFollow) {
  return OpenRegularFile(path, last_link).status().code();
}

absl::StatusOr<std::string> Content(const std::string& path, size_t max_bytes) {
  const absl::StatusOr<FoundFile> file = OpenRegularFile(path);
  if (!file.ok()) return file.status();
  return ReadWhole(*file, max_bytes);
}

TEST_F(RegularFileTest, IsOpenedWithWhatTheSystemTellsOfIt) {
  const absl::StatusOr<FoundFile> file =
      OpenRegularFile(Write("file", "content"));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->is_regular());
  EXPECT_EQ(file->info.st_size, 7);
  EXPECT_EQ(fcntl(file->fd.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(*ReadWhole(*file, 7), "content");
}

TEST_F(RegularFileTest, OtherThingsAreFoundAndNotOpened) {
  EXPECT_EQ(TypeOfOther(folder_), S_IFDIR);
  EXPECT_EQ(TypeOfOther("/dev/null"), S_IFCHR);
  const std::string fifo = Fifo();
  const OpenWatch watch(fifo);
  EXPECT_EQ(TypeOfOther(fifo), S_IFIFO);
  EXPECT_FALSE(watch.WasOpened());
  // This watch does see what happens.
  const UniqueFd open_fifo(open(fifo.c_str(), O_RDONLY | O_NONBLOCK));
  EXPECT_TRUE(watch.WasOpened());
}

// Neither can be opened: what they are is known all the same.
TEST_F(RegularFileTest, WhatCannotBeOpenedIsFoundToo) {
  EXPECT_EQ(TypeOfOther("/dev/tty"), S_IFCHR);
  ASSERT_EQ(chdir(folder_.c_str()), 0);  // addresses are short
  const UniqueFd socket_fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
  ASSERT_EQ(bind(socket_fd.get(), reinterpret_cast<const sockaddr*>(&address),
                 sizeof(address)),
            0);
  EXPECT_EQ(TypeOfOther(Path("socket")), S_IFSOCK);
  ASSERT_EQ(chdir("/"), 0);
}

TEST_F(RegularFileTest, ALinkIsFollowedOrKept) {
  const std::string link = Link(Write("file", "content"));
  EXPECT_EQ(*Content(link, 100), "content");
  EXPECT_EQ(TypeOfOther(link, LastLink::kKeep), S_IFLNK);
  // A link on the way to the last name is followed in any case.
  fs::create_directory_symlink(folder_, Path("self"));
  const auto file = OpenRegularFile(Path("self/file"), LastLink::kKeep);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->is_regular());
}

TEST_F(RegularFileTest, ALinkToAFifoIsNotOpened) {
  const std::string fifo = Fifo();
  const OpenWatch watch(fifo);
  EXPECT_EQ(TypeOfOther(Link(fifo)), S_IFIFO);
  EXPECT_FALSE(watch.WasOpened());
}

TEST_F(RegularFileTest, ErrorsHaveACodeAndTheSystemsReason) {
  EXPECT_EQ(OpenRegularFile(Path("none")).status(),
            absl::NotFoundError("No such file or directory"));
  EXPECT_EQ(OpenRegularFile(Write("file", "") + "/below").status(),
            absl::NotFoundError("Not a directory"));
  EXPECT_EQ(CodeOf(Link("nowhere")), absl::StatusCode::kNotFound);
  EXPECT_EQ(TypeOfOther(Path("link"), LastLink::kKeep), S_IFLNK);
  fs::create_symlink("loop", Path("loop"));
  EXPECT_EQ(OpenRegularFile(Path("loop")).status(),
            absl::UnavailableError("Too many levels of symbolic links"));
}

TEST_F(RegularFileTest, WhatMayNotBeReadIsDenied) {
  if (geteuid() == 0) GTEST_SKIP() << "root reads everything";
  const std::string path = Write("closed", "");
  fs::permissions(path, fs::perms::none);
  EXPECT_EQ(OpenRegularFile(path).status(),
            absl::PermissionDeniedError("Permission denied"));
}

TEST_F(RegularFileTest, ContentIsReadUpToItsLimit) {
  for (const size_t size : {0, 1, 65535, 65536, 65537, 1000000}) {
    const std::string text(size, 'x');
    const std::string path = Write("file", text);
    EXPECT_EQ(*Content(path, size), text);
    EXPECT_EQ(*Content(path, size + 1), text);
    if (size == 0) continue;
    EXPECT_EQ(Content(path, size - 1).status(),
              absl::OutOfRangeError(
                  absl::StrCat("it has more than ", size - 1, " bytes")));
  }
}

TEST_F(RegularFileTest, WhatGrowsAfterItWasOpenedKeepsTheLimit) {
  const absl::StatusOr<FoundFile> file = OpenRegularFile(Write("file", "ab"));
  ASSERT_TRUE(file.ok()) << file.status();
  Write("file", "abcd");
  EXPECT_EQ(ReadWhole(*file, 3).status().code(), absl::StatusCode::kOutOfRange);
}

// They are regular by their mode and say that they have no size.
TEST_F(RegularFileTest, FilesOfProcAreRead) {
  EXPECT_GT(Content("/proc/self/status", 1 << 20)->size(), 0u);
  EXPECT_EQ(Content("/proc/self/status", 5).status().code(),
            absl::StatusCode::kOutOfRange);
}

TEST(ReadToEnd, ReadsFromWhereADescriptorStands) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd out(ends[0]);
  UniqueFd in(ends[1]);
  ASSERT_EQ(write(in.get(), "content", 7), 7);
  char first;
  EXPECT_EQ(*ReadSome(out.get(), &first, 1), 1u);
  EXPECT_EQ(first, 'c');
  in.Reset();
  EXPECT_EQ(*ReadToEnd(out.get(), 6), "ontent");
  EXPECT_EQ(*ReadSome(out.get(), &first, 1), 0u);
}

TEST(ReadToEnd, TellsWhyItCannot) {
  EXPECT_EQ(ReadToEnd(-1, 1).status(),
            absl::UnavailableError("Bad file descriptor"));
  char byte;
  EXPECT_EQ(ReadSome(-1, &byte, 1).status(),
            absl::UnavailableError("Bad file descriptor"));
}

}  // namespace
}  // namespace servo::base
