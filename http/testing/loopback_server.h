// An HTTP server for tests that misbehaves as told.
#ifndef HTTP_TESTING_LOOPBACK_SERVER_H_
#define HTTP_TESTING_LOOPBACK_SERVER_H_

#include <cstddef>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "base/unique_fd.h"
#include "http/request.h"
#include "http/testing/transport.h"

namespace servo::http {

// What a server does after it has read a request: steps, each in a turn of the
// loop of its own, so that what two steps send arrives in two pieces. After the
// last one the connection waits for its next request.
class Reply {
 public:
  // A whole answer with a Content-Length.
  static Reply Of(int status, absl::string_view body = "",
                  const Headers& headers = {});

  // An answer without a body that redirects to `location`.
  static Reply Redirect(int status, absl::string_view location);

  // Nothing, until steps are added.
  Reply() = default;

  Reply&& Send(absl::string_view bytes) &&;

  // `bytes` again and again, without holding them in memory.
  Reply&& SendTimes(absl::string_view bytes, size_t times) &&;

  // Byte by byte, `gap` after each.
  Reply&& Drip(absl::string_view bytes, absl::Duration gap) &&;

  // On the loop's clock.
  Reply&& Pause(absl::Duration time) &&;

  // Closes the connection: orderly, or with a reset (RST).
  Reply&& Close() &&;
  Reply&& Reset() &&;

  // Does nothing more: leaves the connection open and reads no more from it.
  Reply&& Stall() &&;

 private:
  friend class LoopbackServer;
  struct SendStep {
    std::string bytes;
    size_t times;
  };
  struct PauseStep {
    absl::Duration time;
  };
  enum class EndStep { kClose, kReset, kStall };
  using Step = std::variant<SendStep, PauseStep, EndStep>;

  std::deque<Step> steps_;
};

// Serves plain HTTP/1.1, or what `transport` makes of it, on the loop given: no
// thread, so that nothing happens but in the loop's turns. Lives on the loop's
// thread; the loop must outlive it. Aborts when the system refuses a socket.
class LoopbackServer {
 public:
  struct Options {
    enum class Address { kIpv4, kIpv6, kUnix };
    Address address = Address::kIpv4;

    // Of kUnix: where the socket is made; no file may be there. It is removed
    // in the end.
    std::string unix_path;

    // Whether connections are accepted. If not, the first are made by the
    // kernel alone, and all further ones hang while connecting.
    bool accept = true;

    // Wraps each accepted connection; nullptr: plain. Not owned.
    TransportFactory* transport = nullptr;
  };

  // A request as it was received.
  struct Received {
    int connection = 0;  // which accepted connection it came on, from 0
    std::string head;    // request line and headers as they were sent
    std::string method;
    std::string target;
    Headers headers;
    std::string body;
  };

  explicit LoopbackServer(base::Loop* loop);
  LoopbackServer(base::Loop* loop, const Options& options);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  // "http://127.0.0.1:PORT" and `path`. Of kUnix: "http://localhost".
  std::string Url(absl::string_view path = "/",
                  absl::string_view scheme = "http") const;
  int port() const { return port_; }

  // What the next request gets that no other Answer() is for.
  void Answer(Reply reply);

  // What every request for `target` gets, unless an Answer() is due.
  void AnswerAlways(absl::string_view target, Reply reply);

  // What is done with the next connection as soon as it is accepted, before
  // anything is read from it.
  void OnConnect(Reply reply);

  // Everything else gets an empty 200.

  const std::vector<Received>& requests() const { return requests_; }

  // Connections ever accepted, and those that neither side has closed.
  int accepted() const { return accepted_; }
  int open() const { return static_cast<int>(connections_.size()); }

  // Closes all connections that are open now.
  void CloseAll();

  // Accepts no more connections: what connects is refused.
  void StopListening();

 private:
  class Connection;

  void Accept();
  Reply NextReply(const Received& request);
  void Remove(Connection* connection);

  base::Loop* const loop_;
  const Options options_;
  base::UniqueFd listener_;
  std::vector<base::UniqueFd> backlog_fillers_;
  int port_ = 0;
  base::Loop::Registration watch_;
  std::deque<Reply> replies_;
  std::deque<Reply> on_connect_;
  std::map<std::string, Reply> always_;
  std::vector<Received> requests_;
  int accepted_ = 0;
  std::list<std::unique_ptr<Connection>> connections_;
};

}  // namespace servo::http

#endif  // HTTP_TESTING_LOOPBACK_SERVER_H_
