"""A real Prometheus reads the numbers of a served instance, by the rules that come along.

When each rule fires is told in fast motion, in alerts.yaml; here one goes all its way, over a real
Alertmanager to whom it tells.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from cxdigest.config import load
from tests.asking import asking
from tests.servers import need
from tests.servers.ports import free_ports
from tests.servers.web import Handler, Web
from tests.web.console.instance import Console, put_instance, served

ROOT = Path(__file__).parents[3]
RULES = ROOT / "deploy" / "prometheus-rules.yaml"
TOKEN = "a-token-of-thirty-two-characters"


def test_each_rule_fires_when_it_should_and_not_before():
    promtool = need.binary("promtool", package="prometheus")
    done = subprocess.run(
        [promtool, "test", "rules", Path(__file__).with_name("alerts.yaml")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    told = yaml.safe_load(Path(__file__).with_name("alerts.yaml").read_text("utf-8"))
    tried = {one["alertname"] for test in told["tests"] for one in test["alert_rule_test"]}
    (group,) = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    assert tried == {rule["alert"] for rule in group["rules"]}


@contextlib.contextmanager
def running(*words: object, folder: Path) -> Iterator[None]:
    """Let a program run in *folder* for the time of the ``with``."""
    with (folder / f"{Path(str(words[0])).name}.log").open("wb") as log:
        program = subprocess.Popen([*map(str, words)], cwd=folder, stdout=log, stderr=log)
        try:
            yield
        finally:
            program.terminate()
            program.wait(timeout=30)


def passed_on(console: Console) -> Callable[[Handler], None]:
    """Return a proxy before *console*, as any that tells whom it asks for."""

    def play(handler: Handler) -> None:
        shown = {"X-Forwarded-For": "192.0.2.7"}
        if handler.headers["Authorization"]:
            shown["Authorization"] = handler.headers["Authorization"]
        answer = console.get("/metrics", headers=shown)
        kind = {"Content-Type": answer.headers["content-type"]}
        handler.reply(answer.status_code, kind, answer.content)

    return play


def until(client: httpx.Client, path: str, fits: Callable[[Any], bool]) -> Any:
    """Ask Prometheus for *path* until its answer fits; return it."""
    ends = time.monotonic() + 60
    while True:
        told = None
        with contextlib.suppress(httpx.TransportError):  # not yet listening
            answer = client.get(path)
            told = answer.json()["data"] if answer.status_code == 200 else None
        if told is not None and fits(told):
            return told
        assert time.monotonic() < ends, told
        time.sleep(0.1)


def configure(folder: Path, console: Console, web: Web, alertmanager: int) -> None:
    """Write what Prometheus and Alertmanager read: as docs/operations.md has it, but impatient."""
    (folder / "right").write_text(f"{TOKEN}\n", "utf-8")
    (folder / "wrong").write_text("another\n", "utf-8")
    here = f"{console.client.base_url.host}:{console.client.base_url.port}"
    beyond = [{"targets": [web.url.removeprefix("http://")]}]
    jobs = [
        {"job_name": "cxdigest", "static_configs": [{"targets": [here]}]},
        *(
            {
                "job_name": f"by the {token} token",
                "authorization": {"credentials_file": token},
                "static_configs": beyond,
            }
            for token in ("right", "wrong")
        ),
        {"job_name": "without a token", "static_configs": beyond},
    ]
    rules = RULES.read_text("utf-8").replace("for: 5m", "for: 0s")
    (folder / "rules.yaml").write_text(rules, "utf-8")
    told = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yaml"],
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}]
        },
        "scrape_configs": jobs,
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(told), "utf-8")
    hook = {"url": f"{web.url}/told", "send_resolved": False}
    told = {
        "route": {"receiver": "me", "group_wait": "0s", "group_by": ["..."]},
        "receivers": [{"name": "me", "webhook_configs": [hook]}],
    }
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(told), "utf-8")


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    folder = put_instance(tmp_path)
    file = folder / "config.yaml"
    text = file.read_text("utf-8").replace("web:\n", f"web:\n  metrics_token: {TOKEN}\n")
    file.write_text(text, "utf-8")
    with served(folder, config=load(file, {})) as made:
        made.turn()
        yield made


def test_prometheus_reads_the_numbers_and_tells_of_a_worker_that_stopped(console, web, tmp_path):
    prometheus = need.binary("prometheus", package="prometheus")
    alertmanager = need.binary("prometheus-alertmanager", package="prometheus-alertmanager")
    ports = free_ports(2)
    web.play("/metrics", passed_on(console))
    web.page("/told", b"")
    configure(tmp_path, console, web, ports[1])
    with (
        running(
            alertmanager, "--config.file=alertmanager.yml", "--storage.path=told",
            f"--web.listen-address=127.0.0.1:{ports[1]}", "--cluster.listen-address=",
            folder=tmp_path,
        ),
        running(
            prometheus, "--config.file=prometheus.yml", "--storage.tsdb.path=numbers",
            f"--web.listen-address=127.0.0.1:{ports[0]}", folder=tmp_path,
        ),
        asking(("127.0.0.1", ports[0])) as client,
    ):  # fmt: skip
        targets = until(
            client,
            "/api/v1/targets",
            lambda told: (
                sorted((one["health"] for one in told["activeTargets"]), reverse=True)
                == ["up", "up", "down", "down"]
            ),
        )
        refused = "server returned HTTP status 401 Played"
        assert {one["scrapePool"]: one["lastError"] for one in targets["activeTargets"]} == {
            "cxdigest": "", "by the right token": "", "by the wrong token": refused,
            "without a token": refused,
        }  # fmt: skip
        sent = 'cxdigest_deliveries{job="by the right token", state="sent"}'
        (found,) = until(client, f"/api/v1/query?query={sent}", lambda told: told["result"])[
            "result"
        ]
        assert found["value"][1] == "3"
        (group,) = until(
            client,
            "/api/v1/rules",
            lambda told: all(one["health"] == "ok" for one in told["groups"][0]["rules"]),
        )["groups"]
        assert {one["name"] for one in group["rules"] if one["state"] != "inactive"} == set()
        console.now += timedelta(hours=1)  # and no worker woke in it
        until(
            client,
            "/api/v1/alerts",
            lambda told: {one["state"] for one in told["alerts"]} == {"firing"},
        )
        ends = time.monotonic() + 60
        while not (heard := [asked.body for asked in web.requests if asked.path == "/told"]):
            assert time.monotonic() < ends, (tmp_path / "prometheus-alertmanager.log").read_text()
            time.sleep(0.1)
    (alert, *_) = json.loads(heard[0])["alerts"]
    assert alert["labels"]["alertname"] == "CxdigestNotWorking"
    assert alert["annotations"]["summary"].endswith("/healthz says why")
