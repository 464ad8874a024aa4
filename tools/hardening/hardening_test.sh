#!/bin/sh
# The hardening of the program: what its ELF file says (elf(5); readelf and
# objdump are of binutils, which the compiler needs too), and what the kernel
# says of it while it runs.
#   hardening_test.sh PROGRAM STRIPPED_PROGRAM opt|unoptimized|sanitizer
set -u
program=$1
stripped=$2
build=$3
failures=0
PATH=$PATH:/usr/sbin:/sbin # of chroot
umask 022 # a configuration that others may write is refused

expect() { # WHAT COMMAND...: the command succeeds
  what=$1
  shift
  if "$@"; then
    echo "ok: $what"
  else
    echo "FAILED: $what"
    failures=$((failures + 1))
  fi
}

skip() { # WHAT WHY
  echo "skipped: $1: $2"
}

if [ "$build" = sanitizer ]; then
  skip 'everything' 'sanitizers need a dynamic program, which is never shipped'
  exit 0
fi

# Flags stand in one column for segments ("R E") and in another for sections
# ("AX"). Wide output: one line each.
segments=$TEST_TMPDIR/segments
sections=$TEST_TMPDIR/sections
symbols=$TEST_TMPDIR/symbols
export LC_ALL=C
readelf -W --program-headers "$program" >"$segments" &&
  readelf -W --section-headers "$program" >"$sections" &&
  readelf -W --symbols "$program" >"$symbols" || exit 1

has_segment() { grep -Eq "^ +$1 " "$segments"; }
has_no_segment() { ! has_segment "$1"; }
has_section() { grep -q " $1 " "$sections"; }

# The flags of segments, without blanks: "RE", "RW", "RWE".
flags_of() { # TYPE
  awk -v type="$1" '$1 == type {
    flags = ""
    for (i = 7; i < NF; ++i) flags = flags $i
    print flags
  }' "$segments"
}

stack_is_not_executable() { [ "$(flags_of GNU_STACK)" = RW ]; }

no_segment_is_writable_and_executable() {
  [ -n "$(flags_of LOAD)" ] && ! flags_of LOAD | grep -q 'W.*E'
}

# Columns after the name in brackets: type, address, offset, size, entry size,
# flags.
no_section_is_writable_and_executable() {
  sed -n 's/^ *\[ *[0-9]*\] *//p' "$sections" |
    awk '$7 ~ /W/ && $7 ~ /X/ { print; found = 1 }
      $7 ~ /X/ { code = 1 }
      END { exit found || !code }'
}

# Lazy binding would need a table that stays writable; a static program has
# none, but for the resolved addresses of the C library's own alternatives.
relro_holds_the_tables() {
  awk '$1 == "GNU_RELRO" { print $3, $6 }' "$segments" >"$TEST_TMPDIR/relro"
  sed -n 's/^ *\[ *[0-9]*\] *//p' "$sections" |
    awk '$1 == ".got" || $1 == ".data.rel.ro" || $1 == ".init_array" {
      print $1, "0x" $3
    }' >"$TEST_TMPDIR/tables"
  [ -s "$TEST_TMPDIR/tables" ] || return 1
  read -r begin size <"$TEST_TMPDIR/relro" || return 1
  while read -r name address; do
    if [ $((address < begin || address >= begin + size)) = 1 ]; then
      echo "$name stands at $address, outside of $begin + $size"
      return 1
    fi
  done <"$TEST_TMPDIR/tables"
}

defines() { # SYMBOL_REGEX
  awk '$4 == "FUNC" && $7 != "UND" { print $8 }' "$symbols" | grep -Exq "$1"
}

# The C library brings the protector's symbol along, used or not.
stack_protector_guards_ours() {
  objdump --disassemble --no-show-raw-insn "$program" |
    awk '/^[0-9a-f]+ </ { ours = /<_ZNK?5servo/ }
      ours && /call.*<__stack_chk_fail/ { calls++ }
      END { print calls + 0, "calls"; exit !calls }'
}

echo "== the file"
expect 'it asks for no loader' has_no_segment INTERP
expect 'it asks for no shared library' has_no_segment DYNAMIC
expect 'the stack is not executable' stack_is_not_executable
expect 'no segment is both writable and executable' \
  no_segment_is_writable_and_executable
expect 'no section is both writable and executable' \
  no_section_is_writable_and_executable
