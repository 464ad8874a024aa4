#!/bin/bash
# Two promises to who builds on the layers, each checked in a copy of this tree:
#  * examples/http_load is a workspace of its own that takes the layers as an
#    external repository, and its pins by servo_exec_deps();
#  * base, exec, http, jsonpath, protocol and yaml need nothing of the folders
#    above them, their tests included. Loaded and analyzed only: compiling would
#    repeat what the build of the whole tree does, in which Bazel fails on an
#    include that no target declares.
#
#   tools/check_workspaces.sh [BAZEL_OPTION...]
#
# With --disk_cache=DIR, DIR being what another build of this tree has filled,
# less is left to compile. Sources come from Bazel's repository cache.
set -euo pipefail

# shellcheck source=tools/tree_copies.sh
. "$(dirname "${BASH_SOURCE[0]}")/tree_copies.sh"
options=(--color=no --curses=no --show_progress_rate_limit=60
  --disk_cache="$scratch/cache" "$@")  # The last one of an option counts.

check_sibling() {
  local tree=$scratch/sibling
  echo "examples/http_load as a workspace of its own"
  copy_tree "$tree"
  cd "$tree/examples/http_load"
  bazel_of "$tree" test "${options[@]}" //...
  bazel-bin/measure --info
  shut_down "$tree"
}

check_lower_layers() {
  local tree=$scratch/lower
  echo "base, exec, http, jsonpath, protocol and yaml without the layers above them"
  copy_tree "$tree"
  cd "$tree"
  rm -r config plan stages report cmd
  bazel_of "$tree" build --nobuild "${options[@]}" //base/... //exec/... //http/... //jsonpath/... //protocol/... \
    //yaml/...
  shut_down "$tree"
}

check_sibling
check_lower_layers
echo "Both hold."
