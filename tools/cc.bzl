"""Static programs."""

load("@rules_cc//cc:defs.bzl", "cc_binary")

def static_cc_binary(name, linkopts = [], features = [], **kwargs):
    """A cc_binary that needs no shared library: one file to copy anywhere.

    Position independent, so that it is loaded at a random address like any
    other program; that costs 0.1 ms at start and 5 % in size against plain
    -static. The hardening of the toolchain (full RELRO, no executable stack)
    applies to it as well. Sanitizers need a dynamic program and get one.

    Args:
      name: the program; NAME.stripped, as of any cc_binary, is the one to ship.
      linkopts: as of cc_binary.
      features: as of cc_binary.
      **kwargs: as of cc_binary.
    """
    cc_binary(
        name = name,
        # gold, which Bazel prefers, cannot link static-pie; bfd can, but does
        # not know gold's way to pass archives.
        features = features + ["-supports_start_end_lib"],
        linkopts = linkopts + select({
            "@servo_exec//tools:dynamic": [],
            "//conditions:default": [
                "-fuse-ld=bfd",
                "-static-pie",
            ],
        }),
        **kwargs
    )
