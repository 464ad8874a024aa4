#!/bin/bash
# What the documentation shows works: every YAML block is a configuration that
# --check accepts without a warning, and every command of this driver ends with 0.
#   examples_test.sh blocks.awk PROGRAM PAGE...
# A PAGE is Markdown or the manual, with blocks in it, or a YAML file.
#
# A block says what else is to happen, in comments before its first line:
#   # refused: TEXT   --check refuses it, and TEXT is in what it says
#   # warns: TEXT     --check accepts it with a warning, and TEXT is in that
#   # not checked: WHY
# Several such lines are several texts. A part of a configuration (tasks, a task,
# a request, a stage) gets what is missing around it: see blocks.awk. A block
# without the section exec is another driver's: it has to be YAML.
set -u
umask 022 # a configuration that others may write is refused
blocks=$PWD/$1
program=$PWD/$2
shift 2
failures=0
checked=0
ran=0

fail() { # PLACE WHAT [FILE]
  echo "FAILED: $1: $2"
  [[ $# -lt 3 ]] || sed 's/^/    /' "$3"
  failures=$((failures + 1))
}

# The texts after "# WORD: " at the head of a file.
head_says() { # FILE WORD
  awk -v word="$2" '
    /^[^#]/ && !/^(exec|  start|    - request):$/ { exit }
    index($0, "# " word ": ") == 1 { print substr($0, length(word) + 5) }' "$1"
}

# Beside those of files of secrets, which depend on the machine.
has_warnings() { # OUTPUT
  grep 'warning: ' "$1" | grep -Evq 'warning: (exec\.)?(secrets|values)\.'
}

check_yaml() { # PLACE FILE
  local place=$1 file=$2 output=$TEST_TMPDIR/output code text
  [[ -z $(head_says "$file" 'not checked') ]] || return 0
  chmod 644 "$file" || exit 1
  checked=$((checked + 1))
  "$program" --check --config="$file" >"$output" 2>&1 </dev/null
  code=$?
  if [[ -n $(head_says "$file" refused) ]]; then
    ((code == 1)) || fail "$place" 'accepted, but says that it is refused'
  elif ((code != 0)); then
    fail "$place" "--check ends with $code" "$output"
  elif [[ -z $(head_says "$file" warns) ]] && grep -q '^exec:' "$file" &&
    has_warnings "$output"; then
    fail "$place" 'a warning' "$output"
  fi
  while read -r text; do
    grep -qF -e "$text" "$output" || fail "$place" "--check does not say \"$text\"" "$output"
  done < <(head_says "$file" refused && head_says "$file" warns)

  # It kills the shell that runs it, whose command line has the pattern as well.
  if grep -v '^ *#' "$file" | grep -Eq 'shell_exec:.*(pkill|pgrep).* -[a-zA-Z]*f'; then
    fail "$place" 'pkill -f in a shell command; write exec: [pkill, -f, ...]' "$file"
  fi
}

# In a folder with the configurations that commands name.
run_command() { # PLACE FILE
  ran=$((ran + 1))
  sed -i -e 's|/servo/config.yaml|config.yaml|' -e 's/--run=10/--run=1/' "$2"
  (cd "$TEST_TMPDIR/workspace" && PATH=$PWD/bin:$PATH timeout 60 bash "$2") \
    >"$TEST_TMPDIR/output" 2>&1 </dev/null
  local code=$?
  ((code == 0)) || fail "$1" "$(cat "$2"): ends with $code" "$TEST_TMPDIR/output"
}

check_page() { # PAGE
  local page=$1 folder=$TEST_TMPDIR/blocks/$1 file line
  mkdir -p "$folder" || exit 1
  if [[ $page == *.yaml ]]; then
    cp "$page" "$folder/0.yaml" && check_yaml "$page" "$folder/0.yaml"
    return
  fi
  awk -v folder="$folder" -f "$blocks" "$page" || fail "$page" 'cannot be read'
  for file in "$folder"/*.yaml "$folder"/*.sh; do
    [[ -e $file ]] || continue
    line=$(basename "$file")
    case $file in
      *.yaml) check_yaml "$page:${line%.*}" "$file" ;;
      *.sh) run_command "$page:${line%.*}" "$file" ;;
    esac
  done
}

mkdir -p "$TEST_TMPDIR"/workspace/{bin,bazel-bin/cmd,testdata/demo} || exit 1
for name in bin/measure bin/measure-exec bazel-bin/cmd/measure; do
  ln -s "$program" "$TEST_TMPDIR/workspace/$name" || exit 1
done
for file in ab.yaml config.yaml testdata/demo/commands.yaml; do
  printf 'exec:\n  pre:\n    - exec: ["true"]\n' >"$TEST_TMPDIR/workspace/$file" || exit 1
done

for page in "$@"; do
  check_page "$page"
done
echo "$# pages: $checked configurations, $ran commands"
((checked >= 20 && ran >= 5)) || fail all 'too few were found'

# The test itself: what it must find wrong.
echo '== broken pages; failures below are expected'
cd "$TEST_TMPDIR" || exit 1
must_fail() { # WHAT, with the page on stdin
  local before=$failures
  rm -rf blocks/broken.md
  cat >broken.md
  check_page broken.md
  if ((failures > before)); then
    failures=$before
  else
    fail 'the test' "did not notice: $1"
  fi
}
must_fail 'a misspelt key of a task' <<'PAGE'
```yaml
- exec: [ls]
  timout: 3
```
PAGE
must_fail 'a request without its URL' <<'PAGE'
```yaml
request:
  method: GET
```
PAGE
must_fail 'a key without effect' <<'PAGE'
```yaml
start:
  - exec: [ls]
    give_up_if: [{from: exit_code, equals: 3}]
```
PAGE
must_fail 'what is accepted against its word' <<'PAGE'
```yaml
# refused: exec
- exec: [ls]
```
PAGE
must_fail 'what is refused for another reason' <<'PAGE'
```yaml
# refused: exec.start[0].timeout
- exec: [ls]
  retries: -1
```
PAGE
must_fail 'YAML that is none' <<'PAGE'
```yaml
magg: {a
```
PAGE
must_fail 'pkill -f in a shell' <<'PAGE'
```yaml
- shell_exec: pkill -INT -f load
```
PAGE
must_fail 'an option that is unknown' <<'PAGE'
    measure --chekc --config config.yaml
PAGE
must_fail 'a block without an end' <<'PAGE'
```yaml
exec: {}
PAGE

((failures == 0))
