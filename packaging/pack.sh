#!/bin/sh
# Packs files. The bytes depend on the files' contents, paths and modes alone:
# not on the clock, the user, the umask or the order of the manifest.
#   pack.sh tar MANIFEST OUTPUT             a .tar.gz
#   pack.sh deb MANIFEST OUTPUT CONTROL     a Debian package; CONTROL lacks
#                                           Installed-Size, which is added
# A line of MANIFEST is MODE, PATH in the archive, and FILE, with tabs between.
set -eu
kind=$1
manifest=$2
output=$3
umask 022
export LC_ALL=C TZ=UTC

# 2020-01-01, of every member: Debian's tools take 1970 for an accident.
readonly MTIME=@1577836800

work=$(mktemp -d "$output.XXXXXX")
trap 'rm -rf "$work"' EXIT

make_tar_gz() { # DIRECTORY OUTPUT MEMBER...
  directory=$1
  compressed=$2
  shift 2
  tar --directory="$directory" --create --file="$work/tar" --format=gnu --sort=name \
    --owner=root:0 --group=root:0 --mtime="$MTIME" "$@"
  gzip -9n <"$work/tar" >"$compressed"
}

stage() {
  mkdir "$work/tree"
  while IFS='	' read -r mode path file; do
    mkdir -p "$work/tree/$(dirname "$path")"
    cp "$file" "$work/tree/$path"
    chmod "$mode" "$work/tree/$path"
  done <"$manifest"
  # Five digits: four would leave a set-group-ID bit that was inherited.
  find "$work/tree" -type d -exec chmod 00755 {} +
}

# As dpkg-gencontrol counts: in KiB, each file rounded up, one for a directory.
installed_size() {
  find "$work/tree" -mindepth 1 \( -type d -printf '1\n' \) -o -printf '%s\n' |
    awk '{ size += $1 == 1 ? 1 : int(($1 + 1023) / 1024) } END { print size }'
}

stage
case $kind in
  tar)
    # Not ".": who unpacks it would find the mode and time of the directory
    # changed that it is unpacked in. Names without blanks, hence unquoted.
    # shellcheck disable=SC2046
    make_tar_gz "$work/tree" "$work/package" $(ls "$work/tree")
    ;;
  deb)
    mkdir "$work/control"
    size=$(installed_size)
    # Description is the last field, and may have several lines.
    sed "s/^Description:/Installed-Size: $size\n&/" "$4" >"$work/control/control"
    (cd "$work/tree" && find . -type f -printf '%P\0' | sort -z | xargs -0 md5sum) \
      >"$work/control/md5sums"
    echo 2.0 >"$work/debian-binary"
    make_tar_gz "$work/control" "$work/control.tar.gz" .
    make_tar_gz "$work/tree" "$work/data.tar.gz" .
    # q: in this order; S: no symbol table; D: no times, users and modes.
    (cd "$work" && ar qcSD package debian-binary control.tar.gz data.tar.gz)
    ;;
  *)
    echo "pack.sh: no such kind: $kind" >&2
    exit 2
    ;;
esac
mv "$work/package" "$output"
