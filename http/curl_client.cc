#include "http/curl_client.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/masking.h"
#include "curl/curl.h"
#include "http/check_request.h"
#include "http/client_certificate.h"
#include "http/curl_multi.h"
#include "http/failure.h"
#include "http/phase.h"
#include "http/redirect.h"
#include "http/request.h"
#include "http/trust_store.h"
#include "http/url.h"

namespace servo::http {
namespace {

// How much of a redirect's body is read, so that its connection can be used
// again; beyond this, closing it is cheaper.
constexpr uint64_t kRedirectBodyLimit = 64 * 1024;

// How much curl reads at once. More is no faster, and slows small requests: the
// memory is given back after each.
constexpr long kReceiveBuffer = 32 * 1024;

struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using EasyHandle = std::unique_ptr<CURL, EasyCleanup>;
using HeaderList = std::unique_ptr<curl_slist, ListCleanup>;

template <typename T>
void Set(const EasyHandle& easy, CURLoption option, T value) {
  const CURLcode code = curl_easy_setopt(easy.get(), option, value);
  CHECK_EQ(code, CURLE_OK) << "curl refuses option " << option << ": "
                           << curl_easy_strerror(code);
}

// One of curl's times of a transfer: microseconds, 0 if not yet come to pass.
bool Reached(const EasyHandle& easy, CURLINFO time) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy.get(), time, &microseconds);
  return microseconds > 0;
}

bool IsHead(const std::string& method) {
  return absl::EqualsIgnoreCase(method, "HEAD");
}

