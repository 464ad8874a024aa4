"""Engines that run jobs, on loopback, each in a folder of its own: a Buildbot
and a Slurm cluster of one node, from Debian's packages (as root); and a gateway
that is put before an API."""

import http.client
import http.server
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.request

PACKAGES = """apache2-utils buildbot buildbot-worker munge openssl perl slurm-wlm slurmctld slurmd
    slurmrestd""".split()


def secret_of(path):
    """What the file of a recipe's secret has, as in recipes_test.sh."""
    return f"secret of {os.path.basename(path)}"


def quiet(*command, **options):
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, **options)


def install():
    missing = [name for name in PACKAGES
               if subprocess.run(["dpkg", "-s", name], capture_output=True).returncode]
    if missing:
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *missing], check=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(holds, what, seconds=120):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


class Engine:
    """Processes in a folder, which end with it, also if it has not begun."""

    started = []

    def __init__(self, folder, environment):
        self.folder, self.environment = folder, dict(os.environ, **environment)

    def start(self, *command, **options):
        Engine.started.append(subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd=self.folder, env=self.environment, **options))

    @staticmethod
    def stop():
        for process in reversed(Engine.started):
            process.terminate()
        for process in Engine.started:
            process.wait()
        Engine.started.clear()


class Buildbot(Engine):
    """A master with a worker. Its one builder runs FOLDER/load.sh SECONDS."""

    # Debian has no buildbot-www, without whose static files the master starts no API.
    NO_PAGES = {
        "no_pages/__init__.py": "from buildbot.www.plugin import Application\n"
                                "ep = Application(__name__, 'no pages')\n",
        "no_pages/VERSION": "1\n",
        "no_pages/static/index.html": "",
        "no_pages-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: no-pages\nVersion: 1\n",
        "no_pages-1.dist-info/entry_points.txt": "[buildbot.www]\nbase = no_pages:ep\n",
    }
    CONFIG = """
from buildbot.plugins import *
load = util.BuildFactory([steps.ShellCommand(
    name="load", command=["{folder}/load.sh", util.Property("duration")])])
admin = util.RolesFromUsername(roles=["admins"], usernames=["servo"])
c = BuildmasterConfig = dict(
    workers=[worker.Worker("w", "worker")],
    protocols=dict(pb=dict(port="tcp:{pb}:interface=127.0.0.1")),
    builders=[util.BuilderConfig(name="load", workernames=["w"], factory=load)],
    schedulers=[schedulers.ForceScheduler(
        name="load", builderNames=["load"],
        properties=[util.StringParameter(name="duration", default="10")])],
    www=dict(port="tcp:{port}:interface=127.0.0.1",
             auth=util.UserPasswordAuth([("servo", "{secret}")]),
             authz=util.Authz(allowRules=[util.AnyControlEndpointMatcher(role="admins")],
                              roleMatchers=[admin])),
    db=dict(db_url="sqlite:///state.sqlite"), title="load",
    buildbotURL="http://127.0.0.1:{port}/", buildbotNetUsageData=None)
"""

    def __init__(self, folder):
        super().__init__(folder, {"PYTHONPATH": str(folder)})
        self.port, pb = free_port(), free_port()
        for name, text in self.NO_PAGES.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        self.works(True)
        self.run("buildbot", "create-master", "master")
        (folder / "master/master.cfg").write_text(
            self.CONFIG.format(folder=folder, pb=pb, port=self.port, secret=secret_of("buildbot")))
        self.start("buildbot", "start", "--nodaemon", "master")
        wait_until(lambda: listens(self.port) and listens(pb), "Buildbot's master")
        self.run("buildbot-worker", "create-worker", "worker", f"127.0.0.1:{pb}", "w", "worker")
        self.start("buildbot-worker", "start", "--nodaemon", "worker")
        wait_until(lambda: any(w["connected_to"] for w in self.get("workers")["workers"]),
                   "Buildbot's worker")

    def run(self, *command):
        quiet(*command, cwd=self.folder, env=self.environment)

    def works(self, well):
        script = self.folder / "load.sh"
        script.write_text("""#!/bin/sh
i=0
while [ $i -lt "$1" ]; do i=$((i + 1)); sleep 1; echo "second $i"; done
""" + ("""echo "Requests per second:    1234.5 [#/sec] (mean)"
echo "p99: 12.5 ms"
""" if well else "echo 'the shop does not answer' >&2; exit 3\n"))
        script.chmod(0o755)

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v2/{path}") as answer:
            return json.load(answer)

    def running(self):
        """The builds and requests that are not over."""
        return [("build", one["buildid"]) for one in self.get("builds?complete=0")["builds"]] + [
            ("request", one["buildrequestid"])
            for one in self.get("buildrequests?complete=0")["buildrequests"]]

    def is_busy(self):
        return any(kind == "build" for kind, _ in self.running())

    def processes(self):
        return command_lines(f"{self.folder}/load.sh")

    def last_log(self):
        """What the worker has printed, as the master's files have it."""
        last = max(one["buildid"] for one in self.get("builds")["builds"])
        step = self.get(f"builds/{last}/steps")["steps"][-1]
        log = self.get(f"steps/{step['stepid']}/logs/stdio/contents")["logchunks"][0]["content"]
        return [line[1:] for line in log.splitlines()]


