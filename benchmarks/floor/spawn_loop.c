// The floor under running tasks: COUNT times posix_spawn of PROGRAM with two
// pipes, drained to their end, and waitpid. No timeout, no group, no errors
// beyond "stop".
#define _GNU_SOURCE  // pipe2(2)
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

static void Drain(int out, int err) {
  static char buffer[65536];
  struct pollfd fds[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
  for (int open_fds = 2; open_fds > 0;) {
    if (poll(fds, 2, -1) < 0) exit(1);
    for (int i = 0; i < 2; ++i) {
      if (fds[i].revents == 0) continue;
      if (read(fds[i].fd, buffer, sizeof buffer) <= 0) {
        close(fds[i].fd);
        fds[i].fd = -1;
        --open_fds;
      }
    }
  }
}

static void RunOnce(char* const argv[]) {
  int out[2], err[2], status;
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) exit(1);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  pid_t pid;
  if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) != 0) exit(1);
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  close(err[1]);
  Drain(out[0], err[0]);
  if (waitpid(pid, &status, 0) != pid || status != 0) exit(1);
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  for (long left = atol(argv[1]); left > 0; --left) RunOnce(argv + 2);
  return 0;
}
