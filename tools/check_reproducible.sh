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

workspace=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
scratch=$(mktemp -d)

bazel_in() {  # TREE ARGUMENT...: with an output base beside the tree
  local tree=$1
  shift
  (cd "$tree" && ./bazelw --output_base="$tree.output" "$@")
}

clean_up() {
  local tree
  for tree in "${trees[@]}"; do
    if [[ -e $tree.output ]]; then
      bazel_in "$tree" shutdown >/dev/null 2>&1 || true
    fi
  done
  chmod -R u+w "$scratch"  # Bazel write-protects what it builds.
  rm -rf "$scratch"
}

# Paths of different lengths: one that leaked into a file would show.
trees=("$scratch/a" "$scratch/another/and/longer/path")
trap clean_up EXIT

# Both before the first build: sources may be edited while it runs.
mkdir -p "${trees[@]}"
tar -C "$workspace" --exclude=./.git --exclude='./bazel-*' -cf - . | tar -C "${trees[0]}" -xf -
cp -R "${trees[0]}/." "${trees[1]}"

sums=()
for tree in "${trees[@]}"; do
  echo "Building ${TARGETS[*]} in $tree"
  # The second build begins at another second, by another clock.
  TZ="UTC-${#sums[@]}" bazel_in "$tree" build -c opt --disk_cache= --remote_cache= \
    --color=no --curses=no --show_progress_rate_limit=60 "${TARGETS[@]}"
  # Unquoted on purpose: patterns.
  # shellcheck disable=SC2068
  sums+=("$(cd "$tree" && sha256sum ${FILES[@]})")
  bazel_in "$tree" shutdown
done

printf 'first build:\n%s\nsecond build:\n%s\n' "${sums[@]}"
if [[ ${sums[0]} != "${sums[1]}" ]]; then
  echo "The two builds differ."
  exit 1
fi
echo "The two builds are the same."