expect 'tables of addresses become read-only (RELRO)' has_segment GNU_RELRO
expect 'those of the program are among them' relro_holds_the_tables
expect 'the stack protector guards functions of this project' \
  stack_protector_guards_ours

if [ "$build" = opt ]; then
  expect 'lengths are checked (_FORTIFY_SOURCE)' \
    defines '__(memcpy|snprintf|vsnprintf)_chk'
  expect 'it has less than 9 MB' [ "$(wc -c <"$stripped")" -lt 9000000 ]
else
  skip 'lengths are checked (_FORTIFY_SOURCE)' 'needs optimization: -c opt'
  skip 'it has less than 9 MB' 'a promise of -c opt'
fi
expect 'the stripped one names nothing' \
  [ -z "$(readelf -W --symbols "$stripped")" ]

# What the kernel has mapped, told by a task: its parent is the driver.
maps=$TEST_TMPDIR/maps
cat >"$TEST_TMPDIR/config.yaml" <<CONFIG
exec:
  start:
    - shell_exec: ["cat /proc/\$PPID/maps > \$0", "$maps"]
CONFIG

measures() {
  echo '{"control": {"duration": 0}}' |
    "$program" --config "$TEST_TMPDIR/config.yaml" app >"$TEST_TMPDIR/lines" &&
    [ -s "$maps" ] || {
    cat "$TEST_TMPDIR/lines"
    return 1
  }
}

mapped_alone() { # FLAGS NAME: there is such a mapping, and none otherwise
  awk -v flags="$1" -v name="$2" '$6 == name {
    found = 1
    if ($2 != flags) { print; wrong = 1 }
  } END { exit !found || wrong }' "$maps"
}

nothing_is_writable_and_executable() {
  [ -s "$maps" ] && ! grep ' .wx. ' "$maps"
}

# Writable until the program has started, then no longer.
relro_is_read_only() {
  read -r begin size <"$TEST_TMPDIR/relro" || return 1
  tr - ' ' <"$maps" >"$TEST_TMPDIR/spread"
  # The mapping that the first page is in. "r--p" has become "r  p".
  while read -r from to flags _; do
    if [ $((0x$from <= begin && begin < 0x$to)) = 1 ]; then
      [ "$flags" = r ]
      return
    fi
  done <"$TEST_TMPDIR/spread"
  return 1
}

# The code stands still; what data goes into does not.
varies() { # NAME
  first=$(awk -v name="$1" '$6 == name { print $1; exit }' "$maps")
  [ -n "$first" ] || return 1
  # Two equal in a row can be chance; ten can't.
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    measures || return 1
    next=$(awk -v name="$1" '$6 == name { print $1; exit }' "$maps")
    [ "$next" = "$first" ] || return 0
  done
  return 1
}

echo "== the process"
if [ "$(id -u)" != 0 ]; then
  # The driver of another user keeps its own tasks out (docs/security.md).
  skip 'what the kernel has mapped' 'only root may look into the process'
else
  expect 'it measures, and a task sees its memory' measures
  expect 'nothing is both writable and executable' \
    nothing_is_writable_and_executable
  expect 'the stack is data alone' mapped_alone rw-p '[stack]'
  expect 'the heap is data alone' mapped_alone rw-p '[heap]'
  expect 'RELRO holds' relro_is_read_only
  if [ "$(cat /proc/sys/kernel/randomize_va_space)" = 2 ]; then
    expect 'the stack is somewhere else each time' varies '[stack]'
    expect 'so is the heap' varies '[heap]'
  else
    skip 'stack and heap are somewhere else each time' 'the kernel was told not to'
  fi
fi

# "Copy it anywhere": a root directory that holds the program and nothing else.
echo "== alone"
root=$TEST_TMPDIR/root
mkdir "$root" && cp "$stripped" "$root/measure" || exit 1
if unshare --map-root-user chroot / /bin/true 2>"$TEST_TMPDIR/why"; then
  runs_alone() {
    answer=$(unshare --map-root-user chroot "$root" /measure --info) &&
      echo "$answer" | grep -Eq '^\{"has_cancel": ?true, ?"version": ?"[0-9]'
  }
  expect 'it runs where there is no other file' runs_alone
else
  skip 'it runs where there is no other file' \
    "no user namespace here: $(cat "$TEST_TMPDIR/why")"
fi

[ "$failures" = 0 ]
