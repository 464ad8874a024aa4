#!/bin/bash
# newcomer.sh DEB README: the README's three commands, word for word, on a Debian
# that has nothing but its base and the package. As root, with a network; what it
# installs goes into a folder that is removed afterwards.
set -euo pipefail
deb=$(readlink -f "$1")
readme=$(readlink -f "$2")
command -v debootstrap >/dev/null || apt-get install -y --no-install-recommends debootstrap
root=$(mktemp -d)
chmod 755 "$root"

clean_up() {
  [[ -z ${server-} ]] || kill "$server"
  ! mountpoint -q "$root/proc" || umount "$root/proc"
  rm -rf --one-file-system "$root"
}
trap clean_up EXIT

debootstrap --variant=minbase bookworm "$root" >"$root.log" || { cat "$root.log"; exit 1; }
rm "$root.log"
mount -t proc proc "$root/proc"
echo '127.0.0.1 localhost' >"$root/etc/hosts"
cp /etc/resolv.conf "$root/etc/"
cp "$deb" "$root/root/measure-exec.deb"
echo 'APT::Get::Assume-Yes "true";' >"$root/etc/apt/apt.conf.d/yes" # a person says yes
chroot "$root" apt-get -qq update
chroot "$root" apt-get -qq install /root/measure-exec.deb

# The service: the port 80 of localhost, for the chroot shares the network.
mkdir "$root/www"
echo hello >"$root/www/index.html"
python3 -m http.server 80 --bind 127.0.0.1 --directory "$root/www" >/dev/null 2>&1 &
server=$!

sed -n '/<!-- three commands: begin/,/three commands: end/ s/^    //p' "$readme" >"$root/root/commands"
chroot "$root" bash -ec 'cd /root; . ./commands' | tee "$root/root/out"
grep -Eq '^throughput +[0-9.]+ +requests/second' "$root/root/out"
echo 'The three commands lead to metrics.'
