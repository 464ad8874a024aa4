#!/bin/sh
# The table of libraries has the versions that are pinned.
#   documented_versions_test.sh third_party.md VERSION...
set -u
table=$1
shift
failures=0
for version in "$@"; do
  if ! grep -Fq "| $version |" "$table"; then
    echo "FAILED: no library has version $version in docs/third_party.md"
    failures=$((failures + 1))
  fi
done
[ $# -gt 0 ] && [ "$failures" = 0 ]
