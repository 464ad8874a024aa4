#!/bin/sh
# What is compiled of OpenSSL, and what is left out as unlinked, is what its
# Configure names.
#   openssl_sources_test.sh sources.txt SOURCE...
set -u
configured=$1
shift
printf '%s\n' "$@" | LC_ALL=C sort >"$TEST_TMPDIR/compiled"
if ! LC_ALL=C sort "$configured" | diff "$TEST_TMPDIR/compiled" -; then
  echo 'FAILED: "<" stands in third_party/openssl/sources.bzl and should not, ">" is missing there'
  exit 1
fi
[ -s "$TEST_TMPDIR/compiled" ] && echo "$# sources"
