"""What OpenSSL's build generates, with its own Perl scripts.

The scripts run in $(RULEDIR), OpenSSL's build directory, and name their files
relative to it: nothing of what they write depends on where the sources are.
"""

# Perl's hashes have the same order each time, and mkbuildinf.pl has a date.
_ENVIRONMENT = "export LC_ALL=C PERL_HASH_SEED=0 SOURCE_DATE_EPOCH=0 CC='$(CC)'; source=$$PWD/%s; "

_CC = ["@bazel_tools//tools/cpp:current_cc_toolchain"]

def _root():
    name = native.repository_name()
    return "external/" + name[1:] if name != "@" else "."

def configure(name, target, options, srcs, visibility = None):
    """Runs Configure: configdata.pm, include/openssl/configuration.h, sources.txt.

    Args:
      name: of the rule.
      target: what Configure calls the platform; may be a select().
      options: of Configure.
      srcs: all that Configure looks at.
      visibility: of the rule.
    """
    native.genrule(
        name = name,
        srcs = srcs,
        outs = [
            "configdata.pm",
            "include/openssl/configuration.h",
            "sources.txt",
        ],
        # configdata.pm has two absolute paths of the sources: they become
        # relative to the directory that it is used in.
        cmd = _ENVIRONMENT % _root() + "cd $(RULEDIR); perl $$source/Configure " + target + " " +
              " ".join(options) + " >configure.log || { cat configure.log; exit 1; }; " + """
                relative=$$(perl -I. -Mconfigdata -e 'print $$configdata::config{sourcedir}')
                sed -i "s|$$source/|$$relative/|" configdata.pm
                perl $$source/servo_exec/list_sources.pl >sources.txt
              """,
        toolchains = _CC,
        visibility = visibility,
    )

def expand_templates(name, templates, srcs):
    """Makes each FILE of its FILE.in.

    Args:
      name: of the rule.
      templates: the FILE.in.
      srcs: what the scripts read beside them, configdata.pm among it.
    """
    native.genrule(
        name = name,
        srcs = templates + srcs,
        outs = [template[:-len(".in")] for template in templates],
        cmd = _ENVIRONMENT % _root() + """
            cd $(RULEDIR)
            relative=$$(perl -I. -Mconfigdata -e 'print $$configdata::config{sourcedir}')
            for file in %s; do
              mkdir -p $${file%%/*}
              perl -I. -I$$source/util/perl -I$$source/providers/common/der -Mconfigdata \\
                -MOpenSSL::paramnames -Moids_to_c $$source/util/dofile.pl -oMakefile \\
                $$relative/$$file.in >$$file || exit 1
            done
        """ % " ".join([template[:-len(".in")] for template in templates]),
        toolchains = _CC,
    )

def write_buildinf(name, platform, srcs):
    """crypto/buildinf.h: the flags and the date of the build, neither of them true."""
    native.genrule(
        name = name,
        srcs = srcs,
        outs = ["crypto/buildinf.h"],
        cmd = _ENVIRONMENT % _root() + "perl $$source/util/mkbuildinf.pl cc " + platform + " >$@",
        toolchains = _CC,
    )

def assemble(name, scripts, flavour, srcs):
    """Assembly by its scripts, each in an action of its own.

    Args:
      name: of the filegroup of all.
      scripts: the script of each file to be made.
      flavour: what the scripts call the platform.
      srcs: what the scripts include.
    """
    for out, script in scripts.items():
        native.genrule(
            name = out.replace("/", "_").replace(".", "_"),
            srcs = [script] + srcs,
            outs = [out],
            # By its base name alone: whether it holds "512" means something.
            cmd = _ENVIRONMENT % _root() + "cd $$(dirname $@) && perl $$source/%s %s %s" %
                                           (script, flavour, out.split("/")[-1]),
            toolchains = _CC,
        )
    native.filegroup(name = name, srcs = scripts.keys())
