"""Compares what a JSON Schema validator and the loader say of configurations.

    schema_verdict.py DUMP_SCHEMA FOLDER RECIPE...

FOLDER is testdata/config, and a RECIPE a file that the loader accepts. The schema must accept all files that the loader
does, and refuse those that it refuses, except for the ones that
FOLDER/beyond_schema.txt names. DUMP_SCHEMA is the program of dump_schema.cc.
"""

import json
import pathlib
import subprocess
import sys

import jsonschema
import yaml

import pyyaml


# Beyond so many values, aliases followed, no validator comes to an end.
MAX_VALUES = 1_000_000


def count(value, known):
    """The number of values in a value, aliases followed."""
    if not isinstance(value, (dict, list)):
        return 1
    if id(value) not in known:
        known[id(value)] = MAX_VALUES  # if it holds itself
        items = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(count(item, known) for item in items)
    return known[id(value)]


def accepts(validator, path):
    """Whether a file is YAML and fits the schema, which bounds no size."""
    try:
        value = pyyaml.load(path, pyyaml.TextKeyLoader)
    except yaml.YAMLError:
        return False
    return count(value, {}) > MAX_VALUES or validator.is_valid(value)


def loader_accepts(path):
    """The loader's verdict, which golden_test holds to be true: warnings
    refuse nothing."""
    return path.parent.name in ("recipes", "valid") or path.name.startswith(("note_", "warning_"))


def beyond_schema(path):
    """The names in beyond_schema.txt; each must have a reason."""
    names = set()
    for line in path.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        name, _, reason = line.partition(": ")
        if not reason or name in names:
            sys.exit(f'{path}: expected "NAME: REASON", each once, found "{line}"')
        names.add(name)
    return names


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    schema = json.loads(subprocess.run([program], capture_output=True, check=True).stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    beyond = beyond_schema(folder / "beyond_schema.txt")
    paths = sorted(folder.glob("valid/*.yaml")) + sorted(folder.glob("invalid/*.yaml"))
    paths += [pathlib.Path(name) for name in sys.argv[3:]]
    refused = {path.name for path in paths if not loader_accepts(path)}
    problems = [f"{name}: listed as beyond the schema, but no such file is refused by the loader"
                for name in sorted(beyond - refused)]
    for path in paths:
        expected = loader_accepts(path) or path.name in beyond
        if accepts(validator, path) == expected:
            continue
        if not expected:
            problems.append(f"{path}: the loader refuses it, the schema does not")
        elif path.name in beyond:
            problems.append(f"{path}: listed as beyond the schema, which refuses it after all")
        else:
            problems.append(f"{path}: the loader accepts it, the schema does not")
    print("\n".join(problems), file=sys.stderr)
    print(f"{len(paths)} files, {len(beyond)} beyond the schema, {len(problems)} problems")
    sys.exit(bool(problems) or not paths)


main()
