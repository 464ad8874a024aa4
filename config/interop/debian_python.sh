#!/bin/sh
# Runs a program in Debian's Python:
#   debian_python.sh "PACKAGE..." PROGRAM ARGUMENTS...
# Packages of Debian that it needs are installed if they are missing, given
# root; else it says which they are.
set -eu

packages=$1
shift
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH

missing=
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
done

if [ -n "$missing" ]; then
  if [ "$(id -u)" -ne 0 ]; then
    echo "debian_python.sh: please install as root: apt-get install$missing" >&2
    exit 1
  fi
  apt-get update -qq
  # shellcheck disable=SC2086  # several words
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
fi

# Bytecode is not written into the sources.
exec /usr/bin/python3 -B "$@"
