#include "http/curl_multi.h"

#include <poll.h>
#include <sys/socket.h>

#include "absl/algorithm/container.h"
#include "absl/log/check.h"
#include "absl/time/time.h"

namespace servo::http {
namespace {

// poll(2)'s events for what curl waits for.
short PollEvents(int what) {
  short events = 0;
  if ((what & CURL_POLL_IN) != 0) events |= POLLIN;
  if ((what & CURL_POLL_OUT) != 0) events |= POLLOUT;
  return events;
}

// curl's words for what poll(2) reported.
int CurlEvents(short revents) {
  int events = 0;
  if ((revents & (POLLIN | POLLHUP)) != 0) events |= CURL_CSELECT_IN;
  if ((revents & POLLOUT) != 0) events |= CURL_CSELECT_OUT;
  if ((revents & (POLLERR | POLLNVAL)) != 0) events |= CURL_CSELECT_ERR;
  return events;
}

}  // namespace

CurlMulti::CurlMulti(base::Loop* loop) : loop_(loop) {
  CHECK_EQ(curl_global_init(CURL_GLOBAL_DEFAULT), CURLE_OK);
  multi_.reset(curl_multi_init());
  CHECK(multi_ != nullptr) << "out of memory";
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &OnSocket);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &OnTimer);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
}

CurlMulti::~CurlMulti() {
  CHECK(listeners_.empty());
  *alive_ = false;
  multi_.reset();
  curl_global_cleanup();
}

void CurlMulti::Add(CURL* easy, Listener* listener) {
  listeners_[easy] = listener;
  CHECK_EQ(curl_multi_add_handle(multi_.get(), easy), CURLM_OK);
}

void CurlMulti::Remove(CURL* easy) {
  if (listeners_.erase(easy) == 0) return;
  curl_multi_remove_handle(multi_.get(), easy);
}

bool CurlMulti::HasConnectedSocket(CURL* easy) const {
  return absl::c_any_of(watches_, [easy](const auto& entry) {
    sockaddr_storage peer = {};
    socklen_t size = sizeof(peer);
    return entry.second.easy == easy &&
           getpeername(entry.first, reinterpret_cast<sockaddr*>(&peer),
                       &size) == 0;
  });
}

int CurlMulti::OnSocket(CURL* easy, curl_socket_t socket, int what, void* self,
                        void*) {
  auto* multi = static_cast<CurlMulti*>(self);
  multi->watches_.erase(socket);
  if (what == CURL_POLL_REMOVE) return 0;
  multi->watches_[socket] = {
      easy, multi->loop_->Watch(socket, PollEvents(what),
                                [multi, easy, socket](short revents) {
                                  multi->OnReady(easy, socket, revents);
                                })};
  return 0;
}

void CurlMulti::OnReady(CURL* easy, curl_socket_t socket, short revents) {
  Act(socket, CurlEvents(revents));
  if (auto it = listeners_.find(easy); it != listeners_.end()) {
    it->second->OnSocketActivity();
  }
  DispatchDone();
}

int CurlMulti::OnTimer(CURLM*, long timeout_ms, void* self) {
  auto* multi = static_cast<CurlMulti*>(self);
  multi->timer_.Reset();
  if (timeout_ms < 0) return 0;
  auto expire = [multi] {
    multi->Act(CURL_SOCKET_TIMEOUT, 0);
    multi->DispatchDone();
  };
  multi->timer_ = timeout_ms == 0 ? multi->loop_->Post(expire)
                                  : multi->loop_->After(
                                        absl::Milliseconds(timeout_ms), expire);
  return 0;
}

void CurlMulti::Act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_.get(), socket, events, &running);
}

void CurlMulti::DispatchDone() {
  const std::shared_ptr<bool> alive = alive_;
  int left = 0;
  while (*alive) {
    const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
    if (message == nullptr) return;
    if (message->msg != CURLMSG_DONE) continue;
    CURL* const easy = message->easy_handle;
    const CURLcode code = message->data.result;
    Listener* const listener = listeners_.at(easy);
    Remove(easy);
    listener->OnTransferDone(code);
  }
}

}  // namespace servo::http
