#!/usr/bin/env python3
"""Reads differences.toml, and makes the table in docs/http.md of it.

    differences.py DOCS/HTTP.md         whether the table there is that of the file (exit status)
    differences.py --write DOCS/HTTP.md puts it there
"""

import os
import sys
import tomllib

# What a judge does where measure does not: it accepts, it refuses, it gives another status or body,
# it asks the servers for something else.
KINDS = ("accepts", "refuses", "answers", "asks")
JUDGES = ("curl", "requests")
TEXTS = ("where", "here", "curl", "requests", "why")

BEGIN = "<!-- http/interop/differences.toml: begin -->"
END = "<!-- http/interop/differences.toml: end -->"


def entries():
    """The entries of the file, checked."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "differences.toml")
    with open(path, "rb") as file:
        found = tomllib.load(file)["difference"]
    for entry in found:
        for key in ("where", "here", "why"):
            if not entry.get(key):
                raise ValueError(f"an entry without {key}: {entry}")
        for judge in JUDGES:
            if (judge in entry) != any(name == judge for name, _, _ in explanations(entry)):
                raise ValueError(f"{entry['where']}: {judge} has a text or situations, not both")
    return found


def explanations(entry):
    """(judge, kind, situation) for each difference that the entry explains."""
    for key, names in entry.items():
        if key in TEXTS:
            continue
        judge, _, kind = key.partition("-")
        if judge not in JUDGES or kind not in KINDS:
            raise ValueError(f"{entry['where']}: unknown key {key}")
        for name in names.split():
            yield judge, kind, name


def by_situation():
    """Situation -> (judge, kind) of each of its differences."""
    found = {}
    for entry in entries():
        for judge, kind, name in explanations(entry):
            of_situation = found.setdefault(name, set())
            if judge in {other for other, _ in of_situation}:
                raise ValueError(f"{name}: explained twice for {judge}")
            of_situation.add((judge, kind))
    return found


def table():
    lines = ["| where | here | curl | python-requests | why |", "| --- | --- | --- | --- | --- |"]
    for entry in entries():
        cells = [entry["where"], entry["here"], *(entry.get(judge, "as here") for judge in JUDGES),
                 entry["why"]]
        lines.append("| " + " | ".join(" ".join(cell.split()).replace("|", "\\|")
                                       for cell in cells) + " |")
    return "\n".join(lines)


def main(arguments):
    path = arguments[-1]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        print(f"{path} lacks the marks {BEGIN} and {END}")
        return 1
    wanted = f"{before}{begin}\n\n{table()}\n\n{end}{after}"
    if "--write" in arguments:
        with open(path, "w", encoding="utf-8") as file:
            file.write(wanted)
    elif text != wanted:
        print(f"{path} and differences.toml differ: run differences.py --write {path}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
