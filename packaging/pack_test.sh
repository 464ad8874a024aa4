#!/bin/sh
# The same files give the same archives: whatever the umask, the time zone, the
# files' times and modes, the directory and the order of the manifest.
#   pack_test.sh pack.sh
set -u
pack=$PWD/$1
failures=0

expect() { # WHAT COMMAND...
  what=$1
  shift
  if "$@"; then
    echo "ok: $what"
  else
    echo "FAILED: $what"
    failures=$((failures + 1))
  fi
}

# Makes files and packs them, in a directory of its own.
pack_in() { # DIRECTORY UMASK TIME SORT_OPTION
  mkdir -p "$TEST_TMPDIR/$1" || exit 1
  (
    cd "$TEST_TMPDIR/$1" && umask "$2" || exit 1
    echo '#!/bin/sh' >program
    head -c 3000 /dev/zero >zeros
    touch -d "$3" program zeros
    printf '0755\ttop/bin/program\tprogram\n0644\ttop/share/a/zeros\tzeros\n0644\ttop/share/b\tzeros\n' |
      sort "$4" >manifest
    printf 'Package: p\nVersion: 1\nDescription: d\n more\n' >control
    TZ=UTC-5 "$pack" tar manifest p.tar.gz && "$pack" deb manifest p.deb control
  ) || exit 1
}

pack_in a 022 '2001-01-01 00:00' -f
pack_in somewhere/else 077 '2020-02-02 02:02' -r
expect 'the same .tar.gz' cmp "$TEST_TMPDIR/a/p.tar.gz" "$TEST_TMPDIR/somewhere/else/p.tar.gz"
expect 'the same .deb' cmp "$TEST_TMPDIR/a/p.deb" "$TEST_TMPDIR/somewhere/else/p.deb"
expect 'nothing is left behind' [ "$(ls "$TEST_TMPDIR/a" | tr '\n' ' ')" = \
  'control manifest p.deb p.tar.gz program zeros ' ]

cd "$TEST_TMPDIR/a" || exit 1
# Directories: top, bin, share, a, of 1 KiB each; files: 1, 3 and 3 KiB.
expect 'the installed size, before the description' \
  [ "$(ar p p.deb control.tar.gz | tar -xzO ./control)" = \
  "$(printf 'Package: p\nVersion: 1\nInstalled-Size: 11\nDescription: d\n more')" ]
expect 'a missing file is an error' sh -c \
  'printf "0644\tx\tmissing\n" >broken; ! "$1" tar broken x.tar.gz 2>errors && [ ! -e x.tar.gz ]' - "$pack"

[ "$failures" = 0 ]
