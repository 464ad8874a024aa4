"""Benchmarks that stand beside the code they measure."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library")
load(":test.bzl", "cc_test")

def benchmark(name, srcs, deps):
    """A program that prints figures, and a test that it works.

    Args:
      name: of the program, `./bazelw run //LAYER:NAME`. The test
        NAME_smoke_test runs it with --smoke: everything once, in small.
      srcs: with main().
      deps: of srcs.
    """

    # Compiled once for both.
    cc_library(
        name = name + "_main",
        testonly = True,
        srcs = srcs,
        alwayslink = True,
        deps = deps,
    )

    cc_binary(
        name = name,
        testonly = True,
        deps = [name + "_main"],
    )

    cc_test(
        name = name + "_smoke_test",
        size = "small",
        args = ["--smoke"],
        deps = [name + "_main"],
    )
