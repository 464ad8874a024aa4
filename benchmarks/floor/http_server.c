// The service that both sides of a comparison ask: answers every request on
// 127.0.0.1 with a 200 of twelve bytes, as quickly as may be. Prints its port,
// then serves one connection after the other until it is killed.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char kAnswer[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\n"
    "hello world\n";

static void Serve(int connection) {
  static char buffer[65536];
  size_t filled = 0;
  int on = 1;
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  for (;;) {
    ssize_t got = read(connection, buffer + filled, sizeof buffer - filled);
    if (got <= 0) return;
    filled += (size_t)got;
    // Requests without a body end with an empty line.
    char* end;
    while ((end = memmem(buffer, filled, "\r\n\r\n", 4)) != NULL) {
      size_t used = (size_t)(end - buffer) + 4;
      memmove(buffer, buffer + used, filled - used);
      filled -= used;
      if (write(connection, kAnswer, sizeof kAnswer - 1) < 0) return;
    }
    if (filled == sizeof buffer) return;
  }
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr*)&address, length) != 0 ||
      listen(listener, 16) != 0 ||
      getsockname(listener, (struct sockaddr*)&address, &length) != 0) {
    perror("http_server");
    return 1;
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) return 1;
    Serve(connection);
    close(connection);
  }
}
