#!/bin/bash
# The packages hold what they should, and what they hold works.
#   packages_test.sh DEB TAR_GZ DOCKER_CONTEXT PROGRAM DOCKERFILE MEMBERS_FOLDER \
#     README FAKE_TOOL RECIPES_TESTDATA
set -u
deb=$1
tar_gz=$2
context=$3
program=$4
dockerfile=$5
golden=$6
readme=$PWD/$7
fake_tool=$PWD/$8
export RECIPE_TESTDATA=$PWD/$9
failures=0
umask 022 # a configuration that others may write is refused

expect() { # WHAT COMMAND...: the command succeeds
  local what=$1
  shift
  if "$@"; then
    echo "ok: $what"
  else
    echo "FAILED: $what"
    failures=$((failures + 1))
  fi
}

# Mode, owner and path of each member, with a line for each; VERSION and
# ARCHITECTURE stand for what they are.
members() { # TAR_GZ
  tar -tvzf "$1" | awk '{ print $1, $2, $6 }' |
    sed "s/$version/VERSION/; s/-$architecture/-ARCHITECTURE/"
}

has_members() { # TAR_GZ GOLDEN
  diff -u "$golden/$2" <(members "$1")
}

# Below the prefix, the files that manual and example name with INSTALLED_PREFIX.
named_files() { # PREFIX INSTALLED_PREFIX
  (
    zcat -f "$1"/share/man/man1/measure-exec.1* | sed 's/\\-/-/g'
    cat "$1/share/doc/measure-exec/examples/config.yaml"
  ) | grep -o "/usr[a-z/.-]*/share/[A-Za-z/.-]*" | sed "s|^$2/share|/share|" | sort -u
}

