#!/bin/bash
# recipes_test.sh MEASURE FAKE_TOOL FAKE_SERVICE FAKE_JOBS FAKE_QUERIES TESTDATA PARITY
# RECIPE...: each recipe passes --check without a warning, and runs against a stand-in
# of its program or service: to the end, with the metrics of TESTDATA; with one that
# fails; with a cancel. Nothing of it is left afterwards, and no secret is shown. A
# batch job that outlasts the window fails. What PARITY tells of recipes is what they
# have.
set -u
umask 022
measure=$PWD/$1
fake_tool=$PWD/$2
fake_service=$PWD/$3
fake_jobs=$PWD/$4
fake_queries=$PWD/$5
export RECIPE_TESTDATA=$PWD/$6
parity=$7
shift 7
readonly MODES='ok fail stay'
work=$TEST_TMPDIR/recipes
mkdir -p "$work/bin" || exit 1

fail() { # WHAT [FILE]
  echo "FAILED: $1"
  [[ $# -lt 2 ]] || sed 's/^/    /' "$2"
  exit 1
}

for tool in ab autocannon fio hey hyperfine iperf3 k6 nightly.sh openvpn pgbench redis-benchmark \
  sbatch scancel siege squeue ssh sysbench vegeta wrk; do
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

# A recipe on stdin, whose secrets are in a folder of this test.
with_secrets() {
  sed "s|{file: /|{file: $work/secrets/|"
}

# Makes the files of a recipe's secrets, in a folder of this test.
make_secrets() { # RECIPE
  local file
  while read -r file; do
    mkdir -p "$work/secrets$(dirname "$file")"
    printf 'secret of %s\n' "$(basename "$file")" >"$work/secrets$file" || return 1
  done < <(sed -n 's/^    [a-z_]*: {file: \(\/[^}]*\)}$/\1/p' "$1")
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
    *buildbot.yaml | *jenkins.yaml | *kubernetes.yaml | *slurmrestd.yaml)
      perl "$fake_jobs" "$(basename "$1" .yaml)" "$2/port" "$2" &
      service=$!
      wait_for "$2/port" || return 1
      sed -E -e "s|^    host: .*|    host: 127.0.0.1:$(<"$2/port")|" -e 's|https://|http://|' \
        -e 's|verify: /.*|verify: true|' -e 's/every: 5s/every: 0.2s/' "$1"
      ;;
    *slurm.yaml | *slurm-many.yaml)
      mkdir "$2/shared"
      sed -e "s|/shared|$2/shared|g" -e 's/every: 5s/every: 0.2s/' "$1"
      ;;
    *datadog.yaml | *newrelic.yaml | *prometheus.yaml | *wavefront.yaml)
      perl "$fake_queries" "$2/port" "$RECIPE_MODE" &
      service=$!
      wait_for "$2/port" || return 1
      # They are asked after the window, which something has to begin.
      sed -E -e "s/[a-z]+:9090/127.0.0.1:$(<"$2/port")/" -e 's/"120"/"0"/' \
        -e "s|https://[a-z.]+/|http://127.0.0.1:$(<"$2/port")/|" -e 's/retry_delay: 20/retry_delay: 0.1/' \
        -e 's/^  stop:/  start:\n    - exec: [touch, started]\n  stop:/' "$1"
      ;;
    *ssh-tunnel.yaml) sed -e "s/18080/$(free_port)/" -e 's/retry_delay: 5/retry_delay: 0.1/' "$1" ;;
    *) sed -e 's|/opt/jobs/||' -e 's/retry_delay: 5/retry_delay: 0.1/' "$1" ;;
  esac >"$2/adapted" && with_secrets <"$2/adapted" >"$2/config.yaml"
}

# Of an answer: a line "name value unit" for each metric, and for each point of a
# series a line "name/id value unit", if its time is within the run.
metrics_of() { # FILE BEGIN
  tail -n 1 "$1" | perl -MJSON::PP -e '
    my $begin = shift;
    my $metrics = decode_json(join "", <STDIN>)->{metrics};
    for my $name (sort keys %$metrics) {
      my $metric = $metrics->{$name};
      print "$name $metric->{value} $metric->{unit}\n" if exists $metric->{value};
      for my $series (@{$metric->{values} || []}) {
        for (@{$series->{data}}) {
          print "$name/$series->{id} ",
            ($_->[0] >= $begin && $_->[0] <= time ? "" : "at $_->[0]: "), "$_->[1] $metric->{unit}\n";
        }
      }
    }' "$2"
}

