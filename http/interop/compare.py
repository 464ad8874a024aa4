#!/usr/bin/env python3
"""Compares measure with curl and python-requests over a few hundred situations of TLS and HTTP.

    compare.py MEASURE [--only TEXT] [--details]

A situation is one request to servers of our own on loopback. Each client makes it. Compared are
whether it accepts, the status, the body, and what the servers were asked. Every difference must be
explained in differences.toml, and every explanation there must still be needed: else the exit
status is 1.
"""

import argparse
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile

import clients
import differences
import situations_http
import situations_tls
from servers import Server, tls_server

# What of a request is compared. User-Agent, Accept and Connection are each program's own.
HEADERS = ("host", "authorization", "proxy-authorization", "cookie", "content-length",
           "content-type", "transfer-encoding", "x-api-key")


class Network:
    """The servers of one situation, alive for all its clients."""

    def __init__(self, situation, directory):
        self.asked, self.names = [], []
        answer = self._with_ports(situation.answer)
        self.servers = {"main": Server("main", answer, self.asked, address=situation.address)}
        self.servers["second"] = Server("second", answer, self.asked, address="127.0.0.1")
        self.servers["other"] = Server("other", answer, self.asked, address="127.0.0.2")
        if situation.proxy:
            self.servers["proxy"] = Server("proxy", situation.proxy, self.asked)
        if situation.certificates:
            context = tls_server(situation.certificates, os.path.join(directory, "server.key"),
                                 os.path.join(directory, "server.pem"), seen_names=self.names,
                                 **situation.tls)
            self.servers["tls"] = Server("tls", answer, self.asked, tls=context,
                                         address=situation.address)
        for server in self.servers.values():
            server.early = situation.early

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.servers.values():
            server.end()

    def fill(self, value):
        """`value` with the servers' ports for their names between @."""
        if isinstance(value, str):
            return re.sub(r"@([a-z]+)@", self._port, value)
        if isinstance(value, bytes):
            return self.fill(value.decode("latin-1")).encode("latin-1")
        if isinstance(value, list):
            return [self.fill(part) for part in value]
        if isinstance(value, dict):
            return {key: self.fill(part) for key, part in value.items()}
        return value

    def _port(self, match):
        server = self.servers.get(match[1])
        return str(server.port) if server else match[0]

    def _with_ports(self, answer):
        return lambda asked, number: self.fill(answer(asked, number))

    def run(self, client, situation):
        """The Outcome of the situation with `client`."""
        self.asked.clear()
        self.names.clear()
        task = clients.Task(url=self.fill(situation.url), **self.fill(situation.task))
        verdict = client.run(task)
        return Outcome(verdict, [self._seen(asked) for asked in list(self.asked)],
                       list(self.names)[:1])

    @staticmethod
    def _seen(asked):
        headers = {name: asked.headers[name] for name in HEADERS if name in asked.headers}
        return (asked.server, asked.line, headers, asked.body)


class Outcome:
    """What a client made of a situation, and what the servers saw of it."""

    def __init__(self, verdict, asked, names):
        self.verdict, self.asked, self.names = verdict, asked, names

    def difference(self, judge):
        """How the judge's outcome differs from this one, a word of differences.KINDS; or None."""
        mine, theirs = self.verdict, judge.verdict
        if mine.status is None and theirs.status is not None:
            return "accepts"
        if mine.status is not None and theirs.status is None:
            return "refuses"
        if (mine.status, mine.body) != (theirs.status, theirs.body):
            return "answers"
        # A client that shares no version with the server may not come as far as the name.
        if self.asked != judge.asked or (self.names and judge.names and self.names != judge.names):
            return "asks"
        return None

    def __str__(self):
        if self.verdict.status is None:
            return "refused"
        return f"{self.verdict.status}, {len(self.verdict.body)} bytes"

    def details(self):
        lines = [str(self)]
        if self.verdict.why:
            lines.append("why: " + self.verdict.why)
        if self.names:
            lines.append(f"server name: {self.names}")
        if 0 < len(self.verdict.body) < 200:
            lines.append(f"body: {self.verdict.body}")
        lines += [f"asked: {a[0]} {a[1]} {a[2]} {a[3][:40]}" for a in self.asked[:6]]
        return lines


def compare(situation, all_clients, directory):
    """The outcomes by client, and (judge, kind) for each difference."""
    with Network(situation, directory) as network:
        outcomes = {client.name: network.run(client, situation) for client in all_clients}
    mine = outcomes["measure"]
    kinds = {name: mine.difference(outcome) for name, outcome in outcomes.items()}
    return outcomes, {(name, kind) for name, kind in kinds.items() if kind}


def report(situation, outcomes, found, explained, details):
    """Prints what is not as explained. Returns whether all is."""
    for judge, kind in sorted(found - explained):
        print(f"{situation.name}: {judge} {kind}; no explanation")
    for judge, kind in sorted(explained - found):
        print(f"{situation.name}: explained, but no longer so: {judge} {kind}")
    if found != explained or details:
        for name, outcome in outcomes.items():
            for line in outcome.details():
                print(f"    {name}: {line}"[:400])
    return found == explained


def versions(curl):
    import requests
    import urllib3
    line = subprocess.run([curl, "--version"], capture_output=True, text=True, check=True).stdout
    parts = line.split()
    return (f"curl {parts[1]} ({next(p for p in parts if p.startswith('OpenSSL/'))}), "
            f"requests {requests.__version__} (urllib3 {urllib3.__version__}, "
            f"Python {sys.version.split()[0]}, {ssl.OPENSSL_VERSION})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("measure")
    parser.add_argument("--only", default="", metavar="TEXT",
                        help="situations with TEXT in their name")
    parser.add_argument("--details", action="store_true", help="what each client made of it")
    parser.add_argument("--curl", default=shutil.which("curl"))
    args = parser.parse_args()

    explained = differences.by_situation()
    print("judges:", versions(args.curl))
    with tempfile.TemporaryDirectory() as directory:
        all_clients = [clients.Measure(os.path.abspath(args.measure), directory),
                       clients.Curl(args.curl, directory), clients.Requests()]
        every = situations_tls.situations(directory) + situations_http.situations()
        chosen = [situation for situation in every if args.only in situation.name]
        differing = wrong = 0
        for situation in chosen:
            outcomes, found = compare(situation, all_clients, directory)
            right = report(situation, outcomes, found, explained.get(situation.name, set()),
                           args.details)
            differing += bool(found)
            wrong += not right
            sys.stdout.flush()
    unknown = sorted(set(explained) - {situation.name for situation in every})
    for name in unknown:
        print(f"{name}: explained, but there is no such situation")
    print(f"{len(chosen)} situations: {differing} with a difference, "
          f"{wrong} not as differences.toml has them")
    return 1 if wrong or unknown or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
