#!/bin/sh
# What the awk programs make of changelog, help, licences and tables of keys, and that
# they refuse what they would get wrong.
#   generators_test.sh changelog.awk completions.awk copyright.awk man_keys.awk
set -u
changelog=$PWD/$1
completions=$PWD/$2
copyright=$PWD/$3
man_keys=$PWD/$4
failures=0
cd "$TEST_TMPDIR" || exit 1

expect() { # WHAT EXPECTED FOUND
  if [ "$2" = "$3" ]; then
    echo "ok: $1"
  else
    printf 'FAILED: %s: expected:\n%s\nfound:\n%s\n' "$1" "$2" "$3"
    failures=$((failures + 1))
  fi
}

debian_changelog() {
  awk -v package=p -v version=1.1.0 -v maintainer='M <m@a.example>' -f "$changelog" CHANGELOG.md
}

echo "== changelog"
cat >CHANGELOG.md <<'CHANGELOG'
# Changelog

What is said before the first section is left out.

## [Unreleased]

### Added

* `--option`, a long item that goes on and on and on and on and on and on and on
  in another line.
- One with another bullet.

### Fixed

* A mistake.

## [1.0.0] - 2024-02-29

### Added

* Everything.

[1.0.0]: https://a.example/v1.0.0
CHANGELOG
expect 'what is not released, and what is' 'p (1.1.0) UNRELEASED; urgency=medium

  * Added: --option, a long item that goes on and on and on and on and on and
    on and on in another line.
  * Added: One with another bullet.
  * Fixed: A mistake.

 -- M <m@a.example>  Wed, 01 Jan 2020 00:00:00 +0000

p (1.0.0) unstable; urgency=medium

  * Added: Everything.

 -- M <m@a.example>  Thu, 29 Feb 2024 00:00:00 +0000' "$(debian_changelog)"

printf '## [Unreleased]\n\n## [1.1.0] - %s\n\n* Something.\n' 2026-01-31 >CHANGELOG.md
expect 'an empty section is none' 'p (1.1.0) unstable; urgency=medium' \
  "$(debian_changelog | head -n 1)"
for date in '2026-01-31 Sat, 31 Jan 2026' '2026-03-01 Sun, 01 Mar 2026' \
  '2000-02-28 Mon, 28 Feb 2000' '2027-12-31 Fri, 31 Dec 2027'; do
  printf '## [1.1.0] - %s\n\n* Something.\n' "${date%% *}" >CHANGELOG.md
  expect "the day of ${date%% *}" "${date#* } 00:00:00 +0000" \
    "$(debian_changelog | sed -n 's/^ -- .*>  //p')"
done
echo '# Changelog' >CHANGELOG.md
expect 'nothing is an error' 'changelog.awk: no items in CHANGELOG.md' "$(debian_changelog 2>&1)"

apache() { # URL
  printf '\n                Apache License\n        %s\n\n   1. Words of it.\n\n' "$1"
  printf '   END OF TERMS AND CONDITIONS\n'
}
appendix() {
  printf '\n   APPENDIX: How to apply the Apache License to your work.\n\n   Words.\n'
  printf '   limitations under the License.\n'
}

echo "== copyright"
apache http://apache.example/ >LICENSE
printf 'Copyright Me\n\nDo as you like.\n' >mine
{
  echo 'With the appendix.'
  apache https://apache.example/
  appendix
  echo 'And what follows it.'
} >whole
expect 'texts, and notes in place of long ones' '
Mine 1, from a.example
----------------------

Copyright Me

Do as you like.

Whole
-----

With the appendix.

    [The text of the Apache License, Version 2.0.]

And what follows it.' \
  "$(awk -f "$copyright" LICENSE 'title=Mine 1, from a.example' mine title=Whole whole)"
sed 's/Words of it/Other words/' LICENSE >changed
awk -f "$copyright" LICENSE title=Changed changed >output 2>message
expect 'another text of that name is an error' 1 $?
expect 'that tells where' \
  'copyright.awk: changed: another text of the Apache License than LICENSE has' "$(cat message)"
sed '/END OF/d' LICENSE >half
awk -f "$copyright" LICENSE title=Half half >output 2>&1
expect 'half a text is an error' 1 $?

echo "== keys"
key_table() { # ROW...
  echo '| before | the | table | `x` |'
  echo '<!-- key table: begin -->'
  printf '%s\n' '### The `section`' '' '| key | type | default | meaning |' '| --- | --- | --- | --- |'
  printf '%s\n' "$@" '<!-- key table: end -->' '| after | the | table | `x` |'
}
key_table '| `a-key` | int ≥ 0 | `0` | It is \$0, a \ and a-b. |' \
  '| `other` | text | required | .A dot, and then so many words that the line has to be broken somewhere, as here. |' >keys.md
expect 'sections and keys' '.SS The section
.TP
.B a\-key
It is $0, a \e and a\-b.
(int \(>= 0; default: 0)
.TP
.B other
\&.A dot, and then so many words that the line has to be broken somewhere, as
here.
(text; required)' "$(awk -f "$man_keys" keys.md)"
key_table '| `key` | int | Its meaning. |' >keys.md
awk -f "$man_keys" keys.md >output 2>&1
expect 'a row of another form is an error' 1 $?
echo 'No table.' >keys.md
awk -f "$man_keys" keys.md >output 2>&1
expect 'no keys are an error' 1 $?

echo "== completions"
cat >help <<'HELP'
Usage: program --not-an-option

Options:
  --config=FILE   The file. Without it: another.
  --dir=DIR       It's [a\b] place: here.
  --a-long-option=DURATION
                  Of two
                  lines.
  -h, --help      Print this.

End:
  --no-option     Not this.
HELP
expect 'for zsh' "#compdef measure-exec
# Made of measure-exec --help.
_arguments \\
  '--config=[The file]:FILE:_files' \\
  '--dir=[It'\\''s \\[a\\\\b\\] place\\: here]:DIR:_files -/' \\
  '--a-long-option=[Of two lines]:DURATION: ' \\
  '-h[Print this]' \\
  '--help[Print this]' \\
  '1:application: '" "$(awk -v shell=zsh -f "$completions" help)"
expect 'for fish' "# Made of measure-exec --help.
complete -c measure-exec -f
complete -c measure-exec -l config -r -F -d 'The file'
complete -c measure-exec -l dir -x -a '(__fish_complete_directories)' -d 'It\\'s [a\\\\b] place: here'
complete -c measure-exec -l a-long-option -x -d 'Of two lines'
complete -c measure-exec -s h -l help -d 'Print this'" \
  "$(awk -v shell=fish -f "$completions" help)"
echo 'No options.' >help
awk -v shell=fish -f "$completions" help >output 2>&1
expect 'no options are an error' 1 $?

[ "$failures" = 0 ]
