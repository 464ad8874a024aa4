// HTTPS: which certificates of servers are good, which are refused, and why.

#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "http/phase.h"
#include "http/request.h"
#include "http/testing/test_tls.h"
#include "http/testing/tls_fixture.h"

namespace servo::http {
namespace {

using Extensions = std::vector<std::pair<std::string, std::string>>;
using Result = absl::StatusOr<Response>;

// A certificate that `root` has signed, or an authority of its.
using Issue = Identity (*)(const TestAuthority& root);

struct CertificateCase {
  std::string name;
  Issue issue;
  std::string problem;   // empty: it is good
  bool by_name = false;  // asked for as "localhost", else as 127.0.0.1
};

Identity With(const TestAuthority& authority, CertificateSpec spec) {
  return authority.Issue(spec);
}

CertificateSpec Key(KeyType key) {
  CertificateSpec spec = ForLoopback();
  spec.key = key;
  return spec;
}

CertificateSpec Names(std::vector<std::string> dns_names) {
  CertificateSpec spec;
  spec.dns_names = std::move(dns_names);
  return spec;
}

CertificateSpec CommonName(const std::string& name) {
  CertificateSpec spec;
  spec.common_name = name;
  return spec;
}

// Of an intermediate authority with these extensions, which is sent along.
Identity Below(const TestAuthority& root, CertificateSpec spec) {
  spec.common_name = "Intermediate";
  const TestAuthority intermediate(root, std::move(spec));
  Identity identity = intermediate.Issue(ForLoopback());
  identity.certificate += intermediate.certificate();
  return identity;
}

Identity Constrained(const TestAuthority& root, Extensions extensions) {
  CertificateSpec spec;
  spec.extensions = std::move(extensions);
  return Below(root, std::move(spec));
}

Identity BelowNineAuthorities(const TestAuthority& root) {
  std::string sent;
  TestAuthority last = root;
  for (int i = 1; i <= 9; ++i) {
    last = TestAuthority(last, {.common_name = absl::StrCat("Number ", i)});
    sent = last.certificate() + sent;
  }
  Identity identity = last.Issue(ForLoopback());
  identity.certificate += sent;
  return identity;
}

Identity WithManyNames(const TestAuthority& root) {
  CertificateSpec spec = ForLoopback();
  for (int i = 0; i < 500; ++i) {
    spec.dns_names.push_back(absl::StrCat("host-", i, ".example.test"));
  }
  return root.Issue(spec);
}

class ServerCertificateTest : public TlsFixture {};

class CertificateTest : public ServerCertificateTest,
                        public testing::WithParamInterface<CertificateCase> {};

TEST_P(CertificateTest, IsGoodOrRefusedInWords) {
  for (const auto version : {TlsServerOptions::Version::kTls12Only,
                             TlsServerOptions::Version::kTls13Only}) {
    const TlsServer server(
        &loop_, {.identity = GetParam().issue(authority_), .version = version});
    const std::string url =
        GetParam().by_name ? server.UrlByName() : server.Url();
    const Result result = Send(To(url));
    if (GetParam().problem.empty()) {
      EXPECT_TRUE(result.ok()) << result.status();
      continue;
    }
    EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(result.status().message(),
              absl::StrCat("GET ", url,
                           ": TLS handshake failed: the server's certificate "
                           "is refused: ",
                           GetParam().problem));
    EXPECT_EQ(FailedPhase(result.status()), Phase::kTlsHandshake);

    Request unchecked = To(url);
    unchecked.tls.verify = false;
    EXPECT_TRUE(Send(unchecked).ok());
  }
}

std::vector<CertificateCase> Refused() {
  using A = TestAuthority;
  const std::string other = "it is for another host than 127.0.0.1";
  const std::string other_name = "it is for another host than localhost";
  return {
      {"Expired",
       [](const A& root) {
         return With(root, {.dns_names = {},
                            .ip_addresses = {"127.0.0.1"},
                            .not_after = "20210101000000"});
       },
       "it, or one of its authorities, has expired"},
      {"NotYetValid",
       [](const A& root) {
         return With(root, {.dns_names = {},
                            .ip_addresses = {"127.0.0.1"},
                            .not_before = "20990101000000"});
       },
       "it, or one of its authorities, is not valid yet"},
      {"OtherHost",
       [](const A& root) {
         return With(
             root, {.dns_names = {"localhost"}, .ip_addresses = {"127.0.0.2"}});
       },
       other},
      {"AddressAsName",
       [](const A& root) { return With(root, Names({"127.0.0.1"})); }, other},
      {"AddressAsWildcard",
       [](const A& root) { return With(root, Names({"*.0.0.1"})); }, other},
      {"AddressAsCommonName",
       [](const A& root) { return With(root, CommonName("127.0.0.1")); },
       other},
      {"WildcardForAll", [](const A& root) { return With(root, Names({"*"})); },
       other_name,
       /*by_name=*/true},
      {"WildcardWithinALabel",
       [](const A& root) { return With(root, Names({"local*"})); }, other_name,
       /*by_name=*/true},
      {"Sha1",
       [](const A& root) {
         CertificateSpec spec = ForLoopback();
         spec.digest = "SHA1";
         return root.Issue(spec);
       },
       "its signature is too weak (SHA-1 or older)"},
      {"Sha1OfTheAuthority",
       [](const A& root) { return Below(root, {.digest = "SHA1"}); },
       "its signature is too weak (SHA-1 or older)"},
      {"Rsa1024",
       [](const A& root) { return With(root, Key(KeyType::kRsa1024)); },
       "its key is too weak"},
      {"Rsa1024OfTheAuthority",
       [](const A& root) { return Below(root, {.key = KeyType::kRsa1024}); },
       "the key of its authority is too weak"},
      {"NamesNotPermitted",
       [](const A& root) {
         return Constrained(root,
                            {{"nameConstraints", "permitted;DNS:other.test"}});
       },
       "its authority may not sign for this host (name constraints)"},
      {"NamesExcluded",
       [](const A& root) {
         return Constrained(
             root, {{"nameConstraints", "critical,excluded;DNS:localhost"}});
       },
       "its authority may not sign for this host (name constraints)"},
      {"NotForServers",
       [](const A& root) {
         CertificateSpec spec = ForLoopback();
         spec.extensions = {{"extendedKeyUsage", "clientAuth"}};
         return root.Issue(spec);
       },
       "it is not made for servers"},
      {"NoAuthority",
       [](const A& root) {
         CertificateSpec spec;
         spec.common_name = "Intermediate";
         const Identity intermediate = root.Issue(spec);
         Identity identity = TestAuthority(intermediate).Issue(ForLoopback());
         identity.certificate += intermediate.certificate;
         return identity;
       },
       "it is signed by a certificate that is no authority's"},
      {"OtherAuthority",
       [](const A&) { return TestAuthority().Issue(ForLoopback()); },
       "it is signed by no trusted authority"},
      {"SelfSigned",
       [](const A&) { return TestAuthority::SelfSigned(ForLoopback()); },
       "it is signed by no trusted authority"},
  };
}

std::vector<CertificateCase> Good() {
  using A = TestAuthority;
  return {
      {"CriticalNameConstraints",
       [](const A& root) {
         return Constrained(root, {{"nameConstraints",
                                    "critical,permitted;DNS:localhost,"
                                    "permitted;IP:127.0.0.0/255.0.0.0"}});
       }},
      {"CriticalPolicyConstraints",
       [](const A& root) {
         return Constrained(
             root, {{"policyConstraints", "critical,inhibitPolicyMapping:0"}});
       }},
      {"CriticalPolicies",
       [](const A& root) {
         return Constrained(root,
                            {{"certificatePolicies", "critical,1.2.3.4"}});
       }},
      {"Ed25519",
       [](const A& root) { return With(root, Key(KeyType::kEd25519)); }},
      {"RsaPss",
       [](const A& root) { return With(root, Key(KeyType::kRsaPss2048)); }},
      {"Rsa2048",
       [](const A& root) { return With(root, Key(KeyType::kRsa2048)); }},
      {"FiveHundredNames", &WithManyNames},
      {"NineIntermediates", &BelowNineAuthorities},
      {"CommonNameOfAHost",
       [](const A& root) { return With(root, CommonName("localhost")); }, "",
       /*by_name=*/true},
  };
}

TEST_F(ServerCertificateTest, HasNoWildcardForATopLevelDomain) {
  const std::string path = "server_certificate_test.socket";
  unlink(path.c_str());
  const TlsServer server(
      &loop_, {.identity = authority_.Issue(Names({"*.com", "*.shop.test"}))},
      path);
  Request request = To("https://www.shop.test/");
  request.unix_socket = path;
  const Result good = Send(request);
  EXPECT_TRUE(good.ok()) << good.status();
  for (const std::string host : {"shop.com", "a.www.shop.test", "shop.test"}) {
    request.url = absl::StrCat("https://", host, "/");
    EXPECT_EQ(Send(request).status().message(),
              absl::StrCat("GET ", request.url,
                           ": TLS handshake failed: the server's certificate "
                           "is refused: it is for another host than ",
                           host));
  }
}

INSTANTIATE_TEST_SUITE_P(Refused, CertificateTest, testing::ValuesIn(Refused()),
                         [](const auto& tested) { return tested.param.name; });
INSTANTIATE_TEST_SUITE_P(Good, CertificateTest, testing::ValuesIn(Good()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace servo::http
