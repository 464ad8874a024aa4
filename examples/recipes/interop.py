#!/usr/bin/python3
"""Runs the recipes against the real tools on loopback.

    interop.py MEASURE FOLDER [RECIPE...]

Installs what is missing (apt, npm; as root) and starts what the tools need.
Each recipe of FOLDER for which there is a real tool runs three times: to the
end, when its metrics are compared with another reading of what the tool has
printed; with a cancel in the window; and with a failure. No process, interface
or session may be left. The last lines are a table of both readings, for
docs/recipes.md.
"""

import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import interop_prometheus
import interop_tunnels

PACKAGES = """apache2-utils fio hey hyperfine iperf3 iproute2 openssh-client openssh-server openvpn
    postgresql postgresql-contrib prometheus prometheus-node-exporter redis-server siege sysbench
    wrk""".split()
MARK = "SERVO_RECIPES_INTEROP"


def quiet(*command, **options):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   **options)


def install():
    missing = [name for name in PACKAGES
               if subprocess.run(["dpkg", "-s", name], capture_output=True).returncode]
    if not shutil.which("npm"):
        missing.append("npm")
    if missing:
        subprocess.run(["apt-get", "install", "-o", "DPkg::Lock::Timeout=600", "-y",
                        "--no-install-recommends", *missing], check=True)
    if not shutil.which("autocannon"):
        quiet("npm", "install", "--global", "autocannon")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for_port(port):
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)


class Service(http.server.BaseHTTPRequestHandler):
    """What is put under load; counts its requests."""

    protocol_version = "HTTP/1.1"
    requests = 0

    def do_GET(self):
        type(self).requests += 1
        body = (f'http_requests_total{{code="200"}} {self.requests}\n'
                "process_resident_memory_bytes 1.5e+07\nprocess_open_fds 9\n").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Scraped(Service):
    """The same, for Prometheus alone."""

    requests = 0


