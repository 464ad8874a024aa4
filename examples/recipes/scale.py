#!/usr/bin/python3
"""What a driver costs by the number of what it looks after (docs/scale.md).

    scale.py MEASURE FOLDER [TABLE [COUNT...]]

TABLE is one of: slurm, slurm-many (those recipes of FOLDER with COUNT parts on a
real Slurm cluster of one node, started on loopback as root; the parts sleep, and
print a report of ab), slurm-simulated, slurm-many-simulated (the same with
programs that print what Slurm's would, for more parts than a machine holds),
background (COUNT background tasks), samplers (COUNT HTTP
requests a second, against a server here), output (COUNT MiB from a background
task). All of them by default. Prints Markdown. CPU is the driver's own, without
that of the processes that it starts; memory is its peak; read is what it took
from its tasks' pipes and files; messages are lines on stdout.
"""

import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

import jobs_servers as servers

MEASURE, RECIPES = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
COUNTS = {"slurm": [1, 10, 100, 1000], "slurm-many": [1, 10, 100, 1000],
          "slurm-simulated": [100, 1000, 10000], "slurm-many-simulated": [100, 1000, 10000],
          "background": [1, 10, 100, 1000], "samplers": [1, 10, 100, 1000],
          "output": [1, 16, 256, 1024]}


def field(path, pattern):
    try:
        found = re.search(pattern, pathlib.Path(path).read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


def measure(config, duration, folder, environment=os.environ):
    """Runs it; what it cost."""
    (folder / "config.yaml").write_text(config)
    (folder / "config.yaml").chmod(0o644)
    begin = time.monotonic()
    driver = subprocess.Popen([MEASURE, "--config", "config.yaml", "app"], cwd=folder,
                              env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    driver.stdin.write(json.dumps({"control": {"duration": duration}}))
    driver.stdin.close()
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(driver.stdout))
    reader.start()
    proc, peak, ended = f"/proc/{driver.pid}", 0, None
    while not ended:
        peak = field(f"{proc}/status", r"^VmHWM:\s+(\d+)") or peak
        # Left as a zombie, whose counters can still be read.
        ended = os.waitid(os.P_PID, driver.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
        time.sleep(0.05)
    took = time.monotonic() - begin
    cpu = field(f"{proc}/schedstat", r"^(\d+)") / 1e6
    read = field(f"{proc}/task/{driver.pid}/io", r"^rchar: (\d+)")
    driver.wait()
    reader.join()
    answer = json.loads(lines[-1])
    if answer["status"] != "ok":
        sys.exit(f"failed: {answer}")
    return {"took": f"{took:.1f} s", "CPU": f"{cpu:.0f} ms", "CPU a second": f"{cpu / took:.2f} ms",
            "memory": f"{peak / 1024:.1f} MB", "read": f"{read / 1024:.0f} KiB",
            "messages": f"{len(lines)} ({sum(map(len, lines))} bytes)"}, answer["metrics"]


def print_table(first, rows):
    columns = list(rows[0][1])
    print(f"| {first} | " + " | ".join(columns) + " |")
    print("| --- " * (len(columns) + 1) + "|")
    for count, row in rows:
        print(f"| {count:,} | " + " | ".join(row.values()) + " |")
    print(flush=True)


# One node can't begin hundreds of parts at once: Slurm takes back those that it fails to launch.
AT_ONCE = 200
REPORT = """Requests per second:    10 [#/sec] (mean)
Failed requests:        0
  99%      7
"""


def run_slurm(name, count, part, shared, folder, environment):
    """With a window of 30 s."""
    text = (RECIPES / f"{name}.yaml").read_text()
    text = re.sub(r"--wrap, '.*'", f"--wrap, {part}", text)
    text = text.replace('"0-3"', f"0-{count - 1}%{AT_ONCE}").replace("at_least: 4", f"at_least: {count}")
    row, metrics = measure(text.replace("/shared", f"{shared}"), 30, folder, environment)
    if metrics["throughput"]["value"] != 10 * count:
        sys.exit(f"wrong: {metrics}")
    return count, row


def slurm(name, counts, folder):
    (folder / "engine").mkdir()
    cluster = servers.Slurm(folder / "engine", cpus=max(counts))
    part = folder / "part"
    part.write_text(f"#!/bin/sh\nsleep $SERVO_EXEC_WINDOW_S\ncat <<END\n{REPORT}END\n")
    part.chmod(0o755)
    rows = []
    try:
        for count in counts:
            rows.append(run_slurm(name, count, part, cluster.folder / "shared", folder,
                                  cluster.environment))
            if cluster.running():
                sys.exit(f"left: {cluster.running()}")
    finally:
        cluster.stop()
    print_table("parts", rows)


def simulated(name, counts, folder):
    """Parts that all run at once, and are over with the window."""
    for program, text in {
            "sbatch": """case "$*" in
*.sum*) printf 'parts %s\\nthroughput %s\\nfailed 0\\nworst_p99 7\\n' $PARTS $((PARTS * 10)) >$SHARED/$SERVO_EXEC_RUN_ID.sum
  mv $SHARED/$SERVO_EXEC_RUN_ID.sum $SHARED/servo-$SERVO_EXEC_RUN_ID.sum ;;
*) awk -v n=$PARTS -v name=$SHARED/servo-$SERVO_EXEC_RUN_ID- 'BEGIN { for (; n > 0; --n) {
     file = name n ".out"; print ENVIRON["REPORT"] >file; close(file) } }' ;;
esac
date +%s >$SHARED/begin; echo 7""",
            "squeue": """over=$(($(date +%s) > $(cat $SHARED/begin) + SERVO_EXEC_WINDOW_S))
case "$*" in
*BOOT_FAIL*) ;;
*PENDING*) [ $over = 1 ] || echo Dependency ;;
*all*) if [ $over = 1 ]; then yes COMPLETED None; else yes RUNNING None; fi | head -n $PARTS ;;
esac""",
            "scancel": ""}.items():
        (folder / program).write_text(f"#!/bin/sh\n{text}\n")
        (folder / program).chmod(0o755)
    shared = folder / "shared"
    shared.mkdir()
    rows = []
    for count in counts:
        environment = dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}", REPORT=REPORT,
                           PARTS=str(count), SHARED=str(shared))
        rows.append(run_slurm(name.removesuffix("-simulated"), count, "load", shared, folder,
                              environment))
    print_table("simulated parts", rows)


