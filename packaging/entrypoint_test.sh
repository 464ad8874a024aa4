#!/bin/bash
# servo-entrypoint as process 1 of a PID namespace, as in a container: post runs
# although the core has ended. Stand-ins for core and aggregator are shell
# scripts; the driver is the real one.
#   entrypoint_test.sh servo-entrypoint PROGRAM
set -u
umask 022 # a configuration that others may write is refused
entrypoint=$PWD/$1
program=$PWD/$2
failures=0

expect() { # WHAT COMMAND...: the command succeeds
  local what=$1
  shift
  if "$@"; then
    echo "ok: $what"
  else
    echo "FAILED: $what"
    failures=$((failures + 1))
  fi
}

if ! unshare --user --map-root-user --pid --fork --mount-proc true; then
  echo 'FAILED: this machine has no PID namespaces for unprivileged users'
  exit 1
fi

cd "$TEST_TMPDIR" || exit 1
cp "$program" measure-exec || exit 1

# A window that no test waits for, and a cleanup that takes a second.
cat >config.yaml <<'CONFIG'
exec:
  start:
    - name: load
      async: true
      exec: [sleep, "1000"]
    - exec: [touch, measuring]
  post:
    - shell_exec: sleep 1; echo "$SERVO_EXEC_RESULT" >cleaned_up
CONFIG

# Starts the driver, reads its lines as the core does, and goes on when the
# window has begun.
cat >measure <<'SCRIPT'
printf '{"control": {"duration": 1000}}' >request
mkfifo lines
./measure-exec --config=config.yaml app <request >lines 2>stderr &
exec 3<lines
rm lines
while read -r line <&3; do
  if [ -e measuring ]; then break; fi
done
SCRIPT

# What ends the core, and how.
cat >killed <<'SCRIPT'
. ./measure
kill -KILL $$
SCRIPT
cat >ended <<'SCRIPT'
. ./measure
exit 7
SCRIPT
cat >stopped <<'SCRIPT'
. ./measure
kill -TERM 1
kill -TERM 1
while read -r line <&3; do :; done
sleep 1000
SCRIPT
cat >deaf <<'SCRIPT'
trap 'echo heard >heard' TERM
. ./measure
kill -TERM 1
while read -r line <&3; do :; done # until the driver has ended
while [ ! -e heard ]; do sleep 0.1; done
exit 5
SCRIPT
cat >aggregated <<'SCRIPT'
sh -c '. ./measure; echo >ready; cat <&3 >/dev/null; echo >outlived' &
while [ ! -e ready ]; do sleep 0.1; done
exit 6
SCRIPT
cat >interrupted <<'SCRIPT'
kill -INT $$
sleep 1000
SCRIPT

# Runs a command as process 1; its exit code is in $code.
as_process_1() { # COMMAND...
  rm -f measuring cleaned_up heard ready outlived
  timeout --kill-after=5 120 unshare --user --map-root-user --pid --fork --mount-proc "$@" \
    2>messages
  code=$?
}

has_cleaned_up() {
  [ "$(cat cleaned_up 2>&1)" = cancelled ]
}

echo '== the core is process 1: what the entrypoint is for'
as_process_1 sh ended
expect 'the window had begun' [ -e measuring ]
expect 'nothing is cleaned up' [ ! -e cleaned_up ]

for shell in sh bash; do
  echo "== $shell"
  command -v $shell >/dev/null || continue

  as_process_1 $shell "$entrypoint" sh killed
  expect 'the core is killed: post runs' has_cleaned_up
  expect 'the exit code tells of it' [ $code = 137 ]

  as_process_1 $shell "$entrypoint" sh ended
  expect 'the core ends: post runs' has_cleaned_up
  expect 'the exit code is its own' [ $code = 7 ]

  as_process_1 $shell "$entrypoint" sh stopped
  expect 'the container is stopped: post runs' has_cleaned_up
  expect 'the signal has ended the core' [ $code = 143 ]
  # dash may tell of the signal, as at a prompt.
  expect 'without a message of its own' [ -z "$(grep -vx Terminated messages)" ]

  as_process_1 $shell "$entrypoint" sh deaf
  expect 'the core hears of the stop and lives on: post runs' has_cleaned_up
  expect 'its own end counts' [ $code = 5 ]

  as_process_1 $shell "$entrypoint" sh aggregated
  expect 'an aggregator outlives the core: post runs' has_cleaned_up
  expect 'and the exit code is the core'"'"'s' [ $code = 6 ]

  as_process_1 $shell "$entrypoint" sh -c 'exit 4'
  expect 'no driver: the exit code' [ $code = 4 ]

  as_process_1 env SERVO_CLEANUP_LIMIT=0 $shell "$entrypoint" sh ended
  expect 'a limit of zero waits for nothing' [ ! -e cleaned_up ]
  expect 'and says so' grep -q 'a driver has not ended within 0 s' messages

  as_process_1 env SERVO_DRIVERS='other measure-ex?c' $shell "$entrypoint" sh killed
  expect 'drivers by a pattern: post runs' has_cleaned_up

  as_process_1 env SERVO_DRIVERS=other $shell "$entrypoint" sh aggregated
  expect 'others are not waited for' [ ! -e cleaned_up ]

  as_process_1 $shell "$entrypoint"
  expect 'no command is an error' [ $code = 2 ]
  as_process_1 env SERVO_CLEANUP_LIMIT=1m $shell "$entrypoint" true
  expect 'a limit that is no number is an error' [ $code = 2 ]

  # Not process 1: a warning, and the command.
  expect 'elsewhere the core takes its place' \
    [ "$($shell "$entrypoint" sh -c 'echo "core: $1"' - 'a b' 2>messages)" = 'core: a b' ]
  expect 'with a warning' grep -q 'not process 1' messages
done

# As the background of a shell, the core would have SIGINT ignored.
if env --default-signal=INT true 2>/dev/null; then
  as_process_1 sh "$entrypoint" sh interrupted
  expect 'SIGINT ends what the core starts' [ $code = 130 ]
fi

((failures == 0))
