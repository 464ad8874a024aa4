"""compare.py DRIVER COUNTED_URL ACCESS_LOG TIMED_URL: what run.sh runs, in a directory of its own."""

import collections
import json
import re
import subprocess
import sys
import time

DRIVER, COUNTED_URL, ACCESS_LOG, TIMED_URL = sys.argv[1:]

failed = False


def check(what, good):
    global failed
    print(f"{'ok    ' if good else 'FAILED'}  {what}")
    failed |= not good


def run_driver(section, control):
    """The answer of a measurement with this configuration."""
    with open("config.yaml", "w") as config:
        json.dump({"http_load": section}, config)  # JSON is YAML.
    program = subprocess.run(
        [DRIVER, "--config", "config.yaml", "app"],
        input=json.dumps({"control": control}), capture_output=True, text=True)
    if program.returncode != 0:
        sys.exit(f"{program.stdout}{program.stderr}the driver failed")
    return json.loads(program.stdout.splitlines()[-1])


def read_log(lines):
    """How often each status stands in the log, once it has so many lines."""
    deadline = time.monotonic() + 5
    while True:
        with open(ACCESS_LOG) as log:
            statuses = log.read().split()
        if len(statuses) >= lines or time.monotonic() > deadline:
            return collections.Counter(statuses)
        time.sleep(0.05)  # nginx writes the line when it has closed the request.


def compare_counts(section, warmup, duration):
    open(ACCESS_LOG, "w").close()
    told = run_driver({"url": COUNTED_URL, **section}, {"warmup": warmup, "duration": duration})["annotations"]
    # What was never on its way cannot be in the log.
    unseen = told.get("errors_not_sent", 0)
    sent = told["requests"] - unseen + told["warmup_requests"]
    log = read_log(sent)
    print(f"\n{section}, warm-up {warmup} s, window {duration} s")
    print(f"        driver {told}\n        nginx  {dict(log)}")
    check(f"requests sent: {sent}; in the log: {sum(log.values())}", sent == sum(log.values()))
    check("no connection failed", "errors_not_connected" not in told and "errors_broken_answer" not in told)
    if warmup:  # The log does not tell the warm-up's errors from the window's.
        return
    logged = sum(count for status, count in log.items() if int(status) >= 400)
    errors = told["errors"] - unseen
    check(f"errors: {errors}; in the log: {logged}", errors == logged)
    # 499 is nginx's word for a client that has gone.
    for kind, status in (("errors_status_500", "500"), ("errors_timeout", "499")):
        check(f"{kind}: {told.get(kind, 0)}; {status} in the log: {log[status]}",
              told.get(kind, 0) == log[status])


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def run_wrk(connections, seconds):
    """The rate and the percentiles."""
    text = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", TIMED_URL],
        check=True, capture_output=True, text=True).stdout
    if "Socket errors" in text or "Non-2xx" in text:
        sys.exit(f"{text}\nwrk met errors")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
    percentiles = {f"p{percent}": milliseconds(value)
                   for percent, value in re.findall(r"^\s+(50|90|99)%\s+(\S+)$", text, re.MULTILINE)}
    percentiles["max"] = milliseconds(re.search(r"Latency\s+\S+\s+\S+\s+(\S+)", text)[1])
    return rate, percentiles


def compare_latency(connections, seconds):
    rate, wrk = run_wrk(connections, seconds)
    answer = run_driver({"url": TIMED_URL, "rate": rate, "in_flight": 500}, {"warmup": 1, "duration": seconds})
    metrics, told = answer["metrics"], answer["annotations"]
    print(f"\nwrk with {connections} connections: {rate} requests a second; the driver at this rate,"
          f" its latest start {told['start_delay_max_ms']:.1f} ms after it was due")
    check(f"errors: {told['errors']}", told["errors"] == 0)
    throughput = metrics["throughput"]["value"]
    check(f"throughput {throughput:.1f} beside {rate}", abs(throughput - rate) <= 0.01 * rate)
    rows = []
    for name, theirs in wrk.items():
        ours = metrics[f"latency_{name}"]["value"]
        rows.append(f"| {connections} | {rate:.0f} | {name} | {theirs:.2f} | {ours:.2f} | {ours - theirs:+.2f} |")
        text = f"{name}: wrk {theirs:.2f} ms, driver {ours:.2f} ms"
        if name == "max":  # One answer of thousands, and not the same one: nothing that two runs agree on.
            print(f"        {text}")
        else:
            check(text, abs(ours - theirs) <= max(1, 0.1 * theirs))
    return rows


compare_counts({"rate": 200, "timeout": 0.4}, warmup=0, duration=10)
compare_counts({"rate": 200, "timeout": 0.4}, warmup=2, duration=5)
# A second, ten a second of which are slow: twelve at once are too many for eight.
compare_counts({"rate": 120, "timeout": 10, "in_flight": 8}, warmup=0, duration=10)
table = compare_latency(4, 10) + compare_latency(20, 10) + compare_latency(60, 10)
print("\n| connections | requests/s | | wrk, ms | driver, ms | difference |\n| --- | --- | --- | --- | --- | --- |")
print("\n".join(table))
sys.exit("the comparison failed" if failed else 0)
