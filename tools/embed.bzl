"""Texts that are compiled in."""

load("@rules_cc//cc:defs.bzl", "cc_library")

def embedded_texts(name, namespace, texts):
    """A library with constants that hold the contents of files.

    NAME.h declares an `extern const absl::string_view` each.

    Args:
      name: of the library and its header.
      namespace: of the constants, "servo::report".
      texts: the constants' names to lists of files, which are joined.
    """
    header = ["#pragma once", "#include \\\"absl/strings/string_view.h\\\"", "namespace %s {" % namespace]
    commands = ["echo '#include \"%s/%s.h\"'" % (native.package_name(), name), "echo 'namespace %s {'" % namespace]
    for constant, files in texts.items():
        header.append("extern const absl::string_view %s;" % constant)
        commands += [
            "printf 'const absl::string_view %s = R\"embedded('" % constant,
            "cat %s" % " ".join(["$(location %s)" % file for file in files]),
            "printf ')embedded\";\\n'",
        ]
    header.append("}  // namespace %s" % namespace)
    commands.append("echo '}  // namespace %s'" % namespace)
    native.genrule(
        name = name + "_header",
        outs = [name + ".h"],
        cmd = "printf '%%s\\n' %s > $@" % " ".join(["\"%s\"" % line for line in header]),
    )
    native.genrule(
        name = name + "_source",
        srcs = [file for files in texts.values() for file in files],
        outs = [name + ".cc"],
        cmd = "{ %s; } > $@" % "; ".join(commands),
    )
    cc_library(
        name = name,
        srcs = [name + ".cc"],
        hdrs = [name + ".h"],
        deps = ["@com_google_absl//absl/strings:string_view"],
    )