// Methods that say "no body" with a Content-Length of 0 (RFC 9110 section 8.6).
bool ExpectsBody(const std::string& method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

void Append(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  CHECK(longer != nullptr) << "out of memory";
  (void)list.release();
  list.reset(longer);
}

// Whether a request says no more than a URL: nothing of it that could reach
// another one by way of its handle would be a secret.
bool IsPlain(const Request& request) {
  return !request.auth.has_value() && request.headers.empty() &&
         !request.body.has_value() && request.tls.client_cert.empty() &&
         request.unix_socket.empty();
}

// As CURLOPT_HTTPHEADER wants them: "Name: value", "Name;" for an empty one,
// "Name:" for one that curl is not to add, as it would to a body.
HeaderList MakeHeaderList(const Headers& headers, bool with_body) {
  HeaderList list;
  for (const char* unwanted : {"Expect", "Content-Type"}) {
    if (with_body && FindHeader(headers, unwanted) == nullptr) {
      Append(list, absl::StrCat(unwanted, ":"));
    }
  }
  for (const auto& [name, value] : headers) {
    const absl::string_view text = absl::StripAsciiWhitespace(value);
    Append(list, text.empty() ? absl::StrCat(name, ";")
                              : absl::StrCat(name, ": ", text));
  }
  return list;
}

// Only our own timers decide: they know the phase, and tests move them. curl
// gets a limit that is never reached, since it gives half of what is left to
// each of a name's addresses.
long ConnectTimeout(absl::Duration idle_timeout) {
  const absl::Duration later = idle_timeout + absl::Seconds(1);
  return static_cast<long>(absl::ToInt64Milliseconds(
      std::min(later, absl::Milliseconds(int64_t{INT_MAX}))));
}

// A socket that no started process inherits. curl makes it non-blocking.
curl_socket_t OpenSocket(void*, curlsocktype, curl_sockaddr* address) {
  return socket(address->family, address->socktype | SOCK_CLOEXEC,
                address->protocol);
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

// Whether a proxy of requests for http is spoken to by TLS.
bool HasHttpsProxy() {
  return absl::c_any_of(
      std::array{"http_proxy", "all_proxy", "ALL_PROXY"}, [](const char* name) {
        const char* proxy = std::getenv(name);
        return proxy != nullptr && absl::StartsWithIgnoreCase(proxy, "https:");
      });
}

class CurlClient;

class CurlTransfer final : public Transfer, private CurlMulti::Listener {
 public:
  CurlTransfer(CurlClient* client, Request request, Hop hop, Trust trust,
               Client::Done done);
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

  void BeginHop();
  void SetProtocol();
  bool SendsBody() const;  // of no bytes, maybe
  void SetMethodAndBody();
  void SetHeaders();
  void SetAuthAndProxy();
  void SetTls();

  // The next hop's address if the answer is a redirect that is to be followed,
  // else nullptr.
  const std::string* Location() const;
  void Follow(const std::string& location);

  // All that is known of why curl ended the transfer with `code`.
  CurlFailure Failure(CURLcode code) const;
  Phase CurrentPhase() const;
  void ArmIdleTimer(absl::Duration delay);
  void OnIdleTimer();
  void OnTimeout();

  // Ends the transfer with `status` or the answer; the callback is posted.
  void Fail(const absl::Status& status);
  void Succeed();
  void Finish(absl::StatusOr<Response> result);
  void StopTransfer();

  CurlClient* client_;  // nullptr once abandoned
  const Request request_;
  Hop hop_;
  Trust trust_;
  Client::Done done_;
  const absl::Duration started_at_;

  EasyHandle easy_;
  HeaderList header_list_;
  std::array<char, CURL_ERROR_SIZE> error_ = {};
  ResponseReader reader_;
  absl::Status reader_status_;
  int redirects_ = 0;
  std::set<std::string> visited_;  // method and URL of each hop left behind

  absl::Duration last_activity_;
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
  if (multi_ == nullptr) multi_ = std::make_unique<CurlMulti>(loop_);
  const std::optional<BasicAuth> auth =
      request.auth.has_value() ? request.auth : url->auth();
  Hop hop{request.method,           *std::move(url),
          request.headers,
          /*send_body=*/true,       auth,
          /*send_client_cert=*/true};
  auto transfer = std::make_unique<CurlTransfer>(
      this, request, std::move(hop), std::move(trust), std::move(done));
  transfer->Begin();
  return transfer;
}

CurlTransfer::CurlTransfer(CurlClient* client, Request request, Hop hop,
                           Trust trust, Client::Done done)
    : client_(client),
      request_(std::move(request)),
      hop_(std::move(hop)),
      trust_(std::move(trust)),
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
  reader_status_ = absl::OkStatus();
  error_[0] = '\0';
  easy_ = client_->NewHandle();
  SetProtocol();
  SetMethodAndBody();
  SetHeaders();
  SetAuthAndProxy();
  SetTls();
  last_activity_ = client_->loop()->Now();
  ArmIdleTimer(request_.idle_timeout);
  client_->multi()->Add(easy_.get(), this);
}

void CurlTransfer::SetProtocol() {
  Set(easy_, CURLOPT_CURLU, hop_.url.handle());
  Set(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(easy_, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  Set(easy_, CURLOPT_NOSIGNAL, 1L);
  Set(easy_, CURLOPT_NOPROGRESS, 1L);
  // Without it a handle dropped during a name lookup may wait for its end.
  Set(easy_, CURLOPT_QUICK_EXIT, 1L);
  Set(easy_, CURLOPT_CONNECTTIMEOUT_MS, ConnectTimeout(request_.idle_timeout));
  // Forgets the name servers: each lookup reads /etc/resolv.conf anew.
  Set(easy_, CURLOPT_DNS_SERVERS, static_cast<const char*>(nullptr));
  Set(easy_, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  Set(easy_, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  Set(easy_, CURLOPT_ERRORBUFFER, error_.data());
  Set(easy_, CURLOPT_HEADERFUNCTION, &OnHeader);
  Set(easy_, CURLOPT_HEADERDATA, static_cast<void*>(this));
  Set(easy_, CURLOPT_WRITEFUNCTION, &OnBody);
  Set(easy_, CURLOPT_WRITEDATA, static_cast<void*>(this));
}

bool CurlTransfer::SendsBody() const {
  return (hop_.send_body && request_.body.has_value()) ||
         ExpectsBody(hop_.method);
}

void CurlTransfer::SetMethodAndBody() {
  if (IsHead(hop_.method)) {
    Set(easy_, CURLOPT_NOBODY, 1L);
  } else if (SendsBody()) {
    const bool empty = !hop_.send_body || !request_.body.has_value();
    Set(easy_, CURLOPT_POSTFIELDSIZE_LARGE,
        static_cast<curl_off_t>(empty ? 0 : request_.body->size()));
    Set(easy_, CURLOPT_POSTFIELDS, empty ? "" : request_.body->data());
  }
  Set(easy_, CURLOPT_CUSTOMREQUEST, hop_.method.c_str());
}

void CurlTransfer::SetHeaders() {
  header_list_ = MakeHeaderList(hop_.headers, SendsBody());
  Set(easy_, CURLOPT_HTTPHEADER, header_list_.get());
  Set(easy_, CURLOPT_USERAGENT, client_->user_agent().c_str());
  Set(easy_, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  Set(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

void CurlTransfer::SetAuthAndProxy() {
  if (hop_.auth.has_value()) {
    Set(easy_, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    Set(easy_, CURLOPT_USERNAME, hop_.auth->username.c_str());
    Set(easy_, CURLOPT_PASSWORD, hop_.auth->password.c_str());
  }
  if (!request_.unix_socket.empty()) {
    Set(easy_, CURLOPT_UNIX_SOCKET_PATH, request_.unix_socket.c_str());
    Set(easy_, CURLOPT_PROXY, "");
  }
}

void CurlTransfer::SetTls() {
  const Tls& tls = request_.tls;
  Set(easy_, CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
  Set(easy_, CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
  if (!hop_.url.is_https() && !HasHttpsProxy()) return;
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
  return transfer->reader_status_.ok() ? size : CURL_WRITEFUNC_ERROR;
}

size_t CurlTransfer::OnBody(char* data, size_t, size_t size, void* self) {
  auto* transfer = static_cast<CurlTransfer*>(self);
  transfer->last_activity_ = transfer->client_->loop()->Now();
  transfer->reader_status_ =
      transfer->reader_.OnBody(absl::string_view(data, size));
  if (!transfer->reader_status_.ok()) return CURL_WRITEFUNC_ERROR;
  const bool enough =
      transfer->Location() != nullptr &&
      transfer->reader_.response().body.total() > kRedirectBodyLimit;
  return enough ? CURL_WRITEFUNC_ERROR : size;
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
    Fail(WithPhase(reader_status_, reader_.headers_complete()
                                       ? Phase::kBody
                                       : Phase::kHeaders));
    return;
  }
  // Where a redirect leads is known, whatever became of its body.
  if (const std::string* location = Location(); location != nullptr) {
    Follow(std::string(*location));
    return;
  }
  if (code == CURLE_OK && reader_.headers_complete()) {
    Succeed();
    return;
  }
  Fail(DescribeFailure(Failure(code)));
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
  long proxied = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_USED_PROXY, &proxied);
  failure.proxied = proxied != 0;
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
  if (Reached(easy_, CURLINFO_CONNECT_TIME_T)) return Phase::kTlsHandshake;
  if (!Reached(easy_, CURLINFO_NAMELOOKUP_TIME_T)) return Phase::kResolve;
  return client_->multi()->HasConnectedSocket(easy_.get())
             ? Phase::kTlsHandshake
             : Phase::kConnect;
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
  absl::Status named(status.code(),
                     absl::StrCat(hop_.method, " ",
                                  base::MaskUrl(hop_.url.ToString()), ": ",
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
