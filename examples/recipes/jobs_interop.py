#!/usr/bin/python3
"""Runs the recipes for engines that run jobs against the real ones on loopback.

    jobs_interop.py MEASURE FOLDER [RECIPE...]

Installs what is missing (apt; as root): Buildbot, and a Slurm cluster of one
node. Each recipe of FOLDER runs four times: to the end, when its metrics are
compared with another reading of what the load has printed; with a cancel as soon
as the job is submitted; with one in the window; and with a load that fails. No job, no request for one, and no process of
one may be left, and no secret may be shown. For Kubernetes, of which there is no
cluster, it is the stand-in of the ordinary test, over TLS.
"""

import base64
import http.server
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

import jobs_servers as servers

MEASURE, RECIPES = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()


class Shop(http.server.BaseHTTPRequestHandler):
    """What is put under load."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def start_shop():
    shop = servers.QuietServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=shop.serve_forever, daemon=True).start()
    return shop.server_address[1]


class Engine:
    """What a recipe needs: an engine, and how its text is adapted to this one.
    `expected` is another reading of what the load has printed."""

    def is_busy(self):
        return self.server.is_busy()

    def is_submitted(self):
        return bool(self.server.running())

    def left(self):
        return self.server.running() + self.server.processes()


class BuildbotEngine(Engine):
    def __init__(self, folder, shop):
        self.server = servers.Buildbot(folder)

    def adapt(self, text, mode):
        self.server.works(mode != "fail")
        return text.replace("ci:8010", f"127.0.0.1:{self.server.port}")

    def expected(self, answer):
        def word(label, place):
            return float(next(line.split()[place] for line in log if line.startswith(label)))

        log = self.server.last_log()
        elapsed = next(line for line in log if line.startswith("elapsedTime="))
        return {"throughput": word("Requests per second", 3), "p99": word("p99:", 1),
                "run_time": float(elapsed.split("=")[1])}


class SlurmEngine(Engine):
    """Each part keeps its report in a file of its own, too."""

    def __init__(self, folder, shop):
        self.server = servers.Slurm(folder)
        self.shop = shop
        self.wrapper = folder / "ab"
        self.reports = folder / "reports"
        self.reports.mkdir()
        self.reports.chmod(0o777)  # slurmrestd's jobs are not root's

    def adapt(self, text, mode):
        for path in self.reports.iterdir():
            path.unlink()
        port = servers.free_port() if mode == "fail" else self.shop
        # Only the last part fails.
        self.wrapper.write_text(f"""#!/bin/bash
set -o pipefail
url=http://127.0.0.1:{self.shop}/
[[ $SLURM_ARRAY_TASK_ID != 3 ]] || url=http://127.0.0.1:{port}/
ab "${{@:1:$#-1}}" "$url" | tee {self.reports}/$SLURM_ARRAY_TASK_ID
""")
        self.wrapper.chmod(0o755)
        return (text.replace("ab -l -q -c 10", f"{self.wrapper} -l -q -c 1")
                .replace("/shared", f"{self.server.folder}/shared"))

    def expected(self, answer):
        reports = [path.read_text().splitlines() for path in self.reports.iterdir()]

        def words(label, place):
            return [float(line.split()[place]) for report in reports for line in report
                    if line.strip().startswith(label)]

        return {"parts": 4, "throughput": sum(words("Requests per second", 3)),
                "failed": sum(words("Failed requests", 2)), "worst_p99": max(words("99%", 1))}

    def left(self):
        processes = [line for part in (str(self.wrapper), f"http://127.0.0.1:{self.shop}/")
                     for line in servers.command_lines(part)]
        return super().left() + processes + list((self.server.folder / "shared").iterdir())


class SlurmrestdEngine(SlurmEngine):
    def __init__(self, folder, shop):
        super().__init__(folder, shop)
        self.port = self.server.start_rest()

    def adapt(self, text, mode):
        config = self.server.folder / "slurm.conf"
        return (super().adapt(text, mode).replace("slurm:6820", f"127.0.0.1:{self.port}")
                .replace('PATH: "/usr/bin:/bin"', f'PATH: "/usr/bin:/bin", SLURM_CONF: "{config}"'))

    def expected(self, answer):
        found = super().expected(answer)
        del found["failed"]
        return found


class StandIn(Engine):
    """fake_jobs.pl."""

    def __init__(self, folder, shop):
        self.folder, self.runs = folder, 0

    def restart(self, mode):
        servers.Engine.stop()
        self.runs += 1
        self.state = self.folder / str(self.runs)
        self.state.mkdir()
        self.server = servers.Engine(self.folder, {
            "RECIPE_MODE": mode, "RECIPE_TESTDATA": str(RECIPES / "testdata")})
        self.server.start("perl", RECIPES / "fake_jobs.pl", self.name, self.state / "port", self.state)
        servers.wait_until((self.state / "port").exists, "the stand-in")
        return int((self.state / "port").read_text())

    def is_submitted(self):
        return (self.state / "left").exists()

    def is_busy(self):
        return (self.state / "started").exists()

    def left(self):
        return list(self.state.glob("left"))

    def expected(self, answer):
        return {name: float(value) for name, value, _ in (
            line.split() for line in (RECIPES / f"testdata/{self.name}.metrics").read_text().splitlines())}


class KubernetesEngine(StandIn):
    """Over TLS, with the cluster's authority."""

    name = "kubernetes"

    def __init__(self, folder, shop):
        super().__init__(folder, shop)
        servers.make_authority(folder)

    def adapt(self, text, mode):
        port = servers.Gateway({}, port=self.restart(mode), certificate=self.folder / "server.pem").port
        text = text.replace("kubernetes.default.svc", f"127.0.0.1:{port}")
        return re.sub(r"/var/run/secrets/\S*/ca.crt", f"{self.folder}/ca.crt", text)


