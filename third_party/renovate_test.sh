#!/bin/sh
# Renovate's patterns read every pin: which library, its tag and, where they
# should, its hash.
#   renovate_test.sh renovate.json5 pins.bzl
set -u
configuration=$1
pins=$2
matches=$TEST_TMPDIR/matches
failures=0

# The elements of matchStrings, a line each, as the regular expressions that
# their JSON strings stand for. Perl's and JavaScript's are alike here.
sed -n 's/^ *"\(# renovate: .*\)",$/\1/p' "$configuration" |
  sed 's/\\\(["\\]\)/\1/g' >"$TEST_TMPDIR/patterns"

while read -r pattern; do
  grep -zoP -e "$pattern" "$pins" | tr '\0' '\n'
done <"$TEST_TMPDIR/patterns" >"$matches"

expect() { # WHAT EXPECTED FOUND
  [ "$2" = "$3" ] && return
  echo "FAILED: $1: expected $2, found $3"
  failures=$((failures + 1))
}

libraries=$(grep -c '": _pin($' "$pins")
expect 'patterns' 2 "$(wc -l <"$TEST_TMPDIR/patterns")"
expect 'pins that are read' "$libraries" "$(grep -c ' tag = ' "$matches")"
expect 'pins that are read once' "$libraries" \
  "$(grep -o 'depName=[^ ]*' "$matches" | sort -u | wc -l)"
expect 'hashes that are read' "$(grep -c 'datasource=github-release-attachments ' "$pins")" \
  "$(grep -c ' sha256 = ' "$matches")"

# What is read is where the archive comes from, too.
for name in $(grep -o 'depName=[^ ]*' "$matches" | cut -d= -f2); do
  expect "URLs on GitHub of $name" 1 "$(grep -c "https://github.com/$name/" "$pins")"
done

[ "$libraries" -gt 0 ] || expect 'pins' 'some' none
[ "$failures" = 0 ] && echo "$libraries pins are read"
