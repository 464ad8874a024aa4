#!/bin/bash
# Makes the pictures of the README anew: docs/report.png, a report in Debian's chromium, and docs/live.svg, the live view
# as a terminal has shown it.
#
#   report/browser/pictures.sh [MEASURE]
#
# Installs what is missing with apt-get (root, a Debian 12 that may be thrown away). Builds the program unless it is given.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=report/browser/setup.sh
. "$here/setup.sh"
measure=$(find_measure "${1-}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

export SHOP_MEMORY=$work TERM=xterm
unset NO_COLOR
script -qec "stty cols 84 rows 30; '$measure' --config='$here/shop.yaml' --report='$work/reports' --run=12 --warmup=2 shop" \
  "$work/terminal" </dev/null >/dev/null
node "$here/pictures.mjs" "$work/terminal" "$work"/reports/*/report.html "$root/docs/live.svg" "$root/docs/report.png"
size=$(cat "$root/docs/live.svg" "$root/docs/report.png" | wc -c)
echo "docs/live.svg and docs/report.png: $size bytes"
((size < 300000))
