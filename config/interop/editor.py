#!/usr/bin/env python3
"""What an editor says of a configuration: the JSON Schema in yaml-language-server.

    editor.py SERVER SCHEMA

SERVER is the program of yaml-language-server, SCHEMA a file. Speaks the Language
Server Protocol with it, as an editor does: problems, hovers and completions of
configurations that people write.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

DURATION = "expected a duration: seconds, or a text with units such as 500ms or 1m30s"
ONE_MODE = "expected one of exec, shell_exec, request and await in a task"
ONE_BODY = "expected one of data, data_file and json"

# Configurations, and the problems that the editor is to tell.
PROBLEMS = [
    ("exec: {pre: [{exec: x, timeout: 30s}]}", []),
    ("exec: {pre: [{exec: x, timeout: 1.5}]}", []),
    ("exec: {pre: [{exec: x, timeout: ~}]}", []),
    ("exec: {pre: [{exec: x, timeout: 1.0e+3}]}", []),
    # To the editor's reader this is the number 1000, to YAML 1.1 a text: the
    # schema can't tell, `measure --check` does.
    ("exec: {pre: [{exec: x, retries: 1e3}]}", []),
    ("exec: {pre: [{exec: x, timeout: 30 s}]}", [DURATION]),
    ("exec: {pre: [{exec: x, timeout: soon}]}", [DURATION]),
    ("exec: {pre: [{exec: x, timeout: 0}]}", ["Value is below the exclusive minimum of 0."]),
    ("exec: {pre: [{exec: x, retries: a}]}", ["expected a whole number"]),
    ("exec: {pre: [{exec: x, notify: 'yes'}]}", ["expected true or false"]),
    ("exec: {pre: [{exec: x, shell_exec: y}]}", [ONE_MODE]),
    ("exec: {pre: [{shell_exec: x, request: {url: 'http://h/'}}]}", [ONE_MODE]),
    ("exec: {pre: [{name: x}]}", [ONE_MODE]),
    ("exec: {pre: [{exec: x, timout: 1}]}", ["Property timout is not allowed."]),
    ("exec: {prepare: []}", ["Property prepare is not allowed."]),
    ("exec: {pre: [{async: true, request: {url: 'http://h/'}}]}", ["async is not for a request"]),
    ("exec: {pre: [{cwd: /, request: {url: 'http://h/'}}]}", ["cwd is not for a request"]),
    ("exec: {pre: [{exec: x, async: true, expect: [{equals: a}]}]}",
     ["expect is for tasks that are waited for, and samplers"]),
    ("exec: {pre: [{exec: x, end_window_if: [{equals: a}]}]}",
     ["end_window_if is for samplers (every)"]),
    ("exec: {pre: [{exec: x, async: true, capture: {a: {}}}]}",
     ["capture is for foreground tasks"]),
    ("exec: {pre: [{exec: x, ready: {tcp: 80}}]}", ["ready is for async tasks"]),
    ("exec: {pre: [{request: {url: 'h:80/'}}]}", ["expected an http or https URL with a host"]),
    ("exec: {pre: [{request: {url: 'http://h/', data: x, json: {}}}]}", [ONE_BODY]),
    ("exec: {pre: [{request: {url: 'http://h/', data_file: x, json: {}}}]}", [ONE_BODY]),
    ("exec: {pre: [{request: {url: 'http://h/', success_codes: '200, 201'}}]}",
     ['expected codes from 100 to 999: a code, a range such as "200-299", or a list of them']),
    ("exec: {pre: [{exec: x, kill_signal: SIGNONE}]}",
     ["expected the name of a signal, such as INT or SIGINT, or its number"]),
    ("exec: {pre: [{exec: x, max_output: 65M}]}",
     ["expected a number of bytes, or of units of them such as 64K, up to 64M"]),
    ("exec: {pre: [{exec: x, metrics: {m: {regex: '(.)', take: p99}}}]}", []),
    ("exec: {pre: [{exec: x, metrics: {m: {take: avg}}}]}",
     ["expected first, last, sum, mean, min, max, count, or a percentile such as p99.9; of "
      "samples increase or rate too"]),
]

# A configuration, a text in it under the pointer, and what the hover has.
HOVERS = [
    ("exec: {pre: [{exec: x, timeout: 30s}]}", "timeout",
     ["#### timeout: duration > 0", "The most that one attempt"]),
    ("exec: {cleanup_timeout: 5}", "cleanup_timeout", ["The most that the cleanup"]),
    ("exec: {pre: [{exec: x, on_exit: fail}]}", "on_exit", ["Allowed Values", "`end_window`"]),
]

# A configuration, and what is offered at its end.
COMPLETIONS = [
    ("exec:\n  ", ["pre", "start", "stop", "post", "cleanup_timeout"]),
    ("exec:\n  pre:\n    - ", ["exec: run a program", "request: send an HTTP request"]),
    ("exec:\n  pre:\n    - exec: x\n      ", ["timeout", "retries", "metrics"]),
    ("exec:\n  pre:\n    - exec: x\n      on_exit: ", ["warn", "fail_on_error"]),
]


class Server:
    def __init__(self, program, schema):
        self.process = subprocess.Popen(
            ["node", program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.next_id = 0
        self.diagnostics = {}
        self.settings = {"yaml": {
            "schemas": {pathlib.Path(schema).absolute().as_uri(): ["*.yaml"]},
            "yamlVersion": "1.1", "hover": True, "completion": True, "validate": True,
            "schemaStore": {"enable": False}}}
        self.request("initialize", {
            "processId": os.getpid(), "rootUri": None,
            "capabilities": {"workspace": {"configuration": True},
                             "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}}}})
        self.notify("initialized", {})
        self.notify("workspace/didChangeConfiguration", {"settings": self.settings})

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self):
        """The next message; answers the server's own requests on the way."""
        length = 0
        while (line := self.process.stdout.readline().strip()):
            name, value = line.split(b":")
            if name.lower() == b"content-length":
                length = int(value)
        message = json.loads(self.process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self.diagnostics[params["uri"]] = params["diagnostics"]
        elif "id" in message and "method" in message:
            result = None
            if message["method"] == "workspace/configuration":
                result = [self.settings.get(item.get("section"), {})
                          for item in message["params"]["items"]]
            self.send({"id": message["id"], "result": result})
        return message

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def request(self, method, params):
        self.next_id += 1
        self.send({"id": self.next_id, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.next_id and "method" not in message:
                if "error" in message:
                    raise RuntimeError(message["error"])
                return message["result"]

    def open(self, name, text):
        uri = pathlib.Path(tempfile.gettempdir(), name + ".yaml").as_uri()
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri, "languageId": "yaml", "version": 1, "text": text}})
        while uri not in self.diagnostics:
            self.receive()
        return uri


