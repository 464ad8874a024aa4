# Makes compile_commands.json (clang's "JSON Compilation Database") of what
# `bazel aquery` tells in text of CppCompile actions: of each source of this
# workspace the language, the definitions and the directories of headers.
# Libraries' headers are marked as system headers, whose warnings are theirs.
#   awk -v workspace=DIR -v output_base=DIR -v execution_root=DIR

function absolute(path) {
  if (path ~ /^external\//) return output_base "/" path
  if (path ~ /^bazel-out\//) return execution_root "/" path
  return path
}

function unquoted(word) {
  if (word ~ /^'.*'$/) word = substr(word, 2, length(word) - 2)
  return word
}

function json(text) {
  gsub(/\\/, "\\\\", text)
  gsub(/"/, "\\\"", text)
  return "\"" text "\""
}

function add(word) { arguments = arguments ", " json(word) }

function add_directory(path) {
  add(path ~ /external\// ? "-isystem" : "-iquote")
  add(absolute(path))
}

BEGIN { print "[" }

/^  Command Line:/ {
  in_command = 1
  arguments = "\"clang++\""
  pending = source = ""
  next
}

in_command {
  word = $1
  last = word ~ /\)$/ && $2 != "\\"
  if (last) sub(/\)$/, "", word)
  word = unquoted(word)
  if (pending == "-c") {
    source = word
  } else if (pending != "") {
    add_directory(word)
  } else if (word ~ /^-D/ && word !~ /^-D__(DATE|TIME|TIMESTAMP)__/) {
    add(word)
  } else if (word ~ /^-std=/) {
    standard = word
  } else if (word ~ /^-I./) {
    add_directory(substr(word, 3))
  }
  pending = word ~ /^(-iquote|-isystem|-I|-c)$/ ? word : ""
  if (last) {
    in_command = 0
    # The first of a source that is compiled for several targets.
    if (source ~ /\.cc$/ && source !~ /^(external|bazel-out)\// &&
        !(source in seen)) {
      seen[source] = 1
      add(standard)
      add("-c")
      add(source)
      printf "%s{\"directory\": %s, \"file\": %s, \"arguments\": [%s]}",
             separator, json(workspace), json(source), arguments
      separator = ",\n"
    }
  }
}

END { print "\n]" }
