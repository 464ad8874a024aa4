// The http layer alone: a GET, redirects followed, and what came of it. Try:
// http http://localhost:8080/

#include <cstdio>

#include "absl/status/statusor.h"
#include "http/fetch.h"

int main(int argc, char** argv) {
  using namespace servo;
  if (argc != 2) {
    std::fprintf(stderr, "usage: http URL\n");
    return 2;
  }
  absl::StatusOr<http::Response> response = http::Fetch({.url = argv[1]});
  if (!response.ok()) {
    std::fprintf(stderr, "%s\n", response.status().ToString().c_str());
    return 1;
  }
  std::printf("%s\n%s\n", response->status_line.c_str(),
              response->body.Text().c_str());
  return response->status < 400 ? 0 : 1;
}
