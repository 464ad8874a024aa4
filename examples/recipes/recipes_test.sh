#!/bin/bash
# recipes_test.sh MEASURE FAKE_TOOL FAKE_SERVICE TESTDATA RECIPE...: each recipe
# passes --check without a warning, and runs against a stand-in of its program:
# to the end, with the metrics of TESTDATA; with a program that fails; with a
# cancel. Nothing of it is left afterwards.
set -u
umask 022
measure=$PWD/$1
fake_tool=$PWD/$2
fake_service=$PWD/$3
export RECIPE_TESTDATA=$PWD/$4
shift 4
readonly MODES='ok fail stay'
work=$TEST_TMPDIR/recipes
mkdir -p "$work/bin" || exit 1

fail() { # WHAT [FILE]
  echo "FAILED: $1"
  [[ $# -lt 2 ]] || sed 's/^/    /' "$2"
  exit 1
}

for tool in ab autocannon fio hey hyperfine iperf3 k6 nightly.sh openvpn pgbench redis-benchmark \
  siege ssh sysbench vegeta wrk; do
  ln -s "$fake_tool" "$work/bin/$tool" || exit 1
done
export PATH=$work/bin:$PATH

wait_for() { # FILE
  local tries=0
  until [[ -e $1 ]]; do
    ((++tries < 1500)) || return 1
    sleep 0.02
  done
}

free_port() {
  perl -MIO::Socket::INET -e \
    'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'
}

# A recipe as somebody has adapted it: with this machine's addresses, and shorter times.
adapt() { # RECIPE FOLDER
  local port
  case $1 in
    *service-metrics.yaml)
      if [[ $RECIPE_MODE == fail ]]; then
        port=1
      else
        perl "$fake_service" "$RECIPE_TESTDATA/service-metrics.out" "$2/port" "$2" &
        service=$!
        wait_for "$2/port" || return 1
        port=$(<"$2/port")
      fi
      sed -e "s|http://shop:8080|http://127.0.0.1:$port|" -e 's/every: 5s/every: 0.2s/' "$1"
      ;;
    *ssh-tunnel.yaml) sed -e "s/18080/$(free_port)/" -e 's/retry_delay: 5/retry_delay: 0.1/' "$1" ;;
    *) sed -e 's|/opt/jobs/||' -e 's/retry_delay: 5/retry_delay: 0.1/' "$1" ;;
  esac >"$2/config.yaml"
}

# Of an answer: a line "name value unit" for each metric.
metrics_of() { # FILE
  tail -n 1 "$1" | sed -e 's/.*"metrics":{//' -e 's/},"annotations".*//' -e 's/},"/}\n"/g' |
    sed -E 's/^"([^"]*)":\{"unit":"([^"]*)","value":(.*)\}$/\1 \3 \2/'
}

# Equal but for the last digits of a mean.
compare() { # EXPECTED FOUND
  awk 'NR == FNR { value[$1] = $2; unit[$1] = $3; ++expected; next }
    { ++found; off = $2 - value[$1]; size = value[$1] < 0 ? -value[$1] : value[$1] }
    unit[$1] != $3 || $2 !~ /^[-0-9.e+]+$/ { print "wrong: " $0; wrong = 1; next }
    value[$1] != "*" && (off > size * 1e-9 || off < -size * 1e-9) { print "wrong: " $0; wrong = 1 }
    END { if (found != expected) print found " metrics, not " expected
      exit wrong || found != expected }' "$1" "$2"
}

run() { # RECIPE, in RECIPE_MODE
  local name folder code duration=600 service='' pid driver
  name=$(basename "$1" .yaml)
  folder=$work/$name.$RECIPE_MODE
  mkdir "$folder" && : >"$folder/pids" || exit 1
  export RECIPE_STATE=$folder
  adapt "$1" "$folder" || fail "$name: cannot be adapted"

  # The fail mode of a sampler is a window without a sample.
  [[ $RECIPE_MODE != ok && $name.$RECIPE_MODE != service-metrics.fail ]] || duration=2
  printf '{"control":{"duration":%s}}' "$duration" >"$folder/input"
  (cd "$folder" && exec "$measure" --config config.yaml app) \
    <"$folder/input" >"$folder/lines" 2>"$folder/stderr" &
  driver=$!
  if [[ $RECIPE_MODE == stay ]]; then
    wait_for "$folder/started" || fail "$name: has not started" "$folder/lines"
    kill -USR1 "$driver"
  fi
  wait "$driver"
  code=$?
  [[ -z $service ]] || kill "$service"

  case $RECIPE_MODE in
    ok)
      ((code == 0)) || fail "$name: exit code $code" "$folder/lines"
      metrics_of "$folder/lines" >"$folder/found"
      compare "$RECIPE_TESTDATA/$name.metrics" "$folder/found" >"$folder/different" || {
        cat "$folder/different" "$folder/found" >>"$folder/lines"
        fail "$name: other metrics than $name.metrics" "$folder/lines"
      }
      ;;
    fail)
      ((code == 1)) || fail "$name: failed with exit code $code" "$folder/lines"
      [[ $name == service-metrics ]] ||
        tail -n 1 "$folder/lines" | grep -Eq '"status":"failed".*cannot do it' ||
        fail "$name: does not say why it failed" "$folder/lines"
      ;;
    stay) ((code == 3)) || fail "$name: cancelled with exit code $code" "$folder/lines" ;;
  esac
  while read -r pid; do
    ! kill -0 "$pid" 2>/dev/null || fail "$name ($RECIPE_MODE): $pid is left"
  done <"$folder/pids"
}

for recipe in "$@"; do
  chmod go-w "$recipe" 2>/dev/null
  "$measure" --check --strict - <"$recipe" >"$work/check" 2>&1 || fail "$recipe: --check" "$work/check"
done

# All at once: most of it is waiting.
jobs=()
for recipe in "$@"; do
  for RECIPE_MODE in $MODES; do
    export RECIPE_MODE
    run "$recipe" >"$work/$(basename "$recipe").$RECIPE_MODE.log" 2>&1 &
    jobs+=($!)
  done
done
failures=0
for job in "${jobs[@]}"; do
  wait "$job" || failures=$((failures + 1))
done
cat "$work"/*.log
echo "$# recipes, ${#jobs[@]} runs, $failures failed"
(($# >= 16 && failures == 0))
