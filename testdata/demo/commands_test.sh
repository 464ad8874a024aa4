#!/bin/sh
# commands.yaml runs as its first lines say: only JSON lines, ok at the end.
set -eu
cd "$TEST_SRCDIR/$TEST_WORKSPACE"
out=$(printf '{"control":{"duration":0.2}}' |
  cmd/measure --config testdata/demo/commands.yaml app) || {
  printf "%s\n" "$out"
  echo "measure failed"
  exit 1
}
printf "%s\n" "$out"
[ "$(printf '%s\n' "$out" | grep -cv '^{.*}$')" = 0 ]
[ "$(printf '%s\n' "$out" | tail -n 1)" = '{"status":"ok","metrics":{},"annotations":{}}' ]
for text in 'what machine this is completed' 'load average completed' \
  'the measurement was a success' 'rounds of load'; do
  case $out in
    *"$text"*) ;;
    *)
      echo "not in the output: $text"
      exit 1
      ;;
  esac
done
