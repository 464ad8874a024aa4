"""Compares how PyYAML and the configuration's reader take YAML's structures.

    yaml_cases.py DUMP_DOCUMENT

Each case, a small text, must be refused by both or mean the same to both,
unless it is listed as a difference; what is listed must differ. The structures
are those of the specification: block and flow collections, scalars of every
style, anchors and merges, tags, directives, documents, tabs, indentation.
"""

import pathlib
import sys
import tempfile

import compare_pyyaml
import pyyaml
import yaml

TABS = "the specification allows tabs between and within unquoted texts; PyYAML does not"

# Text to why it is read otherwise; docs/config.md tells users.
DIFFERENCES = {
    "a: b\tc\n": TABS,
    "a:\tb\n": TABS,
    "a: b\t# c\n": TABS,
    "a: b\t\n": TABS,
    "-\ta\n": TABS,
    "[a,\tb]\n": TABS,
    "{a:\tb}\n": TABS,
    "a: b\n  \tc\n": TABS,
    "a\t: b\n": TABS,
    "a\tb: c\n": TABS,
    "a: &x k\n*x: 2\n": "yaml-cpp takes the colon for a part of the alias's name",
    ": a\n": "yaml-cpp takes nothing for a key",
    "?\na\n: b\n": "yaml-cpp takes the line below for the key",
}

