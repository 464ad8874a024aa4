"""Every source archive that the build compiles, pinned by SHA-256.

A release is offered in two places: the source pool of a Debian mirror and the
project's own release page. The two archives often hold the same files packed
anew, hence a hash and a prefix for each. To bump a pin, change its entry here
and nothing else; docs/third_party.md tells how to get the hashes.
"""

def _pin(debian, upstream):
    """debian: None where no Debian release has the version."""
    return struct(debian = debian or _debian("", "", ""), upstream = upstream)

def _debian(file, sha256, prefix):
    """file: path below pool/main of any Debian mirror."""
    return struct(file = file, sha256 = sha256, prefix = prefix)

def _upstream(urls, sha256, prefix):
    return struct(urls = urls, sha256 = sha256, prefix = prefix)

PINS = {
    # Abseil LTS 20240722.0
    "com_google_absl": _pin(
        _debian("a/abseil/abseil_20240722.0.orig.tar.gz", "df6d1f5ef540725f3851201176a60486aab332410788465c9877910bb471c34a", "abseil-20240722.0"),
        _upstream(["https://github.com/abseil/abseil-cpp/releases/download/20240722.0/abseil-cpp-20240722.0.tar.gz"], "f50e5ac311a81382da7fa75b97310e4b9006474f9560ac46f54a9967f07d4ae3", "abseil-cpp-20240722.0"),
    ),
    # yaml-cpp 0.8.0
    "com_github_jbeder_yaml_cpp": _pin(
        _debian("y/yaml-cpp/yaml-cpp_0.8.0+dfsg.orig.tar.xz", "32c85a5f36633a9005b20261b35fccb0d8ec69e9ef16c67de7d5d007944e3709", "jbeder-yaml-cpp-f732014"),
        _upstream(["https://github.com/jbeder/yaml-cpp/archive/refs/tags/0.8.0.tar.gz"], "fbe74bbdcee21d656715688706da3c8becfd946d92cd44705cc6098bb23b3a16", "yaml-cpp-0.8.0"),
    ),
    # JSON for Modern C++ 3.11.3
    "com_github_nlohmann_json": _pin(
        _debian("n/nlohmann-json3/nlohmann-json3_3.11.3.orig.tar.gz", "0d8ef5af7f9794e3263480193c491549b2ba6cc74bb018906202ada498a79406", "json-3.11.3"),
        _upstream(["https://github.com/nlohmann/json/archive/refs/tags/v3.11.3.tar.gz"], "0d8ef5af7f9794e3263480193c491549b2ba6cc74bb018906202ada498a79406", "json-3.11.3"),
    ),
    # GoogleTest 1.16.0 (tests only)
    "com_google_googletest": _pin(
        _debian("g/googletest/googletest_1.16.0.orig.tar.gz", "2f54382b5d13d6cd0be2afc524f1e510d37f8ba78c2d439c5bea64ef37e30d01", "googletest-1.16.0"),
        _upstream(["https://github.com/google/googletest/releases/download/v1.16.0/googletest-1.16.0.tar.gz"], "78c676fc63881529bf97bf9d45948d905a66833fbfa5318ea2cd7478cb98f399", "googletest-1.16.0"),
    ),
    # RE2 2024-07-02
    "com_googlesource_code_re2": _pin(
        _debian("r/re2/re2_20240702.orig.tar.gz", "eb2df807c781601c14a260a507a5bb4509be1ee626024cb45acbd57cb9d4032b", "re2-2024-07-02"),
        _upstream(["https://github.com/google/re2/releases/download/2024-07-02/re2-2024-07-02.tar.gz"], "eb2df807c781601c14a260a507a5bb4509be1ee626024cb45acbd57cb9d4032b", "re2-2024-07-02"),
    ),
    # c-ares 1.34.5
    "c_ares": _pin(
        _debian("c/c-ares/c-ares_1.34.5.orig.tar.gz", "7d935790e9af081c25c495fd13c2cfcda4792983418e96358ef6e7320ee06346", "c-ares-1.34.5"),
        _upstream(["https://github.com/c-ares/c-ares/releases/download/v1.34.5/c-ares-1.34.5.tar.gz"], "7d935790e9af081c25c495fd13c2cfcda4792983418e96358ef6e7320ee06346", "c-ares-1.34.5"),
    ),
    # curl 8.14.1
    "curl": _pin(
        _debian("c/curl/curl_8.14.1.orig.tar.gz", "6766ada7101d292b42b8b15681120acd68effa4a9660935853cf6d61f0d984d4", "curl-8.14.1"),
        _upstream(["https://curl.se/download/curl-8.14.1.tar.gz", "https://github.com/curl/curl/releases/download/curl-8_14_1/curl-8.14.1.tar.gz"], "6766ada7101d292b42b8b15681120acd68effa4a9660935853cf6d61f0d984d4", "curl-8.14.1"),
    ),
    # Mbed TLS 3.6.7. Not 3.6.6: with TLS 1.3 offered too, it fails the TLS 1.2
    # handshake with servers that have an RSA key.
    "mbedtls": _pin(
        _debian("m/mbedtls/mbedtls_3.6.7.orig.tar.bz2", "a7e8bcbec0e6f761b4af24f25677626b35f762f68eef79c08677a363212d11f6", "mbedtls-3.6.7"),
        _upstream(["https://github.com/Mbed-TLS/mbedtls/releases/download/mbedtls-3.6.7/mbedtls-3.6.7.tar.bz2"], "a7e8bcbec0e6f761b4af24f25677626b35f762f68eef79c08677a363212d11f6", "mbedtls-3.6.7"),
    ),
    # zlib 1.3.1
    "zlib": _pin(
        _debian("z/zlib/zlib_1.3.dfsg+really1.3.1.orig.tar.gz", "60dd315c07f616887caa029408308a018ace66e3d142726a97db164b3b8f69fb", "zlib-1.3.1"),
        _upstream(["https://github.com/madler/zlib/releases/download/v1.3.1/zlib-1.3.1.tar.gz", "https://zlib.net/fossils/zlib-1.3.1.tar.gz"], "9a93b2b7dfdac77ceba5a558a580e74667dd6fede4585b91eefb60f03b72df23", "zlib-1.3.1"),
    ),
}
