# Takes the YAML blocks and the commands of driver out of a page, Markdown or
# manual, each into a file of its own: FOLDER/LINE.yaml, FOLDER/LINE.sh, where
# LINE is the line of the page that it begins in. A part of a configuration gets
# what is missing around it.
#   awk -v folder=FOLDER -f blocks.awk PAGE

# Writes what stands in block[1..lines].
function write_yaml(    i, first, file, prefix, next_prefix, head) {
  for (i = 1; i <= lines; i++) {
    if (block[i] ~ /^(#.*|---.*|[ \t]*)$/) continue
    if (first == "") first = block[i]
    # A whole file, perhaps with anchors or another driver's section before.
    if (block[i] ~ /^exec:[ \t]*$/ || block[i] ~ /^exec: *[{&]/) first = "exec:"
  }
  head = ""
  if (first ~ /^- /) {
    head = "exec:\n  start:\n"
    prefix = next_prefix = "    "
  } else if (first ~ /^(pre|start|stop|post|secrets|values|report|stop_on_cancel|cleanup_timeout):/) {
    head = "exec:\n"
    prefix = next_prefix = "  "
  } else if (first ~ /^(name|exec|shell_exec|request|async|metrics|capture|expect|ready|await):/ &&
             first != "exec:") {
    head = "exec:\n  start:\n"
    prefix = "    - "
    next_prefix = "      "
  } else if (first ~ /^(url|method|headers|data|json|params|auth|verify|cert):/) {
    head = "exec:\n  start:\n    - request:\n"
    prefix = next_prefix = "        "
  }
  file = sprintf("%s/%d.yaml", folder, begin)
  printf "%s", head >file
  for (i = 1; i <= lines; i++) {
    if (block[i] ~ /^(#.*|[ \t]*)$/) {
      print block[i] >file
    } else {
      print prefix block[i] >file
      prefix = next_prefix
    }
  }
  close(file)
}

function write_command(text,    file) {
  file = sprintf("%s/%d.sh", folder, FNR)
  print text >file
  close(file)
}

# What is to be run: this driver, alone or fed with a request. Not a synopsis,
# where capitals stand for what people fill in and brackets for what they may
# leave out.
function is_command(text) {
  sub(/ #.*/, "", text)
  if (text ~ /[[]|[^$A-Z_][A-Z][A-Z_]+([^A-Z_=]|$)/) return 0
  return text ~ /^(measure|measure-exec|bazel-bin\/cmd\/measure) -/ ||
         text ~ /^printf .*\| *(measure|measure-exec|bazel-bin\/cmd\/measure) /
}

function unescaped(text) {
  gsub(/\\-/, "-", text)
  return text
}

# Markdown: fences, and lines that are indented by four.
/^ *```/ {
  if (in_block) {
    if (kind == "yaml") write_yaml()
    in_block = 0
  } else {
    in_block = 1
    kind = $0
    sub(/^ *```/, "", kind)
    begin = FNR + 1
    lines = 0
  }
  next
}

# The manual: examples.
/^\.EX/ { in_manual = 1; begin = FNR + 1; lines = 0; next }
/^\.EE/ {
  if (lines && block[1] ~ /^[a-z_-]+:/) write_yaml()
  in_manual = 0
  next
}

in_manual {
  block[++lines] = unescaped($0)
  if (is_command(block[lines])) write_command(block[lines])
  next
}

in_block {
  block[++lines] = $0
  if (kind ~ /^(sh|bash|console)?$/ && is_command($0)) write_command($0)
  next
}

/^    [^ ]/ {
  text = substr($0, 5)
  if (is_command(text)) write_command(text)
}

END {
  if (in_block || in_manual) {
    print FILENAME ":" begin ": a block without an end" >"/dev/stderr"
    exit 1
  }
}
