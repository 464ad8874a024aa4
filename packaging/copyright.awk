# Puts together what the copyright file says of libraries:
#   awk -f copyright.awk LICENSE [NAME=TITLE LICENCE_FILE]...
# LICENSE is the Apache License, which Debian does not want repeated: in the
# licence files it is replaced by a note, once found to be the same words. Its
# appendix, how to apply it, is not a part of it, and some leave it out.

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
  print "\n" title
  gsub(/./, "-", title)
  print title "\n"
  title = shown
}

FNR == 1 { appendix = 0 }
/^ *Apache License$/ { apache = 1; text = "" }
/^ *APPENDIX: How to apply the Apache License to your work\.$/ { appendix = 1 }

apache {
  text = text words($0)
  if (/END OF TERMS AND CONDITIONS$/) finish_apache()
  next
}
appendix {
  if (/limitations under the License\.$/) appendix = 0
  next
}
title != "" { print }

END {
  if (!failed && (own == "" || apache)) {
    print "copyright.awk: no whole Apache License in " FILENAME > "/dev/stderr"
    failed = 1
  }
  exit failed
}
