# Makes sections of a man page from the tables of keys in docs/config.md, which
# are made from config/keys.h.

function man(text) {
  gsub(/\\\$/, "$", text)      # Markdown's escape
  gsub(/\\/, "\\e", text)
  gsub(/-/, "\\-", text)
  gsub(/≥/, "\\(>=", text)
  gsub(/`/, "", text)
  return text
}

# Prints a line of text as lines of at most 79 characters, none of which is
# taken for a request.
function fill(text,    n, word, i, line) {
  n = split(text, word, " ")
  for (i = 1; i <= n; i++) {
    if (line != "" && length(line) + 1 + length(word[i]) > 79) {
      print line
      line = ""
    }
    if (line == "" && word[i] ~ /^[.']/) word[i] = "\\&" word[i]
    line = line == "" ? word[i] : line " " word[i]
  }
  print line
}

# The cells of a row, from 1.
function cells(row, cell,    n) {
  sub(/^\| */, "", row)
  sub(/ *\|$/, "", row)
  n = split(row, cell, / *\| */)
  if (n != 4) {
    print "man_keys.awk: not a row of four cells: " row > "/dev/stderr"
    failed = 1
    exit
  }
}

/key table: begin/ { inside = 1; next }
/key table: end/ { inside = 0 }
!inside || /^$/ || /^\| (key|---) / { next }

/^### / {
  sub(/^### /, "")
  print ".SS " man($0)
  next
}

{
  cells($0, cell)
  print ".TP"
  print ".B " man(cell[1])
  fill(man(cell[4]))
  fill("(" man(cell[2]) "; " (cell[3] == "required" ? "required" : "default: " man(cell[3])) ")")
  keys++
}

END {
  if (!failed && !keys) {
    print "man_keys.awk: no keys in " FILENAME > "/dev/stderr"
    failed = 1
  }
  exit failed
}