# Equal but for the last digits of a mean. Lines of one name are in order.
compare() { # EXPECTED FOUND
  awk '{ name = $1 " " ++line[FILENAME, $1] }
    NR == FNR { value[name] = $2; unit[name] = $3; ++expected; next }
    { $1 = name; $0 = $0; ++found }
    { off = $3 - value[name]; size = value[name] < 0 ? -value[name] : value[name] }
    unit[name] != $4 || $3 !~ /^[-0-9.e+]+$/ { print "wrong: " $0; wrong = 1; next }
    value[name] != "*" && (off > size * 1e-9 || off < -size * 1e-9) { print "wrong: " $0; wrong = 1 }
    END { if (found != expected) print found " metrics, not " expected
      exit wrong || found != expected }' "$1" "$2"
}

run() { # RECIPE, in RECIPE_MODE
  local name folder code duration=600 pid begin
  service='' driver=''
  trap 'kill $service $driver 2>/dev/null' EXIT # whatever fails
  name=$(basename "$1" .yaml)
  folder=$work/$name.$RECIPE_MODE
  mkdir "$folder" && : >"$folder/pids" || exit 1
  export RECIPE_STATE=$folder
  adapt "$1" "$folder" || fail "$name: cannot be adapted"

  # The fail mode of a sampler is a window without a sample; queries come after the window.
  case $name.$RECIPE_MODE in
    *.ok | service-metrics.fail | datadog.fail | newrelic.fail | prometheus.fail | wavefront.fail)
      duration=3
      ;;
    *.long) duration=1 ;;
  esac
  printf '{"control":{"duration":%s}}' "$duration" >"$folder/input"
  begin=$(date +%s)
  (cd "$folder" && exec "$measure" --config config.yaml app) \
    <"$folder/input" >"$folder/lines" 2>"$folder/stderr" &
  driver=$!
  if [[ $RECIPE_MODE == stay ]]; then
    wait_for "$folder/started" || fail "$name: has not started" "$folder/lines"
    kill -USR1 "$driver"
  fi
  wait "$driver"
  code=$?
  driver=''
  [[ -z $service ]] || kill "$service"

  case $RECIPE_MODE in
    ok)
      ((code == 0)) || fail "$name: exit code $code" "$folder/lines"
      metrics_of "$folder/lines" "$begin" >"$folder/found"
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
    long)
      ((code == 1)) && grep -q 'timed out' "$folder/lines" ||
        fail "$name: outlasted the window with exit code $code" "$folder/lines"
      ;;
    stay) ((code == 3)) || fail "$name: cancelled with exit code $code" "$folder/lines" ;;
  esac
  [[ ! -e $folder/left ]] || fail "$name ($RECIPE_MODE): a job is left"
  ! grep -q 'secret of' "$folder/lines" "$folder/stderr" ||
    fail "$name ($RECIPE_MODE): shows a secret" "$folder/lines"
  while read -r pid; do
    ! kill -0 "$pid" 2>/dev/null || fail "$name ($RECIPE_MODE): $pid is left"
  done <"$folder/pids"
}

for recipe in "$@"; do
  make_secrets "$recipe" || fail "$recipe: its secrets"
  with_secrets <"$recipe" | "$measure" --check --strict - >"$work/check" 2>&1 ||
    fail "$recipe: --check" "$work/check"
done

# The table of docs/migrating.md for each driver that had one: the recipe's names and units.
check_parity() { # RECIPE
  awk -F ' *[|] *' -v heading=": \`$(basename "$1")\`" '
    /^#/ { here = index($0, heading); tables = 0 }
    here && /^[|] ---/ { ++tables }
    here && tables == 1 && NF == 6 && $4 ~ /^`/ {
      names = split($4, name, /, */)
      for (i = 1; i <= names; i++) { gsub("`", "", name[i]); print name[i], $5 }
    }' "$parity" | sort >"$work/told"
  cp "$1" "$work/config.yaml" && chmod 644 "$work/config.yaml" || return 1
  "$measure" --config="$work/config.yaml" --describe app | perl -MJSON::PP -e '
    my $metrics = decode_json(join "", <STDIN>)->{metrics};
    print "$_ $metrics->{$_}{unit}\n" for keys %$metrics' | sort >"$work/described"
  [[ -s $work/told ]] && diff "$work/told" "$work/described"
}

for recipe in "$@"; do
  case $recipe in
    *ab.yaml | *batch.yaml) check_parity "$recipe" || fail "$recipe: $parity tells something else" ;;
  esac
done

# Many at once, for most of it is waiting; not all, lest a stand-in begin too late for its window.
jobs=()
for recipe in "$@"; do
  [[ $recipe == *batch.yaml ]] && modes="$MODES long" || modes=$MODES
  for RECIPE_MODE in $modes; do
    export RECIPE_MODE
    while (($(jobs -pr | wc -l) >= 24)); do wait -n; done
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
(($# >= 20 && failures == 0))