def position(text, at):
    before = text[:at].split("\n")
    return {"line": len(before) - 1, "character": len(before[-1])}


def main():
    program, schema = sys.argv[1:]
    server = Server(program, schema)
    failures = 0

    def check(what, text, expected, found, ok):
        nonlocal failures
        if not ok:
            failures += 1
            print("FAILED: %s of %r\n  expected: %s\n  found:    %s"
                  % (what, text, expected, found))

    for i, (text, expected) in enumerate(PROBLEMS):
        uri = server.open("problems%d" % i, text)
        found = [d["message"] for d in server.diagnostics[uri]]
        check("problems", text, expected, found, found == expected)
    for i, (text, word, expected) in enumerate(HOVERS):
        uri = server.open("hover%d" % i, text)
        hover = server.request("textDocument/hover", {
            "textDocument": {"uri": uri}, "position": position(text, text.index(word) + 1)})
        found = hover["contents"]["value"] if hover else ""
        check("hover", text, expected, found, all(piece in found for piece in expected))
    for i, (text, expected) in enumerate(COMPLETIONS):
        uri = server.open("completion%d" % i, text)
        items = server.request("textDocument/completion", {
            "textDocument": {"uri": uri}, "position": position(text, len(text))})["items"]
        found = [item["label"] for item in items]
        check("completions", text, expected, found, all(label in found for label in expected))
    server.process.kill()
    print("%d situations, %d failed" % (len(PROBLEMS) + len(HOVERS) + len(COMPLETIONS), failures))
    return failures > 0


sys.exit(main())
