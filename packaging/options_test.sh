#!/bin/bash
# The manual and the completions know the options that the program knows.
#   options_test.sh PROGRAM measure-exec.1 measure-exec.bash measure-exec.zsh measure-exec.fish
set -u
program=$1
manual=$2
completion=$3
zsh_completion=$PWD/$4
fish_completion=$PWD/$5
failures=0

expect() { # WHAT EXPECTED FOUND
  if [[ $2 == "$3" ]]; then
    echo "ok: $1"
  else
    printf 'FAILED: %s: expected:\n%s\nfound:\n%s\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

# A line each, "--config=" where a value follows.
known=$("$program" --help | sed -n 's/^  \(-h, \)\{0,1\}\(--[a-z-]*=\{0,1\}\).*/\2/p' | sort)
expect 'options that are known' 1 "$((${#known} > 50))"

documented=$(sed -n '/^\.SH OPTIONS/,/^\.SH CONFIGURATION/p' "$manual" |
  sed -n 's/\\-/-/g; s/^\.BR\{0,1\} \(-h ,\\~ \)\{0,1\}\(--[a-z-]*\)\( =\)\{0,1\}.*/\2\3/p' |
  tr -d ' ' | sort)
expect 'options in the manual' "$known" "$documented"

# Likewise in the synopsis, in any order and some of them twice.
mentioned=$(sed -n '/^\.SH SYNOPSIS/,/^\.SH DESCRIPTION/p' "$manual" |
  sed 's/\\-/-/g' | grep -o -e '--[a-z-]*\( =\)\{0,1\}' | tr -d ' ' | sort -u)
expect 'options in the synopsis' "$known" "$mentioned"

# "--name" or, where a value follows, "--name=": from '--name=[...' and from
# "-l name -x ...".
expect 'options that zsh completes' "$known" \
  "$(sed -n "s/^ *'\(--[a-z-]*=\{0,1\}\)\[.*/\1/p" "$zsh_completion" | sort)"
expect 'options that fish completes' "$known" \
  "$(sed -n 's/.* -l \([a-z-]*\) \(-[rx]\)\{0,1\}.*/--\1\2/p' "$fish_completion" |
    sed 's/--\(.*\)-[rx]$/--\1=/' | sort)"

# The shells themselves, where there are some.
if command -v zsh >/dev/null; then
  expect 'zsh reads its completion' '' "$(zsh -f -n "$zsh_completion" 2>&1)"
else
  echo 'skipped: no zsh here'
fi
if command -v fish >/dev/null; then
  mkdir "$TEST_TMPDIR/home" || exit 1
  expect 'fish completes an option' --dry-run "$(HOME=$TEST_TMPDIR/home fish --no-config -c '
    source $argv[1]
    complete -C "measure-exec --dr"' "$fish_completion" 2>&1 | cut -f 1)"
else
  echo 'skipped: no fish here'
fi

source "$completion" || exit 1
complete_at_end() { # WORD...: the last is what is being completed
  COMP_WORDS=(measure-exec "$@")
  COMP_CWORD=$#
  COMPREPLY=()
  _measure_exec measure-exec "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
  printf '%s\n' "${COMPREPLY[@]}" | sort
}

expect 'what is registered' 'complete -F _measure_exec measure-exec' "$(complete -p measure-exec)"
expect 'all options' "$known" "$(complete_at_end -)"
expect 'one option' --dry-run "$(complete_at_end --config file --d | grep dry)"
expect 'options that begin alike' $'--delay=\n--describe\n--dry-run' "$(complete_at_end --d)"
expect 'no option' '' "$(complete_at_end --x)"
expect 'an application' '' "$(complete_at_end --verbose '')"

mkdir "$TEST_TMPDIR/files" && cd "$TEST_TMPDIR/files" && mkdir directory && touch 'my file.yaml' mine.yaml other || exit 1
expect 'any file' $'directory\nmine.yaml\nmy file.yaml\nother' "$(complete_at_end --config '')"
expect '--config FILE' $'mine.yaml\nmy file.yaml' "$(complete_at_end --config m)"
expect '--config=FILE as three words' $'mine.yaml\nmy file.yaml' "$(complete_at_end --config = m)"
expect '--config= as two words' $'directory\nmine.yaml\nmy file.yaml\nother' \
  "$(complete_at_end --config =)"
expect '--config=FILE as one word' --config=other "$(complete_at_end --config=o)"

((failures == 0))
