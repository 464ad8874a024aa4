#!/bin/sh
# protocol_cancel_test.sh DRIVER: cancelled as the core does it, DRIVER answers
# so at once.
set -eu

mkfifo "$TEST_TMPDIR/lines"
echo '{"control": {"duration": 1000}}' >"$TEST_TMPDIR/request"
"$1" app <"$TEST_TMPDIR/request" >"$TEST_TMPDIR/lines" &
driver=$!
{
  read -r progress
  kill -USR1 "$driver"
  read -r answer
} <"$TEST_TMPDIR/lines"
code=0
wait "$driver" || code=$?

echo "$progress"
echo "$answer"
echo "exit code $code"
[ "$code" = 3 ]
[ "$answer" = '{"status":"failed","message":"Exiting due to signal: SIGUSR1","reason":"cancelled"}' ]
