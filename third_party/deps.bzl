"""Declares everything that the libraries of this workspace build upon.

Call servo_exec_deps() in the WORKSPACE file of a workspace that has this one
as @servo_exec. A repository that is already declared there is kept.
"""

load("//third_party:pinned_archive.bzl", "pinned_archive")
load("//third_party:pins.bzl", "PINS")
load("//third_party/bazel:stand_in.bzl", "stand_in_repository")

# Files of this workspace that are laid over the archives.
_OVERLAYS = {
    "c_ares": struct(
        build_file = Label("//third_party/c_ares:c_ares.BUILD"),
        files = {
            Label("//third_party/c_ares:ares_build.h"): "servo_exec/ares_build.h",
            Label("//third_party/c_ares:ares_config.h"): "servo_exec/ares_config.h",
        },
        # In this order.
        patches = [
            Label("//third_party/c_ares:glibc_search.patch"),
            Label("//third_party/c_ares:resolution_delay.patch"),
            Label("//third_party/c_ares:record_limit.patch"),
            Label("//third_party/c_ares:hosts_of_one_name.patch"),
        ],
    ),
    "com_github_jbeder_yaml_cpp": struct(
        build_file = Label("//third_party/yaml_cpp:yaml_cpp.BUILD"),
        files = {},
        patches = [
            Label("//third_party/yaml_cpp:scanner_speed.patch"),
            Label("//third_party/yaml_cpp:simple_keys.patch"),
            Label("//third_party/yaml_cpp:token_queue.patch"),
        ],
    ),
    "com_github_nlohmann_json": struct(
        build_file = Label("//third_party/nlohmann_json:nlohmann_json.BUILD"),
        files = {},
    ),
    "com_google_googletest": struct(
        build_file = Label("//third_party/googletest:googletest.BUILD"),
        files = {},
    ),
    "com_googlesource_code_re2": struct(
        build_file = None,
        files = {},
        patches = [Label("//third_party/re2:unlinked.patch")],
    ),
    "curl": struct(
        build_file = Label("//third_party/curl:curl.BUILD"),
        files = {Label("//third_party/curl:curl_config.h"): "lib/curl_config.h"},
        patches = [
            Label("//third_party/curl:address_in_san.patch"),
            Label("//third_party/curl:answers.patch"),
            Label("//third_party/curl:format_speed.patch"),
            Label("//third_party/curl:lazy_openssl.patch"),
            Label("//third_party/curl:plain_dns.patch"),
        ],
    ),
    "openssl": struct(
        build_file = Label("//third_party/openssl:openssl.BUILD"),
        files = {Label("//third_party/openssl:list_sources.pl"): "servo_exec/list_sources.pl"},
        patches = [
            Label("//third_party/openssl:lazy_cpuid.patch"),
            Label("//third_party/openssl:no_avx512_gcm.patch"),
        ],
    ),
    "zlib": struct(
        build_file = Label("//third_party/zlib:zlib.BUILD"),
        files = {},
    ),
}

# How an archive's own BUILD files call the repositories declared here.
_REPO_MAPPINGS = {
    "com_googlesource_code_re2": {"@abseil-cpp": "@com_google_absl"},
}

# Repositories that Bazel itself, or a BUILD file of an archive, would have
# downloaded: files of this workspace with their paths there.
_STAND_INS = {
    "bazel_skylib": {
        Label("//third_party/bazel:empty.BUILD"): "lib/BUILD.bazel",
        Label("//third_party/bazel:selects.bzl"): "lib/selects.bzl",
    },
    "platforms": {
        Label("//third_party/bazel:platforms_cpu.BUILD"): "cpu/BUILD.bazel",
        Label("//third_party/bazel:platforms_os.BUILD"): "os/BUILD.bazel",
    },
    "remote_coverage_tools": {
        Label("//third_party/bazel:remote_coverage_tools.BUILD"): "BUILD.bazel",
    },
    "rules_cc": {
        Label("//third_party/bazel:cc_defs.bzl"): "cc/defs.bzl",
        Label("//third_party/bazel:empty.BUILD"): "cc/BUILD.bazel",
    },
    "rules_java": {
        Label("//third_party/bazel:empty.BUILD"): "java/BUILD.bazel",
        Label("//third_party/bazel:java_defs.bzl"): "java/defs.bzl",
    },
    "rules_proto": {
        Label("//third_party/bazel:empty.BUILD"): "proto/BUILD.bazel",
        Label("//third_party/bazel:proto_defs.bzl"): "proto/defs.bzl",
    },
}

def servo_exec_deps():
    """Declares the pinned libraries and the stand-ins."""
    for name, files in _STAND_INS.items():
        if not native.existing_rule(name):
            stand_in_repository(name = name, files = files)

    for name, pin in PINS.items():
        if native.existing_rule(name):
            continue
        overlay = _OVERLAYS.get(name, struct(build_file = None, files = {}))
        pinned_archive(
            name = name,
            build_file = overlay.build_file,
            debian_file = pin.debian.file,
            debian_prefix = pin.debian.prefix,
            debian_sha256 = pin.debian.sha256,
            overlay = overlay.files,
            patches = getattr(overlay, "patches", []),
            repo_mapping = _REPO_MAPPINGS.get(name, {}),
            upstream_prefix = pin.upstream.prefix,
            upstream_sha256 = pin.upstream.sha256,
            upstream_urls = pin.upstream.urls,
        )
