// Name lookups, against a DNS server of ours in a network of our own, beside
// what glibc makes of the same files and answers (getent).

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/log/check.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ppoll_loop.h"
#include "base/testing/cpu_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "http/client.h"
#include "http/curl_client.h"
#include "http/phase.h"
#include "http/request.h"
#include "http/testing/dns_server.h"
#include "http/testing/loopback_server.h"
#include "http/testing/private_network.h"

namespace servo::http {
namespace {

using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Where the servers of these tests listen, and where nobody does.
constexpr char kServed[] = "127.0.0.1";
constexpr char kElsewhere[] = "127.0.0.2";

constexpr char kNameserver[] = "nameserver 127.0.0.1\n";
constexpr char kLocalhost[] = "127.0.0.1 localhost\n";

using Zone = std::map<std::string, DnsReply>;  // other names do not exist

DnsReply At(std::string address) { return {.addresses = {address}}; }
DnsReply Failing(DnsCode code) { return {.code = code}; }
DnsReply Never() { return {.delay = absl::InfiniteDuration()}; }

DnsReply LookUp(const Zone& zone, const std::string& name) {
  const auto it = zone.find(name);
  return it != zone.end() ? it->second : Failing(DnsCode::kNoSuchName);
}

// What a lookup came to: the first address, or "none"; and the names that the
// DNS server was asked for, each once if it was asked again at once.
struct Lookup {
  std::string address;
  std::vector<std::string> asked;

  bool operator==(const Lookup&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Lookup& lookup) {
    out << lookup.address << " after";
    for (const std::string& name : lookup.asked) out << " " << name;
    return out;
  }
};

class NamesTest : public ::testing::Test {
 protected:
  static std::string Etc() { return ::testing::TempDir() + "/names_etc"; }

  static void SetUpTestSuite() {
    std::filesystem::create_directories(Etc());
    refusal_ = EnterPrivateNetwork(Etc());
  }

  void SetUp() override {
    if (!refusal_.ok()) GTEST_SKIP() << refusal_;
    WriteEtc("resolv.conf", kNameserver);
    WriteEtc("hosts", kLocalhost);
    WriteEtc("nsswitch.conf", "hosts: files dns\n");
    client_ = NewCurlClient(&loop_, "names");
    server_ = std::make_unique<LoopbackServer>(&loop_);
  }

  static void WriteEtc(const std::string& name, absl::string_view text) {
    std::ofstream(Etc() + "/" + name) << text;
  }

  void Serve(DnsServer::Handler handler) {
    dns_ = std::make_unique<DnsServer>(&loop_, std::move(handler));
  }
  void Serve(const Zone& zone) {
    Serve([zone](const DnsQuery& query) { return LookUp(zone, query.name); });
  }

  // Turns until `done`. Keeps the longest turn's CPU time.
  void Run(absl::FunctionRef<bool()> done) {
    while (!done()) {
      const absl::Duration began = base::ThreadCpuTime();
      loop_.RunOnce();
      longest_turn_ = std::max(longest_turn_, base::ThreadCpuTime() - began);
    }
  }

  absl::StatusOr<Response> Fetch(absl::string_view name,
                                 absl::Duration timeout = absl::Seconds(10)) {
    Request request;
    request.url = absl::StrCat("http://", name, ":", server_->port(), "/");
    request.idle_timeout = timeout;
    std::optional<absl::StatusOr<Response>> result;
    const absl::StatusOr<std::unique_ptr<Transfer>> transfer = client_->Start(
        request, [&result](auto answer) { result = std::move(answer); });
    if (!transfer.ok()) return transfer.status();
    Run([&result] { return result.has_value(); });
    return *std::move(result);
  }

  std::string RunCommand(const std::string& command) {
    std::FILE* const pipe = popen(command.c_str(), "re");
    CHECK(pipe != nullptr);
    std::string output;
    bool ended = false;
    const auto watch = loop_.Watch(fileno(pipe), POLLIN, [&](short) {
      char buffer[4096];
      const ssize_t size = read(fileno(pipe), buffer, sizeof(buffer));
      if (size > 0) output.append(buffer, static_cast<size_t>(size));
      ended = size <= 0;
    });
    Run([&ended] { return ended; });
    pclose(pipe);
    return output;
  }

  Lookup Ours(const std::string& name) {
    asked_before_ = dns_->queries().size();
    const absl::StatusOr<Response> response = Fetch(name);
    if (response.ok()) return {kServed, Asked()};
    const bool found = FailedPhase(response.status()) == Phase::kConnect;
    return {found ? kElsewhere : "none", Asked()};
  }

