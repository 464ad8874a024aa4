#!/bin/sh
# Configurations as people have them are read as PyYAML reads them:
#   public_files_test.sh DUMP_DOCUMENT FILE.yaml...
# Beside each file is what DUMP_DOCUMENT printed when compare_pyyaml_test found
# that PyYAML reads the same.
set -eu

dump=$1
shift
failed=0
for file in "$@"; do
  if ! "$dump" "$file" | diff - "${file%.yaml}.json"; then
    echo "$file is read differently than before; if compare_pyyaml_test agrees, renew its .json" >&2
    failed=1
  fi
done
exit "$failed"