# The packaged program, at PREFIX/bin, with its neighbours. INSTALLED_PREFIX is
# where they are told to be.
works_in() { # PREFIX INSTALLED_PREFIX
  local prefix=$1
  local exec=$prefix/bin/measure-exec
  expect '--info tells the version' \
    [ "$("$exec" --info)" = "{\"has_cancel\":true,\"version\":\"$version\"}" ]
  expect '--check accepts the example' \
    "$exec" --check --config="$prefix/share/doc/measure-exec/examples/config.yaml"
  expect 'the schema is what --schema prints' \
    cmp "$prefix/share/measure-exec/exec.schema.json" <("$exec" --schema)

  cat >"$TEST_TMPDIR/config.yaml" <<CONFIG
exec:
  start:
    - exec: [touch, $TEST_TMPDIR/started]
  post:
    - name: result
      shell_exec: echo "the measurement of \$SERVO_APP_ID was a \$SERVO_EXEC_RESULT"
      notify: true
CONFIG
  rm -f "$TEST_TMPDIR/started"
  printf '{"control": {"duration": 0.1}}' |
    "$exec" --config="$TEST_TMPDIR/config.yaml" shop >"$TEST_TMPDIR/lines" 2>&1
  expect 'a measurement ends with 0' [ $? = 0 ]
  expect 'its task has run' [ -e "$TEST_TMPDIR/started" ]
  expect 'it tells of its cleanup' \
    grep -q 'the measurement of shop was a success' "$TEST_TMPDIR/lines"
  expect 'it answers' [ "$(tail -n 1 "$TEST_TMPDIR/lines")" = \
    '{"status":"ok","metrics":{},"annotations":{}}' ]

  expect 'the manual and the example name files that are there' \
    [ "$(named_files "$prefix" "$2" | grep -c .)" -ge 4 ]
  local file
  while read -r file; do
    expect "$file, which the manual or the example names, is there" [ -e "$prefix$file" ]
  done < <(named_files "$prefix" "$2")

  # Links from one page to another lead somewhere.
  local page
  while read -r page; do
    expect "$page, which another page links to, is there" \
      [ -e "$prefix/share/doc/measure-exec/$page" ]
  done < <(sed -n 's/](\([^)]*\)/\n&\n/gp' "$prefix"/share/doc/measure-exec/*.md |
    sed -n 's/^](\([a-z_-]*\.md\)$/\1/p' | sort -u)

  expect 'completion completes' bash -c '
    source "$1"
    COMP_WORDS=(measure-exec --sch) COMP_CWORD=1
    _measure_exec
    [[ ${COMPREPLY[*]} == --schema ]]
  ' - "$prefix/share/bash-completion/completions/measure-exec"
}

# The README's way from the installed package to a measurement with metrics, in
# three commands: as they stand there, but for the place of the package and the
# length. A stand-in of apt-get installs a stand-in of ab.
three_commands() ( # PREFIX
  local folder=$TEST_TMPDIR/newcomer
  mkdir -p "$folder/bin" && cd "$folder" || return 1
  ln -s "$1/bin/measure-exec" bin/
  cat >bin/apt-get <<APT
[ "\$*" = 'install apache2-utils' ] && ln -s '$fake_tool' '$folder/bin/ab'
APT
  chmod +x bin/apt-get
  sed -n '/<!-- three commands: begin/,/three commands: end/ s/^    //p' "$readme" |
    sed -e "s|/usr/share|$1/share|" -e 's/--run=10/--run=1/' >commands
  [ "$(wc -l <commands)" = 3 ] &&
    PATH=$folder/bin:$PATH RECIPE_MODE=ok RECIPE_STATE=$folder bash -e commands >table 2>messages &&
    grep -Eq '^throughput +662\.88 +requests/second' table && ! grep shop ab.yaml
)

field() { # NAME
  sed -n "s/^$1: //p" "$TEST_TMPDIR/control/control"
}

version=$("$program" --version | sed 's/^measure //')
architecture=$(basename "$deb" .deb)
architecture=${architecture##*_}

echo "== $(basename "$deb")"
mkdir "$TEST_TMPDIR"/{deb,control,root} || exit 1
cp "$deb" "$TEST_TMPDIR/package.deb" || exit 1
(cd "$TEST_TMPDIR/deb" && ar x ../package.deb) || exit 1
expect 'its file name' [ "$(basename "$deb")" = "measure-exec_${version}_$architecture.deb" ]
expect 'its parts, in the order that dpkg wants' [ "$(ar t "$deb" | tr '\n' ' ')" = \
  'debian-binary control.tar.gz data.tar.gz ' ]
expect 'the format' [ "$(cat "$TEST_TMPDIR/deb/debian-binary")" = 2.0 ]
expect 'control files' has_members "$TEST_TMPDIR/deb/control.tar.gz" deb_control.txt
expect 'files' has_members "$TEST_TMPDIR/deb/data.tar.gz" deb_data.txt
tar -C "$TEST_TMPDIR/control" -xzf "$TEST_TMPDIR/deb/control.tar.gz" &&
  tar -C "$TEST_TMPDIR/root" -xzf "$TEST_TMPDIR/deb/data.tar.gz" || exit 1
expect 'Version' [ "$(field Version)" = "$version" ]
expect 'Architecture' [ "$(field Architecture)" = "$architecture" ]
expect 'Installed-Size, about' [ $(($(field Installed-Size) * 1024 / 1000)) -ge \
  "$(($(wc -c <"$program") / 1000))" ]
expect 'every field is filled in' bash -c '! grep @ "$1" | grep -v "^Maintainer:.*<.*@.*>$"' - \
  "$TEST_TMPDIR/control/control"
expect 'md5sums verify' bash -c \
  'cd "$1" && md5sum --check --strict --quiet ../control/md5sums' - "$TEST_TMPDIR/root"
expect 'md5sums has every file' [ "$(wc -l <"$TEST_TMPDIR/control/md5sums")" = \
  "$(find "$TEST_TMPDIR/root" -type f | wc -l)" ]
expect 'the program is the one that is built' \
  cmp "$program" "$TEST_TMPDIR/root/usr/bin/measure-exec"
expect 'the manual is of this version' bash -c \
  'zcat "$1" | grep -q "^\.TH .*\"servo\\\\-exec $2\""' - \
  "$TEST_TMPDIR/root/usr/share/man/man1/measure-exec.1.gz" "$version"
expect 'the manual has the keys' bash -c \
  'zcat "$1" | grep -q "^\.B retry_backoff$" && ! zcat "$1" | grep "@[A-Z]*@"' - \
  "$TEST_TMPDIR/root/usr/share/man/man1/measure-exec.1.gz"
# What is released has a section; what is not may be all under Unreleased.
expect 'CHANGELOG.md tells of this version' bash -c \
  'zcat "$1" | head -n 1 | grep -Eqx "measure-exec \($2\) (unstable|UNRELEASED); urgency=medium"' - \
  "$TEST_TMPDIR/root/usr/share/doc/measure-exec/changelog.gz" "$version"
for owner in 'Daniel Stenberg' 'Jesse Beder' 'Niels Lohmann' 'The RE2 Authors' 'Mark Adler' \
  'Massachusetts Institute of Technology' 'OpenSSL' 'Abseil'; do
  expect "the copyright file names $owner" \
    grep -q "$owner" "$TEST_TMPDIR/root/usr/share/doc/measure-exec/copyright"
done
works_in "$TEST_TMPDIR/root/usr" /usr
expect "the README's three commands lead to metrics" three_commands "$TEST_TMPDIR/root/usr"

# dpkg's own view, where there is a dpkg.
if command -v dpkg-deb >/dev/null; then
  expect 'dpkg-deb reads the fields' [ "$(dpkg-deb --field "$deb" Package Version)" = \
    "Package: measure-exec
Version: $version" ]
  expect 'dpkg-deb unpacks the same' bash -c \
    'dpkg-deb --extract "$1" "$2" && diff -r "$2" "$3"' - \
    "$deb" "$TEST_TMPDIR/by_dpkg" "$TEST_TMPDIR/root"
else
  echo 'skipped: no dpkg-deb here'
fi

echo "== $(basename "$tar_gz")"
expect 'its file name' \
  [ "$(basename "$tar_gz")" = "measure-exec-$version-linux-$architecture.tar.gz" ]
expect 'files' has_members "$tar_gz" tar.txt
mkdir "$TEST_TMPDIR/local" || exit 1
# As its README says.
tar -C "$TEST_TMPDIR/local" --strip-components=1 --no-overwrite-dir -xzf "$tar_gz" || exit 1
expect 'the program is the one that is built' cmp "$program" "$TEST_TMPDIR/local/bin/measure-exec"
expect 'its README is filled in' bash -c '! grep -n "@[A-Z]*@" "$1"' - \
  "$TEST_TMPDIR/local/share/doc/measure-exec/README.md"
works_in "$TEST_TMPDIR/local" /usr/local
expect 'the README says how to uninstall' bash -c '
  sed -n "/^To uninstall/,\$ s/^    //p" "$1" |
    sed "s|measure-exec-$4-linux-[^ ]*\.gz|$3|; s|/usr/local|$2|g" >"$5" && [ -s "$5" ]' - \
  "$TEST_TMPDIR/local/share/doc/measure-exec/README.md" "$TEST_TMPDIR/local" "$tar_gz" \
  "$version" "$TEST_TMPDIR/uninstall"
expect 'and it leaves no file' bash -e "$TEST_TMPDIR/uninstall"
expect 'none at all' [ -z "$(find "$TEST_TMPDIR/local" ! -type d)" ]
expect 'and no directory of its own' [ -z "$(find "$TEST_TMPDIR/local" -name 'measure-exec*')" ]

# What `docker build` would do with the context, as far as it can be told
# without docker: COPY, of files that are there, to where servos look.
echo "== $(basename "$context")"
expect 'files' has_members "$context" docker_context.txt
mkdir "$TEST_TMPDIR/context" && tar -C "$TEST_TMPDIR/context" -xzf "$context" || exit 1
expect 'the Dockerfile' cmp "$dockerfile" "$TEST_TMPDIR/context/Dockerfile"
expect 'its instructions' [ "$(grep -v '^#' "$TEST_TMPDIR/context/Dockerfile")" = \
  'ARG BASE=scratch
FROM ${BASE}
COPY measure-exec /servo/measure.d/measure-exec
COPY servo-entrypoint /servo/servo-entrypoint' ]
expect 'the program that it copies is the one that is built' \
  cmp "$program" "$TEST_TMPDIR/context/measure-exec"

[ "$failures" = 0 ]
