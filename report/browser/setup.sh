# shellcheck shell=bash disable=SC2154
# What run.sh and pictures.sh need: sourced by them, with $root set.

missing=
command -v "${CHROMIUM:-chromium}" >/dev/null || missing+=' chromium'
command -v node >/dev/null || missing+=' nodejs'
command -v script >/dev/null || missing+=' bsdutils'
if [[ -n $missing ]]; then
  echo "installing:$missing"
  apt-get update -qq
  # Fonts too, which chromium alone does not have.
  # shellcheck disable=SC2086
  apt-get install -y -qq --no-install-recommends $missing fonts-dejavu-core fonts-liberation
fi

# Prints the path of the program, which is built if none is given.
find_measure() { # [MEASURE]
  if [[ -n $1 ]]; then
    realpath "$1"
  else
    (cd "$root" && ./bazelw build //cmd:measure) >&2
    realpath "$root/bazel-bin/cmd/measure"
  fi
}
