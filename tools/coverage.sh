#!/bin/bash
# Lines and branches of this workspace's sources that tests have executed, a
# row for each folder and for each file in it:
#   tools/coverage.sh             # all layers
#   tools/coverage.sh base http   # the tests and sources of these alone
# Needs what the build needs: gcov comes with the compiler. Has an output base
# of its own, beside the ordinary one. BAZEL in the environment stands for
# ./bazelw.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2

folders=("$@")
((${#folders[@]})) || folders=(base exec http yaml jsonpath plan config stages report protocol cmd)
# Unquoted on purpose: a command with arguments.
# shellcheck disable=SC2206
bazel=(${BAZEL:-./bazelw "--output_base=$(./bazelw info output_base 2>/dev/null)_coverage"})
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT

# Local and without shared caches: the compiler leaves its notes (.gcno), and the
# programs their counts (.gcda), beside the object files, where Bazel neither
# expects nor keeps them.
options=(
  --strategy=CppCompile=local --strategy=TestRunner=local --disk_cache=
  "--per_file_copt=^//($(IFS='|'; echo "${folders[*]}"))[:/].*[.]cc\$@--coverage,-O0,-fprofile-update=atomic"
  --linkopt=--coverage
)

execution_root=$("${bazel[@]}" info execution_root 2>"$scratch/errors") || {
  cat "$scratch/errors" >&2
  exit 2
}
# Object files are told to count in /proc/self/cwd/bazel-out/..., wherever the
# program runs then.
options+=("--test_env=GCOV_PREFIX=$execution_root" --test_env=GCOV_PREFIX_STRIP=3)

counts_of() {  # FOLDER
  find "$execution_root"/bazel-out/*/bin/"$1" -name '*.runfiles' -prune -o -name '*.gcda' -print 2>/dev/null
}

# Those of an earlier run would be added to.
for folder in "${folders[@]}"; do
  counts_of "$folder" | xargs -r rm -f
done

"${bazel[@]}" test --keep_going --nocache_test_results --test_output=errors \
  "${options[@]}" "${folders[@]/%//...}"
tests=$?

# One object of a source, the library's: gcov tells of each file that went into
# it, headers too, of which only the source itself is counted.
for folder in "${folders[@]}"; do
  counts_of "$folder"
done | while read -r counts; do
  (cd "$execution_root" && gcov --no-output --branch-probabilities "$counts" 2>/dev/null)
done | awk '
  function share(n, of) { return of ? sprintf("%5.1f %%", 100 * n / of) : "" }
  function row(name, key) {
    printf "| %s | %d | %s | %d | %s |\n", name, lines[key],
           share(lines_run[key], lines[key]), branches[key],
           share(branches_taken[key], branches[key])
  }
  function number_of(text) { sub(/.* of /, "", text); return text + 0 }
  function percent_of(text) { sub(/^[^:]*:/, "", text); return text + 0 }
  function count(all, hit, n, hit_n) {
    all[file] += n; hit[file] += hit_n; all[folder] += n; hit[folder] += hit_n
  }
  /^File / {
    file = substr($0, 7, length($0) - 7)
    folder = file
    sub(/\/.*/, "", folder)
    ours = file ~ /^[a-z]/ && file !~ /^(external|bazel-out)\// && file ~ /\.cc$/ &&
           file !~ /(_test|_fuzz|_benchmark)\.cc$|\/testing\/|\/e2e\/|^http\/interop\/|fake_/
    if (ours && seen[file]++) ours = 0
    if (ours) { files[++count_of_files] = file; folders[folder] = 1 }
  }
  !ours { next }
  /^Lines executed/ {
    n = number_of($0); count(lines, lines_run, n, percent_of($0) * n / 100)
  }
  /^Taken at least once/ {
    n = number_of($0); count(branches, branches_taken, n, percent_of($0) * n / 100)
  }
  END {
    print "| source | lines | executed | branches | taken |"
    print "| --- | ---: | ---: | ---: | ---: |"
    for (folder in folders) {
      row("**" folder "**", folder)
      for (i = 1; i <= count_of_files; i++)
        if (index(files[i], folder "/") == 1) row(files[i], files[i])
    }
    exit !count_of_files
  }' || tests=1
exit "$tests"