def background(_, counts, folder):
    rows = []
    for count in counts:
        tasks = "\n".join("    - {async: true, on_exit: fail, exec: [sleep, '600']}"
                          for _ in range(count))
        rows.append((count, measure(f"exec:\n  start:\n{tasks}\n", 20, folder)[0]))
    print_table("background tasks", rows)


class Metrics(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "12")
        self.end_headers()
        self.wfile.write(b"requests 42\n")

    def log_message(self, *_):
        pass


def samplers(_, counts, folder):
    server = servers.QuietServer(("127.0.0.1", 0), Metrics)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/"
    rows = []
    for count in counts:
        tasks = "\n".join(
            f"    - {{every: 1s, request: {{url: '{url}'}}, "
            f"metrics: {{m{n}: {{regex: 'requests (.*)'}}}}}}" for n in range(count))
        rows.append((count, measure(f"exec:\n  start:\n{tasks}\n", 20, folder)[0]))
    print_table("samplers", rows)


def output(_, counts, folder):
    rows = []
    for count in counts:
        task = f"    - {{async: true, on_exit: end_window, shell_exec: 'yes 0123456789abcde | head -c {count}M'}}"
        rows.append((count, measure(f"exec:\n  start:\n{task}\n", 120, folder)[0]))
    print_table("MiB of output", rows)


TABLES = {"slurm": slurm, "slurm-many": slurm, "slurm-simulated": simulated,
          "slurm-many-simulated": simulated, "background": background,
          "samplers": samplers, "output": output}


def main():
    os.umask(0o022)
    servers.install()
    for name in sys.argv[3:4] or TABLES:
        counts = [int(count) for count in sys.argv[4:]] or COUNTS[name]
        with tempfile.TemporaryDirectory() as scratch:
            scratch = pathlib.Path(scratch)
            scratch.chmod(0o755)
            print(f"{name}:\n", flush=True)
            TABLES[name](name, counts, scratch)


main()
