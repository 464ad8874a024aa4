#!/bin/sh
# The demo ends well and shows what it is there to show.
set -eu
out=$(TMPDIR="$TEST_TMPDIR" "$TEST_SRCDIR/$TEST_WORKSPACE/testdata/demo/demo" 0.5) || {
  printf "%s\n" "$out"
  echo "the demo failed"
  exit 1
}
printf "%s\n" "$out"
for text in \
  'response: healthy' \
  "Async task 'load generator' status: stdout" \
  '0 failed' \
  'measurement: success' \
  '{"status":"ok","metrics":{"errors":{"value":0},"latency p99":{"unit":"ms","value":' \
  'throughput  ' \
  ' requests/second' \
  'exit code 0' \
  '1  GET /health' \
  'GET /work' \
  '1  DELETE /sessions' \
  'no process, no file'; do
  case $out in
    *"$text"*) ;;
    *)
      echo "not in the output: $text"
      exit 1
      ;;
  esac
done
[ -z "$(ls -d "$TEST_TMPDIR"/servo-exec-demo-* 2> /dev/null)" ]
