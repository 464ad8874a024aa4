# Puts together what the copyright file says of libraries:
#   awk -f copyright.awk LICENSE [NAME=TITLE LICENCE_FILE]...
# LICENSE is the Apache License, which Debian does not want repeated: in the
# licence files it is replaced by a note, once found to be the same words.
# So is the General Public License, where it is offered as another choice.

function words(line) {
  gsub(/https:/, "http:", line)
  gsub(/[ \t]+/, " ", line)
  sub(/^ /, "", line)
  sub(/ $/, "", line)
  return line == "" ? "" : line " "
}

function finish_apache() {
  apache = 0
  if (own == "") {
    own = text
  } else if (text != own) {
    print "copyright.awk: " FILENAME ": another text of the Apache License than LICENSE has" > "/dev/stderr"
    failed = 1
    exit
  }
  if (title != "") print "    [The text of the Apache License, Version 2.0.]"
}

title != shown {
  shown = title
  gpl = 0
  print "\n" title
  gsub(/./, "-", title)
  print title "\n"
  title = shown
}

/^ *Apache License$/ { apache = 1; text = "" }
/^ *GNU GENERAL PUBLIC LICENSE$/ && !gpl {
  gpl = 1
  print "    [The text of the GNU General Public License, Version 2: not what is chosen here.]"
}

apache {
  text = text words($0)
  if (/limitations under the License\.$/) finish_apache()
  next
}
title != "" && !gpl { print }

END {
  if (!failed && (own == "" || apache)) {
    print "copyright.awk: no whole Apache License in " FILENAME > "/dev/stderr"
    failed = 1
  }
  exit failed
}
