#!/bin/bash
# interop.sh MEASURE CONFIG: runs real load tools through CONFIG and checks every
# metric against a reading of the same outputs by awk and Python. Installs what
# is missing; needs root for that, and the ports 15201, 16379 and 18080.
set -eu
measure=$PWD/$1
config=$PWD/$2

missing=()
for package in apache2-utils wrk siege sysbench iperf3 hyperfine redis-server fio python3; do
  dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
((${#missing[@]} == 0)) || apt-get install -y --no-install-recommends "${missing[@]}"

directory=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$directory"' EXIT
cd "$directory"
cp "$config" config.yaml
echo hello >index.html
python3 -m http.server 18080 --bind 127.0.0.1 >/dev/null 2>&1 &
redis-server --port 16379 --save '' >/dev/null &
iperf3 -s -p 15201 >/dev/null &
for port in 18080 16379 15201; do
  until (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.1; done
done

printf '{"control":{"duration":3}}' |
  "$measure" --config config.yaml app >lines || {
  tail -n 1 lines
  exit 1
}
tail -n 1 lines >answer
python3 - <<'END'
import json, re

metrics = json.load(open("answer"))["metrics"]
text = lambda name: open(name + ".out").read()
after_noise = lambda name: json.loads(text(name)[text(name).index("{"):])
word = lambda name, label, place: next(
    line.split()[place] for line in text(name).splitlines() if label in line)

def milliseconds(value):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", value).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]

fio = after_noise("fio")["jobs"][0]["read"]
expected = {
    "wrk_rps": float(word("wrk", "Requests/sec", 1)),
    "wrk_p99": milliseconds(word("wrk", "99%", 1)),
    "iperf3_sent": after_noise("iperf3")["end"]["sum_sent"]["bits_per_second"],
    "fio_p99": fio["clat_ns"]["percentile"]["99.000000"],
    "fio_iops": fio["iops"],
    "ab_rps": float(word("ab", "Requests per second", 3)),
    "ab_p99": int(word("ab", "99%", 1)),
    "ab_errors": 0,
    "siege_rate": after_noise("siege")["transaction_rate"],
    "sysbench_events": float(word("sysbench", "events per second", 3)),
    "sysbench_p95": float(word("sysbench", "95th percentile", 2)),
    "redis_get": float(text("redis").splitlines()[-1].split('"')[3]),
    "hyperfine_mean": json.loads(text("hyperfine"))["results"][0]["mean"],
}
wrong = 0
for name, value in expected.items():
    found = metrics.get(name, {}).get("value")
    same = found is not None and abs(found - value) <= 1e-9 * abs(value)
    print("ok   " if same else "WRONG", name, found, "" if same else value)
    wrong += not same
raise SystemExit(wrong > 0 or set(expected) != set(metrics))
END
