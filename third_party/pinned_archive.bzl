"""A repository from a source archive that is pinned by SHA-256.

No mirror is named anywhere: the archive comes from, in this order,
  1. Bazel's repository cache or a --distdir,
  2. the Debian mirror that this host's own apt is set up with (any Debian
     release serves the source pool of all of them; neither root nor an index
     of packages is needed),
  3. the release page of the library.
The hash is checked in each case, and whatever was fetched is in the
repository cache afterwards.
"""

_APT_HELPER = "/usr/lib/apt/apt-helper"

def _basename(path):
    return path.split("/")[-1]

def _mirrors(ctx):
    """The URIs that apt would fetch indexes from, without '/dists/...'."""
    apt_get = ctx.which("apt-get")
    if not apt_get:
        return []

    # Private state and cache directories: the host's own need a lock and root.
    result = ctx.execute(
        [
            apt_get,
            "-o",
            "Dir::State=apt",
            "-o",
            "Dir::State::Lists=apt/lists",
            "-o",
            "Dir::Cache=apt/cache",
            "-o",
            "Debug::NoLocking=1",
            "update",
            "--print-uris",
        ],
        environment = {"LC_ALL": "C"},
    )
    mirrors = []
    if result.return_code == 0:
        for line in result.stdout.splitlines():
            # 'URI/dists/SUITE/FILE' local-name size
            uri = line.split("'")[1] if line.startswith("'") else ""
            base, dists, suite = uri.partition("/dists/")

            # The security archive has a pool of its own, without these files.
            if dists and "-security/" not in suite and base not in mirrors:
                mirrors.append(base)
    ctx.delete("apt")
    return mirrors

def _from_debian(ctx, archive):
    if not ctx.attr.debian_file:
        return False
    mirrors = _mirrors(ctx)
    path = "/pool/main/" + ctx.attr.debian_file

    # Bazel looks into its cache and the distdirs before it opens any URL, and
    # wants a URL to do so.
    urls = [m + path for m in mirrors if m.startswith("http://") or m.startswith("https://")]
    urls = urls or ["file:///nowhere/" + _basename(ctx.attr.debian_file)]
    if ctx.download(urls, archive, ctx.attr.debian_sha256, allow_fail = True).success:
        return True

    # apt knows what Bazel does not: proxies of apt.conf, mirror lists, media.
    if ctx.path(_APT_HELPER).exists:
        for mirror in mirrors:
            fetched = str(ctx.path("fetched-" + archive))
            result = ctx.execute([
                _APT_HELPER,
                "download-file",
                mirror + path,
                fetched,
                "SHA256:" + ctx.attr.debian_sha256,
            ])
            if result.return_code == 0:
                done = ctx.download("file://" + fetched, archive, ctx.attr.debian_sha256, allow_fail = True)
                ctx.delete(fetched)
                if done.success:
                    return True
    return False

def _from_upstream(ctx, archive):
    return ctx.download(ctx.attr.upstream_urls, archive, ctx.attr.upstream_sha256, allow_fail = True).success

_NOTHING_SERVED = """

No source served the sources of @{name}. Tried: the repository cache, the
--distdir directories, the Debian mirror of this host's apt configuration and
the release page. Put {files}, with its name, into a
directory and pass --distdir=DIRECTORY:
"""

_FILE = """
  {name}
    sha256 {sha256}
    from   {origin}
"""

def _nothing_served(ctx):
    files = [_FILE.format(
        name = _basename(ctx.attr.upstream_urls[0]),
        origin = ctx.attr.upstream_urls[0],
        sha256 = ctx.attr.upstream_sha256,
    )]
    if ctx.attr.debian_file:
        files.insert(0, _FILE.format(
            name = _basename(ctx.attr.debian_file),
            origin = "pool/main/%s of any Debian mirror" % ctx.attr.debian_file,
            sha256 = ctx.attr.debian_sha256,
        ))
    one = "this file" if len(files) == 1 else "one of these files"
    return _NOTHING_SERVED.format(files = one, name = ctx.name) + "".join(files)

def _pinned_archive_impl(ctx):
    # extract() tells the format by the name.
    debian_archive = "archive-" + _basename(ctx.attr.debian_file)
    upstream_archive = "archive-" + _basename(ctx.attr.upstream_urls[0])
    if _from_debian(ctx, debian_archive):
        archive, prefix = debian_archive, ctx.attr.debian_prefix
    elif _from_upstream(ctx, upstream_archive):
        archive, prefix = upstream_archive, ctx.attr.upstream_prefix
    else:
        fail(_nothing_served(ctx))
    ctx.extract(archive, stripPrefix = prefix)
    ctx.delete(archive)

    for patch in ctx.attr.patches:
        ctx.patch(patch, strip = 1)
    if ctx.attr.build_file:
        for name in ["BUILD", "BUILD.bazel"]:
            ctx.delete(name)
        ctx.symlink(ctx.attr.build_file, "BUILD.bazel")
    for source, path in ctx.attr.overlay.items():
        ctx.symlink(source, path)

pinned_archive = repository_rule(
    implementation = _pinned_archive_impl,
    attrs = {
        "build_file": attr.label(
            allow_single_file = True,
            doc = "Replaces the BUILD file of the archive, if it has one.",
        ),
        "debian_file": attr.string(
            doc = "Path of the archive below pool/main of a Debian mirror, if it has one.",
        ),
        "debian_prefix": attr.string(),
        "debian_sha256": attr.string(),
        "overlay": attr.label_keyed_string_dict(
            allow_files = True,
            doc = "Files to add, with their paths in the repository.",
        ),
        "patches": attr.label_list(
            allow_files = [".patch"],
            doc = "Changes to the archive's files, as 'diff -u' tells them of a/FILE and b/FILE.",
        ),
        "upstream_prefix": attr.string(mandatory = True),
        "upstream_sha256": attr.string(mandatory = True),
        "upstream_urls": attr.string_list(
            allow_empty = False,
            mandatory = True,
        ),
    },
    doc = "The files of a pinned source archive.",
)
