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

# A cluster with one job array of four parts, which begins with the second look
# at it. RECIPE_STATE/left is there while it waits or runs.
slurm() { # ARGUMENT...
  local left=$RECIPE_STATE/left
  case $name in
    sbatch)
      [[ $* =~ --output[=\ ]([^ ]+) ]] || exit 6
      submit "${BASH_REMATCH[1]}"
      : >"$left"
      echo 7
      ;;
    scancel) rm -f "$left" ;;
    squeue)
      case " $* " in
        *' --states BOOT_FAIL,'*) [[ ! -e $RECIPE_STATE/failed ]] || echo '7_1 FAILED cannot do it' ;;
        *' --states PENDING,'*) parts 'None\nDependency' Dependency '' '' ;;
        *' --states all '*)
          parts 'PENDING None' 'RUNNING None\nRUNNING None' 'COMPLETED None\nCOMPLETED None' \
            'COMPLETED None\nFAILED cannot do it'
          ;;
        *) [[ ! -e $left ]] || echo '7_[0-3] load servo servo R 0:01 4 node[0-3]' ;;
      esac
      ;;
  esac
}

submit() { # OUTPUT
  local part
  [[ $1 != *.sum ]] || printf 'parts 4\nthroughput 408\nfailed 0\nworst_p99 90\n' >"$1"
  [[ $1 != *%a* ]] || for part in 0 1 2 3; do
    sed "s/@PART@/$part/" "$RECIPE_TESTDATA/slurm.out" >"${1//%a/$part}"
  done
}

parts() { # WAITING RUNNING OVER FAILED: prints what there is now
  local looks
  echo look >>"$RECIPE_STATE/looks"
  looks=$(wc -l <"$RECIPE_STATE/looks")
  [[ $looks -lt 4 || $RECIPE_MODE == ok ]] || : >"$RECIPE_STATE/started"
  if ((looks == 1)); then
    echo -e "$1"
  elif [[ $RECIPE_MODE == fail && $looks -gt 3 ]]; then
    : >"$RECIPE_STATE/failed"
    rm -f "$RECIPE_STATE/left"
    echo -e "$4"
  elif [[ $RECIPE_MODE == ok && $looks -gt 5 ]]; then
    rm -f "$RECIPE_STATE/left"
    [[ -z $3 ]] || echo -e "$3"
  else
    echo -e "$2"
  fi
}

case $name in
  sbatch | scancel | squeue)
    slurm "$@"
    exit
    ;;
esac

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
