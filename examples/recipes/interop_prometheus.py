"""A Prometheus on loopback, and another reading of what it was asked, for interop.py."""

import datetime
import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

SCRAPES_PER_SECOND = 2


class Prometheus:
    """Scrapes a service that counts its requests, which are these scrapes alone."""

    def __init__(self, folder, port, scraped):
        self.address = f"127.0.0.1:{port}"
        self.log = folder / "prometheus-queries.json"
        config = folder / "prometheus.yml"
        config.write_text(
            f"global: {{scrape_interval: {1000 // SCRAPES_PER_SECOND}ms, query_log_file: {self.log}}}\n"
            "scrape_configs:\n"
            f"  - {{job_name: shop, static_configs: [{{targets: ['127.0.0.1:{scraped}']}}]}}\n")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--web.listen-address={self.address}",
             f"--storage.tsdb.path={folder}/prometheus"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)

    def replacements(self, broken):
        """What a recipe's text gets in place of its own."""
        return {
            "prometheus:9090": self.address,
            "step: 15": "step: 1",
            "[1m]": "[5s]",
            "sum by": "sum bye" if broken else "sum by",  # which is answered with 400
        }

    def wait(self):
        """Until the ranges of the queries are full of samples."""
        while True:
            try:
                result = self.ask("query", query="count_over_time(http_requests_total[8s])")
                if result and int(result[0]["value"][1]) >= 7 * SCRAPES_PER_SECOND:
                    return
            except urllib.error.URLError:
                pass
            time.sleep(0.2)

    def ask(self, path, **parameters):
        url = f"http://{self.address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url) as answer:
            return json.load(answer)["data"]["result"]

    def asked(self, query):
        """From Prometheus' own log: begin and end of the last such query."""
        entries = (json.loads(line)["params"] for line in self.log.read_text().splitlines())
        last = [entry for entry in entries if query in entry["query"]][-1]
        return tuple(datetime.datetime.fromisoformat(last[name].replace("Z", "+00:00")).timestamp()
                     for name in ("start", "end")), last["query"]

    def expected(self, duration=4):
        """The range query again, as a query for each single time; and what the scrapes amount to."""
        (begin, end), query = self.asked("sum by")
        assert abs(end - begin - duration) < 0.0015, (begin, end)
        assert time.time() - 10 < end < time.time(), end
        (_, instant), _ = self.asked("increase(")
        assert instant == end, (instant, end)

        series = []
        for second in range(duration + 1):
            moment = round(begin + second, 3)
            if moment > end:
                break
            for result in self.ask("query", query=query, time=moment):
                name = "   ".join(f"{key}:{value}" for key, value in sorted(result["metric"].items()))
                if not series or series[-1]["id"] != name:
                    series.append({"id": name, "data": []})
                series[-1]["data"].append([moment, float(result["value"][1])])
        rate = SCRAPES_PER_SECOND
        return {"throughput": series, "mean_throughput": (0.95 * rate, 1.05 * rate),
                "requests": (0.9 * duration * rate, 1.1 * duration * rate)}

    def stop(self):
        self.process.terminate()
        self.process.wait()
