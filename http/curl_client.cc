#include "http/curl_client.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/masking.h"
#include "curl/curl.h"
#include "http/body_file.h"
#include "http/check_request.h"
#include "http/client_certificate.h"
#include "http/curl_easy.h"
#include "http/curl_multi.h"
#include "http/failure.h"
#include "http/phase.h"
#include "http/proxy.h"
#include "http/redirect.h"
#include "http/request.h"
#include "http/saved_body.h"
#include "http/trust_store.h"
#include "http/url.h"

namespace servo::http {
namespace {

// How much of a redirect's body is read, so that its connection can be used
// again; beyond this, closing it is cheaper.
constexpr uint64_t kRedirectBodyLimit = 64 * 1024;

// Whether a request says no more than a URL: nothing of it that could reach
// another one by way of its handle would be a secret.
bool IsPlain(const Request& request) {
  return !request.auth.has_value() && request.headers.empty() &&
         !request.body.has_value() && request.body_file.empty() &&
         request.tls.client_cert.empty() && request.unix_socket.empty();
}

// Whom the servers of a transfer are checked against. Looked for when it is
// first asked for: most transfers are plain http.
class Trust {
 public:
  Trust(TrustStores* stores, Tls tls) : stores_(stores), tls_(std::move(tls)) {}

  const absl::StatusOr<TrustStore>& Store() {
    if (!store_.has_value()) {
      store_ = stores_->Get(tls_,
                            [](const char* name) { return std::getenv(name); });
    }
    return *store_;
  }

 private:
  TrustStores* stores_;
  Tls tls_;
  std::optional<absl::StatusOr<TrustStore>> store_;
};

// The files that a request names.
struct Files {
  std::optional<BodyFile> body;
  std::shared_ptr<SavedBody> saved;
};

absl::StatusOr<Files> OpenFiles(const Request& request) {
  Files files;
  if (!request.body_file.empty()) {
    absl::StatusOr<BodyFile> body = BodyFile::Open(request.body_file);
    if (!body.ok()) return body.status();
    files.body = *std::move(body);
  }
  if (!request.save_to.empty()) {
    absl::StatusOr<std::unique_ptr<SavedBody>> saved =
        SavedBody::Create(request.save_to);
    if (!saved.ok()) return saved.status();
    files.saved = *std::move(saved);
  }
  return files;
}

class CurlClient;

class CurlTransfer final : public Transfer, private CurlMulti::Listener {
 public:
  CurlTransfer(CurlClient* client, Request request, Hop hop, Trust trust,
               Files files, Client::Done done);
  ~CurlTransfer() override;

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

  CurlClient* client_;  // nullptr once abandoned
  const Request request_;
  Hop hop_;
  Trust trust_;
  Files files_;
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

class CurlClient final : public Client {
 public:
  CurlClient(base::Loop* loop, std::string user_agent,
             const ResponseLimits& limits)
      : loop_(loop), user_agent_(std::move(user_agent)), limits_(limits) {}
  ~CurlClient() override {
    while (!transfers_.empty()) (*transfers_.begin())->Abandon();
  }

  absl::StatusOr<std::unique_ptr<Transfer>> Start(const Request& request,
                                                  Done done) override;

  // A handle with no option set. Ends this process if there is no memory.
  EasyHandle NewHandle();

  // Empties the handle of a plain request that is over, and keeps it for the
  // next one: to make one takes longer.
  void KeepHandle(EasyHandle easy);

  base::Loop* loop() { return loop_; }
  CurlMulti* multi() { return multi_.get(); }
  const std::string& user_agent() const { return user_agent_; }
  const ResponseLimits& limits() const { return limits_; }
  TrustStores* trust_stores() { return &trust_stores_; }
  std::set<CurlTransfer*>& transfers() { return transfers_; }

 private:
  // Url::Parse(), remembering the last text: retries, polling and load ask the
  // same URL again and again.
  absl::StatusOr<Url> ParseUrl(const std::string& text);