class Slurm(Engine):
    """A cluster whose one node pretends to have many processors. It needs no cgroups,
    so it ends a job's process group, and nothing that has left that."""

    CONFIG = """
ClusterName=servo
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ctld}
SlurmdPort={d}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
KillWait=2
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} Boards=1 SocketsPerBoard={cpus} CoresPerSocket=1 ThreadsPerCore=1 RealMemory=1000
PartitionName=load Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""

    def __init__(self, folder, cpus=64):
        super().__init__(folder, {"SLURM_CONF": str(folder / "slurm.conf")})
        for name in ("state", "spool", "shared", "rest"):
            (folder / name).mkdir()
        shutil.chown(folder / "rest", "nobody")
        (folder / "slurm.conf").write_text(self.CONFIG.format(
            host=socket.gethostname().split(".")[0], ctld=free_port(), d=free_port(),
            folder=folder, cpus=cpus))
        (folder / "munge.key").write_bytes(os.urandom(128))
        (folder / "munge.key").chmod(0o400)
        self.start("munged", "-F", f"--key-file={folder}/munge.key", "--force",
                   f"--socket={folder}/munge.socket", f"--pid-file={folder}/munged.pid",
                   f"--log-file={folder}/munged.log", f"--seed-file={folder}/munge.seed")
        wait_until((folder / "munge.socket").exists, "munged")
        self.start("slurmctld", "-D")
        self.start("slurmd", "-D", "-N", socket.gethostname().split(".")[0])
        wait_until(lambda: "idle" in self.ask("sinfo", "-h", "-o", "%t"), "Slurm's node")

    def start_rest(self):
        """slurmrestd, which does not run as root, behind a gateway; its port."""
        path = self.folder / "rest/socket"
        self.start("slurmrestd", "-a", "rest_auth/local", "-s", "openapi/v0.0.38", f"unix:{path}",
                   user="nobody", group="nogroup", extra_groups=[])
        wait_until(path.exists, "slurmrestd")
        # Debian builds no JWT into Slurm: the gateway asks for the token and takes it away.
        return Gateway(unix=path, wanted={"X-SLURM-USER-NAME": "load",
                                          "X-SLURM-USER-TOKEN": secret_of("slurm-token")}).port

    def ask(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True).stdout

    def running(self):
        return self.ask("squeue", "-h", "-r", "-o", "%i %T").splitlines()

    def is_busy(self):
        return any(line.endswith("RUNNING") for line in self.running())

    def processes(self):
        return command_lines(f"{self.folder}/spool")


def command_lines(part):
    """The command lines of all processes that have this in theirs."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if part in line:
            found.append(line)
    return found


class QuietServer(http.server.ThreadingHTTPServer):
    """Says nothing of clients that break a connection off."""

    daemon_threads = True

    def handle_error(self, *_):
        pass


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


class Gateway:
    """Hands requests that have the `wanted` headers to a port or a Unix socket,
    without these; refuses all others. With `certificate`, over TLS."""

    def __init__(self, wanted, port=None, unix=None, certificate=None):
        def connection():
            return UnixConnection(unix) if unix else http.client.HTTPConnection("127.0.0.1", port)

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle_one(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if any(self.headers.get(name) != value for name, value in wanted.items()):
                    self.answer(401, [], b"Authentication failure")
                    return
                headers = {name: value for name, value in self.headers.items()
                           if name.upper() not in wanted and name.lower() != "connection"}
                upstream = connection()
                upstream.request(self.command, self.path, body, headers)
                answer = upstream.getresponse()
                self.answer(answer.status, [(name, value) for name, value in answer.getheaders()
                                            if name.lower() == "content-type"], answer.read())
                upstream.close()

            def answer(self, status, headers, body):
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_DELETE = handle_one

            def log_message(self, *_):
                pass

        server = QuietServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.port = server.server_address[1]


def make_authority(folder):
    """Files in `folder`: ca.crt, an authority; server.pem, a certificate by it for
    127.0.0.1, and its key."""
    quiet("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
          "-subj", "/CN=authority", "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.crt",
          "-addext", "keyUsage=critical,keyCertSign")
    quiet("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=cluster",
          "-keyout", f"{folder}/server.key", "-out", f"{folder}/server.csr")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    quiet("openssl", "x509", "-req", "-in", f"{folder}/server.csr", "-days", "2",
          "-CA", f"{folder}/ca.crt", "-CAkey", f"{folder}/ca.key", "-CAcreateserial",
          "-extfile", f"{folder}/names", "-out", f"{folder}/server.crt")
    (folder / "server.pem").write_text(
        (folder / "server.key").read_text() + (folder / "server.crt").read_text())
