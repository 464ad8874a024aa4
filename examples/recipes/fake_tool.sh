#!/bin/bash
# Stands in for a program of the recipes, called by that program's name. It
# prints what the real one has printed (testdata), in the way the real one does:
# at the end, when it is interrupted, or a line now and then. From the
# environment:
#   RECIPE_TESTDATA  the folder of the outputs
#   RECIPE_MODE      ok; fail: exits at once; stay: ends only when it is told to
#   RECIPE_STATE     a folder for `pids`, and for `started` once it can be ended
set -u
name=${0##*/}
[[ $name != nightly.sh ]] || name='batch'
saved=$RECIPE_TESTDATA/$name
echo $$ >>"$RECIPE_STATE/pids"

# What post does has to end, whatever else is asked for.
[[ $name != sysbench || " $* " != *' cleanup ' ]] || exit 0

if [[ $RECIPE_MODE == fail ]]; then
  echo "$name cannot do it" >&2
  exit 3
fi

stay() { # [COMMAND [CODE]]: until a signal comes, when COMMAND is run
  at_end=${1-:}
  code=${2-0}
  trap 'kill $! 2>/dev/null; $at_end; exit "$code"' INT TERM
  sleep 600 &
  echo $! >>"$RECIPE_STATE/pids"
  : >"$RECIPE_STATE/started"
  wait
}

report() {
  cat "$saved.out"
}

repeat() { # FILE: its one line, again and again
  : >"$RECIPE_STATE/started"
  while :; do
    cat "$1"
    sleep 0.1
  done
}

[[ $RECIPE_MODE == ok || $name == openvpn || $name == ssh ]] || stay

case $name in
  ab | fio | hey | iperf3 | siege | wrk) stay report ;;
  k6) stay report 105 ;;
  autocannon | batch | hyperfine | redis-benchmark) cat "$saved.out" ;;
  pgbench) [[ " $* " == *' -i '* ]] || repeat "$saved.err" >&2 ;;
  sysbench) [[ " $* " != *' run '* ]] || repeat "$saved.out" ;;
  vegeta)
    if [[ $1 == attack ]]; then
      grep -q '^GET http' || exit 4 # its targets
      stay 'echo results'
    else
      trap '' INT
      grep -q results && cat "$saved.out"
    fi
    ;;
  openvpn)
    echo 'Initialization Sequence Completed'
    stay
    ;;
  ssh)
    while [[ $1 != -L ]]; do shift; done
    exec perl -MIO::Socket::INET -e '
      my $port = shift;
      my $server = IO::Socket::INET->new(
        Listen => 5, LocalAddr => "127.0.0.1", LocalPort => $port, ReuseAddr => 1) or die;
      while (my $client = $server->accept) { close $client }' "$(cut -d: -f2 <<<"$2")"
    ;;
  *)
    echo "$name: no such program" >&2
    exit 5
    ;;
esac
