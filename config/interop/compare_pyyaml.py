"""Compares how PyYAML and the configuration's reader read YAML.

    compare_pyyaml.py DUMP_DOCUMENT FILE...

Every file must be read by both, and mean the same: types, values, the order of
keys, merged mappings. DUMP_DOCUMENT is the program of dump_document.cc.
"""

import json
import subprocess
import sys

import yaml

import pyyaml


def dump(value):
    """What dump_document prints of a value."""
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, int):
        return ["int", value if abs(value) < 2**63 else str(value)]
    if isinstance(value, float):
        return ["float", value]
    if isinstance(value, str):
        return ["str", value]
    if isinstance(value, list):
        return ["seq", [dump(item) for item in value]]
    if isinstance(value, dict):
        return ["map", [[dump(key), dump(item)] for key, item in value.items()]]
    raise TypeError(f"a value of the type {type(value).__name__}")


def with_floats(value):
    """A dump with its hexadecimal floats as numbers."""
    if isinstance(value, list):
        if value[:1] == ["float"]:
            return ["float", float.fromhex(value[1])]
        return [with_floats(item) for item in value]
    return value


def difference(ours, theirs, path="$"):
    """The first place where two dumps differ; None if they are equal."""
    if repr(ours) == repr(theirs):
        return None
    both_lists = isinstance(ours, list) and isinstance(theirs, list)
    if both_lists and len(ours) == len(theirs):
        for index, pair in enumerate(zip(ours, theirs)):
            found = difference(*pair, f"{path}[{index}]")
            if found:
                return found
    return f"{path}: ours {ours!r:.300}, PyYAML's {theirs!r:.300}"


def read(program, path):
    """What ours makes of a file, and why it refuses it; one of them is None."""
    run = subprocess.run([program, path], capture_output=True, check=False)
    if run.returncode != 0:
        return None, run.stderr.decode()
    return with_floats(json.loads(run.stdout)), None


def compare(program, path):
    """What is wrong with one file; None if nothing is."""
    try:
        theirs = dump(pyyaml.load(path))
    except yaml.YAMLError as error:
        return f"PyYAML refuses it: {error}"
    ours, error = read(program, path)
    if error:
        return f"ours refuses it: {error}"
    return difference(ours, theirs)


def main():
    program, *paths = sys.argv[1:]
    if not paths:
        sys.exit("no files")
    failures = 0
    for path in paths:
        problem = compare(program, path)
        if problem:
            failures += 1
            print(f"{path}: {problem}", file=sys.stderr)
    print(f"{len(paths)} files, {failures} read differently")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