def serve(handler):
    """The port of a server that runs as long as this program."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # loads that are ended drop their connections
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


class Servers:
    """All that the tools talk to, on ports of their own."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        self.http = serve(Service)
        self.redis, self.iperf3, self.ssh, self.postgres = (free_port() for _ in range(4))
        self.start("redis-server", "--port", str(self.redis), "--save", "")
        self.start("iperf3", "-s", "-p", str(self.iperf3))
        self.start_ssh()
        self.start_postgres()
        self.prometheus = interop_prometheus.Prometheus(folder, free_port(), serve(Scraped))
        self.vpn = interop_tunnels.OpenVpn(folder)
        for port in (self.redis, self.iperf3, self.ssh):
            wait_for_port(port)
        self.prometheus.wait()

    def start(self, *command):
        self.processes.append(subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder))

    def start_ssh(self):
        os.makedirs("/run/sshd", exist_ok=True)
        for name in ("host", "user"):
            quiet("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / name))
        (self.folder / "sshd_config").write_text(
            f"Port {self.ssh}\nListenAddress 127.0.0.1\nHostKey {self.folder}/host\n"
            f"AuthorizedKeysFile {self.folder}/user.pub\nPidFile none\nUsePAM no\n"
            "StrictModes no\nPermitRootLogin prohibit-password\n")
        self.start("/usr/sbin/sshd", "-D", "-f", str(self.folder / "sshd_config"))
        self.sshd = self.processes[-1].pid

    def start_postgres(self):
        self.programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self.database = self.folder / "pg"
        self.database.mkdir()
        shutil.chown(self.database, "postgres")
        self.as_postgres(f"{self.programs}/initdb -D data -A trust")
        self.as_postgres(f"{self.programs}/pg_ctl -D data -w -l log start -o "
                         f"'-p {self.postgres} -k {self.database} -c listen_addresses=127.0.0.1'")
        self.as_postgres(f"psql -h 127.0.0.1 -p {self.postgres} -c 'create role bench superuser login'"
                         " -c 'create database bench'")

    def as_postgres(self, command):
        quiet("su", "postgres", "-c", command, cwd=self.database)

    def sessions(self):
        """The sessions of ssh that are open, when those under way have had a second to end."""
        for _ in range(10):
            children = subprocess.run(["pgrep", "-P", str(self.sshd)], capture_output=True).stdout
            if not children:
                return []
            time.sleep(0.1)
        return ["ssh session " + pid for pid in children.decode().split()]

    def stop(self):
        self.prometheus.stop()
        self.vpn.stop()
        self.as_postgres(f"{self.programs}/pg_ctl -D data -m immediate stop")
        for process in self.processes:
            process.terminate()
            process.wait()


class Recipes:
    def __init__(self, measure, recipes, servers, folder):
        self.measure, self.recipes, self.servers, self.folder = measure, recipes, servers, folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        for tool in ("ab autocannon fio hey hyperfine iperf3 pgbench redis-benchmark siege "
                     "sysbench wrk").split():
            self.wrap(tool)
        (self.bin / "nightly.sh").write_text(
            "#!/bin/sh\nsleep ${BATCH_TIME:-1}\necho 'sort took 250ms'\necho 'load took 1s'\n"
            "echo 'WARN late'\necho '42 rows written'\n")
        (self.bin / "nightly.sh").chmod(0o755)

    def wrap(self, tool):
        """A tool whose output is kept, too: TOOL.out and TOOL.err."""
        path = self.bin / tool
        # sysbench is called three times in a run: prepare, run, cleanup.
        kept = f"{self.folder}/{tool}" + ("-${@: -1}" if tool == "sysbench" else "")
        path.write_text(f"""#!/bin/bash
set -o pipefail
trap : INT TERM
{{ {shutil.which(tool)} "$@" 2>&1 1>&3 | tee -i {kept}.err >&2; }} 3>&1 |
  tee -i {kept}.out
""")
        path.chmod(0o755)

    def adapt(self, name, broken, long):
        """The recipe's text with hosts of this machine and small amounts, or `long` ones."""
        servers = self.servers
        closed = free_port()
        port = lambda real: closed if broken else real
        text = (self.recipes / f"{name}.yaml").read_text()
        tunnel = free_port()
        for old, new in {
                "http://shop:8080": f"http://127.0.0.1:{port(servers.http)}",
                "-h, redis, -p, \"6379\"": f"-h, 127.0.0.1, -p, \"{port(servers.redis)}\"",
                "\"1000000\"": "\"100000000\"" if long else "\"20000\"",
                "-h, db,": f"-h, 127.0.0.1, -p, \"{port(servers.postgres)}\",",
                "--pgsql-host=db": f"--pgsql-host=127.0.0.1, --pgsql-port={port(servers.postgres)}",
                "-c, server,": f"-c, 127.0.0.1, -p, \"{port(servers.iperf3)}\",",
                "-d, \"60\"": "-d, \"60\"" if long else "-d, \"2\"",
                "--directory=/var/tmp": f"--directory={'/nonexistent' if broken else self.folder}",
                "--size=256M": "--size=8M",
                "gzip -k -c /usr/share/common-licenses/GPL-3": (
                    "gzip-missing" if broken else
                    "sleep 2" if long else "gzip -k -c /usr/share/common-licenses/GPL-3"),
                "/opt/jobs/nightly.sh": "/nonexistent/nightly.sh" if broken else "nightly.sh",
                "every: 5s": "every: 0.5s",
                "127.0.0.1:18080:shop:8080": f"127.0.0.1:{tunnel}:127.0.0.1:{servers.http}",
                "127.0.0.1:18080": f"127.0.0.1:{tunnel}",
                "servo@bastion": f"-p, \"{port(servers.ssh)}\", -i, {self.folder}/user, "
                                 "-o, StrictHostKeyChecking=no, -o, UserKnownHostsFile=/dev/null, "
                                 "root@127.0.0.1",
                "retry_delay: 5": "retry_delay: 0.1",
                "/etc/openvpn/client.conf": "/nonexistent" if broken else servers.vpn.client,
                **servers.prometheus.replacements(broken),
        }.items():
            text = text.replace(old, new)
        path = self.folder / "config.yaml"
        path.write_text(text)
        path.chmod(0o644)

    def run(self, name, broken=False, duration=4, cancel=False):
        """Exit code, answer, and what is left; the cancel comes a second after the window's begin."""
        self.adapt(name, broken, long=cancel)
        environment = dict(os.environ, PATH=f"{self.bin}:{os.environ['PATH']}", **{MARK: name})
        if cancel:
            environment["BATCH_TIME"] = "100"
        within = self.servers.vpn.within if name == "openvpn" else []
        interfaces = self.servers.vpn.interfaces()
        driver = subprocess.Popen(
            [*within, self.measure, "--config", "config.yaml", "app"], cwd=self.folder,
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        driver.stdin.write(json.dumps({"control": {"duration": duration}}))
        driver.stdin.close()
        lines = []
        for line in driver.stdout:
            lines.append(line)
            if cancel and "Measuring for" in line:
                cancel = False
                time.sleep(1)
                driver.send_signal(signal.SIGUSR1)
        code = driver.wait()
        left = self.left() + self.servers.sessions()
        left += sorted(self.servers.vpn.interfaces() - interfaces)
        return code, json.loads(lines[-1]), left

    @staticmethod
    def left():
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if f"{MARK}=".encode() in (path / "environ").read_bytes():
                    found.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                pass
        return found

    # The other reading of what was printed, by recipe.

    def text(self, name):
        return (self.folder / name).read_text()

    def word(self, name, label, place):
        return next(line.split()[place] for line in self.text(name).splitlines() if label in line)

    def json(self, name):
        text = self.text(name)
        return json.loads(text[text.index("{"):])

    def between(self, name, pattern):
        """The lines of the window are not known: the least and the greatest."""
        values = [float(value) for value in re.findall(pattern, self.text(name))]
        return min(values), max(values)

    def expected(self, name):
        def milliseconds(value):
            number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", value).groups()
            return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]

        def kibibytes(value):
            """wrk's KB, MB and GB are powers of 1024 (its source: binary_units)."""
            number, unit = re.fullmatch(r"([\d.]+)([KMG]?)B", value).groups()
            return float(number) * 1024 ** " KMG".index(unit or " ") / 1000

        if name in ("ab", "openvpn", "ssh-tunnel"):
            found = {
                "throughput": float(self.word("ab.out", "Requests per second", 3)),
                "p99": int(self.word("ab.out", "99%", 1)),
                "failed": int(self.word("ab.out", "Failed requests", 2)),
            }
            if name == "ab":
                found |= {"mean": float(self.word("ab.out", "Time per request", 3)),
                          "mean_across_all": float(self.word("ab.out", "across all", 3)),
                          "time_taken": float(self.word("ab.out", "Time taken", 4)),
                          "p50": int(self.word("ab.out", "50%", 1)), "non_2xx": 0}
            return found
        if name == "hey":
            return {
                "throughput": float(self.word("hey.out", "Requests/sec", 1)),
                "mean": 1000 * float(self.word("hey.out", "Average:", 1)),
                "p50": 1000 * float(self.word("hey.out", "50% in", 2)),
                "p99": 1000 * float(self.word("hey.out", "99% in", 2)),
                "errors_4xx_5xx": 0, "no_response": 0,
            }
        if name == "wrk":
            return {
                "throughput": float(self.word("wrk.out", "Requests/sec", 1)),
                "mean": milliseconds(self.word("wrk.out", "  Latency  ", 1)),
                "p50": milliseconds(self.word("wrk.out", "  50%", 1)),
                "p99": milliseconds(self.word("wrk.out", "  99%", 1)),
                "transfer": kibibytes(self.word("wrk.out", "Transfer/sec", 1)),
                "non_2xx": 0, "socket_errors": 0,
            }
        if name == "siege":
            siege = self.json("siege.out")
            return {
                "throughput": siege["transaction_rate"], "mean": 1000 * siege["response_time"],
                "slowest": 1000 * siege["longest_transaction"],
                "availability": siege["availability"], "failed": siege["failed_transactions"],
            }
        if name == "redis-benchmark":
            rows = {row[0]: row for row in (line.replace('"', "").split(",")
                                            for line in self.text("redis-benchmark.out").splitlines())}
            return {
                "set_throughput": float(rows["SET"][1]), "set_p99": float(rows["SET"][6]),
                "get_throughput": float(rows["GET"][1]), "get_p99": float(rows["GET"][6]),
            }
        if name == "pgbench":
            return {
                "throughput": self.between("pgbench.err", r"([\d.]+) tps"),
                "latency": self.between("pgbench.err", r"lat ([\d.]+)"),
                "slowest_second": self.between("pgbench.err", r"lat ([\d.]+)"), "failed": 0,
            }
        if name == "sysbench":
            return {
                "throughput": self.between("sysbench-run.out", r"tps: ([\d.]+)"),
                "queries": self.between("sysbench-run.out", r"qps: ([\d.]+)"),
                "p95": self.between("sysbench-run.out", r"95%\): ([\d.]+)"),
                "errors": self.between("sysbench-run.out", r"err/s: ([\d.]+)"),
            }
        if name == "iperf3":
            end = self.json("iperf3.out")
            return {
                "throughput": end["end"]["sum_sent"]["bits_per_second"],
                "retransmits": end["end"]["sum_sent"]["retransmits"],
                "slowest_second": min(one["sum"]["bits_per_second"] for one in end["intervals"]),
            }
        if name == "fio":
            read = self.json("fio.out")["jobs"][0]["read"]
            return {
                "iops": read["iops"], "bandwidth": read["bw_bytes"], "errors": 0,
                "mean": read["clat_ns"]["mean"] / 1000,
                "p99": read["clat_ns"]["percentile"]["99.000000"] / 1000,
            }
        if name == "hyperfine":
            result = self.json("hyperfine.out")["results"][0]
            return {
                "mean": 1000 * result["mean"], "stddev": 1000 * result["stddev"],
                "slowest": 1000 * result["max"], "p90": 1000 * sorted(result["times"])[8],
            }
        if name == "autocannon":
            result = self.json("autocannon.out")
            return {
                "throughput": result["requests"]["average"], "mean": result["latency"]["average"],
                "p50": result["latency"]["p50"], "p99": result["latency"]["p99"],
                "non_2xx": 0, "errors": 0,
            }
        if name == "batch":
            return {"total_runtime": (1, 2.5), "rows": 42, "slowest_step": 1, "warnings": 1}
        if name == "service-metrics":
            # Its own samples are all the requests that there are: one in 0.5 s.
            return {"requests": (0.5, 4), "errors": 0, "memory": 1.5e7, "open_files": 9}
        if name == "prometheus":
            return self.servers.prometheus.expected()
        return None


def agrees(want, have):
    """A range stands for what differs from run to run. Series have times, which Prometheus may
    round by a millisecond."""
    if isinstance(want, list) and isinstance(have, list):
        points = lambda series: [(one["id"], *point) for one in series for point in one["data"]]
        pairs = list(zip(points(want), points(have), strict=True))
        return bool(pairs) and all(a[0] == b[0] and abs(a[1] - b[1]) < 0.0015 and agrees(a[2], b[2])
                                   for a, b in pairs)
    least, most = want if isinstance(want, tuple) else (want, want)
    return least - abs(least) * 1e-9 <= have <= most + abs(most) * 1e-9


def found(metrics):
    return {name: metric.get("value", metric.get("values")) for name, metric in metrics.items()}


def check(recipes, name, table):
    problems = []

    def expect(what, holds, detail=""):
        if not holds:
            problems.append(f"{what}: {detail}")

    code, answer, left = recipes.run(name, duration=60 if name in FIXED_LENGTH else 4)
    expect("to the end", code == 0, answer)
    expect("to the end: left", not left, left)
    if code == 0:
        have, want = found(answer["metrics"]), recipes.expected(name)
        for metric in sorted(want.keys() | have.keys()):
            both = metric in want and metric in have
            expect(metric, both and agrees(want[metric], have[metric]),
                   f"expected {want.get(metric)}, found {have.get(metric)}")
            unit = answer["metrics"].get(metric, {}).get("unit", "")
            table.append((name, metric, unit, have.get(metric), want.get(metric)))

    code, answer, left = recipes.run(name, duration=60, cancel=True)
    expect("cancel", code == 3, (code, answer))
    expect("cancel: left", not left, left)

    code, answer, left = recipes.run(name, broken=True, duration=2)
    expect("failure", code == 1, (code, answer))
    expect("failure: left", not left, left)
    print("WRONG" if problems else "ok   ", name, *problems, sep="\n    ", flush=True)
    return not problems


def cell(value):
    if isinstance(value, tuple):
        return f"{value[0]:.6g} to {value[1]:.6g}"
    if isinstance(value, list):
        points = sum(len(series["data"]) for series in value)
        return f"{points} point{'s' * (points != 1)} in {len(value)} series"
    return f"{value:.8g}"


def print_table(table):
    print("| recipe | metric | unit | returned | read off the tool |\n| --- | --- | --- | --- | --- |")
    for name, metric, unit, have, want in table:
        print(f"| {name} | {metric} | {unit} | {cell(have)} | {cell(want)} |")


FIXED_LENGTH = ("autocannon", "batch", "hyperfine", "redis-benchmark")
REAL = ("ab autocannon batch fio hey hyperfine iperf3 openvpn pgbench prometheus redis-benchmark "
        "service-metrics siege ssh-tunnel sysbench wrk").split()


def main():
    measure, folder = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    os.umask(0o022)
    install()
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)
        scratch = pathlib.Path(scratch)
        servers = Servers(scratch)
        try:
            recipes = Recipes(measure, folder, servers, scratch)
            table = []
            results = [check(recipes, name, table) for name in sys.argv[3:] or REAL]
            print_table(table)
        finally:
            servers.stop()
    print(f"{sum(results)} of {len(results)} recipes are right")
    sys.exit(not all(results))


main()
