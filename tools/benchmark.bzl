"""Benchmarks that stand beside the code they measure."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_test")

def benchmark(name, srcs, deps):
    """A program that prints figures, and a test that it works.

    Args:
      name: of the program, `./bazelw run -c opt //LAYER:NAME`. The test
        NAME_smoke_test runs it with --smoke: everything once, in small.
      srcs: with main().
      deps: of srcs.
    """
    cc_binary(
        name = name,
        testonly = True,
        srcs = srcs,
        deps = deps,
    )

    cc_test(
        name = name + "_smoke_test",
        size = "small",
        srcs = srcs,
        args = ["--smoke"],
        tags = ["block-network"],
        deps = deps,
    )
