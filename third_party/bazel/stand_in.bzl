"""Small local repositories in place of ones that Bazel would download."""

def _stand_in_repository_impl(ctx):
    ctx.file("WORKSPACE")
    for source, path in ctx.attr.files.items():
        ctx.symlink(source, path)

stand_in_repository = repository_rule(
    implementation = _stand_in_repository_impl,
    attrs = {
        "files": attr.label_keyed_string_dict(
            allow_files = True,
            doc = "Files of the repository, with their paths there.",
            mandatory = True,
        ),
    },
    doc = "A repository that consists of the given files.",
)
