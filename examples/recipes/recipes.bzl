"""The recipes: configurations that are tested here, and that packages have."""

RECIPES = [
    "ab.yaml",
    "autocannon.yaml",
    "batch.yaml",
    "fio.yaml",
    "hey.yaml",
    "hyperfine.yaml",
    "iperf3.yaml",
    "k6.yaml",
    "openvpn.yaml",
    "pgbench.yaml",
    "redis-benchmark.yaml",
    "service-metrics.yaml",
    "siege.yaml",
    "ssh-tunnel.yaml",
    "sysbench.yaml",
    "vegeta.yaml",
    "wrk.yaml",
]