  base::Loop* const loop_;
  const std::string user_agent_;
  const ResponseLimits limits_;
  TrustStores trust_stores_;
  std::string last_url_text_;
  std::optional<Url> last_url_;
  std::unique_ptr<CurlMulti> multi_;
  EasyHandle spare_;
  std::set<CurlTransfer*> transfers_;
};

EasyHandle CurlClient::NewHandle() {
  if (spare_ != nullptr) return std::move(spare_);
  EasyHandle easy(curl_easy_init());
  CHECK(easy != nullptr) << "out of memory";
  return easy;
}

void CurlClient::KeepHandle(EasyHandle easy) {
  curl_easy_reset(easy.get());
  spare_ = std::move(easy);
}

absl::StatusOr<Url> CurlClient::ParseUrl(const std::string& text) {
  if (last_url_.has_value() && text == last_url_text_) return *last_url_;
  absl::StatusOr<Url> url = Url::Parse(text);
  if (url.ok()) {
    last_url_text_ = text;
    last_url_ = *url;
  }
  return url;
}

absl::StatusOr<std::unique_ptr<Transfer>> CurlClient::Start(
    const Request& request, Done done) {
  absl::StatusOr<Url> url = ParseUrl(request.url);
  if (!url.ok()) return url.status();
  if (absl::Status status = CheckAllButUrl(request); !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckClientCertificate(request.tls); !status.ok()) {
    return status;
  }
  const bool trust_must_be_found =
      request.tls.verify && (url->is_https() || !request.tls.ca_bundle.empty());
  Trust trust(&trust_stores_, request.tls);
  if (trust_must_be_found && !trust.Store().ok()) return trust.Store().status();
  absl::StatusOr<Files> files = OpenFiles(request);
  if (!files.ok()) return files.status();
  if (multi_ == nullptr) multi_ = std::make_unique<CurlMulti>(loop_);
  const std::optional<BasicAuth> auth =
      request.auth.has_value() ? request.auth : url->auth();
  Hop hop{request.method,           *std::move(url),
          request.headers,
          /*send_body=*/true,       auth,
          /*send_client_cert=*/true};
  auto transfer = std::make_unique<CurlTransfer>(
      this, request, std::move(hop), std::move(trust), *std::move(files),
      std::move(done));
  transfer->Begin();
  return transfer;
}

CurlTransfer::CurlTransfer(CurlClient* client, Request request, Hop hop,
                           Trust trust, Files files, Client::Done done)
    : client_(client),
      request_(std::move(request)),
      hop_(std::move(hop)),
      trust_(std::move(trust)),
      files_(std::move(files)),
      done_(std::move(done)),
      started_at_(client->loop()->Now()),
      reader_(request_.output_limit, client->limits()) {
  client_->transfers().insert(this);
}

CurlTransfer::~CurlTransfer() { Abandon(); }

void CurlTransfer::Abandon() {
  if (client_ == nullptr) return;
  StopTransfer();
  finish_.Reset();
  client_->transfers().erase(this);
  client_ = nullptr;
}

void CurlTransfer::StopTransfer() {
  if (easy_ != nullptr) client_->multi()->Remove(easy_.get());
  easy_.reset();
  decoding_.Reset();
  idle_timer_.Reset();
  timeout_timer_.Reset();
}

void CurlTransfer::Begin() {
  timeout_timer_ =
      client_->loop()->After(request_.timeout, [this] { OnTimeout(); });
  BeginHop();
}

void CurlTransfer::BeginHop() {
  reader_ = ResponseReader(request_.output_limit, client_->limits());
  reader_.SaveTo(files_.saved.get());
  reader_status_ = absl::OkStatus();
  file_status_ = absl::OkStatus();
  redirect_body_ = 0;
  error_[0] = '\0';
  proxy_.reset();
  if (request_.unix_socket.empty()) {
    absl::StatusOr<std::optional<Proxy>> proxy =
        FindProxy(hop_.url, [](const char* name) { return std::getenv(name); });
    if (!proxy.ok()) {
      Fail(WithPhase(proxy.status(), Phase::kConnect));
      return;
    }
    proxy_ = *std::move(proxy);
  }
  if (files_.body.has_value()) files_.body->Seek(0);
  easy_ = client_->NewHandle();
  SetProtocol(easy_, hop_, request_.idle_timeout);
  SetMethodAndBody(easy_, request_, hop_, files_.body);
  header_lists_ = SetHeaders(easy_, hop_, SendsBody(request_, hop_),
                             proxy_.has_value(), client_->user_agent());
  SetAuth(easy_, hop_);
  SetProxy(easy_, proxy_, request_.unix_socket);
  SetTls();
  SetCallbacks();
  last_activity_ = client_->loop()->Now();
  ArmIdleTimer(request_.idle_timeout);
  client_->multi()->Add(easy_.get(), this);
}

void CurlTransfer::SetCallbacks() {
  Set(easy_, CURLOPT_ERRORBUFFER, error_.data());
  Set(easy_, CURLOPT_HEADERFUNCTION, &OnHeader);
  Set(easy_, CURLOPT_HEADERDATA, static_cast<void*>(this));
  Set(easy_, CURLOPT_WRITEFUNCTION, &OnBody);
  Set(easy_, CURLOPT_WRITEDATA, static_cast<void*>(this));
  if (!files_.body.has_value()) return;
  Set(easy_, CURLOPT_READFUNCTION, &OnRead);
  Set(easy_, CURLOPT_READDATA, static_cast<void*>(this));
  Set(easy_, CURLOPT_SEEKFUNCTION, &OnSeek);
  Set(easy_, CURLOPT_SEEKDATA, static_cast<void*>(this));
}

void CurlTransfer::SetTls() {
  const Tls& tls = request_.tls;
  Set(easy_, CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
  Set(easy_, CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
  if (!hop_.url.is_https() && !(proxy_.has_value() && proxy_->is_https)) return;
  Set(easy_, CURLOPT_SSL_CTX_FUNCTION, &OnTlsContext);
  Set(easy_, CURLOPT_SSL_CTX_DATA, static_cast<void*>(this));
  // OnTlsContext() brings the authorities. By these names curl sees that a
  // connection that was made with others must not be used again.
  const bool has_store = tls.verify && trust_.Store().ok();
  const char* const identity =
      has_store ? trust_.Store()->identity.c_str() : nullptr;
  Set(easy_, CURLOPT_CAPATH, identity);
  Set(easy_, CURLOPT_PROXY_CAPATH, identity);
  if (!hop_.send_client_cert || tls.client_cert.empty()) return;
  const std::string& key =
      tls.client_key.empty() ? tls.client_cert : tls.client_key;
  Set(easy_, CURLOPT_SSLCERT, tls.client_cert.c_str());
  Set(easy_, CURLOPT_SSLKEY, key.c_str());
  Set(easy_, CURLOPT_KEYPASSWD, tls.client_key_passphrase.c_str());
}

CURLcode CurlTransfer::OnTlsContext(CURL*, void* context, void* self) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  const bool verify = transfer->request_.tls.verify;
  if (verify && !transfer->trust_.Store().ok()) return CURLE_SSL_CACERT_BADFILE;
  SecureContext(static_cast<ssl_ctx_st*>(context),
                verify ? transfer->trust_.Store()->authorities.get() : nullptr);
  return CURLE_OK;
}

size_t CurlTransfer::OnHeader(char* data, size_t, size_t size, void* self) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  transfer->last_activity_ = transfer->client_->loop()->Now();
  transfer->reader_status_ =
      transfer->reader_.OnHeaderLine(absl::string_view(data, size));
  if (!transfer->reader_status_.ok()) return CURL_WRITEFUNC_ERROR;
  // What follows is no HTTP any more: the answer is complete.
  const bool switched = transfer->reader_.headers_complete() &&
                        transfer->reader_.response().status == 101;
  return switched ? CURL_WRITEFUNC_ERROR : size;
}

size_t CurlTransfer::OnBody(char* data, size_t, size_t size, void* self) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  transfer->last_activity_ = transfer->client_->loop()->Now();
  if (transfer->Location() != nullptr) {
    transfer->redirect_body_ += size;
    return transfer->redirect_body_ > kRedirectBodyLimit ? CURL_WRITEFUNC_ERROR
                                                         : size;
  }
  if (transfer->reader_.full()) {
    transfer->paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  transfer->reader_status_ =
      transfer->reader_.OnBody(absl::string_view(data, size));
  if (!transfer->reader_status_.ok()) return CURL_WRITEFUNC_ERROR;
  if (transfer->reader_.decoding() && !transfer->decoding_.active()) {
    transfer->decoding_ = transfer->client_->loop()->After(
        absl::ZeroDuration(), [transfer] { transfer->ContinueDecoding(); });
  }
  return size;
}

size_t CurlTransfer::OnRead(char* buffer, size_t, size_t size, void* self) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  const absl::StatusOr<size_t> read = transfer->files_.body->Read(buffer, size);
  if (read.ok()) return *read;
  transfer->file_status_ = read.status();
  return CURL_READFUNC_ABORT;
}

int CurlTransfer::OnSeek(void* self, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<CurlTransfer*>(self)->files_.body->Seek(
      static_cast<uint64_t>(offset));
  return CURL_SEEKFUNC_OK;
}

void CurlTransfer::ContinueDecoding() {
  last_activity_ = client_->loop()->Now();
  if (absl::Status status = reader_.DecodePiece(); !status.ok()) {
    FailReading(status);
    return;
  }
  if (reader_.decoding()) {
    decoding_ = client_->loop()->After(absl::ZeroDuration(),
                                       [this] { ContinueDecoding(); });
  } else if (received_) {
    Complete();
    return;
  }
  if (paused_ && !reader_.full()) {
    paused_ = false;
    curl_easy_pause(easy_.get(), CURLPAUSE_CONT);  // calls OnBody()
  }
}

void CurlTransfer::OnSocketActivity() {
  // Until then `idle_timeout` bounds name lookup, connect and handshake
  // together.
  if (Reached(easy_, CURLINFO_PRETRANSFER_TIME_T)) {
    last_activity_ = client_->loop()->Now();
  }
}

const std::string* CurlTransfer::Location() const {
  if (!request_.follow_redirects || !reader_.headers_complete() ||
      !IsRedirect(reader_.response().status)) {
    return nullptr;
  }
  const std::string* location =
      FindHeader(reader_.response().headers, "Location");
  return location != nullptr && !location->empty() ? location : nullptr;
}

void CurlTransfer::OnTransferDone(CURLcode code) {
  if (!reader_status_.ok()) {
    FailReading(reader_status_);
    return;
  }
  if (!file_status_.ok() && !reader_.headers_complete()) {
    Fail(WithPhase(file_status_, Phase::kSend));
    return;
  }
  // Where a redirect leads is known, whatever became of its body.
  if (const std::string* location = Location(); location != nullptr) {
    Follow(std::string(*location));
    return;
  }
  const bool switched = reader_.response().status == 101;
  if (reader_.headers_complete() && (code == CURLE_OK || switched)) {
    received_ = true;
    if (!reader_.decoding()) Complete();
    return;
  }
  Fail(DescribeFailure(Failure(code)));
}

void CurlTransfer::Complete() {
  const absl::Status status = reader_.Finish();
  if (status.ok()) {
    Succeed();
  } else {
    FailReading(status);
  }
}

void CurlTransfer::FailReading(const absl::Status& status) {
  if (!reader_.headers_complete()) {
    Fail(WithPhase(status, Phase::kHeaders));
    return;
  }
  const bool is_limit = absl::IsResourceExhausted(status);
  const absl::Status told(
      status.code(), is_limit ? std::string(status.message())
                              : absl::StrCat(reader_.response().status_line,
                                             ", but ", status.message()));
  Fail(WithPhase(told, Phase::kBody));
}

CurlFailure CurlTransfer::Failure(CURLcode code) const {
  CurlFailure failure;
  failure.code = code;
  failure.detail = error_.data();
  failure.phase = CurrentPhase();
  failure.host = hop_.url.host();
  failure.unix_socket = request_.unix_socket;
  long os_errno = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &os_errno);
  failure.os_errno = static_cast<int>(os_errno);
  failure.proxied = proxy_.has_value();
  if (reader_.headers_complete()) {
    failure.status_line = reader_.response().status_line;
  }
  curl_off_t length = -1;
  curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  if (length >= 0) failure.body_length = length;
  curl_off_t received = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_SIZE_DOWNLOAD_T, &received);
  failure.body_received = received;
  return failure;
}

