#include "cmd/e2e/driver_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/log/check.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/utf8.h"

namespace servo::e2e {
namespace {

using ::nlohmann::json;

struct Channel {
  base::UniqueFd ours;
  base::UniqueFd theirs;
};

// Our end does not block; theirs is as a parent makes it.
Channel MakePipe(bool we_read) {
  int fds[2];
  PCHECK(pipe2(fds, O_CLOEXEC) == 0);
  PCHECK(fcntl(fds[we_read ? 0 : 1], F_SETFL, O_NONBLOCK) == 0);
  return {base::UniqueFd(fds[we_read ? 0 : 1]),
          base::UniqueFd(fds[we_read ? 1 : 0])};
}

Channel MakeMessageSocket() {
  int fds[2];
  PCHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0);
  PCHECK(fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0);
  return {base::UniqueFd(fds[0]), base::UniqueFd(fds[1])};
}

std::vector<std::string> EnvironmentWith(
    const std::vector<std::pair<std::string, std::string>>& added) {
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const bool replaced =
        std::any_of(added.begin(), added.end(), [&](const auto& entry) {
          return absl::StartsWith(*variable, entry.first + "=");
        });
    if (!replaced) environment.push_back(*variable);
  }
  for (const auto& [name, value] : added)
    environment.push_back(absl::StrCat(name, "=", value));
  return environment;
}

// What is started for a driver: SERVO_EXEC_E2E_UNDER in front of it.
std::vector<std::string> Argv(const std::vector<std::string>& driver) {
  const char* const under = std::getenv("SERVO_EXEC_E2E_UNDER");
  if (under == nullptr) return driver;
  std::vector<std::string> argv = absl::StrSplit(under, ' ', absl::SkipEmpty());
  argv.insert(argv.end(), driver.begin(), driver.end());
  return argv;
}

// A line of more than 64 KiB is written in pieces of that size, each a few
// bytes shorter where an escape sequence would be cut.
bool IsLineOrFullPiece(absl::string_view write) {
  constexpr size_t kPieceBytes = 64 * 1024;
  constexpr size_t kLongestEscape = 12;
  const size_t end = write.find('\n');
  if (end != absl::string_view::npos) return end == write.size() - 1;
  return write.size() > kPieceBytes - kLongestEscape;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts)
    pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

DriverProcess::DriverProcess(base::Loop* loop, const DriverCommand& command)
    : loop_(loop),
      stdout_keeps_writes_(command.stdout_keeps_writes),
      keeps_stdin_open_(command.keeps_stdin_open) {
  Channel in = MakePipe(/*we_read=*/false);
  Channel out =
      stdout_keeps_writes_ ? MakeMessageSocket() : MakePipe(/*we_read=*/true);
  Channel err = MakePipe(/*we_read=*/true);
  Spawn(command, {in.theirs.get(), out.theirs.get(), err.theirs.get()});
  in_ = std::move(in.ours);
  out_.fd = std::move(out.ours);
  err_.fd = std::move(err.ours);

  pidfd_.Reset(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  PCHECK(pidfd_.valid());
  exit_watch_ = loop_->Watch(pidfd_.get(), POLLIN, [this](short) { Reap(); });
  GoOnReading();
  err_.watch =
      loop_->Watch(err_.fd.get(), POLLIN, [this](short) { Read(&err_); });
  if (command.input.has_value()) {
    unsent_input_ = *command.input;
    in_watch_ =
        loop_->Watch(in_.get(), POLLOUT, [this](short) { WriteInput(); });
  }
}

DriverProcess::~DriverProcess() {
  if (exited_) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void DriverProcess::Spawn(const DriverCommand& command, const int (&fds)[3]) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int fd : {0, 1, 2}) {
    if (absl::c_linear_search(command.closed_streams, fd))
      posix_spawn_file_actions_addclose(&actions, fd);
    else
      posix_spawn_file_actions_adddup2(&actions, fds[fd], fd);
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  const std::vector<std::string> environment =
      EnvironmentWith(command.environment);
  const std::vector<std::string> argv = Argv(command.argv);
  const int error =
      posix_spawn(&pid_, argv[0].c_str(), &actions, &attributes,
                  Pointers(argv).data(), Pointers(environment).data());
  CHECK_EQ(error, 0) << argv[0] << ": " << strerror(error);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
}

void DriverProcess::Signal(int signal) const {
  if (!exited_) kill(pid_, signal);
}

void DriverProcess::CancelAsTheCore() { cancelling_ = true; }

void DriverProcess::CloseStdout() {
  out_.watch.Reset();
  out_.fd.Reset();
  out_.at_end = true;
}

void DriverProcess::GoOnReading() {
  out_.watch =
      loop_->Watch(out_.fd.get(), POLLIN, [this](short) { Read(&out_); });
}

void DriverProcess::WriteInput() {
  ssize_t count = write(in_.get(), unsent_input_.data(), unsent_input_.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count > 0) unsent_input_.erase(0, count);
  if (count >= 0 && !unsent_input_.empty()) return;
  in_watch_.Reset();
  if (!keeps_stdin_open_) in_.Reset();
}

void DriverProcess::Read(Stream* stream) {
  char buffer[256 * 1024];
  ssize_t count = read(stream->fd.get(), buffer, sizeof(buffer));
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    EndOf(stream);
    return;
  }
  const absl::string_view bytes(buffer, count);
  if (stream == &out_)
    TakeStdout(bytes);
  else
    stream->text.append(bytes);
}

