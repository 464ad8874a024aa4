#!/bin/sh
# bazelw passes its arguments on, and makes --config=remote of the environment.
#   bazelw_test.sh bazelw
set -u
bazelw=$PWD/$1
failures=0

# Stands for Bazel: tells its arguments, a line each, and keeps a copy of the
# file that --bazelrc names, with its mode.
mkdir "$TEST_TMPDIR/bin" || exit 1
cat >"$TEST_TMPDIR/bin/bazel" <<'BAZEL'
#!/bin/sh
for argument in "$@"; do
  case $argument in
    --bazelrc=*)
      cp "${argument#*=}" "$TEST_TMPDIR/rc"
      stat -c %a "${argument#*=}" >"$TEST_TMPDIR/rc_mode"
      echo "${argument#*=}" >"$TEST_TMPDIR/rc_path"
      ;;
    *) echo "argument: $argument" ;;
  esac
done
exit "${EXIT_CODE:-0}"
BAZEL
# Their versions do not matter here; that they are there does.
for tool in gcc g++; do
  printf '#!/bin/sh\necho "%s 1.2.3"\n' "$tool" >"$TEST_TMPDIR/bin/$tool"
done
chmod +x "$TEST_TMPDIR"/bin/*
PATH=$TEST_TMPDIR/bin:$PATH
unset SERVO_EXEC_REMOTE_CACHE SERVO_EXEC_REMOTE_HEADER

# Runs bazelw; its exit code, output and messages are in $code, $out and $err.
run() {
  rm -f "$TEST_TMPDIR/rc"
  out=$("$bazelw" "$@" 2>"$TEST_TMPDIR/err")
  code=$?
  err=$(cat "$TEST_TMPDIR/err")
}

expect() { # WHAT COMMAND...
  what=$1
  shift
  if "$@"; then
    echo "ok: $what"
  else
    echo "FAILED: $what; exit code $code; output: $out; messages: $err"
    failures=$((failures + 1))
  fi
}

run build '//a b:c' --config=ci
expect 'arguments are passed on' [ "$out" = 'argument: build
argument: //a b:c
argument: --config=ci' ]
expect 'no configuration is made up' [ ! -e "$TEST_TMPDIR/rc" ]

EXIT_CODE=3 run test
expect 'so is the exit code' [ "$code" = 3 ]

run build --config=remote //...
expect '--config=remote without an endpoint is an error' [ "$code $out" = '2 ' ]
case $err in
  *SERVO_EXEC_REMOTE_CACHE*) ;;
  *) expect 'that names the variable' false ;;
esac

# Debian's perl-base alone: a Perl without the modules. What installs it tells
# its arguments.
printf '#!/bin/sh\nexit 2\n' >"$TEST_TMPDIR/bin/perl"
printf '#!/bin/sh\nexec "$@"\n' >"$TEST_TMPDIR/bin/sudo"
cat >"$TEST_TMPDIR/bin/apt-get" <<'APT'
#!/bin/sh
echo "$*" >>"$TEST_TMPDIR/apt"
case $* in *install*) rm -f "$TEST_TMPDIR/bin/perl" ;; esac
APT
chmod +x "$TEST_TMPDIR"/bin/*
run build
expect 'a missing Perl is installed' grep -q 'install .* perl$' "$TEST_TMPDIR/apt"
expect 'and Bazel runs' [ "$code $out" = '0 argument: build' ]
rm "$TEST_TMPDIR/apt"
run build
expect 'what is there is not installed again' [ ! -e "$TEST_TMPDIR/apt" ]

run run //a:program -- --config=remote
expect 'unless it is an argument of a program' [ "$code" = 0 ]

export SERVO_EXEC_REMOTE_CACHE='https://cache.example/a b'
run build --config=remote //...
expect 'with an endpoint, arguments are passed on' [ "$out" = 'argument: build
argument: --config=remote
argument: //...' ]
toolchain=$(sed -n 's/^build:remote --remote_default_exec_properties=toolchain=//p' "$TEST_TMPDIR/rc")
expect 'the endpoint and the toolchain are configured' [ "$(cat "$TEST_TMPDIR/rc")" = \
  "build:remote --remote_cache='https://cache.example/a b'
build:remote --remote_default_exec_properties=toolchain=$toolchain" ]
expect 'the toolchain has a name' [ ${#toolchain} = 16 ]
expect 'the file was private' [ "$(cat "$TEST_TMPDIR/rc_mode")" = 600 ]
expect 'and is gone' [ ! -e "$(cat "$TEST_TMPDIR/rc_path")" ]

printf '#!/bin/sh\necho another version\n' >"$TEST_TMPDIR/bin/gcc"
run build --config=remote //...
expect 'another compiler has another name' [ "$toolchain" != \
  "$(sed -n 's/^build:remote --remote_default_exec_properties=toolchain=//p' "$TEST_TMPDIR/rc")" ]

EXIT_CODE=7 run build
expect 'the exit code is passed on' [ "$code" = 7 ]
expect 'and the file is gone' [ ! -e "$(cat "$TEST_TMPDIR/rc_path")" ]

export SERVO_EXEC_REMOTE_HEADER='authorization=Bearer s3cret'
run build --config=remote
expect 'the header is configured' \
  grep -qx "build:remote --remote_header='authorization=Bearer s3cret'" "$TEST_TMPDIR/rc"
case $out$err in
  *s3cret*) expect 'and not told' false ;;
esac

export SERVO_EXEC_REMOTE_HEADER="x=s3cret'
build --other"
run build --config=remote
expect 'a header that would be more than one word is an error' [ "$code $out" = '1 ' ]
expect 'that names the variable, not the value' [ "$err" = \
  'bazelw: SERVO_EXEC_REMOTE_HEADER must have no quote, backslash or line break' ]

[ "$failures" = 0 ]
