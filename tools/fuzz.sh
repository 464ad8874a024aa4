#!/bin/bash
# Runs every fuzz target that docs/fuzzing.md lists, one after another:
#   tools/fuzz.sh SECONDS [TARGET]...    # for so long each; these alone
# Needs clang and its runtime, as that page says. What crashes a target is left
# in the folder fuzz-findings. BAZEL in the environment stands for ./bazelw.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2

if [[ ! ${1-} =~ ^[0-9]+$ ]]; then
  echo "usage: tools/fuzz.sh SECONDS [TARGET]..." >&2
  exit 2
fi
seconds=$1
shift
chosen=" $* "

# Unquoted on purpose: a command with arguments.
# shellcheck disable=SC2206
bazel=(${BAZEL:-./bazelw})
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
mkdir -p fuzz-findings
failed=0
ran=0

# The rows of the table: | `TARGET` | `CORPUS` | ...
while read -r target corpus; do
  [[ $chosen == "  " || $chosen == *" $target "* ]] || continue
  ran=$((ran + 1))
  echo "== $target"
  "${bazel[@]}" build --config=fuzz "$target" || exit 2
  program=$("${bazel[@]}" info --config=fuzz bazel-bin)${target#/}
  inputs=$scratch/$ran
  mkdir "$inputs"
  "${program/:/\/}" -max_total_time="$seconds" -artifact_prefix=fuzz-findings/ \
    "$inputs" "$corpus" </dev/null || failed=1
done < <(sed -n 's/^| `\(\/\/[^`]*\)` | `\([^`]*\)` |.*/\1 \2/p' docs/fuzzing.md)

if ((ran == 0)); then
  echo "fuzz: no such target in docs/fuzzing.md" >&2
  exit 2
fi
((failed)) && echo "fuzz: findings, see above" || echo "fuzz: $ran targets, nothing found"
exit "$failed"
