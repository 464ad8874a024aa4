#!/bin/bash
# Looks at the reports of real runs in a real browser, Debian's chromium: nothing on the console, no request but the
# file's own, the policy in force, contrast, keyboard, first paint (check.mjs).
#
#   report/browser/run.sh [OUT [MEASURE]]
#
# The reports, screenshots and prints are left in the directory OUT (report-screenshots). Installs what is missing with
# apt-get, so that it wants root and a Debian 12 that may be thrown away. Builds the program first unless it is given.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$(realpath -m "${1:-report-screenshots}")
# shellcheck source=report/browser/setup.sh
. "$here/setup.sh"
measure=$(find_measure "${2-}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

# Runs measure with the arguments; its report is NAME.
run() { # NAME ARGUMENT...
  local name=$1
  shift
  mkdir "$work/$name"
  SHOP_MEMORY=$work/$name "$measure" --report="$work/$name/reports" "$@" >"$work/$name/out" 2>"$work/$name/err" || true
  keep "$name"
}

keep() { # NAME
  local page
  for page in "$work/$1"/reports/*/report.html; do
    if [[ ! -e $page ]]; then
      echo "no report of $1:" >&2
      cat "$work/$1/err" >&2
      exit 1
    fi
    cp "$page" "$out/$1.html"
    cp "${page%/*}/trace.json" "$out/$1.trace.json"
  done
}

echo 'running: success, failed, cancelled, killed, hostile'
run success --config="$here/shop.yaml" --run=10 --warmup=2 shop
sed 's/at_most: 500/at_most: 300/' "$here/shop.yaml" >"$work/failed.yaml"
run failed --config="$work/failed.yaml" --run=3 --warmup=1 shop
run hostile --config="$here/hostile.yaml" --run=0 '<script>alert(0)</script>'

for end in cancelled:TERM killed:KILL; do
  name=${end%:*}
  mkdir "$work/$name"
  SHOP_MEMORY=$work/$name "$measure" --report="$work/$name/reports" --config="$here/shop.yaml" --run=60 shop \
    >"$work/$name/out" 2>"$work/$name/err" &
  until grep -qs '"event":"samples"' "$work/$name"/reports/*/events.jsonl; do sleep 0.1; done
  kill "-${end#*:}" $!
  wait $! || true
  [[ $name != killed ]] || "$measure" --render "$work/$name"/reports/*/events.jsonl >/dev/null
  keep "$name"
done

echo 'running: 10,000 tasks'
{
  printf 'exec:\n'
  for stage in pre start stop post; do
    printf '  %s:\n' "$stage"
    for ((i = 0; i < 2500; ++i)); do
      printf '    - {name: "%s task %d", shell_exec: "echo output of %d; exit %d"%s}\n' "$stage" $i $i $((i % 500 == 3)) \
        ', ignore_exitcode: true'
    done
  done
} >"$work/many.yaml"
run many --config="$work/many.yaml" --run=2 shop

mkdir "$work/recorded"
cp "$root/report/testdata/shop.jsonl" "$work/recorded/events.jsonl"
"$measure" --render="$work/recorded/events.jsonl" >/dev/null
cp "$work/recorded/report.html" "$out/recorded.html"

size=$(stat -c %s "$out/many.html")
echo "report.html of 10,000 tasks: $size bytes"
((size < 5000000))
node "$here/check.mjs" "$out" "$out"/{success,failed,cancelled,killed,hostile,many,recorded}.html
