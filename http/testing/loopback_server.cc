#include "http/testing/loopback_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/log/check.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace servo::http {
namespace {

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(int socket) : socket_(socket) {}
  ssize_t Read(char* buffer, size_t size) override {
    return recv(socket_, buffer, size, 0);
  }
  ssize_t Write(const char* data, size_t size) override {
    return send(socket_, data, size, MSG_NOSIGNAL);
  }

 private:
  const int socket_;
};

void Bind(int socket, const sockaddr* address, socklen_t size) {
  PCHECK(bind(socket, address, size) == 0);
}

base::UniqueFd NewSocket(int family) {
  base::UniqueFd fd(
      socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  PCHECK(fd.valid());
  return fd;
}

sockaddr_in Ipv4Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

base::UniqueFd BindLoopback(const LoopbackServer::Options& options) {
  using Address = LoopbackServer::Options::Address;
  if (options.address == Address::kUnix) {
    base::UniqueFd fd = NewSocket(AF_UNIX);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    CHECK_LT(options.unix_path.size(), sizeof(address.sun_path));
    std::memcpy(address.sun_path, options.unix_path.data(),
                options.unix_path.size());
    Bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address));
    return fd;
  }
  if (options.address == Address::kIpv6) {
    base::UniqueFd fd = NewSocket(AF_INET6);
    sockaddr_in6 address = {};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    Bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address));
    return fd;
  }
  base::UniqueFd fd = NewSocket(AF_INET);
  const sockaddr_in address = Ipv4Loopback(0);
  Bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  return fd;
}

// The same place in IPv4's and IPv6's addresses.
int PortOf(int socket) {
  sockaddr_in6 address = {};
  socklen_t size = sizeof(address);
  PCHECK(getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) ==
         0);
  return ntohs(address.sin6_port);
}

// The request that `data` begins with, and its length, if it is whole.
std::optional<LoopbackServer::Received> ParseRequest(absl::string_view data,
                                                     size_t* length) {
  const size_t head_end = data.find("\r\n\r\n");
  if (head_end == absl::string_view::npos) return std::nullopt;
  LoopbackServer::Received request;
  request.head = std::string(data.substr(0, head_end + 4));
  std::vector<absl::string_view> lines =
      absl::StrSplit(data.substr(0, head_end), "\r\n");
  const std::vector<std::string> parts = absl::StrSplit(lines[0], ' ');
  if (parts.size() == 3) {
    request.method = parts[0];
    request.target = parts[1];
  }
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::pair<absl::string_view, absl::string_view> header =
        absl::StrSplit(lines[i], absl::MaxSplits(':', 1));
    request.headers.emplace_back(header.first,
                                 absl::StripAsciiWhitespace(header.second));
  }
  size_t body_size = 0;
  if (const std::string* size = FindHeader(request.headers, "Content-Length")) {
    CHECK(absl::SimpleAtoi(*size, &body_size)) << *size;
  }
  if (data.size() < head_end + 4 + body_size) return std::nullopt;
  request.body = std::string(data.substr(head_end + 4, body_size));
  *length = head_end + 4 + body_size;
  return request;
}

}  // namespace

Reply Reply::Of(int status, absl::string_view body, const Headers& headers) {
  std::string text = absl::StrCat("HTTP/1.1 ", status, " Reason\r\n");
  for (const auto& [name, value] : headers) {
    absl::StrAppend(&text, name, ": ", value, "\r\n");
  }
  absl::StrAppend(&text, "Content-Length: ", body.size(), "\r\n\r\n", body);
  return Reply().Send(text);
}

Reply Reply::Redirect(int status, absl::string_view location) {
  return Of(status, "", {{"Location", std::string(location)}});
}

Reply&& Reply::Send(absl::string_view bytes) && {
  return std::move(*this).SendTimes(bytes, 1);
}

