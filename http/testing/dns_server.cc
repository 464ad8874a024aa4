#include "http/testing/dns_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/log/check.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace servo::http {
namespace {

constexpr size_t kHeaderSize = 12;
constexpr size_t kUdpLimit = 512;  // RFC 1035 section 4.2.1
constexpr uint16_t kTypeA = 1;
constexpr uint16_t kTypeAaaa = 28;
constexpr uint16_t kResponse = 0x8180;  // with recursion, asked for and offered
constexpr uint16_t kTruncated = 0x0200;

std::string Number(uint16_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}

uint16_t NumberAt(absl::string_view data, size_t at) {
  CHECK_LE(at + 2, data.size());
  return static_cast<uint16_t>(static_cast<uint8_t>(data[at]) << 8 |
                               static_cast<uint8_t>(data[at + 1]));
}

struct Question {
  DnsQuery query;
  absl::string_view bytes;
};

Question Parse(absl::string_view data) {
  std::vector<std::string> labels;
  size_t at = kHeaderSize;
  while (data.at(at) != 0) {
    const size_t size = static_cast<uint8_t>(data[at]);
    labels.push_back(absl::AsciiStrToLower(data.substr(at + 1, size)));
    at += 1 + size;
  }
  Question question;
  question.query.name = absl::StrJoin(labels, ".");
  question.query.ipv6 = NumberAt(data, at + 1) == kTypeAaaa;
  question.query.edns = NumberAt(data, 10) > 0;  // additional records
  question.bytes = data.substr(kHeaderSize, at + 5 - kHeaderSize);
  return question;
}

// The record of `address` for the name that the question has; empty if it is
// of the other family.
std::string Record(const std::string& address, bool ipv6) {
  char bytes[sizeof(in6_addr)];
  if (inet_pton(ipv6 ? AF_INET6 : AF_INET, address.c_str(), bytes) != 1) {
    return "";
  }
  const size_t size = ipv6 ? sizeof(in6_addr) : sizeof(in_addr);
  constexpr uint16_t kNameOfQuestion = 0xc000 | kHeaderSize;
  constexpr uint16_t kInternet = 1;
  return absl::StrCat(
      Number(kNameOfQuestion), Number(ipv6 ? kTypeAaaa : kTypeA),
      Number(kInternet), Number(0), Number(60),  // lives for a minute
      Number(static_cast<uint16_t>(size)), absl::string_view(bytes, size));
}

std::string Message(absl::string_view query, const Question& question,
                    const DnsReply& reply, bool tcp) {
  std::string records;
  uint16_t count = 0;
  for (const std::string& address : reply.addresses) {
    const std::string record = Record(address, question.query.ipv6);
    records += record;
    if (!record.empty()) ++count;
  }
  uint16_t flags = kResponse | static_cast<uint16_t>(reply.code);
  if (!tcp &&
      kHeaderSize + question.bytes.size() + records.size() > kUdpLimit) {
    flags |= kTruncated;
    records.clear();
    count = 0;
  }
  return absl::StrCat(query.substr(0, 2), Number(flags), Number(1),
                      Number(count), Number(0), Number(0), question.bytes,
                      records);
}

base::UniqueFd Bound(int type) {
  base::UniqueFd fd(socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  PCHECK(fd.valid());
  const int yes = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(53);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  PCHECK(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) == 0);
  return fd;
}

}  // namespace

// Reads queries, each behind its length, and sends answers so. What the
// kernel's buffer does not take at once is sent when it does.
class DnsServer::Connection {
 public:
  Connection(DnsServer* server, base::UniqueFd socket)
      : server_(server), socket_(std::move(socket)) {
    Watch();
  }

  void Send(absl::string_view message) {
    unsent_ += Number(static_cast<uint16_t>(message.size()));
    unsent_ += message;
    Flush();
  }

 private:
  void Watch() {
    const short events = unsent_.empty() ? POLLIN : POLLIN | POLLOUT;
    watch_ =
        server_->loop_->Watch(socket_.get(), events, [this](short revents) {
          if ((revents & POLLOUT) != 0) Flush();
          if ((revents & ~POLLOUT) != 0) Receive();
        });
  }

  void Flush() {
    const ssize_t sent =
        send(socket_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent > 0) unsent_.erase(0, static_cast<size_t>(sent));
    if (sent < 0 && errno != EAGAIN) unsent_.clear();
    Watch();
  }

  void Receive() {
    char buffer[4096];
    const ssize_t size = recv(socket_.get(), buffer, sizeof(buffer), 0);
    if (size <= 0) {
      watch_.Reset();  // the client is gone
      return;
    }
    received_.append(buffer, static_cast<size_t>(size));
    while (received_.size() >= 2 &&
           received_.size() >= 2u + NumberAt(received_, 0)) {
      const size_t length = NumberAt(received_, 0);
      server_->Answer(received_.substr(2, length), /*tcp=*/true,
                      [this](absl::string_view message) { Send(message); });
      received_.erase(0, 2 + length);
    }
  }

  DnsServer* const server_;
  const base::UniqueFd socket_;
  std::string received_;
  std::string unsent_;
  base::Loop::Registration watch_;
};

DnsServer::DnsServer(base::Loop* loop, Handler handler)
    : loop_(loop),
      handler_(std::move(handler)),
      udp_(Bound(SOCK_DGRAM)),
      tcp_(Bound(SOCK_STREAM)) {
  PCHECK(listen(tcp_.get(), 16) == 0);
  udp_watch_ =
      loop_->Watch(udp_.get(), POLLIN, [this](short) { ReceiveDatagram(); });
  tcp_watch_ = loop_->Watch(tcp_.get(), POLLIN, [this](short) { Accept(); });
}

DnsServer::~DnsServer() = default;

void DnsServer::ReceiveDatagram() {
  char buffer[4096];
  sockaddr_in peer = {};
  socklen_t peer_size = sizeof(peer);
  const ssize_t size = recvfrom(udp_.get(), buffer, sizeof(buffer), 0,
                                reinterpret_cast<sockaddr*>(&peer), &peer_size);
  if (size < 0) return;  // an error that a datagram of ours brought about
  Answer(absl::string_view(buffer, static_cast<size_t>(size)), /*tcp=*/false,
         [this, peer](absl::string_view message) {
           sendto(udp_.get(), message.data(), message.size(), 0,
                  reinterpret_cast<const sockaddr*>(&peer), sizeof(peer));
         });
}

void DnsServer::Accept() {
  base::UniqueFd socket(
      accept4(tcp_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket.valid()) return;
  connections_.push_back(std::make_unique<Connection>(this, std::move(socket)));
}

void DnsServer::Answer(absl::string_view query, bool tcp,
                       absl::AnyInvocable<void(absl::string_view)> send) {
  Question question = Parse(query);
  question.query.tcp = tcp;
  queries_.push_back(question.query);
  const DnsReply reply = handler_(question.query);
  std::string message = Message(query, question, reply, tcp);
  if (reply.delay == absl::ZeroDuration()) {
    send(message);
    return;
  }
  delayed_.push_back(loop_->After(
      reply.delay,
      [send = std::move(send), message = std::move(message)]() mutable {
        send(message);
      }));
}

}  // namespace servo::http
