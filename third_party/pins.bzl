"""Every source archive that the build compiles, pinned by SHA-256.

A release is offered in two places: the source pool of a Debian mirror and the
project's own release page. The two archives often hold the same files packed
anew, hence a hash and a prefix for each. To bump a pin, change its entry here
and nothing else; docs/third_party.md tells how to get the hashes.

The comment above a tag tells Renovate where releases are found and how their
tags are numbered; .github/renovate.json5 has the patterns that read both.
Where the archive is attached to the release, Renovate finds its hash too.
"""

def _version(tag):
    """The version that a tag such as "v1.2.3" or "curl-8_14_1" stands for."""
    return tag.lstrip("abcdefghijklmnopqrstuvwxyz-").replace("_", ".")

def _pin(tag, sha256, urls, prefix, debian):
    """A library's release.

    Args:
      tag: the release's name in the project's repository.
      sha256: of the archive that the urls serve.
      urls: of the release page, with {tag} and {version}.
      prefix: the directory that the archive unpacks to, likewise.
      debian: None where no Debian release has the version.

    Returns:
      A struct of version, debian and upstream.
    """
    version = _version(tag)
    if debian and version not in debian.file and version.replace("-", "") not in debian.file:
        # It would be taken before the release page is asked.
        fail(("third_party/pins.bzl: %s of Debian is not version %s: give the archive of a " +
              "Debian release that has it, or None") % (debian.file, version))
    return struct(
        debian = debian or _debian("", "", ""),
        upstream = struct(
            prefix = prefix.format(tag = tag, version = version),
            sha256 = sha256,
            urls = [url.format(tag = tag, version = version) for url in urls],
        ),
        version = version,
    )

def _debian(file, sha256, prefix):
    """file: path below pool/main of any Debian mirror."""
    return struct(file = file, sha256 = sha256, prefix = prefix)

