"""The clients that compare.py sets side by side: measure, curl and python-requests.

Each takes a Task and gives a Verdict.
"""

import contextlib
import dataclasses
import json
import os
import socket
import subprocess
import urllib.parse

TIMEOUT = 4  # of a silence


@dataclasses.dataclass
class Task:
    """One request, in terms that all three know."""
    url: str
    method: str = "GET"
    headers: dict = dataclasses.field(default_factory=dict)
    data: str = None
    verify: object = True      # or False, or a path
    cert: tuple = None         # certificate, key, passphrase; the latter two may be None
    environment: dict = dataclasses.field(default_factory=dict)

    def __post_init__(self):
        # Each has a default of its own.
        if self.data is not None and "Content-Type" not in self.headers:
            self.headers["Content-Type"] = "text/plain"


@dataclasses.dataclass
class Verdict:
    """`status` is that of the answer, or None if the client refused; then `why` says why."""
    status: int = None
    body: bytes = b""
    why: str = ""


def _environment(task):
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **task.environment}


class Measure:
    """A request task, its status a metric, its body in a notification."""

    name = "measure"

    def __init__(self, program, directory):
        self.program, self.directory = program, directory

    def run(self, task):
        request = {"url": task.url, "method": task.method, "success_codes": "100-999",
                   "http_timeout": TIMEOUT, "verify": task.verify, "headers": task.headers}
        if task.data is not None:
            request["data"] = task.data
        if task.cert:
            names = ("cert", "key", "passphrase")
            request["cert"] = {k: v for k, v in zip(names, task.cert) if v is not None}
        path = os.path.join(self.directory, "config.yaml")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"exec": {"pre": [{"name": "it", "notify": True, "timeout": 20,
                                         "request": request,
                                         "metrics": {"status": {"from": "status"}}}]}}, file)
        done = subprocess.run([self.program, "--config", path, "app"],
                              input=b'{"control": {"duration": 0}}', capture_output=True,
                              env=_environment(task), timeout=60, check=False)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        if lines[-1]["status"] != "ok":
            return Verdict(why=lines[-1]["message"])
        return Verdict(lines[-1]["metrics"]["status"]["value"], self._body(lines))

    @staticmethod
    def _body(lines):
        start = "Task it completed. "
        texts = [line["message"] for line in lines[:-1] if line["message"].startswith(start)]
        return texts[0].partition(", response: ")[2].encode()


class Curl:
    name = "curl"

    def __init__(self, program, directory):
        self.program, self.directory = program, directory

    def run(self, task):
        body = os.path.join(self.directory, "body")
        with contextlib.suppress(FileNotFoundError):
            os.remove(body)
        command = [self.program, "-q", "-sS", "--globoff", "--compressed", "--location",
                   "--max-redirs", "30", "--connect-timeout", str(TIMEOUT), "--speed-limit", "1",
                   "--speed-time", str(TIMEOUT), "--max-time", "20", "--output", body,
                   "--write-out", "%{http_code}"]
        if task.method == "HEAD":
            command += ["--head"]
        elif task.method != ("GET" if task.data is None else "POST"):
            command += ["--request", task.method]
        if task.data is not None:
            command += ["--data-binary", task.data]
        for name, value in task.headers.items():
            command += ["--header", f"{name}: {value}"]
        if task.verify is False:
            command += ["--insecure"]
        elif task.verify is not True:
            command += ["--capath" if os.path.isdir(task.verify) else "--cacert", task.verify]
        if task.cert:
            for option, value in zip(("--cert", "--key", "--pass"), task.cert):
                command += [option, value] if value is not None else []
        parts = urllib.parse.urlsplit(task.url)
        if (parts.hostname or "").endswith(".localhost."):  # else curl asks DNS for it
            command += ["--resolve", f"{parts.hostname}:{parts.port}:127.0.0.1"]
        done = subprocess.run([*command, "--url", task.url], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, env=_environment(task), timeout=60,
                              check=False)
        if done.returncode != 0:
            return Verdict(why=done.stderr.strip())
        content = b""
        if task.method != "HEAD" and os.path.exists(body):
            with open(body, "rb") as file:
                content = file.read()
        return Verdict(int(done.stdout), content)


class Requests:
    name = "requests"

    def run(self, task):
        import requests
        verify = task.verify if task.verify is not True or not _bundle(task) else _bundle(task)
        cert = task.cert and (task.cert[0] if task.cert[1] is None else task.cert[:2])
        before, ours = dict(os.environ), _environment(task)
        os.environ.clear()
        os.environ.update(ours)
        try:
            with _names_on_loopback(), requests.Session() as session:
                answer = session.request(
                    task.method, task.url, verify=verify, cert=cert, timeout=TIMEOUT,
                    data=task.data.encode() if task.data is not None else None,
                    headers=task.headers)
                return Verdict(answer.status_code, answer.content)
        except Exception as error:  # pylint: disable=broad-except
            # Not always one of its own: UnicodeError, http.client's, OSError.
            return Verdict(why=f"{type(error).__name__}: {error}")
        finally:
            os.environ.clear()
            os.environ.update(before)


def _bundle(task):
    """What requests reads of the environment only if `verify` is not given."""
    names = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    return next((task.environment[n] for n in names if n in task.environment), None)


@contextlib.contextmanager
def _names_on_loopback():
    """Names below .localhost are on loopback, as curl and measure have it."""
    original = socket.getaddrinfo

    def look_up(host, *rest, **more):
        name = host.decode() if isinstance(host, bytes) else host
        local = isinstance(name, str) and name.rstrip(".").lower().endswith(".localhost")
        return original("127.0.0.1" if local else host, *rest, **more)
    socket.getaddrinfo = look_up
    try:
        yield
    finally:
        socket.getaddrinfo = original