void DriverProcess::TakeStdout(absl::string_view bytes) {
  if (stdout_keeps_writes_ && !IsLineOrFullPiece(bytes))
    Violation("a write that is neither one line nor a full piece", bytes);
  out_.text.append(bytes);
  for (size_t end; (end = out_.text.find('\n')) != std::string::npos;) {
    const std::string line = out_.text.substr(0, end);
    out_.text.erase(0, end + 1);
    TakeLine(line);
    if (on_line_) on_line_(line);
  }
}

void DriverProcess::TakeLine(absl::string_view line) {
  json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!base::IsValidUtf8(line) || !object.is_object()) {
    Violation("a line that is not a JSON object", line);
    return;
  }
  if (!answer_.is_null()) Violation("a line after the answer", line);
  if (object.contains("progress"))
    TakeProgress(object);
  else
    answer_ = std::move(object);
}

void DriverProcess::TakeProgress(const json& line) {
  const json& value = line["progress"];
  const int before =
      progress_.empty() ? 0 : progress_.back()["progress"].get<int>();
  if (!value.is_number_integer() || value < before || value > 100)
    Violation("progress that is no integer in 0..100 or falls", line.dump());
  if (!line.contains("message") || !line["message"].is_string())
    Violation("progress without a message", line.dump());
  progress_.push_back(line);
  if (cancelling_) Signal(SIGUSR1);
}

void DriverProcess::EndOf(Stream* stream) {
  stream->watch.Reset();
  stream->at_end = true;
  if (stream == &out_ && !out_.text.empty())
    Violation("an incomplete last line", out_.text);
}

void DriverProcess::Violation(absl::string_view what, absl::string_view line) {
  violations_.push_back(absl::StrCat(what, ": ", line.substr(0, 300)));
}

void DriverProcess::Reap() {
  int status = 0;
  PCHECK(waitpid(pid_, &status, 0) == pid_);
  exit_watch_.Reset();
  exited_ = true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string DriverProcess::stdout_pipe() const {
  // Both ends have one name.
  return std::filesystem::read_symlink(
      absl::StrCat("/proc/self/fd/", out_.fd.get()));
}

bool DriverProcess::Said(absl::string_view text) const {
  return std::any_of(progress_.begin(), progress_.end(), [&](const json& line) {
    return absl::StrContains(line["message"].get<std::string>(), text);
  });
}

}  // namespace servo::e2e