Reply&& Reply::SendTimes(absl::string_view bytes, size_t times) && {
  steps_.push_back(SendStep{std::string(bytes), times});
  return std::move(*this);
}

Reply&& Reply::Drip(absl::string_view bytes, absl::Duration gap) && {
  for (char byte : bytes) {
    steps_.push_back(SendStep{std::string(1, byte), 1});
    steps_.push_back(PauseStep{gap});
  }
  return std::move(*this);
}

Reply&& Reply::Pause(absl::Duration time) && {
  steps_.push_back(PauseStep{time});
  return std::move(*this);
}

Reply&& Reply::Close() && {
  steps_.push_back(EndStep::kClose);
  return std::move(*this);
}

Reply&& Reply::Reset() && {
  steps_.push_back(EndStep::kReset);
  return std::move(*this);
}

Reply&& Reply::Stall() && {
  steps_.push_back(EndStep::kStall);
  return std::move(*this);
}

// One accepted connection: reads a request, works off its reply's steps, and
// again.
class LoopbackServer::Connection {
 public:
  Connection(LoopbackServer* server, base::UniqueFd socket, int index,
             Reply first)
      : server_(server),
        socket_(std::move(socket)),
        transport_(server->options_.transport != nullptr
                       ? server->options_.transport->New(socket_.get())
                       : std::make_unique<PlainTransport>(socket_.get())),
        index_(index),
        reply_(std::move(first)) {
    Continue();
  }

 private:
  void Continue() {
    timer_ = server_->loop_->After(absl::ZeroDuration(), [this] { Step(); });
  }

  void Step() {
    if (reply_.steps_.empty()) {
      AwaitRequest();
      return;
    }
    Reply::Step& step = reply_.steps_.front();
    if (auto* send = std::get_if<Reply::SendStep>(&step)) {
      SendMore(*send);
    } else if (auto* pause = std::get_if<Reply::PauseStep>(&step)) {
      const absl::Duration time = pause->time;
      reply_.steps_.pop_front();
      timer_ = server_->loop_->After(time, [this] { Step(); });
    } else {
      End(std::get<Reply::EndStep>(step));
    }
  }

  void End(Reply::EndStep how) {
    if (how == Reply::EndStep::kStall) {
      watch_ = server_->loop_->Watch(socket_.get(), POLLRDHUP,
                                     [this](short) { server_->Remove(this); });
      return;
    }
    if (how == Reply::EndStep::kReset) {
      const linger at_once = {1, 0};
      setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once,
                 sizeof(at_once));
    }
    server_->Remove(this);
  }

  void SendMore(Reply::SendStep& step) {
    while (step.times > 0) {
      const ssize_t sent = transport_->Write(step.bytes.data() + sent_,
                                             step.bytes.size() - sent_);
      if (sent < 0 && errno == EAGAIN) {
        watch_ = server_->loop_->Watch(socket_.get(), POLLOUT, [this](short) {
          watch_.Reset();
          Step();
        });
        return;
      }
      if (sent < 0) {
        server_->Remove(this);
        return;
      }
      sent_ += static_cast<size_t>(sent);
      if (sent_ < step.bytes.size()) continue;
      sent_ = 0;
      --step.times;
    }
    reply_.steps_.pop_front();
    Continue();
  }

  void AwaitRequest() {
    if (TakeRequest()) return;
    watch_ = server_->loop_->Watch(socket_.get(), POLLIN,
                                   [this](short) { Receive(); });
  }

  void Receive() {
    char buffer[16 * 1024];
    for (;;) {
      const ssize_t size = transport_->Read(buffer, sizeof(buffer));
      if (size < 0 && errno == EAGAIN) break;
      if (size <= 0) {
        server_->Remove(this);
        return;
      }
      received_.append(buffer, static_cast<size_t>(size));
    }
    TakeRequest();
  }

  bool TakeRequest() {
    size_t length = 0;
    std::optional<Received> request = ParseRequest(received_, &length);
    if (!request.has_value()) return false;
    watch_.Reset();
    received_.erase(0, length);
    request->connection = index_;
    reply_ = server_->NextReply(*request);
    server_->requests_.push_back(*std::move(request));
    Continue();
    return true;
  }

  LoopbackServer* const server_;
  const base::UniqueFd socket_;
  const std::unique_ptr<Transport> transport_;
  const int index_;
  Reply reply_;
  size_t sent_ = 0;  // of the first step's bytes
  std::string received_;
  base::Loop::Registration watch_;
  base::Loop::Registration timer_;
};