CASES = [
    'a: 1\n\t\nb: 2\n',
    'a: 1\n\t# x\nb: 2\n',
    'a: "b\tc"\n',
    'a: b\n\tc\n',
    '-\t- a\n',
    '{a: 1}: x\n',
    '? {a: 1}\n: x\n',
    '[a]: x\n',
    '? p: x\n',
    '? p\n',
    '? p\n: v\n',
    '? - a\n: b\n',
    'a:\n  ? p: x\n  : y\n',
    '...\n',
    '...\n...\n',
    '---\n...\n',
    '...\na: 1\n',
    'a: 1\n...\n',
    '# x\n...\n',
    'a: 1\n...\nb: 1\n',
    '---\n',
    '---\n---\n',
    'a:\nb\n',
    'x:\n  a:\n  b\n',
    'x:\n  a:\n  b\n  c: 1\n',
    "a:\n'b'\n",
    'a:\n- b\n',
    'a: |\nb\n',
    'x: &x 1\na:\n*x\n',
    'a:\n[b]\n',
    'x:\n  a:\n  [b]\n',
    'a: b\nc\n',
    'x:\n  a: b\n  c\n',
    "x:\n  a: 'b\n  c'\n",
    "x:\n  a: 'b\nc'\n",
    "a: 'b\nc'\n",
    'a: &x\nb: 1\n',
    'a: !!str\nb: 1\n',
    '%YAML 1.1\n---\na: 1\n',
    '%YAML 1.2\n---\na: 1\n',
    '%TAG !e! tag:e,2000:\n---\na: !e!x 1\n',
    '\ufeffa: 1\n',
    'a: b:c\n',
    'a: b#c\n',
    'a: http://x\n',
    '{a:1}\n',
    '[a:1, b: 2]\n',
    '[a: b]\n',
    '{"a":1}\n',
    '{a, b: }\n',
    '[a, ]\n',
    '[? a : b]\n',
    '[http://x]\n',
    '[a\n b,\n c]\n',
    'a: ?b\n',
    'a: -b\n',
    'a: :b\n',
    'a: ::\n',
    'a: %b\n',
    'a: @b\n',
    'a: `b\n',
    '- -1\n- - a\n',
    '- a: 1\n  b: 2\n-  c: 3\n',
    "? " + "k" * 2000 + "\n: v\n",
    "k" * 1100 + ": v\n",
    '? a\n  b\n: v\n',
    "'a\n b': v\n",
    'a: \x07\n',
    'a: b\x85c\n',
    'a: 1\na: 2\n',
    'x: &x {a: 1}\ny:\n  <<: *x\n  b: 2\n',
    'a: >\n  x\n  y\n\n  z\n',
    'a: |2\n   x\n',
    'a: |+\n  x\n\nb: 1\n',
    'a: |-\n  x\n\n',
    'a: "\\x41\\u00e9\\U0001F600\\/\\e\\_\\N"\n',
    'a: "b\\\n  c"\n',
    'a: \U0001f600\n',
    '[010, 0o10, 0x1F, 0b11, 1_000, 1:30, 1e3, 1.5e+3, .5, 5., +1, -0, .inf, -.INF, .NaN, 12e03, 1e+3, 0.1e-2, 190:20:30.15]\n',
    '[y, n, Y, N, yes, Yes, YES, on, Off, TRUE, true, ~, null, Null, NULL, nUll]\n',
    '[2001-01-01, 2001-12-14t21:59:43.10-05:00]\n',
    'a: =\n',
    '',
    '  \n',
    'abc\n',
    "'abc'\n",
    'a: 1\r\nb: |\r\n  x\r\n',
    'a: 1\rb: 2\r',
    'a: 1',
    'a:\n  - b\n  -\n    c\n  - - d\n',
    'a:\n   - b\n  - c\n',
    'a:\n    b: 1\n  c: 2\n',
    'a:\n  b: 1\n # x\n  c: 2\n',
    'a: #b\n',
    'a: &x\n  b: 1\nc: *x\n',
    '&x a: 1\nb: *x\n',
    '&x a: 1\n*x : 2\n',
    'a: !foo b\n',
    'a: |\n  x\n\ty\n',
    'a: |\n  \tx\n',
    'a: |\nb: 1\n',
    'a: >\n  x\n    y\n  z\n',
    'a: "x\n\n  y"\n',
    "a: 'x\n\n  y'\n",
    'a b c: d\n',
    "'a':b\n",
    "{'a':b}\n",
    'a: b:\n',
    '-\n-\n',
    '-\n  a: 1\n- b: 2\n',
    '?\n',
    '? a\n? b\n',
    '--- a\n',
    '--- a: 1\n',
    '--- {a: 1}\n',
    '--- |\n x\n',
    'a: |\n  x\n...\n',
    'a:\n|\n  x\n',
    'x:\n  a:\n  >\n   x\n',
    'a:\n&x b\n',
    'a:\n!!str b\n',
    'a:\n&x\n  b: 1\n',
    '-\nb\n',
    'x:\n  -\n  b\n',
    '-\n[b]\n',
    'a:\n&x\n- b\n',
    'a:\n# c\nb\n',
    '? a\n: b\n',
    '? a\n:\nb\n',
    'a:\nb:\nc\n',
    '- a:\n  b\n',
    '- a: 1\n  b:\n  c\n',
    'x:\n  a:\n  {b: 1}\n',
    'x:\n  a:\n b\n',
    '&k a:\nb\n',
    'x:\n  &k a:\n  b: 1\n',
    'a:\n!!map\n  b: 1\n',
]


def verdict(program, text):
    """What both say of `text`: dumps, or None where it is refused."""
    with tempfile.NamedTemporaryFile(suffix=".yaml") as file:
        path = pathlib.Path(file.name)
        path.write_bytes(text.encode())
        try:
            theirs = compare_pyyaml.dump(pyyaml.load(path))
        except yaml.YAMLError:
            theirs = None
        return compare_pyyaml.read(program, path)[0], theirs


def main():
    program = sys.argv[1]
    problems = []
    for text in [*CASES, *DIFFERENCES]:
        ours, theirs = verdict(program, text)
        if (repr(ours) == repr(theirs)) == (text in DIFFERENCES):
            problems.append(f"{text!r}: ours {ours!r:.300}, PyYAML's {theirs!r:.300}")
    print("\n".join(problems), file=sys.stderr)
    print(f"{len(CASES)} cases, {len(DIFFERENCES)} known differences, {len(problems)} problems")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