PINS = {
    # Abseil LTS
    "com_google_absl": _pin(
        # renovate: datasource=github-release-attachments depName=abseil/abseil-cpp versioning=regex:^(?<major>\d{8})\.(?<minor>\d+)$
        tag = "20240722.0",
        sha256 = "f50e5ac311a81382da7fa75b97310e4b9006474f9560ac46f54a9967f07d4ae3",
        urls = ["https://github.com/abseil/abseil-cpp/releases/download/{tag}/abseil-cpp-{version}.tar.gz"],
        prefix = "abseil-cpp-{version}",
        debian = _debian("a/abseil/abseil_20240722.0.orig.tar.gz", "df6d1f5ef540725f3851201176a60486aab332410788465c9877910bb471c34a", "abseil-20240722.0"),
    ),
    # yaml-cpp
    "com_github_jbeder_yaml_cpp": _pin(
        # renovate: datasource=github-tags depName=jbeder/yaml-cpp versioning=regex:^(yaml-cpp-)?(?<major>\d+)\.(?<minor>\d+)\.(?<patch>\d+)$
        tag = "0.8.0",
        sha256 = "fbe74bbdcee21d656715688706da3c8becfd946d92cd44705cc6098bb23b3a16",
        urls = ["https://github.com/jbeder/yaml-cpp/archive/refs/tags/{tag}.tar.gz"],
        prefix = "yaml-cpp-{tag}",
        debian = _debian("y/yaml-cpp/yaml-cpp_0.8.0+dfsg.orig.tar.xz", "32c85a5f36633a9005b20261b35fccb0d8ec69e9ef16c67de7d5d007944e3709", "jbeder-yaml-cpp-f732014"),
    ),
    # JSON for Modern C++
    "com_github_nlohmann_json": _pin(
        # renovate: datasource=github-tags depName=nlohmann/json versioning=semver-coerced
        tag = "v3.11.3",
        sha256 = "0d8ef5af7f9794e3263480193c491549b2ba6cc74bb018906202ada498a79406",
        urls = ["https://github.com/nlohmann/json/archive/refs/tags/{tag}.tar.gz"],
        prefix = "json-{version}",
        debian = _debian("n/nlohmann-json3/nlohmann-json3_3.11.3.orig.tar.gz", "0d8ef5af7f9794e3263480193c491549b2ba6cc74bb018906202ada498a79406", "json-3.11.3"),
    ),
    # GoogleTest (tests only)
    "com_google_googletest": _pin(
        # renovate: datasource=github-release-attachments depName=google/googletest versioning=semver-coerced
        tag = "v1.16.0",
        sha256 = "78c676fc63881529bf97bf9d45948d905a66833fbfa5318ea2cd7478cb98f399",
        urls = ["https://github.com/google/googletest/releases/download/{tag}/googletest-{version}.tar.gz"],
        prefix = "googletest-{version}",
        debian = _debian("g/googletest/googletest_1.16.0.orig.tar.gz", "2f54382b5d13d6cd0be2afc524f1e510d37f8ba78c2d439c5bea64ef37e30d01", "googletest-1.16.0"),
    ),
    # RE2
    "com_googlesource_code_re2": _pin(
        # renovate: datasource=github-release-attachments depName=google/re2 versioning=regex:^(?<major>\d{4})-(?<minor>\d{2})-(?<patch>\d{2})$
        tag = "2024-07-02",
        sha256 = "eb2df807c781601c14a260a507a5bb4509be1ee626024cb45acbd57cb9d4032b",
        urls = ["https://github.com/google/re2/releases/download/{tag}/re2-{version}.tar.gz"],
        prefix = "re2-{version}",
        debian = _debian("r/re2/re2_20240702.orig.tar.gz", "eb2df807c781601c14a260a507a5bb4509be1ee626024cb45acbd57cb9d4032b", "re2-2024-07-02"),
    ),
    # c-ares
    "c_ares": _pin(
        # renovate: datasource=github-release-attachments depName=c-ares/c-ares versioning=semver-coerced
        tag = "v1.34.5",
        sha256 = "7d935790e9af081c25c495fd13c2cfcda4792983418e96358ef6e7320ee06346",
        urls = ["https://github.com/c-ares/c-ares/releases/download/{tag}/c-ares-{version}.tar.gz"],
        prefix = "c-ares-{version}",
        debian = _debian("c/c-ares/c-ares_1.34.5.orig.tar.gz", "7d935790e9af081c25c495fd13c2cfcda4792983418e96358ef6e7320ee06346", "c-ares-1.34.5"),
    ),
    # curl
    "curl": _pin(
        # renovate: datasource=github-releases depName=curl/curl versioning=regex:^curl-(?<major>\d+)_(?<minor>\d+)_(?<patch>\d+)$
        tag = "curl-8_14_1",
        sha256 = "6766ada7101d292b42b8b15681120acd68effa4a9660935853cf6d61f0d984d4",
        urls = [
            "https://curl.se/download/curl-{version}.tar.gz",
            "https://github.com/curl/curl/releases/download/{tag}/curl-{version}.tar.gz",
        ],
        prefix = "curl-{version}",
        debian = _debian("c/curl/curl_8.14.1.orig.tar.gz", "6766ada7101d292b42b8b15681120acd68effa4a9660935853cf6d61f0d984d4", "curl-8.14.1"),
    ),
    # OpenSSL 3.5 LTS, maintained until April 2030
    "openssl": _pin(
        # renovate: datasource=github-release-attachments depName=openssl/openssl versioning=regex:^openssl-(?<major>\d+)\.(?<minor>\d+)\.(?<patch>\d+)$
        tag = "openssl-3.5.7",
        sha256 = "a8c0d28a529ca480f9f36cf5792e2cd21984552a3c8e4aa11a24aa31aeac98e8",
        urls = ["https://github.com/openssl/openssl/releases/download/{tag}/openssl-{version}.tar.gz"],
        prefix = "openssl-{version}",
        debian = _debian("o/openssl/openssl_3.5.7.orig.tar.gz", "a8c0d28a529ca480f9f36cf5792e2cd21984552a3c8e4aa11a24aa31aeac98e8", "openssl-3.5.7"),
    ),
    # zlib
    "zlib": _pin(
        # renovate: datasource=github-release-attachments depName=madler/zlib versioning=semver-coerced
        tag = "v1.3.1",
        sha256 = "9a93b2b7dfdac77ceba5a558a580e74667dd6fede4585b91eefb60f03b72df23",
        urls = [
            "https://github.com/madler/zlib/releases/download/{tag}/zlib-{version}.tar.gz",
            "https://zlib.net/fossils/zlib-{version}.tar.gz",
        ],
        prefix = "zlib-{version}",
        debian = _debian("z/zlib/zlib_1.3.dfsg+really1.3.1.orig.tar.gz", "60dd315c07f616887caa029408308a018ace66e3d142726a97db164b3b8f69fb", "zlib-1.3.1"),
    ),
}
