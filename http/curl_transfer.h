// One transfer of the curl client: a request, its redirects and its answer.
// Internal to this package.
#ifndef HTTP_CURL_TRANSFER_H_
#define HTTP_CURL_TRANSFER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/loop.h"
#include "curl/curl.h"
#include "http/body_file.h"
#include "http/client.h"
#include "http/curl_easy.h"
#include "http/curl_multi.h"
#include "http/failure.h"
#include "http/phase.h"
#include "http/proxy.h"
#include "http/redirect.h"
#include "http/request.h"
#include "http/response_reader.h"
#include "http/saved_body.h"
#include "http/trust_store.h"

namespace servo::http {

// Whom the servers of a transfer are checked against. Looked for when it is
// first asked for: most transfers are plain http.
class Trust {
 public:
  // `stores` must outlive it.
  Trust(TrustStores* stores ABSL_ATTRIBUTE_LIFETIME_BOUND, Tls tls)
      : stores_(stores), tls_(std::move(tls)) {}

  // Errors are those of TrustStores::Get().
  const absl::StatusOr<TrustStore>& Store();

 private:
  TrustStores* stores_;
  Tls tls_;
  std::optional<absl::StatusOr<TrustStore>> store_;
};

// The files that a request names, open.
struct TransferFiles {
  std::optional<BodyFile> body;
  std::shared_ptr<SavedBody> saved;
};

// Errors are those of BodyFile::Open() and SavedBody::Create().
absl::StatusOr<TransferFiles> OpenFiles(const Request& request);

class CurlTransfer;

// What the transfers of one client share. It outlives them, or abandons them.
struct CurlSession {
  base::Loop* loop;
  std::string user_agent;
  ResponseLimits limits;
  TrustStores trust_stores = {};
  std::unique_ptr<CurlMulti> multi = nullptr;  // until there is a transfer
  EasyHandle spare = nullptr;
  std::set<CurlTransfer*> transfers = {};  // that are not abandoned

  // A handle with no option set. Ends this process if there is no memory.
  EasyHandle NewHandle();

  // Empties the handle of a plain request that is over, and keeps it for the
  // next one: to make one takes longer.
  void KeepHandle(EasyHandle easy);
};

// `done` is called once, from the loop, unless the transfer is destroyed or
// abandoned before.
class CurlTransfer final : public Transfer, private CurlMulti::Listener {
 public:
  CurlTransfer(CurlSession* session ABSL_ATTRIBUTE_LIFETIME_BOUND,
               Request request, Hop hop, Trust trust, TransferFiles files,
               Client::Done done);
  ~CurlTransfer() override;

  // Sends the request. Once only.
  void Begin();

  // Ends everything; the callback will never come. For a client that goes.
  void Abandon();

 private:
  void OnSocketActivity() override;
  void OnTransferDone(CURLcode code) override;

  static size_t OnHeader(char* data, size_t, size_t size, void* self);
  static size_t OnBody(char* data, size_t, size_t size, void* self);
  static CURLcode OnTlsContext(CURL*, void* context, void* self);
  static size_t OnRead(char* buffer, size_t, size_t size, void* self);
  static int OnSeek(void* self, curl_off_t offset, int origin);

  void BeginHop();
  void SetCallbacks();
  void SetTls();

  // The next hop's address if the answer is a redirect that is to be followed,
  // else nullptr.
  const std::string* Location() const;
  void Follow(const std::string& location);

  // A piece of the body's decoding, in a turn of the loop of its own.
  void ContinueDecoding();

  // The answer has come as a whole; of its body some may wait to be decoded.
  void OnAnswerReceived();

  // The answer has come, and nothing of it waits to be decoded.
  void Complete();

  // All that is known of why curl ended the transfer with `code`.
  CurlFailure Failure(CURLcode code) const;
  Phase CurrentPhase() const;
  Phase ConnectingPhase() const;
  void ArmIdleTimer(absl::Duration delay);
  void OnIdleTimer();
  void OnTimeout();

  // Ends the transfer with `status` or the answer; the callback is posted.
  void Fail(const absl::Status& status);
  void FailReading(const absl::Status& status);
  void Succeed();
  void Finish(absl::StatusOr<Response> result);
  void StopTransfer();

  CurlSession* session_;  // nullptr once abandoned
  const Request request_;
  Hop hop_;
  Trust trust_;
  TransferFiles files_;
  Client::Done done_;
  const absl::Duration started_at_;

  EasyHandle easy_;
  HeaderLists header_lists_;
  std::optional<Proxy> proxy_;  // of this hop
  std::array<char, CURL_ERROR_SIZE> error_ = {};
  ResponseReader reader_;
  absl::Status reader_status_;
  absl::Status file_status_;    // of the request's body
  uint64_t redirect_body_ = 0;  // its bytes, which are not kept
  bool paused_ = false;         // until what has come is decoded
  bool received_ = false;       // curl is done, decoding may not be
  int redirects_ = 0;
  std::set<std::string> visited_;  // method and URL of each hop left behind

  absl::Duration last_activity_;
  base::Loop::Registration decoding_;
  base::Loop::Registration idle_timer_;
  base::Loop::Registration timeout_timer_;
  base::Loop::Registration finish_;
};

}  // namespace servo::http

#endif  // HTTP_CURL_TRANSFER_H_
