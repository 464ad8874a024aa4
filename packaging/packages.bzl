"""Archives of files: .tar.gz and .deb, the same bytes from the same files.

They are made with tar, gzip and ar, which a machine with a compiler has.
"""

def _pack(ctx, kind, extra_inputs = []):
    output = ctx.actions.declare_file(ctx.attr.out)
    manifest = ctx.actions.declare_file(ctx.label.name + ".manifest")
    lines = []
    inputs = []
    for target, mode_and_path in ctx.attr.files.items():
        files = target.files.to_list()
        if len(files) != 1:
            fail("%s: one file was expected, found %d" % (target.label, len(files)))
        mode, _, path = mode_and_path.partition(" ")
        lines.append("\t".join([mode, ctx.attr.top + path, files[0].path]))
        inputs += files
    ctx.actions.write(manifest, "\n".join(lines) + "\n")
    ctx.actions.run(
        outputs = [output],
        inputs = inputs + extra_inputs + [manifest],
        executable = ctx.executable._packer,
        arguments = [kind, manifest.path, output.path] + [f.path for f in extra_inputs],
        mnemonic = "Pack",
        progress_message = "Packing %s" % output.short_path,
    )
    return [DefaultInfo(files = depset([output]), runfiles = ctx.runfiles(files = [output]))]

def _tar_gz_impl(ctx):
    return _pack(ctx, "tar")

def _deb_impl(ctx):
    control = ctx.actions.declare_file(ctx.label.name + ".control")
    ctx.actions.expand_template(
        template = ctx.file.control,
        output = control,
        substitutions = {
            "@ARCHITECTURE@": ctx.attr.architecture,
            "@MAINTAINER@": ctx.attr.maintainer,
            "@VERSION@": ctx.attr.version,
        },
    )
    return _pack(ctx, "deb", [control])

_ATTRS = {
    "files": attr.label_keyed_string_dict(
        allow_files = True,
        mandatory = True,
        doc = 'What goes in: "MODE PATH" by file, such as "0755 bin/program".',
    ),
    "out": attr.string(mandatory = True, doc = "The archive's file name."),
    "top": attr.string(doc = "A folder, with a slash at its end, that everything is put into."),
    "_packer": attr.label(
        default = "//packaging:pack.sh",
        allow_single_file = True,
        cfg = "exec",
        executable = True,
    ),
}

tar_gz = rule(
    implementation = _tar_gz_impl,
    attrs = _ATTRS,
    doc = "A .tar.gz.",
)

deb = rule(
    implementation = _deb_impl,
    attrs = dict(
        _ATTRS,
        architecture = attr.string(mandatory = True, doc = "As Debian calls it."),
        control = attr.label(
            allow_single_file = True,
            mandatory = True,
            doc = "The control file, with @ARCHITECTURE@, @MAINTAINER@ and @VERSION@ " +
                  "and without Installed-Size, which is computed.",
        ),
        maintainer = attr.string(mandatory = True, doc = "NAME <ADDRESS>"),
        version = attr.string(mandatory = True),
    ),
    doc = "A Debian package, without maintainer scripts.",
)