void CurlTransfer::Follow(const std::string& location) {
  absl::StatusOr<Hop> next =
      FollowRedirect(hop_, reader_.response().status, location);
  if (!next.ok()) {
    Fail(next.status());
    return;
  }
  visited_.insert(absl::StrCat(hop_.method, " ", hop_.url.ToString()));
  easy_.reset();  // uses the URL
  hop_ = *std::move(next);
  if (++redirects_ > request_.max_redirects) {
    const bool circle =
        visited_.contains(absl::StrCat(hop_.method, " ", hop_.url.ToString()));
    Fail(absl::FailedPreconditionError(
        absl::StrCat("more than ", request_.max_redirects, " redirects",
                     circle ? ", in a circle" : "", "; the last one leads to ",
                     base::MaskUrl(hop_.url.ToString()))));
    return;
  }
  if (request_.tls.verify && hop_.url.is_https() && !trust_.Store().ok()) {
    Fail(absl::UnavailableError(trust_.Store().status().message()));
    return;
  }
  BeginHop();
}

Phase CurlTransfer::CurrentPhase() const {
  if (reader_.headers_complete()) return Phase::kBody;
  if (Reached(easy_, CURLINFO_STARTTRANSFER_TIME_T)) return Phase::kHeaders;
  if (Reached(easy_, CURLINFO_POSTTRANSFER_TIME_T)) return Phase::kFirstByte;
  if (Reached(easy_, CURLINFO_PRETRANSFER_TIME_T)) return Phase::kSend;
  return ConnectingPhase();
}

