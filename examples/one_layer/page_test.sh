#!/bin/sh
# page_test.sh SOURCE PAGE: the last block of C++ in PAGE is the text of SOURCE.
set -eu

awk '/^```cpp$/ { inside = 1; text = ""; next }
  /^```$/ { inside = 0; next }
  inside { text = text $0 "\n" }
  END { printf "%s", text }' "$2" >"$TEST_TMPDIR/block"
if ! diff "$1" "$TEST_TMPDIR/block"; then
  echo "$2 ends in another program than $1"
  exit 1
fi
