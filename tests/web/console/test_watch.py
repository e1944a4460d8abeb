"""What watches the instance: a probe that says little, and numbers for Prometheus."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from cxdigest.config import load
from cxdigest.errors import StoreError
from cxdigest.model import KINDS
from cxdigest.store import Store
from tests.web.console.instance import NOW, put_instance, served

ROOT = Path(__file__).parents[3]
TOKEN = "a-token-of-thirty-two-characters"
NAMES = ("ada", "ben", "berta", "inbox", "bens", "home.example", "marlow")


@pytest.fixture
def console(tmp_path):
    with served(put_instance(tmp_path)) as made:
        yield made


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def told(console) -> tuple[int, dict]:
    answer = console.get("/healthz")
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, answer.json()


def test_an_instance_that_does_its_work_says_so(console):
    console.turn()
    status, said = told(console)
    assert status == 200
    assert said == {
        "status": "ok", "store": "reachable", "problems": [], "attention": [],
        "last_wake": "2026-11-20T10:00:00+00:00", "oldest_due": None,
    }  # fmt: skip


def test_what_is_not_done_is_told_without_names(console):
    console.now += timedelta(days=1)
    status, said = told(console)
    assert status == 503
    assert said["problems"] == [
        "No worker has woken since 2026-11-20 10:00 UTC.",
        "2 sources were due and have not been polled.",
        "2 digests were due and have not been made.",
    ]
    assert said["oldest_due"].startswith("2026-11-20T1"), "the polls of this morning"
    for name in NAMES:
        assert name not in json.dumps(said).lower()


def test_a_delivery_that_waits_for_nobody_is_told(console):
    console.turn()
    with console.store._database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE deliveries SET state = 'waiting', due = '2026-11-20 07:30:00.000000'"
            " WHERE recipient = 'ada@home.example'"
        )
    status, said = told(console)
    assert (status, said["problems"]) == (503, ["1 delivery was due and has not been sent."])
    assert said["oldest_due"] == "2026-11-20T07:30:00+00:00"


def test_probes_ask_the_store_every_ten_seconds_only(console):
    console.turn()
    assert told(console)[0] == 200
    console.now += timedelta(hours=1)
    assert told(console)[0] == 503
    console.store.wake(now=console.now, holder=console.street.holder)
    console.turn()
    console.now += timedelta(seconds=9)
    assert told(console)[0] == 503, "kept"
    console.now += timedelta(seconds=1)
    assert told(console)[0] == 200


@dataclass
class Unreachable:
    """A street whose database does not answer."""

    clock: Callable[[], datetime] = lambda: NOW

    @property
    def store(self) -> Store:
        raise StoreError("PostgreSQL database jobs at db.example: no connection")


def test_a_store_that_cannot_be_reached_is_told_without_its_address(tmp_path):
    with served(put_instance(tmp_path), street=Unreachable) as console:
        status, said = told(console)
    assert (status, said["store"]) == (503, "unreachable")
    assert said["problems"] == ["The store cannot be reached."]


def test_the_numbers_are_those_of_the_store(console):
    console.now += timedelta(minutes=6)
    console.turn()
    console.now += timedelta(minutes=3)  # what is younger than two minutes is counted later
    console.turn()
    found = samples(console.get("/metrics").text)
    store = console.store
    with store._database.reading() as connection:

        def rows(sql: str) -> dict:
            return dict(connection.exec_driver_sql(sql).all())

        for outcome, number in rows("SELECT outcome, count(*) FROM polls GROUP BY 1").items():
            assert found["cxdigest_polls_total", outcome] == number
        kinds = rows("SELECT kind, count(*) FROM verdicts GROUP BY 1")
        assert {
            kind: found["cxdigest_verdicts_total", kind] for kind in KINDS if kind in kinds
        } == kinds
        (brought,) = connection.exec_driver_sql("SELECT sum(sightings) FROM polls").scalars()
        assert found["cxdigest_polled_total", "sightings"] == brought > 0
        for table in ("postings", "sightings", "alerts", "digests", "deliveries"):
            (number,) = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalars()
            assert found["cxdigest_stored", table] == number > 0
    assert found["cxdigest_deliveries", "sent"] == 3, "two digests and the coach's mail"
    assert found["cxdigest_deliveries", "waiting"] == 0
    assert found["cxdigest_delivery_lag_seconds", "largest"] == 30 * 60, "07:00 to 07:30"
    assert found["cxdigest_sources", "new"] + found["cxdigest_sources", "empty"] == 2
    assert found["cxdigest_healthy",] == 1
    assert found["cxdigest_last_wake_timestamp_seconds",] == console.now.timestamp()
    assert found["cxdigest_store_bytes",] > 100_000
    assert found["process_resident_memory_bytes",] > 10_000_000


def test_no_label_is_a_name_that_a_person_chose(console):
    text = console.get("/metrics").text.lower()
    for name in NAMES:
        assert not re.search(rf'"{name}', text), name


def test_what_was_counted_survives_a_restart_and_retention(tmp_path):
    folder = put_instance(tmp_path)
    with served(folder) as console:
        console.now += timedelta(minutes=5)
        console.turn()
        before = samples(console.get("/metrics").text)
    with served(folder) as console:
        with console.store._database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM polls")
            connection.exec_driver_sql("DELETE FROM verdicts")
        after = samples(console.get("/metrics").text)
    assert before["cxdigest_polls_total", "new"] > 0
    for key, value in before.items():
        if key[0].endswith("_total") and key[0].startswith("cxdigest_"):
            assert after[key] == value, key


def test_from_elsewhere_the_token_of_the_configuration_opens_the_numbers(tmp_path):
    folder = put_instance(tmp_path)
    text = (
        (folder / "config.yaml").read_text().replace("web:\n", f"web:\n  metrics_token: {TOKEN}\n")
    )
    (folder / "config.yaml").write_text(text)
    config = load(folder / "config.yaml", {})
    elsewhere = {"X-Forwarded-For": "192.0.2.7"}
    with served(folder, config=config) as console:
        assert console.get("/metrics").status_code == 200, "this machine"
        for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": TOKEN}):
            refused = console.get("/metrics", headers={**elsewhere, **wrong})
            assert refused.status_code == 401
            assert "cxdigest_" not in refused.text
        right = {"Authorization": f"Bearer {TOKEN}"}
        assert console.get("/metrics", headers={**elsewhere, **right}).status_code == 200
        assert console.get("/healthz", headers=elsewhere).status_code in {200, 503}


def test_without_a_token_the_numbers_are_this_machines_alone(console):
    for headers in ({"X-Forwarded-For": "192.0.2.7"}, {"Host": "digest.example.org"}):
        answer = console.get("/metrics", headers={**headers, "Authorization": "Bearer x"})
        assert answer.status_code == 401


def test_the_page_of_metrics_lists_every_number(console):
    page = (ROOT / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(cxdigest_[a-z_]+)", page, re.MULTILINE))
    served_names = {name for name, *_ in samples(console.get("/metrics").text)}
    assert listed == {name for name in served_names if name.startswith("cxdigest_")}
