#!/bin/sh
# Compares how PyYAML and the configuration's reader read the YAML files of some
# packages of Debian: playbooks, roles, compose files, network configurations.
#   debian_files.sh COMPARE_PYYAML DUMP_DOCUMENT
# The packages are fetched with apt-get and unpacked, not installed.
set -eu

here=$PWD
compare=$here/$1
dump=$here/$2
folder=${TEST_TMPDIR:?}/packages
mkdir "$folder"
cd "$folder"
apt-get download -qq ansible netplan.io prometheus prometheus-alertmanager
for package in *.deb; do
  dpkg-deb --extract "$package" unpacked
done
# Every fourth: some 900 files, which take PyYAML a minute.
find unpacked \( -name '*.yaml' -o -name '*.yml' \) -size -60k -size +0 | sort | awk 'NR % 4 == 0' > files
find unpacked/usr/share/doc -name '*.yaml' >> files
find unpacked -name 'docker-compose*.yml' >> files
cd "$here"
sed "s|^|$folder/|" "$folder/files" | xargs /usr/bin/python3 -B "$compare" "$dump"