class JenkinsEngine(StandIn):
    name = "jenkins"

    def adapt(self, text, mode):
        return text.replace("ci:8080", f"127.0.0.1:{self.restart(mode)}")


ENGINES = {"buildbot": BuildbotEngine, "slurm": SlurmEngine, "slurm-many": SlurmEngine,
           "slurmrestd": SlurmrestdEngine,
           "kubernetes": KubernetesEngine, "jenkins": JenkinsEngine}


def run(engine, name, folder, duration, mode, cancel_when=None):
    """Exit code, answer, and what is wrong. `mode` is that of recipes_test.sh."""
    text = engine.adapt((RECIPES / f"{name}.yaml").read_text(), mode)
    path = re.search(r"{file: (.*)}", text)
    secret = servers.secret_of(path[1]) if path else "secret of nobody"
    (folder / "secret").write_text(secret + "\n")
    text = re.sub(r"{file: .*}", f"{{file: {folder}/secret}}", text)
    (folder / "config.yaml").write_text(text.replace("every: 5s", "every: 1s"))
    (folder / "config.yaml").chmod(0o644)
    with open(folder / "stderr", "w+") as stderr:
        driver = subprocess.Popen(
            [MEASURE, "--config", "config.yaml", "app"], cwd=folder, env=engine.server.environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True)
        driver.stdin.write(json.dumps({"control": {"duration": duration}}))
        driver.stdin.close()
        if cancel_when:
            servers.wait_until(lambda: cancel_when() or driver.poll() is not None, "a job")
            driver.send_signal(signal.SIGUSR1)
        printed = driver.stdout.read()
        code = driver.wait()
        stderr.seek(0)
        shown = printed + stderr.read()
    encoded = base64.b64encode(f"servo:{secret}".encode()).decode()
    wrong = [f"shows {one}" for one in (secret, encoded) if one in shown]
    left = engine.left()
    if left:
        wrong.append(f"left: {left}")
    return code, json.loads(printed.splitlines()[-1]), wrong


def differences(expected, metrics):
    for name in sorted(expected.keys() | metrics.keys()):
        want, have = expected.get(name), metrics.get(name, {}).get("value")
        if want is None or have is None or abs(want - have) > abs(want) * 1e-9:
            yield f"{name}: expected {want}, found {have}"


def check(engine, name, folder):
    problems = []

    def note(what, code, wanted, answer, wrong):
        if code != wanted:
            wrong = [f"exit code {code}: {answer}", *wrong]
        problems.extend(f"{what}: {one}" for one in wrong)

    # The load lasts 4 seconds, and its end ends the window.
    begin = time.monotonic()
    code, answer, wrong = run(engine, name, folder, 4, "ok")
    note("to the end", code, 0, answer, wrong)
    if code == 0:
        problems.extend(differences(engine.expected(answer), answer["metrics"]))
    shown = {key: metric["value"] for key, metric in answer.get("metrics", {}).items()}
    print(f"    to the end in {time.monotonic() - begin:.1f} s", json.dumps(shown), flush=True)

    for when, holds in ("once submitted", engine.is_submitted), ("in the window", engine.is_busy):
        code, answer, wrong = run(engine, name, folder, 300, "stay", holds)
        note(f"cancelled {when}", code, 3, answer, wrong)
        print(f"    cancelled {when}:", answer["message"], flush=True)

    code, answer, wrong = run(engine, name, folder, 3, "fail")
    if not re.search(r"given up (after .* )?since ", answer.get("message", "")):
        wrong.append("does not say what the engine tells")
    note("failing load", code, 1, answer, wrong)
    print("    failing load:", answer.get("message"), flush=True)
    print("WRONG" if problems else "ok   ", name, *problems, sep="\n    ", flush=True)
    return not problems


def main():
    os.umask(0o022)
    servers.install()
    results = []
    for name in sys.argv[3:] or ENGINES:
        with tempfile.TemporaryDirectory() as scratch:
            scratch = pathlib.Path(scratch)
            scratch.chmod(0o755)
            (scratch / "engine").mkdir()
            try:
                engine = ENGINES[name](scratch / "engine", start_shop())
                results.append(check(engine, name, scratch))
            finally:
                servers.Engine.stop()
    print(f"{sum(results)} of {len(results)} recipes are right")
    sys.exit(not all(results))


main()