Phase CurlTransfer::ConnectingPhase() const {
  const bool connected = Reached(easy_, CURLINFO_CONNECT_TIME_T) ||
                         client_->multi()->HasConnectedSocket(easy_.get());
  if (!connected) {
    return Reached(easy_, CURLINFO_NAMELOOKUP_TIME_T) ? Phase::kConnect
                                                      : Phase::kResolve;
  }
  if (!proxy_.has_value()) return Phase::kTlsHandshake;
  if (proxy_->is_socks) return Phase::kProxy;
  long tunnel_status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &tunnel_status);
  return hop_.url.is_https() && tunnel_status == 0 ? Phase::kProxy
                                                   : Phase::kTlsHandshake;
}

void CurlTransfer::ArmIdleTimer(absl::Duration delay) {
  idle_timer_ = client_->loop()->After(delay, [this] { OnIdleTimer(); });
}

void CurlTransfer::OnIdleTimer() {
  const absl::Duration silent_for = client_->loop()->Now() - last_activity_;
  if (silent_for < request_.idle_timeout) {
    ArmIdleTimer(request_.idle_timeout - silent_for);
    return;
  }
  const Phase phase = CurrentPhase();
  const std::string limit = absl::StrCat(
      absl::FormatDuration(request_.idle_timeout), " (http_timeout)");
  const bool connected = phase >= Phase::kSend;
  Fail(
      WithPhase(absl::UnavailableError(
                    connected ? absl::StrCat("no byte received or sent for ",
                                             limit, " while ", PhaseText(phase))
                              : absl::StrCat("not connected within ", limit,
                                             ", still ", PhaseText(phase))),
                phase));
}

