"""Tests of programs that take one layer of the workspace."""

load("//tools:test.bzl", "sh_test")

def one_layer_test(name, program, folders, expected, args = [], input = "", exit_code = 0):
    """Runs a program, and looks at what it was built from.

    Args:
      name: the test.
      program: the program's label, as ":NAME".
      folders: the top-level folders of this workspace, beside examples, that
        it may depend on.
      expected: a text that it must print, to stdout or stderr.
      args: its arguments.
      input: its standard input.
      exit_code: how it must end.
    """
    label = "//%s%s" % (native.package_name(), program)
    native.genquery(
        name = name + "_dependencies",
        testonly = True,
        expression = "deps(%s)" % label,
        opts = ["--noimplicit_deps"],
        scope = [label],
    )
    sh_test(
        name = name,
        size = "small",
        srcs = ["one_layer_test.sh"],
        args = ["$(rootpath %s)" % program] + args,
        data = [
            program,
            ":" + name + "_dependencies",
        ],
        env = {
            "DEPENDENCIES": "$(rootpath :%s_dependencies)" % name,
            "EXIT_CODE": str(exit_code),
            "EXPECTED": expected,
            "FOLDERS": " ".join(folders),
            "INPUT": input,
        },
    )
