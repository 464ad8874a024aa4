"""Fuzz targets."""

load(":test.bzl", "cc_test")

def fuzz_test(name, srcs, corpus = [], deps = [], **kwargs):
    """A function LLVMFuzzerTestOneInput() that must survive any input.

    As an ordinary test it sees the files of the corpus and the empty input,
    with any compiler. With --config=fuzz it is a libFuzzer program:

      ./bazelw build --config=fuzz //testdata/config:loader_fuzz
      bazel-bin/testdata/config/loader_fuzz -max_total_time=60 NEW_INPUTS CORPUS

    Args:
      name: the test.
      srcs: defines the function.
      corpus: files, one input each.
      deps: as of cc_test.
      **kwargs: as of cc_test.
    """
    cc_test(
        name = name,
        srcs = srcs,
        args = ["$(rootpath %s)" % file for file in corpus],
        data = corpus,
        linkopts = select({
            "@servo_exec//tools:libfuzzer": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        deps = deps + select({
            "@servo_exec//tools:libfuzzer": [],
            "//conditions:default": ["@servo_exec//tools:replay_main"],
        }),
        **kwargs
    )
