#!/bin/sh
# Tells what an editor with yaml-language-server says of configurations, and
# whether that is what editor.py expects:
#   config/interop/editor.sh
# Node.js and npm are installed if they are missing, given root; the server, of
# a pinned version, goes into a folder for temporary files.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  if [ "$(id -u)" -ne 0 ]; then
    echo "editor.sh: please install as root: apt-get install nodejs npm" >&2
    exit 1
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" yaml-language-server@1.25.0
cd "$here/../.."
./bazelw run //config/interop:dump_schema >"$work/schema.json"
python3 -B "$here/editor.py" "$work/node_modules/yaml-language-server/bin/yaml-language-server" "$work/schema.json"
