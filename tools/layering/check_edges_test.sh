#!/bin/sh
# The checker passes what the layers allow and names what they forbid.
set -u
graph=$TEST_TMPDIR/graph
failures=0

check() {
  awk -f tools/layering/check_edges.awk "$graph" >"$TEST_TMPDIR/output"
}

fail() {
  echo "FAILED: $1; the checker said:"
  cat "$TEST_TMPDIR/output"
  failures=$((failures + 1))
}

# passes WHAT, with the graph on stdin
passes() {
  cat >"$graph"
  check || fail "$1"
}

# refuses WHAT MESSAGE, with the graph on stdin
refuses() {
  cat >"$graph"
  if check; then
    fail "$1"
  elif ! grep -qF -e "$2" "$TEST_TMPDIR/output"; then
    fail "$1: expected '$2'"
  fi
}

passes 'edges that point down' <<'GRAPH'
digraph mygraph {
  node [shape=box];
  "//cmd:measure"
  "//cmd:measure" -> "//stages:engine"
  "//stages:engine" -> "//exec:runner"
  "//stages:engine" -> "@com_google_absl//absl/time:time"
  "//exec:runner" -> "//exec:command"
  "//exec:runner" -> "//base:captured"
  "@com_google_absl//absl/time:time" -> "@com_google_absl//absl/base:base"
}
GRAPH

refuses 'exec that uses http' \
  '//exec:runner must not depend on //http:client: exec may use only base' <<'GRAPH'
  "//cmd:measure" -> "//exec:runner"
  "//exec:runner" -> "//http:client"
GRAPH

refuses 'http that uses exec' '//http:fetch must not depend on //exec:run' <<'GRAPH'
  "//http:fetch" -> "//exec:run"
GRAPH

refuses 'stages that use the protocol' \
  '//stages:engine must not depend on //protocol:driver' <<'GRAPH'
  "//stages:engine" -> "//protocol:driver"
GRAPH

for folder in cmd config exec http report stages; do
  refuses "protocol that uses $folder" \
    "//protocol:driver must not depend on //$folder:x" <<GRAPH
  "//protocol:driver" -> "//$folder:x"
GRAPH
  refuses "jsonpath that uses $folder" 'jsonpath may use only base' <<GRAPH
  "//jsonpath:path" -> "//$folder:x"
GRAPH
  refuses "base that uses $folder" 'base may use no other folder' <<GRAPH
  "//base:loop" -> "//$folder:x"
GRAPH
done

refuses 'a folder within a folder' '//http/testing:server must not depend on //exec:run' <<'GRAPH'
  "//http/testing:server" -> "//exec:run"
GRAPH

refuses 'a node of several labels' '//base:b must not depend on //exec:run' <<'GRAPH'
  "//base:a\n//base:b" -> "//exec:run\n//exec:runner"
GRAPH

refuses 'a program that uses what only tests may' \
  '//cmd:measure must not depend on //testdata:script' <<'GRAPH'
  "//cmd:measure" -> "//testdata:script"
GRAPH

refuses 'a folder without a place' 'the folder misc has no place among the layers' <<'GRAPH'
  "//misc:a" -> "//base:loop"
GRAPH

refuses 'no graph at all' 'no edge between folders' </dev/null

[ "$failures" = 0 ]
