# Reads the edges of a dependency graph as `bazel query --output=graph` writes
# them, "FROM" -> "TO", and fails on one that the layers forbid.

BEGIN {
  # FOLDER: what it may depend on, apart from itself.
  allowed["base"] = ""
  allowed["exec"] = "base"
  allowed["http"] = "base"
  allowed["protocol"] = "base"
  allowed["yaml"] = "base"
  allowed["jsonpath"] = "base"
  allowed["plan"] = "base exec http jsonpath"
  allowed["config"] = "base exec http jsonpath plan yaml"
  allowed["stages"] = "base exec http jsonpath plan"
  allowed["report"] = "base exec http jsonpath plan stages"
  allowed["cmd"] = "base config exec http plan protocol report stages yaml"

  why["base"] = "it is below everything"
  why["exec"] = "processes know nothing of requests, configuration or stages"
  why["http"] = "requests know nothing of processes, configuration or stages"
  why["protocol"] = "the servo core's protocol serves any driver"
  why["yaml"] = "it reads any driver's section"
  why["jsonpath"] = "a path knows of JSON and of nothing else"
  why["plan"] = "it is data: no YAML, no curl, no processes"
  why["config"] = "what a file says does not depend on who carries it out"
  why["stages"] = "a run does not know who asked for it"
  why["report"] = "it words what a run tells and starts nothing"
  why["cmd"] = "it composes the layers and needs nothing else"

  # Not layers: compiled in by anyone.
  neutral["third_party"] = neutral["tools"] = 1

  edges = bad = 0
}

# The folder of a label of this workspace; "" for other repositories.
function folder(label) {
  if (label !~ /^\/\/[^:]/) return ""
  sub(/^\/\//, "", label)
  sub(/[\/:].*/, "", label)
  return label
}

function complain(text) {
  print "layering: " text
  bad++
}

{
  # A node may be several labels, joined by "\n", which have the same edges.
  line = $0
  if (line !~ /" -> "/) next
  sub(/^ *"/, "", line)
  sub(/" *$/, "", line)
  split(line, ends, /" -> "/)
  from_count = split(ends[1], from, /\\n/)
  to_count = split(ends[2], to, /\\n/)
  for (i = 1; i <= from_count; i++) {
    for (j = 1; j <= to_count; j++) check(from[i], to[j])
  }
}

function check(from, to,    a, b) {
  a = folder(from)
  b = folder(to)
  if (a == "" || b == "" || a == b || a in neutral || b in neutral) return
  edges++
  if (!(a in allowed)) {
    complain(from ": the folder " a " has no place among the layers (tools/layering)")
  } else if (index(" " allowed[a] " ", " " b " ") == 0) {
    complain(from " must not depend on " to ": " a " may use " \
             (allowed[a] == "" ? "no other folder" : "only " allowed[a]) "; " why[a])
  }
}

END {
  if (edges == 0) complain("no edge between folders: not a graph of this workspace?")
  if (bad == 0) print "layering: " edges " edges between folders, all allowed"
  exit bad > 0
}
