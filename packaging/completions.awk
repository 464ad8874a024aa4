# Makes a shell's completion out of what --help prints: of each option its name,
# the kind of its value and the first sentence of its description.
#   measure --help | awk -v shell=zsh|fish -f completions.awk

function first_sentence(text) {
  sub(/\. .*/, "", text)
  sub(/\.$/, "", text)
  return text
}

function zsh_quoted(text) {
  gsub(/\\/, "&&", text)
  gsub(/\[/, "\\[", text)
  gsub(/\]/, "\\]", text)
  gsub(/:/, "\\:", text)
  gsub(/'/, "'\\''", text)
  return text
}

function fish_quoted(text) {
  gsub(/[\\']/, "\\\\&", text)
  return text
}

function zsh_action(value) {
  if (value ~ /^DIR/) return "_files -/"
  return value ~ /^(FILE|EVENTS|PATH)/ ? "_files" : " "
}

function fish_action(value) {
  if (value ~ /^DIR/) return " -x -a '(__fish_complete_directories)'"
  return value ~ /^(FILE|EVENTS|PATH)/ ? " -r -F" : " -x"
}

function print_option(    text) {
  if (name == "") return
  text = first_sentence(description)
  if (shell == "zsh") {
    text = "[" zsh_quoted(text) "]"
    if (value != "") text = "=" text ":" value ":" zsh_action(value)
    if (letter != "") printf "  '-%s%s' \\\n", letter, text
    printf "  '--%s%s' \\\n", name, text
  } else {
    printf "complete -c measure-exec%s -l %s%s -d '%s'\n",
           letter == "" ? "" : " -s " letter, name,
           value == "" ? "" : fish_action(value), fish_quoted(text)
  }
  name = ""
}

BEGIN {
  if (shell == "zsh") {
    print "#compdef measure-exec"
    print "# Made of measure-exec --help."
    print "_arguments \\"
  } else {
    print "# Made of measure-exec --help."
    print "complete -c measure-exec -f"
  }
}

/^Options:/ { in_options = 1; next }
in_options && /^$/ { in_options = 0 }

in_options && /^  (-[a-z], )?--/ {
  print_option()
  letter = $1 ~ /^-[a-z],$/ ? substr($1, 2, 1) : ""
  match($0, /--[a-z-]+(=[A-Z_]+)?/)
  name = substr($0, RSTART + 2, RLENGTH - 2)
  description = substr($0, RSTART + RLENGTH)
  sub(/^ +/, "", description)
  value = ""
  if (name ~ /=/) {
    value = name
    sub(/.*=/, "", value)
    sub(/=.*/, "", name)
  }
  options++
  next
}

in_options {
  line = $0
  sub(/^ +/, "", line)
  description = description (description == "" ? "" : " ") line
}

END {
  print_option()
  if (shell == "zsh") print "  '1:application: '"
  if (!options) exit 1
}
