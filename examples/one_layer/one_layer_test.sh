#!/bin/sh
# one_layer_test.sh PROGRAM ARGS...: see one_layer.bzl for the environment.
set -u
failed=0

output=$(printf '%s' "$INPUT" | "$@" 2>&1)
code=$?
if [ "$code" -ne "$EXIT_CODE" ]; then
  echo "exit code $code, expected $EXIT_CODE; it printed: $output"
  failed=1
fi
case $output in
  *"$EXPECTED"*) ;;
  *)
    echo "expected to read: $EXPECTED"
    echo "it printed: $output"
    failed=1
    ;;
esac

# Labels of this workspace are //FOLDER...; those of libraries begin with @.
for folder in $(sed -n 's|^//\([a-z_]*\).*|\1|p' "$DEPENDENCIES" | sort -u); do
  case " examples third_party tools $FOLDERS " in
    *" $folder "*) ;;
    *)
      echo "it was built from $folder as well; allowed: $FOLDERS"
      failed=1
      ;;
  esac
done
exit "$failed"
