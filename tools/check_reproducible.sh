#!/bin/bash
# Builds //cmd:measure and its packages at -c opt twice, in this tree and in a
# copy of it in another directory, and compares the bytes. The copy uses no
# cache of compiled files; this tree's build may be the one that is there.
# Sources come from Bazel's repository cache, so a host that has built before
# needs no network. Takes one cold build, or two.
#
#   tools/check_reproducible.sh [BAZEL_OPTION...]
#
# The options are for this tree's build: those of an earlier build, so that
# little is left to compile.
set -euo pipefail

readonly TARGETS=(//cmd:measure //cmd:measure.stripped //packaging)
# The packages' names have version and architecture.
readonly FILES=(bazel-bin/cmd/measure bazel-bin/cmd/measure.stripped
  'bazel-bin/packaging/measure-exec_*.deb' 'bazel-bin/packaging/measure-exec-*-linux-*.tar.gz'
  bazel-bin/packaging/measure-exec-docker.tar.gz)

# shellcheck source=tools/tree_copies.sh
. "$(dirname "${BASH_SOURCE[0]}")/tree_copies.sh"

readonly COLD=(--disk_cache= --remote_cache=)
readonly QUIET=(--color=no --curses=no --show_progress_rate_limit=60)

sums() {  # of the files that were built in the current directory
  # Unquoted on purpose: patterns.
  # shellcheck disable=SC2068
  sha256sum ${FILES[@]}
}

# A path of another length: one that leaked into a file would show. Copied
# before the first build: sources may be edited while it runs.
copy=$scratch/another/and/a/longer/path
copy_tree "$copy"

cd "$workspace"
echo "Building ${TARGETS[*]} in $workspace"
./bazelw build -c opt "${QUIET[@]}" "$@" "${TARGETS[@]}"
first=$(sums)

cd "$copy"
echo "Building ${TARGETS[*]} in $copy"
# Begins at another second, by another clock.
TZ=UTC-1 bazel_of "$copy" build -c opt "${COLD[@]}" "${QUIET[@]}" "${TARGETS[@]}"
second=$(sums)
shut_down "$copy"

printf 'first build:\n%s\nsecond build:\n%s\n' "$first" "$second"
if [[ $first != "$second" ]]; then
  echo "The two builds differ."
  exit 1
fi
echo "The two builds are the same."