  Lookup Glibcs(const std::string& name) {
    asked_before_ = dns_->queries().size();
    const std::string output = RunCommand(
        absl::StrCat("getent --no-addrconfig ahosts ", name, " 2>&1"));
    const std::string address = output.substr(0, output.find(' '));
    return {address.empty() ? "none" : address, Asked()};
  }

  std::vector<std::string> Asked() const {
    std::vector<std::string> names;
    for (size_t i = asked_before_; i < dns_->queries().size(); ++i) {
      const std::string& name = dns_->queries()[i].name;
      if (names.empty() || names.back() != name) names.push_back(name);
    }
    return names;
  }

  static inline absl::Status refusal_;
  base::PpollLoop loop_;
  absl::Duration longest_turn_;
  size_t asked_before_ = 0;
  std::unique_ptr<Client> client_;
  std::unique_ptr<LoopbackServer> server_;
  std::unique_ptr<DnsServer> dns_;
};

// ---- As glibc has it.

struct SameAsGlibc {
  const char* title;
  std::string resolv_conf;  // beside the name server
  Zone zone;
  std::string address;  // what both are to find
  std::string name = "api";
  std::string hosts = "";
  std::string nsswitch_conf = "hosts: files dns\n";
};

void PrintTo(const SameAsGlibc& param, std::ostream* out) {
  *out << param.title;
}

class SameAsGlibcTest : public NamesTest,
                        public ::testing::WithParamInterface<SameAsGlibc> {};

TEST_P(SameAsGlibcTest, AsksAndFindsTheSame) {
  const SameAsGlibc& param = GetParam();
  WriteEtc("resolv.conf", kNameserver + param.resolv_conf);
  WriteEtc("hosts", kLocalhost + param.hosts);
  WriteEtc("nsswitch.conf", param.nsswitch_conf);
  Serve(param.zone);
  const Lookup ours = Ours(param.name);
  EXPECT_EQ(ours, Glibcs(param.name));
  EXPECT_EQ(ours.address, param.address);
}

const DnsReply kFailure = Failing(DnsCode::kServerFailure);
const DnsReply kRefusal = Failing(DnsCode::kRefused);
const DnsReply kNoAddress = {};

INSTANTIATE_TEST_SUITE_P(
    Table, SameAsGlibcTest,
    ::testing::ValuesIn(std::vector<SameAsGlibc>{
        {"SecondDomain",
         "search a.test b.test",
         {{"api.b.test", At(kServed)}},
         kServed},
        {"AsItIsAfterTheDomains",
         "search a.test",
         {{"api", At(kServed)}},
         kServed},
        {"Nowhere", "search a.test b.test", {}, "none"},
        {"ServfailThenFound",
         "search a.test b.test",
         {{"api.a.test", kFailure}, {"api.b.test", At(kServed)}},
         kServed},
        {"ServfailEverywhere",
         "search a.test",
         {{"api.a.test", kFailure}, {"api", kFailure}},
         "none"},
        {"RefusedThenAsItIs",
         "search a.test b.test",
         {{"api.a.test", kRefusal},
          {"api.b.test", At(kElsewhere)},
          {"api", At(kServed)}},
         kServed},
        {"NotImplementedThenAsItIs",
         "search a.test b.test",
         {{"api.a.test", Failing(DnsCode::kNotImplemented)},
          {"api", At(kServed)}},
         kServed},
        {"MalformedThenAsItIs",
         "search a.test b.test",
         {{"api.a.test", Failing(DnsCode::kFormatError)}, {"api", At(kServed)}},
         kServed},
        {"NoAnswerThenAsItIs",
         "search a.test b.test\noptions timeout:1 attempts:1",
         {{"api.a.test", Never()},
          {"api.b.test", At(kElsewhere)},
          {"api", At(kServed)}},
         kServed},
        {"NoAddressThenFound",
         "search a.test b.test",
         {{"api.a.test", kNoAddress}, {"api.b.test", At(kServed)}},
         kServed},
        {"DotsFirstAsItIs",
         "search a.test",
         {{"api.x", At(kServed)}, {"api.x.a.test", At(kElsewhere)}},
         kServed,
         "api.x"},
        {"DotsThenTheDomains",
         "search a.test",
         {{"api.x.a.test", At(kServed)}},
         kServed,
         "api.x"},
        {"DotsServfailThenTheDomains",
         "search a.test",
         {{"api.x", kFailure}, {"api.x.a.test", At(kServed)}},
         kServed,
         "api.x"},
        {"DotsRefusedThenTheDomains",
         "search a.test",
         {{"api.x", kRefusal}, {"api.x.a.test", At(kServed)}},
         kServed,
         "api.x"},
        {"FewerDotsThanNdots",
         "search a.test\noptions ndots:2",
         {{"api.x", At(kElsewhere)}, {"api.x.a.test", At(kServed)}},
         kServed,
         "api.x"},
        {"NdotsOfZero",
         "search a.test\noptions ndots:0",
         {{"api", At(kServed)}, {"api.a.test", At(kElsewhere)}},
         kServed},
        {"DotAtTheEnd",
         "search a.test",
         {{"api", At(kServed)}, {"api.a.test", At(kElsewhere)}},
         kServed,
         "api."},
        {"RootAsADomain",
         "search . a.test",
         {{"api.a.test", At(kServed)}},
         kServed},
        {"TabBetweenDomains",
         "search a.test\tb.test",
         {{"api.b.test", At(kServed)}},
         kServed},
        {"DomainAfterSearch",
         "search a.test\ndomain b.test",
         {{"api.a.test", At(kElsewhere)}, {"api.b.test", At(kServed)}},
         kServed},
        {"SearchAfterDomain",
         "domain a.test\nsearch b.test",
         {{"api.a.test", At(kElsewhere)}, {"api.b.test", At(kServed)}},
         kServed},
        {"LongSearchLine",
         absl::StrCat("search ", std::string(60, 'a'), ".",
                      std::string(60, 'b'), ".", std::string(60, 'c'), " ",
                      std::string(60, 'd'), ".", std::string(60, 'e'), ".",
                      std::string(60, 'f'), " ", std::string(60, 'g'), ".",
                      std::string(60, 'h'), ".", std::string(60, 'i'),
                      " b.test"),
         {{"api.b.test", At(kServed)}},
         kServed},
        {"HostsFirst",
         "",
         {{"api", At(kElsewhere)}},
         kServed,
         "api",
         "127.0.0.1 web API # comment\n"},
        {"HostsLinesThatShareAnotherName",
         "",
         {},
         kElsewhere,
         "api",
         "127.0.0.1 web\n127.0.0.2 web api\n"},
        {"HostsLinesThatShareAnAddress",
         "",
         {},
         kElsewhere,
         "api",
         "127.0.0.1 web\n127.0.0.1 other\n127.0.0.2 api other\n"},
        {"HostsNameWithinAName",
         "",
         {{"api", At(kServed)}},
         kServed,
         "api",
         "127.0.0.2 api2 xapi\n127.0.0.2 # api\n"},
        {"HostsOnTwoLines",
         "",
         {},
         kServed,
         "api",
         "127.0.0.1 api\n127.0.0.2 API web\n"},
        {"HostsWithoutTheDomains",
         "search a.test",
         {{"api", At(kServed)}},
         kServed,
         "api",
         "127.0.0.2 api.a.test\n"},
        {"DnsBeforeHosts",
         "",
         {{"api", At(kServed)}},
         kServed,
         "api",
         "127.0.0.2 api\n",
         "hosts: dns files\n"},
        {"HostsAlone",
         "",
         {{"api", At(kServed)}},
         "none",
         "api",
         "",
         "hosts: files\n"},
        {"ResolvedThatIsNotThere",
         "",
         {{"api", At(kElsewhere)}},
         kServed,
         "api",
         "127.0.0.1 api\n",
         "hosts: mymachines resolve [!UNAVAIL=return] files myhostname dns\n"},
        {"NoSwitch",
         "",
         {{"api", At(kElsewhere)}},
         kServed,
         "api",
         "127.0.0.1 api\n",
         ""},
    }),
    [](const auto& entry) { return entry.param.title; });

TEST_F(NamesTest, LocaldomainListsDomainsAsInGlibc) {
  Serve({{"api.b.test", At(kServed)}});
  WriteEtc("resolv.conf", absl::StrCat(kNameserver, "search c.test\n"));
  setenv("LOCALDOMAIN", "a.test b.test", 1);
  const Lookup ours = Ours("api");
  EXPECT_EQ(ours, Glibcs("api"));
  EXPECT_EQ(ours.address, kServed);
  unsetenv("LOCALDOMAIN");
}

TEST_F(NamesTest, ChangedResolvConfIsHeeded) {
  Serve({{"api.a.test", At(kServed)}, {"web.b.test", At(kServed)}});
  WriteEtc("resolv.conf", absl::StrCat(kNameserver, "search a.test\n"));
  EXPECT_EQ(Ours("api").address, kServed);
  WriteEtc("resolv.conf", absl::StrCat(kNameserver, "search b.test\n"));
  EXPECT_EQ(Ours("web").address, kServed);
}

// ---- Servers.

TEST_F(NamesTest, ServerThatKnowsNoEdnsIsAskedWithoutIt) {
  for (const DnsReply& reply : {Failing(DnsCode::kFormatError),
                                Failing(DnsCode::kNotImplemented), Never()}) {
    Serve([&reply](const DnsQuery& query) {
      return query.edns ? reply : At(kServed);
    });
    client_ = NewCurlClient(&loop_, "names");
    EXPECT_EQ(Ours("api.test").address, kServed);
    EXPECT_THAT(dns_->queries(), Each(Field(&DnsQuery::edns, false)));
    dns_.reset();
  }
}

TEST_F(NamesTest, LargeAnswerComesOverTcp) {
  std::vector<std::string> addresses;
  for (int i = 0; i < 100; ++i) addresses.push_back(kServed);
  Serve({{"api.test", {.addresses = addresses}}});
  EXPECT_EQ(Ours("api.test").address, kServed);
  EXPECT_TRUE(dns_->queries().back().tcp);
}

// ---- One family alone.

TEST_F(NamesTest, AaaaThatNeverComesDelaysLittle) {
  Serve(
      [](const DnsQuery& query) { return query.ipv6 ? Never() : At(kServed); });
  const absl::Duration began = loop_.Now();
  EXPECT_EQ(Ours("api.test").address, kServed);
  EXPECT_LT(loop_.Now() - began, absl::Milliseconds(1500));
  EXPECT_THAT(dns_->queries(), SizeIs(2));
}

TEST_F(NamesTest, AThatNeverComesIsNotWaitedForTillTheEnd) {
  server_ = std::make_unique<LoopbackServer>(
      &loop_, LoopbackServer::Options{
                  .address = LoopbackServer::Options::Address::kIpv6});
  WriteEtc("resolv.conf", absl::StrCat(kNameserver, "options attempts:2\n"));
  Serve([](const DnsQuery& query) { return query.ipv6 ? At("::1") : Never(); });
  EXPECT_TRUE(Fetch("api.test", absl::Seconds(4)).ok());
}

TEST_F(NamesTest, AaaaThatComesLateIsWaitedForIfAHasNoRoute) {
  server_ = std::make_unique<LoopbackServer>(
      &loop_, LoopbackServer::Options{
                  .address = LoopbackServer::Options::Address::kIpv6});
  Serve([](const DnsQuery& query) {
    DnsReply reply = At(query.ipv6 ? "::1" : "192.0.2.1");
    if (query.ipv6) reply.delay = absl::Milliseconds(400);
    return reply;
  });
  const absl::StatusOr<Response> response = Fetch("api.test");
  EXPECT_TRUE(response.ok()) << response.status();
}

// ---- Many addresses.

TEST_F(NamesTest, ThousandsOfRecordsHoldNoTurnForLong) {
  std::vector<std::string> addresses;
  for (int i = 0; i < 4000; ++i) {
    addresses.push_back(absl::StrCat("127.9.", i / 250, ".", 1 + i % 250));
  }
  for (int i = 0; i < 2300; ++i) addresses.push_back(absl::StrCat("::1:", i));
  addresses.push_back(kServed);  // far beyond those that are tried
  Serve({{"api.test", {.addresses = addresses}}});
  const absl::StatusOr<Response> response = Fetch("api.test");
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(FailedPhase(response.status()), Phase::kConnect)
      << response.status();
  EXPECT_LT(longest_turn_, base::CpuTimeBound(absl::Milliseconds(50)));
}

TEST_F(NamesTest, HostsFileOfManyLinesHoldsNoTurnForLong) {
  std::string hosts;
  for (int i = 0; i < 100'000; ++i) {
    absl::StrAppend(&hosts, "0.0.0.0 ad", i, ".test\n");
  }
  WriteEtc("hosts", hosts + "127.0.0.1 api.test\n");
  Serve(Zone());
  EXPECT_EQ(Ours("api.test").address, kServed);
  EXPECT_LT(longest_turn_, base::CpuTimeBound(absl::Milliseconds(50)));
}

TEST_F(NamesTest, AddressThatDoesNotAnswerDoesNotHideTheNext) {
  server_ = std::make_unique<LoopbackServer>(
      &loop_, LoopbackServer::Options{.accept = false});
  Serve({{"api.test", {.addresses = {kServed, kElsewhere}}}});
  const absl::StatusOr<Response> response = Fetch("api.test", absl::Seconds(2));
  ASSERT_FALSE(response.ok());
  EXPECT_THAT(response.status().message(), HasSubstr("Connection refused"));
}

}  // namespace
}  // namespace servo::http
