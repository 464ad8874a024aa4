#!/bin/bash
# clang-format, clang-tidy, cppcheck and buildifier over the sources of this
# workspace:
#   tools/lint.sh             # all folders; minutes
#   tools/lint.sh base http   # these alone
# Installs nothing. Exit code: 0 quiet, 1 findings, 2 something is missing.
# BAZEL in the environment stands for ./bazelw.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2

missing=()
for tool in clang-format clang-tidy cppcheck; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
if ((${#missing[@]})); then
  echo "lint: please install: apt-get install ${missing[*]}" >&2
  exit 2
fi
if ! command -v buildifier >/dev/null; then
  echo "lint: please install: npm install --global @bazel/buildifier" >&2
  exit 2
fi

folders=("$@")
((${#folders[@]})) || mapfile -t folders < <(git ls-files -- '*/*.cc' |
  cut -d/ -f1 | sort -u | grep -vx -e examples -e third_party)
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
failed=0

mapfile -t sources < <(git ls-files --cached --others --exclude-standard -- "${folders[@]}" |
  grep -E '\.(cc|h)$' | while read -r file; do [[ -e $file ]] && echo "$file"; done)
if ((${#sources[@]} == 0)); then
  echo "lint: no sources in ${folders[*]}" >&2
  exit 2
fi

echo "== clang-format: ${#sources[@]} files"
clang-format --dry-run -Werror "${sources[@]}" || failed=1

# Rules of Bazel itself are fine: the versions that are built with have them.
echo "== buildifier: all files"
mapfile -t build_files < <(git ls-files --cached --others --exclude-standard -- \
  '*BUILD' '*BUILD.bazel' '*.bzl' '*WORKSPACE' |
  while read -r file; do [[ -e $file ]] && echo "$file"; done)
buildifier -mode=diff -lint=warn \
  -warnings=-native-cc-binary,-native-cc-library,-native-cc-test,-native-sh-binary,-native-sh-test \
  "${build_files[@]}" || failed=1

echo "== compile commands"
tools/compile_commands.sh --output="$scratch/compile_commands.json" "${folders[@]}" || exit 2
mapfile -t compiled < <(sed -n 's/.*"file": "\([^"]*\)".*/\1/p' "$scratch/compile_commands.json")

echo "== clang-tidy: ${#compiled[@]} files"
printf '%s\0' "${compiled[@]}" |
  xargs -0 -n 4 -P "$(nproc)" clang-tidy --quiet -p "$scratch" 2>"$scratch/errors" || {
  failed=1
  grep -v 'warnings generated\|warnings treated as errors' "$scratch/errors" >&2
}

# Not the whole of what it has: its "style" contradicts the house's in places.
# Suppressed, and why:
#   missingInclude...      headers of libraries: what they hold is not its matter
#   unknownMacro           of GoogleTest, which it does not see
#   syntaxError            of C++20 that cppcheck 2.10 cannot read yet
#   internalAstError       the same
echo "== cppcheck"
cppcheck --quiet --language=c++ --std=c++20 --enable=warning,performance,portability \
  --inline-suppr --error-exitcode=1 -j "$(nproc)" -I . \
  --suppress=missingInclude --suppress=missingIncludeSystem --suppress=unknownMacro \
  --suppress=syntaxError --suppress=internalAstError --suppress=internalError \
  "${compiled[@]}" || failed=1

((failed)) && echo "lint: findings, see above" || echo "lint: quiet"
exit "$failed"
