// curl's multi interface on the event loop: which sockets curl waits for and
// when it wants to be woken.
#ifndef HTTP_CURL_MULTI_H_
#define HTTP_CURL_MULTI_H_

#include <map>
#include <memory>

#include "base/loop.h"
#include "curl/curl.h"

namespace servo::http {

// Drives transfers (CURL easy handles) with curl_multi_socket_action(). Lives
// on the loop's thread. Initialises libcurl as a whole on construction and
// cleans up on destruction; reference-counted by libcurl itself.
class CurlMulti {
 public:
  // Who runs a transfer. Called on the loop, never from inside a function of
  // curl or of this class.
  class Listener {
   public:
    virtual ~Listener() = default;

    // Something moved on one of the transfer's sockets.
    virtual void OnSocketActivity() = 0;

    // The transfer is over, with curl's result, and has been removed. May
    // destroy the listener, and add and remove transfers.
    virtual void OnTransferDone(CURLcode code) = 0;
  };

  // `loop` must outlive this.
  explicit CurlMulti(base::Loop* loop);

  // No transfer may be left. Closes all kept connections.
  ~CurlMulti();

  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  // Starts the transfer `easy`, after the callback that is running. Both stay
  // the caller's and must live until OnTransferDone() or Remove().
  void Add(CURL* easy, Listener* listener);

  // Ends the transfer `easy` at once, without a call of its listener. A
  // connection in use is closed.
  void Remove(CURL* easy);

  // Whether curl waits for a connected socket on behalf of `easy`: curl itself
  // tells only when the TLS handshake is over too.
  bool HasConnectedSocket(CURL* easy) const;

 private:
  struct Cleanup {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  struct Watched {
    CURL* easy;
    base::Loop::Registration registration;
  };

  static int OnSocket(CURL* easy, curl_socket_t socket, int what, void* self,
                      void* unused);
  static int OnTimer(CURLM* multi, long timeout_ms, void* self);
  void OnReady(CURL* easy, curl_socket_t socket, short revents);
  void Act(curl_socket_t socket, int events);
  void DispatchDone();

  base::Loop* const loop_;
  std::unique_ptr<CURLM, Cleanup> multi_;
  std::map<CURL*, Listener*> listeners_;
  std::map<curl_socket_t, Watched> watches_;
  base::Loop::Registration timer_;
  // Whether this lives still: a listener may destroy it.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace servo::http

#endif  // HTTP_CURL_MULTI_H_
