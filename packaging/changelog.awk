# Makes a Debian changelog (deb-changelog(5)) of CHANGELOG.md:
#   awk -v package=NAME -v version=VERSION -v maintainer='NAME <ADDRESS>' \
#       -f changelog.awk CHANGELOG.md
# The section Unreleased is what Debian calls UNRELEASED, of VERSION; what has
# no date gets that of the archives' members.

# Of "2026-11-22": "Sun, 22 Nov 2026 00:00:00 +0000".
function rfc_date(iso, part, y, m, d, days) {
  split(iso, part, "-")
  y = part[1] + 0
  m = part[2] + 0
  d = part[3] + 0
  # Zeller's congruence, with 0 for a Saturday; January belongs to the year
  # before.
  days = m < 3 ? m + 12 : m
  if (m < 3) y--
  days = (d + int(13 * (days + 1) / 5) + y + int(y / 4) - int(y / 100) + int(y / 400)) % 7
  return sprintf("%s, %02d %s %s 00:00:00 +0000",
                 substr("SatSunMonTueWedThuFri", 3 * days + 1, 3), d,
                 substr("JanFebMarAprMayJunJulAugSepOctNovDec", 3 * m - 2, 3), part[1])
}

function finish_item(count, word, i, line) {
  if (item == "") return
  gsub(/`/, "", item)
  count = split(item, word, " ")
  printf "%s", heading
  line = "  *"
  heading = ""
  for (i = 1; i <= count; i++) {
    if (length(line) + 1 + length(word[i]) > 79) {
      print line
      line = "   "
    }
    line = line " " word[i]
  }
  print line
  item = ""
  items++
}

function finish_section() {
  finish_item()
  if (date != "" && heading == "") print "\n -- " maintainer "  " rfc_date(date) "\n"
}

/^## \[/ {
  finish_section()
  name = $2
  gsub(/[][]/, "", name)
  if (name == "Unreleased") {
    heading = package " (" version ") UNRELEASED; urgency=medium\n\n"
    date = "2020-01-01"
  } else {
    heading = package " (" name ") unstable; urgency=medium\n\n"
    date = $4
  }
  next
}
date == "" { next }
/^### / { finish_item(); group = $2; next }
/^[*-] / {
  finish_item()
  item = group ": " substr($0, 3)
  next
}
/^$/ { finish_item(); next }
/^\[.*\]: / { next }
{ item = item " " $0 }

END {
  finish_section()
  if (!items) {
    print "changelog.awk: no items in " FILENAME > "/dev/stderr"
    exit 1
  }
}
