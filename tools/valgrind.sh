#!/bin/bash
# The end-to-end tests with every driver under valgrind's memcheck:
#   tools/valgrind.sh                       # all that can run so; minutes
#   tools/valgrind.sh //cmd/e2e:run_test    # this one
# Needs valgrind 3.21 or later: earlier ones do not know pidfd_open(2). VALGRIND
# in the environment is its path, BAZEL stands for ./bazelw. A driver in which
# valgrind finds something exits with the code 99, which fails its test.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2

valgrind=${VALGRIND:-$(command -v valgrind)}
if [[ -z $valgrind ]]; then
  echo "valgrind: please install it: apt-get install valgrind" >&2
  exit 2
fi
version=$("$valgrind" --version) || exit 2
if ! printf '%s\n' valgrind-3.21 "$version" | sort --version-sort --check=quiet; then
  echo "valgrind: 3.21 or later is needed, this is $version" >&2
  exit 2
fi

# Those left out want what valgrind cannot give: a static program in a root of
# its own, thousands of runs.
tests=("$@")
((${#tests[@]})) || tests=(//cmd/e2e:{aggregator,cancel,examples,run}_test)
under=(
  "$valgrind" --quiet --vgdb=no --error-exitcode=99 --trace-children=no
  --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite
  "--suppressions=$PWD/tools/valgrind/re2.supp"
)
# Nor a start without standard streams, which it needs itself, and a child that
# shares our memory until its execve(2), which tells why that failed: valgrind
# makes it a fork(2).
without='CancelTest.ClosedStreams*:*IsToldWithItsReason/NoSuchProgram:*IsToldWithItsReason/NotExecutable'
environment=(--test_env=SERVO_EXEC_E2E_UNDER="${under[*]}")
[[ -z ${VALGRIND_LIB-} ]] || environment+=(--test_env=VALGRIND_LIB)

# Unquoted on purpose: a command with arguments.
# shellcheck disable=SC2086
exec ${BAZEL:-./bazelw} test --define=servo_exec_static=no --cache_test_results=no \
  --test_timeout=1200 --local_test_jobs=2 "--test_filter=-$without" \
  "${environment[@]}" "${tests[@]}"
