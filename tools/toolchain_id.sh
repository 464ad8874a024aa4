#!/bin/sh
# Prints a word that stands for the compilers, linker, Perl and C library of this
# machine. Bazel does not look into them; where compiled files are shared among
# machines, those of another toolchain must not be taken.
set -eu
export LC_ALL=C
for command in 'gcc -v' 'clang --version' 'ld -v' 'ldd --version' 'perl -v'; do
  # What is not there is a difference, too. Unquoted: a command with arguments.
  echo "$command:"
  $command 2>&1 || true
done | sha256sum | cut -c 1-16
