# shellcheck shell=bash
# Sourced by the checks that build copies of this tree, each with an output base
# beside it. Sets `scratch`, a folder for them that is removed in the end.

workspace=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
scratch=$(mktemp -d)

copy_tree() {  # TREE: a copy of what this tree holds now
  mkdir -p "$1"
  tar -C "$workspace" --exclude=./.git --exclude='./bazel-*' -cf - . | tar -C "$1" -xf -
}

bazel_of() {  # TREE ARGUMENT...: in the current directory, with the Bazel of TREE
  "$1/bazelw" --output_base="$1.output" "${@:2}"
}

shut_down() {  # TREE: its Bazel, if there is one
  if [[ -e $1.output ]]; then
    (cd "$1" && bazel_of "$1" shutdown >/dev/null 2>&1) || true
  fi
}

remove_trees() {
  local output
  while read -r output; do
    shut_down "${output%.output}"
  done < <(find "$scratch" -maxdepth 6 -name '*.output' -prune)
  chmod -R u+w "$scratch"  # Bazel write-protects what it builds.
  rm -rf "$scratch"
}
trap remove_trees EXIT
