#!/bin/bash
# running_page_test.sh MEASURE PAGE: measuring by hand, with the examples of
# docs/running.md.
set -u
measure=$TEST_SRCDIR/$TEST_WORKSPACE/$1
umask 022
cd "$TEST_TMPDIR" || exit 1
awk '/^```(yaml|text|json)$/ { name = substr($0, 4); next }
  /^```/ { name = ""; next }
  name != "" { print >name }' "$TEST_SRCDIR/$TEST_WORKSPACE/$2"
failures=0

fail() { # WHAT
  echo "FAILED: $1"
  sed 's/^/  out: /' out
  sed 's/^/  err: /' err
  failures=$((failures + 1))
}

# Runs `measure OPTION...`, with the configuration in the file `config`.
run() { # EXIT_CODE OPTION...
  local expected=$1 code
  shift
  "$measure" --config=config "$@" >out 2>err </dev/null
  code=$?
  ((code == expected)) || fail "measure $*: exit code $code instead of $expected"
}
says() { # FILE TEXT
  grep -qF -e "$2" "$1" || fail "$1 does not have: $2"
}
lacks() { # FILE TEXT
  ! grep -qF -e "$2" "$1" || fail "$1 has: $2"
}

# --- the page's example ---
cp yaml config
run 4 --run=0.5 --metrics=result.json
sed 's/ after [0-9a-z.]* / after 1s /' out | diff text - || fail 'another table than on the page'
diff json result.json || fail 'another file than on the page'
says err 'measure: Stage start: 1 task'
says err 'measure: Measuring for 500ms'
says err 'Task collect the log completed. stdout: collected'

run 1 --run=0 --json --only=load --only='collect the lgo'
says out '"reason":"invalid-config"'
says out 'did you mean \"collect the log\"?'

run 0 --run=0 --only='collect the log' --metrics=result.json
says out 'success after '
lacks out METRIC
says result.json '"result": "success"'
lacks err 'Stage start: 1 task'

run 4 --run=500ms --warmup=0.1 --delay=0 --json shop
says out '"reason":"slo-violation"'
says out '"p99":{"unit":"ms","value":412}'
[[ $(wc -l <out) == 1 ]] || fail 'more than the answer line'

# --- the command line ---
run 2 --run=soon
says err '--run: expected a duration'
run 2 --run=-1
run 2 --run=1 --warmup=inf
run 2 --run=99999999999999999
says err '--run: expected a century at most, found "99999999999999999"'
run 2 --run=1 --warmup=900000h
run 2 --run=1 --metrics=
says err 'the value of option --metrics is empty: --metrics=FILE'
run 2 --run=1 --report=
cat >other.yaml <<'YAML'
exec: {start: [{shell_exec: echo other}]}
YAML
run 2 --run=0 other.yaml
says err '"other.yaml" stands for the APP_ID, and is a file; a configuration is named by --config=FILE'
run 2 --json app
says err 'option --json goes with --run alone'
run 2 --check --metrics=file
says err 'option --metrics goes with --run or measuring alone'

# --- what stderr says ---
cat >config <<'YAML'
exec: {start: [{name: Łódź, shell_exec: rm -rf gone; echo é, notify: true}]}
YAML
run 0 --run=0 --report=gone
says err 'Task Łódź completed. stdout: é'
says err 'measure: warning: cannot write the report "gone/'

# --- needs ---
cat >config <<'YAML'
exec:
  start: [{name: submit, shell_exec: 'echo submitted >>ran; echo $SERVO_APP_ID >>ran'}]
  stop: [{name: stop, shell_exec: 'false'}]
  post: [{name: withdraw, if_ran: submit, shell_exec: echo withdrawn >>ran}]
YAML
run 1 --run=0 --only withdraw
says out 'task "withdraw" needs the task "submit" (if_ran), which is not chosen'
[[ ! -e ran ]] || fail 'something has run'
run 0 --run=0 --only withdraw --only submit
[[ $(cat ran) == $'submitted\nlocal\nwithdrawn' ]] || fail "ran: $(cat ran)"
run 1 --run=0 --metrics=result.json
says out 'failed after '
says out 'stop: Task stop failed with result 1: exit code 1'
says result.json '"reason": "task-failed"'

# --- secrets that no chosen task uses ---
cat >config <<'YAML'
exec:
  secrets: {token: {file: nowhere}, known: {file: known}}
  values: {region: {env: NOBODY_SETS_THIS}}
  start:
    - {name: plain, shell_exec: cat known, notify: true}
    - {name: user, shell_exec: 'true', env: {TOKEN: "${{ secrets.token }}"}}
YAML
echo hunter2-hunter2 >known
run 0 --run=0 --only plain
says err 'stdout: ***'
lacks err warning
run 1 --run=0 --only user
says out 'exec.secrets.token: cannot read the file "nowhere"'
lacks out region
run 1 --run=0
says out region

# --- a wrong configuration, and a file that cannot be written ---
echo 'exec: {start: [{exce: [ls]}]}' >config
run 1 --run=0 --metrics=result.json
says out 'exec.start[0].exce'
says result.json '"reason": "invalid-config"'
echo 'exec: {}' >config
run 0 --run=0 --metrics=/nowhere/file
says err 'warning: cannot write "/nowhere/file": No such file or directory'

# --- for the core ---
echo '{"control": {"duration": 0}}' | "$measure" --config=config --metrics=result.json app >out 2>err ||
  fail 'for the core'
says result.json '"result": "success"'
echo '{' | "$measure" --config=config --metrics=result.json app >out 2>err
says result.json '"reason": "bad-request"'
echo '{"control": {"duration": 0}}' | "$measure" --config=config --metrics=/nowhere/file app >out 2>err ||
  fail 'for the core, without a file'
says out 'cannot write \"/nowhere/file\"'

# --- interrupts: a task sends them, so that nothing has to be waited for ---
cat >config <<'YAML'
exec:
  start: [{shell_exec: 'kill -INT $PPID; exec sleep 1000'}]
  post: [{shell_exec: echo cleaned >cleaned}]
YAML
run 3 --run=1000 --metrics=result.json
says err 'interrupted: cleaning up; Ctrl-C again kills what still runs'
says out 'cancelled after '
says out 'Exiting due to signal: SIGINT'
says result.json '"result": "cancelled"'
[[ -e cleaned ]] || fail 'post did not run'
cat >config <<'YAML'
exec:
  start: [{shell_exec: 'kill -INT $PPID; exec sleep 1000'}]
  post: [{shell_exec: 'kill -INT $PPID; exec sleep 1000'}]
YAML
run 3 --run=1000
says out 'Exiting due to signal: SIGINT'

# --- nobody reads stdout ---
cat >config <<'YAML'
exec:
  start: [{shell_exec: echo begun >begun}]
  post: [{shell_exec: echo cleaned >cleaned2}]
YAML
"$measure" --config=config --run=1000 2>err | until [[ -e begun ]]; do sleep 0.05; done
[[ ${PIPESTATUS[0]} == 3 ]] || fail 'a lost stdout is no cancel'
[[ -e cleaned2 ]] || fail 'post did not run'

((failures == 0))