void CurlTransfer::OnTimeout() {
  const Phase phase = CurrentPhase();
  Fail(WithPhase(
      absl::DeadlineExceededError(absl::StrCat(
          "not finished within ", absl::FormatDuration(request_.timeout),
          " (timeout) while ", PhaseText(phase))),
      phase));
}

void CurlTransfer::Fail(const absl::Status& status) {
  absl::Status named(
      status.code(),
      absl::StrCat(hop_.method, " ", base::MaskUrl(hop_.url.ToString()), ": ",
                   status.message()));
  status.ForEachPayload(
      [&named](absl::string_view url, const absl::Cord& payload) {
        named.SetPayload(url, payload);
      });
  Finish(std::move(named));
}

void CurlTransfer::Succeed() {
  // curl made this text of the hop's URL; making it again would be slow.
  const char* effective_url = "";
  curl_easy_getinfo(easy_.get(), CURLINFO_EFFECTIVE_URL, &effective_url);
  Response response = std::move(reader_.response());
  response.url = effective_url;
  response.redirects = redirects_;
  response.elapsed = client_->loop()->Now() - started_at_;
  response.phases = PhaseTimesOf(easy_);
  response.saved = std::move(files_.saved);
  if (IsPlain(request_) && !hop_.auth.has_value()) {
    client_->KeepHandle(std::move(easy_));
  }
  Finish(std::move(response));
}

void CurlTransfer::Finish(absl::StatusOr<Response> result) {
  StopTransfer();
  finish_ = client_->loop()->Post([this, result = std::move(result)]() mutable {
    Client::Done done = std::move(done_);
    done(std::move(result));  // may destroy this
  });
}

}  // namespace

std::unique_ptr<Client> NewCurlClient(base::Loop* loop, std::string user_agent,
                                      const ResponseLimits& limits) {
  return std::make_unique<CurlClient>(loop, std::move(user_agent), limits);
}

}  // namespace servo::http
