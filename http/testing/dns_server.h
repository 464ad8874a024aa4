// A DNS server for tests that misbehaves as told.
#ifndef HTTP_TESTING_DNS_SERVER_H_
#define HTTP_TESTING_DNS_SERVER_H_

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "base/unique_fd.h"

namespace servo::http {

// RFC 1035 section 4.1.1.
enum class DnsCode {
  kOk = 0,
  kFormatError = 1,
  kServerFailure = 2,
  kNoSuchName = 3,
  kNotImplemented = 4,
  kRefused = 5,
};

struct DnsQuery {
  std::string name;   // in lower case, without a dot at the end
  bool ipv6 = false;  // AAAA; else A
  bool edns = false;
  bool tcp = false;
};

// What a query is answered with. One that does not fit into 512 bytes is cut
// over UDP and given over TCP (RFC 1035 section 4.2.1).
struct DnsReply {
  DnsCode code = DnsCode::kOk;
  std::vector<std::string> addresses;  // those of the query's family are sent
  absl::Duration delay;                // infinite: no answer
};

// Answers queries for A and AAAA on UDP and TCP port 53 of 127.0.0.1, on the
// loop given: no thread. The loop must outlive it. Aborts when the system
// refuses a socket: the port is free only in a private network.
class DnsServer {
 public:
  using Handler = absl::AnyInvocable<DnsReply(const DnsQuery&)>;

  DnsServer(base::Loop* loop, Handler handler);
  ~DnsServer();
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  // In the order in which they came.
  const std::vector<DnsQuery>& queries() const { return queries_; }

 private:
  class Connection;

  void ReceiveDatagram();
  void Accept();
  void Answer(absl::string_view query, bool tcp,
              absl::AnyInvocable<void(absl::string_view)> send);

  base::Loop* const loop_;
  Handler handler_;
  base::UniqueFd udp_;
  base::UniqueFd tcp_;
  base::Loop::Registration udp_watch_;
  base::Loop::Registration tcp_watch_;
  std::vector<DnsQuery> queries_;
  std::list<std::unique_ptr<Connection>> connections_;
  std::list<base::Loop::Registration> delayed_;
};

}  // namespace servo::http

#endif  // HTTP_TESTING_DNS_SERVER_H_
