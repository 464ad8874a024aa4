#!/bin/bash
# Writes compile_commands.json, from which clangd and other tools of clang learn
# how each source is compiled:
#   tools/compile_commands.sh                  # of all folders
#   tools/compile_commands.sh base http        # of these alone
#   tools/compile_commands.sh --output=FILE base
# Once after a clone, and again when a source, a library or a pin was added. It
# asks Bazel and compiles nothing; sources of libraries that are missing are
# fetched. BAZEL in the environment stands for ./bazelw.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

output=compile_commands.json
if [[ ${1-} == --output=* ]]; then
  output=${1#--output=}
  shift
fi
folders=("$@")
# Those with sources; examples has workspaces of its own.
((${#folders[@]})) || mapfile -t folders < <(git ls-files -- '*/*.cc' |
  cut -d/ -f1 | sort -u | grep -vx -e examples -e third_party)
# Unquoted on purpose: a command with arguments.
# shellcheck disable=SC2206
bazel=(${BAZEL:-./bazelw})
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

patterns=$(printf ' + //%s/...' "${folders[@]}")
"${bazel[@]}" aquery --output=text "mnemonic(CppCompile, ${patterns# + })" \
  >"$scratch/actions" 2>"$scratch/errors" &&
  output_base=$("${bazel[@]}" info output_base 2>>"$scratch/errors") &&
  execution_root=$("${bazel[@]}" info execution_root 2>>"$scratch/errors") || {
  cat "$scratch/errors" >&2
  exit 1
}
# Written beside and renamed, for a clangd that is reading it.
awk -v workspace="$PWD" -v output_base="$output_base" -v execution_root="$execution_root" \
  -f tools/lint/compile_commands.awk "$scratch/actions" >"$output.new" &&
  grep -q '"file"' "$output.new" && mv "$output.new" "$output" || {
  echo "compile_commands: no sources in ${folders[*]}" >&2
  rm -f "$output.new"
  exit 1
}
