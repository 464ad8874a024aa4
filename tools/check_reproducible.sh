#!/bin/bash
# Builds //cmd:measure and its packages at -c opt twice, from copies of this
# tree in two directories and without any cache of compiled files, and compares
# the bytes.
# Sources come from Bazel's repository cache, so a host that has built before
# needs no network. Takes two cold builds.
set -euo pipefail

readonly TARGETS=(//cmd:measure //cmd:measure.stripped //packaging)
# The packages' names have version and architecture.
readonly FILES=(bazel-bin/cmd/measure bazel-bin/cmd/measure.stripped
  'bazel-bin/packaging/measure-exec_*.deb' 'bazel-bin/packaging/measure-exec-*-linux-*.tar.gz'
  bazel-bin/packaging/measure-exec-docker.tar.gz)

# shellcheck source=tools/tree_copies.sh
. "$(dirname "${BASH_SOURCE[0]}")/tree_copies.sh"

# Paths of different lengths: one that leaked into a file would show.
trees=("$scratch/a" "$scratch/another/and/longer/path")

# Both before the first build: sources may be edited while it runs.
copy_tree "${trees[0]}"
mkdir -p "${trees[1]}"
cp -R "${trees[0]}/." "${trees[1]}"

sums=()
for tree in "${trees[@]}"; do
  echo "Building ${TARGETS[*]} in $tree"
  # The second build begins at another second, by another clock.
  cd "$tree"
  TZ="UTC-${#sums[@]}" bazel_of "$tree" build -c opt --disk_cache= --remote_cache= \
    --color=no --curses=no --show_progress_rate_limit=60 "${TARGETS[@]}"
  # Unquoted on purpose: patterns.
  # shellcheck disable=SC2068
  sums+=("$(sha256sum ${FILES[@]})")
  shut_down "$tree"
done

printf 'first build:\n%s\nsecond build:\n%s\n' "${sums[@]}"
if [[ ${sums[0]} != "${sums[1]}" ]]; then
  echo "The two builds differ."
  exit 1
fi
echo "The two builds are the same."