LoopbackServer::LoopbackServer(base::Loop* loop)
    : LoopbackServer(loop, Options()) {}

LoopbackServer::LoopbackServer(base::Loop* loop, const Options& options)
    : loop_(loop), options_(options), listener_(BindLoopback(options)) {
  PCHECK(listen(listener_.get(), options_.accept ? 128 : 0) == 0);
  if (options_.address != Options::Address::kUnix) {
    port_ = PortOf(listener_.get());
  }
  if (options_.accept) {
    watch_ = loop_->Watch(listener_.get(), POLLIN, [this](short) { Accept(); });
    return;
  }
  // Two fill a backlog of 0 (listen(2)); the kernel drops what comes after.
  CHECK(options_.address == Options::Address::kIpv4);
  const sockaddr_in address = Ipv4Loopback(port_);
  for (int i = 0; i < 2; ++i) {
    base::UniqueFd filler = NewSocket(AF_INET);
    PCHECK(connect(filler.get(), reinterpret_cast<const sockaddr*>(&address),
                   sizeof(address)) == 0 ||
           errno == EINPROGRESS);
    backlog_fillers_.push_back(std::move(filler));
  }
}

LoopbackServer::~LoopbackServer() {
  if (options_.address == Options::Address::kUnix) {
    unlink(options_.unix_path.c_str());
  }
}

std::string LoopbackServer::Url(absl::string_view path,
                                absl::string_view scheme) const {
  switch (options_.address) {
    case Options::Address::kIpv4:
      return absl::StrCat(scheme, "://127.0.0.1:", port_, path);
    case Options::Address::kIpv6:
      return absl::StrCat(scheme, "://[::1]:", port_, path);
    case Options::Address::kUnix:
      return absl::StrCat(scheme, "://localhost", path);
  }
  return "";
}

void LoopbackServer::Answer(Reply reply) {
  replies_.push_back(std::move(reply));
}

void LoopbackServer::AnswerAlways(absl::string_view target, Reply reply) {
  always_.insert_or_assign(std::string(target), std::move(reply));
}

void LoopbackServer::OnConnect(Reply reply) {
  on_connect_.push_back(std::move(reply));
}

void LoopbackServer::CloseAll() { connections_.clear(); }

void LoopbackServer::StopListening() {
  watch_.Reset();
  listener_.Reset();
}

void LoopbackServer::Accept() {
  for (;;) {
    base::UniqueFd socket(accept4(listener_.get(), nullptr, nullptr,
                                  SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket.valid()) return;
    if (options_.address != Options::Address::kUnix) {
      const int on = 1;
      setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    Reply first;
    if (!on_connect_.empty()) {
      first = std::move(on_connect_.front());
      on_connect_.pop_front();
    }
    connections_.push_back(std::make_unique<Connection>(
        this, std::move(socket), accepted_++, std::move(first)));
  }
}

Reply LoopbackServer::NextReply(const Received& request) {
  if (!replies_.empty()) {
    Reply reply = std::move(replies_.front());
    replies_.pop_front();
    return reply;
  }
  auto always = always_.find(request.target);
  return always != always_.end() ? always->second : Reply::Of(200);
}

void LoopbackServer::Remove(Connection* connection) {
  connections_.remove_if(
      [connection](const auto& held) { return held.get() == connection; });
}

}  // namespace servo::http
