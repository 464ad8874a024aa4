#!/bin/bash
# Two promises to who builds on the layers, each checked in a copy of this tree:
#  * examples/http_load is a workspace of its own that takes the layers as an
#    external repository, and its pins by servo_exec_deps();
#  * base, exec, http and protocol build, tests included, without the folders
#    above them.
#
#   tools/check_workspaces.sh [BAZEL_OPTION...]
#
# With --disk_cache=DIR, DIR being what another build of this tree has filled,
# little is left to compile. Without, it takes minutes. Sources come from
# Bazel's repository cache.
set -euo pipefail

workspace=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
scratch=$(mktemp -d)
options=(--color=no --curses=no --show_progress_rate_limit=60
  --disk_cache="$scratch/cache" "$@")  # The last one of an option counts.

copy_to() {  # TREE
  mkdir -p "$1"
  tar -C "$workspace" --exclude=./.git --exclude='./bazel-*' -cf - . | tar -C "$1" -xf -
}

run_bazel() {  # TREE COMMAND TARGET...: in the current directory, of TREE
  local tree=$1 command=$2
  shift 2
  "$tree/bazelw" --output_base="$tree.output" "$command" "${options[@]}" "$@"
}

shut_down() {  # TREE
  if [[ -e $1.output ]]; then
    (cd "$1" && ./bazelw --output_base="$1.output" shutdown >/dev/null 2>&1) || true
  fi
}

clean_up() {
  shut_down "$scratch/sibling"
  shut_down "$scratch/lower"
  chmod -R u+w "$scratch"  # Bazel write-protects what it builds.
  rm -rf "$scratch"
}
trap clean_up EXIT

check_sibling() {
  local tree=$scratch/sibling
  echo "examples/http_load as a workspace of its own"
  copy_to "$tree"
  cd "$tree/examples/http_load"
  run_bazel "$tree" test //...
  bazel-bin/measure --info
  shut_down "$tree"
}

check_lower_layers() {
  local tree=$scratch/lower
  echo "base, exec, http and protocol without config, stages and cmd"
  copy_to "$tree"
  cd "$tree"
  rm -r config stages cmd
  run_bazel "$tree" build //base/... //exec/... //http/... //protocol/...
  shut_down "$tree"
}

check_sibling
check_lower_layers
echo "Both build."
