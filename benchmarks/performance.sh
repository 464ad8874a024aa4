#!/bin/sh
# Runs the benchmark on the programs given; a further argument is a file in the
# directory of the call, which gets the table as Markdown.
set -eu
main=$1
shift
if [ $# -eq 5 ]; then
  case $5 in
    /*) table=$5 ;;
    *) table=$BUILD_WORKING_DIRECTORY/$5 ;;
  esac
  exec "$main" "$1" "$2" "$3" "$4" "$table"
fi
exec "$main" "$@"
