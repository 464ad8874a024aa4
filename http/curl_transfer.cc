#include "http/curl_transfer.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/masking.h"
#include "http/own_words.h"
#include "http/request.h"
#include "http/trust_store.h"

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
         request.tls.client_cert.empty() && request.unix_socket.empty() &&
         !request.connect_only;
}

}  // namespace

const absl::StatusOr<TrustStore>& Trust::Store() {
  if (!store_.has_value()) {
    store_ =
        stores_->Get(tls_, [](const char* name) { return std::getenv(name); });
  }
  return *store_;
}

absl::StatusOr<TransferFiles> OpenFiles(const Request& request) {
  TransferFiles files;
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

EasyHandle CurlSession::NewHandle() {
  if (spare != nullptr) return std::move(spare);
  EasyHandle easy(curl_easy_init());
  CHECK(easy != nullptr) << "out of memory";
  return easy;
}

void CurlSession::KeepHandle(EasyHandle easy) {
  curl_easy_reset(easy.get());
  spare = std::move(easy);
}

CurlTransfer::CurlTransfer(CurlSession* session, Request request, Hop hop,
                           Trust trust, TransferFiles files, Client::Done done)
    : session_(session),
      request_(std::move(request)),
      hop_(std::move(hop)),
      trust_(std::move(trust)),
      files_(std::move(files)),
      done_(std::move(done)),
      started_at_(session->loop->Now()),
      reader_(request_.output_limit, session->limits, request_.redactor) {
  session_->transfers.insert(this);
}

CurlTransfer::~CurlTransfer() { Abandon(); }

void CurlTransfer::Abandon() {
  if (session_ == nullptr) return;
  StopTransfer();
  finish_.Reset();
  session_->transfers.erase(this);
  session_ = nullptr;
}

void CurlTransfer::StopTransfer() {
  if (easy_ != nullptr) session_->multi->Remove(easy_.get());
  easy_.reset();
  decoding_.Reset();
  idle_timer_.Reset();
  timeout_timer_.Reset();
}

void CurlTransfer::Begin() {
  timeout_timer_ =
      session_->loop->After(request_.timeout, [this] { OnTimeout(); });
  BeginHop();
}

void CurlTransfer::BeginHop() {
  reader_ = ResponseReader(request_.output_limit, session_->limits,
                           request_.redactor);
  reader_.SaveTo(files_.saved.get());
  reader_status_ = absl::OkStatus();
  file_status_ = absl::OkStatus();
  redirect_body_ = 0;
  error_[0] = '\0';
  proxy_.reset();
  if (request_.unix_socket.empty() && !request_.connect_only) {
    absl::StatusOr<std::optional<Proxy>> proxy =
        FindProxy(hop_.url, [](const char* name) { return std::getenv(name); });
    if (!proxy.ok()) {
      Fail(WithPhase(proxy.status(), Phase::kConnect));
      return;
    }
    proxy_ = *std::move(proxy);
  }
  if (files_.body.has_value()) files_.body->Seek(0);
  easy_ = session_->NewHandle();
  SetProtocol(easy_, hop_, request_.idle_timeout);
  SetMethodAndBody(easy_, request_, hop_, files_.body);
  header_lists_ = SetHeaders(easy_, hop_, SendsBody(request_, hop_),
                             proxy_.has_value(), session_->user_agent);
  SetAuth(easy_, hop_);
  SetProxy(easy_, proxy_, request_.unix_socket);
  if (request_.connect_only) Set(easy_, CURLOPT_CONNECT_ONLY, 1L);
  SetTls();
  SetCallbacks();
  last_activity_ = session_->loop->Now();
  ArmIdleTimer(request_.idle_timeout);
  session_->multi->Add(easy_.get(), this);
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
  transfer->last_activity_ = transfer->session_->loop->Now();
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
  transfer->last_activity_ = transfer->session_->loop->Now();
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
    transfer->decoding_ = transfer->session_->loop->After(
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
  last_activity_ = session_->loop->Now();
  if (absl::Status status = reader_.DecodePiece(); !status.ok()) {
    FailReading(status);
    return;
  }
  if (reader_.decoding()) {
    decoding_ = session_->loop->After(absl::ZeroDuration(),
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
    last_activity_ = session_->loop->Now();
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
  if (request_.connect_only && code == CURLE_OK) {
    Succeed();
    return;
  }
  const bool switched = reader_.response().status == 101;
  if (reader_.headers_complete() && (code == CURLE_OK || switched)) {
    OnAnswerReceived();
    return;
  }
  const CurlFailure failure = Failure(code);
  // What became of the rest of the request does not matter to a whole answer.
  if (reader_.headers_complete() && code == CURLE_SEND_ERROR &&
      failure.body_length == failure.body_received) {
    OnAnswerReceived();
    return;
  }
  Fail(DescribeFailure(failure));
}

void CurlTransfer::OnAnswerReceived() {
  received_ = true;
  if (!reader_.decoding()) Complete();
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
  const Phase phase =
      reader_.headers_complete() ? Phase::kBody : Phase::kHeaders;
  if (absl::IsResourceExhausted(status)) {  // a limit
    Fail(WithPhase(status, phase));
    return;
  }
  const absl::Status told =
      phase == Phase::kHeaders
          ? status
          : absl::Status(status.code(),
                         absl::StrCat(reader_.response().status_line, ", but ",
                                      status.message()));
  Fail(WithPhase(
      WithOwnWords(told, absl::StrCat("failed while ", PhaseText(phase))),
      phase));
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
  const bool http_proxy = proxy_.has_value() && !proxy_->is_socks;
  failure.asks_proxy = http_proxy && !hop_.url.is_https();
  failure.shakes_hands_with_proxy =
      http_proxy && proxy_->is_https &&
      (failure.asks_proxy || ConnectingPhase() == Phase::kProxy);
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
    Fail(WithOwnWords(next.status(), "a redirect cannot be followed"));
    return;
  }
  visited_.insert(absl::StrCat(hop_.method, " ", hop_.url.ToString()));
  easy_.reset();  // uses the URL
  hop_ = *std::move(next);
  if (++redirects_ > request_.max_redirects) {
    const bool circle =
        visited_.contains(absl::StrCat(hop_.method, " ", hop_.url.ToString()));
    const std::string too_many =
        absl::StrCat("more than ", request_.max_redirects, " redirects",
                     circle ? ", in a circle" : "");
    Fail(WithOwnWords(absl::FailedPreconditionError(
                          absl::StrCat(too_many, "; the last one leads to ",
                                       base::MaskUrl(hop_.url.ToString()))),
                      too_many));
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
                         session_->multi->HasConnectedSocket(easy_.get());
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
  idle_timer_ = session_->loop->After(delay, [this] { OnIdleTimer(); });
}

void CurlTransfer::OnIdleTimer() {
  const absl::Duration silent_for = session_->loop->Now() - last_activity_;
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
  const std::string url = hop_.url.ToString();
  const std::string shown = base::MaskUrl(url);
  const auto named = [this](absl::string_view shown_url,
                            absl::string_view text) {
    return request_.connect_only
               ? absl::StrCat(hop_.url.host(), ":", hop_.url.port(), ": ", text)
               : absl::StrCat(hop_.method, " ", shown_url, ": ", text);
  };
  absl::Status told(status.code(), named(shown, status.message()));
  status.ForEachPayload(
      [&told](absl::string_view type, const absl::Cord& payload) {
        told.SetPayload(type, payload);
      });
  Finish(WithOwnWords(
      std::move(told),
      named(redirects_ > 0 ? ServerOf(url) : shown, OwnWords(status))));
}

void CurlTransfer::Succeed() {
  // curl made this text of the hop's URL; making it again would be slow.
  const char* effective_url = "";
  curl_easy_getinfo(easy_.get(), CURLINFO_EFFECTIVE_URL, &effective_url);
  Response response = std::move(reader_.response());
  response.url = effective_url;
  response.redirects = redirects_;
  response.elapsed = session_->loop->Now() - started_at_;
  response.phases = PhaseTimesOf(easy_);
  response.saved = std::move(files_.saved);
  if (IsPlain(request_) && !hop_.auth.has_value()) {
    session_->KeepHandle(std::move(easy_));
  }
  Finish(std::move(response));
}

void CurlTransfer::Finish(absl::StatusOr<Response> result) {
  StopTransfer();
  finish_ = session_->loop->Post([this, result = std::move(result)]() mutable {
    Client::Done done = std::move(done_);
    done(std::move(result));  // may destroy this
  });
}

}  // namespace servo::http
