// What stands between a test server's socket and its HTTP: nothing, or TLS.
#ifndef HTTP_TESTING_TRANSPORT_H_
#define HTTP_TESTING_TRANSPORT_H_

#include <sys/types.h>

#include <cstddef>
#include <memory>

namespace servo::http {

// The bytes of one connection. Read() and Write() are as recv(2) and send(2) on
// a non-blocking socket: -1 with errno EAGAIN when nothing can be done now,
// other errors for a connection that is over.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual ssize_t Read(char* buffer, size_t size) = 0;
  virtual ssize_t Write(const char* data, size_t size) = 0;
};

class TransportFactory {
 public:
  virtual ~TransportFactory() = default;

  // Makes the transport of an accepted connection. `socket` stays the caller's
  // and outlives the transport.
  virtual std::unique_ptr<Transport> New(int socket) = 0;
};

}  // namespace servo::http

#endif  // HTTP_TESTING_TRANSPORT_H_
