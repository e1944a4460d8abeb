"""The commands of the worker: what goes wrong while nobody watches is said and seen."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from cxdigest.cli.instance.health import missing_digests
from cxdigest.cli.instance.serve import _turn
from cxdigest.config import load
from cxdigest.errors import SourceError
from cxdigest.render import environment
from tests.worlds import Scripted, World, alert, later

CONFIG = """
sources: {saved: {type: folder, path: .}}
channels: {files: {type: folder, path: out}}
profiles:
  ada:
    name: Ada
    sources: [saved]
    time_zone: UTC
    send_at: "07:00"
    days: [sat]
    deliver: [{channel: files, to: [ada@x.example]}]
"""
GRACE = timedelta(minutes=10)


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.store.close()


def test_the_worker_logs_every_problem_of_a_turn(world, tmp_path, caplog):
    own = tmp_path / "own"
    own.mkdir()
    (own / "digest.txt.j2").write_text("{{ mail.nothing_of_this_name }}")
    world.templates = environment(own)
    world.sources = [Scripted(script=[SourceError("inbox: refused", outcome="auth")])]
    with caplog.at_level(logging.WARNING):
        _turn(world.street)
    said = [record.getMessage() for record in caplog.records]
    assert said[0] == "source inbox: inbox: refused"
    assert said[1].startswith("profile ada: ")
    assert "digest.txt.j2:1" in said[1]


def test_the_worker_logs_a_delivery_that_failed_and_nothing_of_one_that_did_not(world, caplog):
    world.sources = [Scripted(script=[[alert("CX Lead")]])]
    world.mail.script = [later("450 come back")]
    with caplog.at_level(logging.WARNING):
        _turn(world.street)
        world.now += timedelta(hours=1)
        _turn(world.street)
    said = [record.getMessage() for record in caplog.records]
    assert said == ["delivery to ada@x.example over mail is tried again: 450 come back"]


def test_a_digest_that_was_due_and_is_not_made_is_unhealthy(world, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)
    settings = load(config)

    def missing(moment: str) -> list[str]:
        now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        return list(missing_digests(settings, world.store, now=now, grace=GRACE))

    assert missing("2026-11-21T07:09") == [], "Saturday, within the grace"
    assert missing("2026-11-21T07:10") == [
        "The digest of ada for 2026-11-21 was due and has not been made."
    ]
    assert missing("2026-11-22T07:10") == [], "no digest is due on Sundays"
    world.turn()
    assert missing("2026-11-21T08:00") == []


@pytest.mark.parametrize(
    ("sent", "moment", "is_missing"),
    [
        ("23:58 UTC", "2026-11-21T23:59", False),
        ("23:58 UTC", "2026-11-22T00:05", False),  # seven minutes: a turn may be under way
        ("23:58 UTC", "2026-11-22T00:08", True),  # the next day already, and not made
        ("23:58 UTC", "2026-11-22T02:57", True),
        ("23:58 UTC", "2026-11-22T02:58", False),  # its day is over: nobody can make it
        ("07:00 UTC", "2026-11-21T23:59", True),
        ("07:00 UTC", "2026-11-22T00:00", False),  # over, too: who came today was not there
        ("07:00 UTC", "2026-11-22T00:09", False),
        ("00:00 UTC", "2026-11-21T00:09", False),
        ("00:00 UTC", "2026-11-21T00:10", True),
        ("07:00 Pacific/Auckland", "2026-11-21T10:59", True),  # 23:59 there
        ("07:00 Pacific/Auckland", "2026-11-21T11:05", False),  # 00:05 there
        ("00:05 Pacific/Auckland", "2026-11-20T11:14", False),
        ("00:05 Pacific/Auckland", "2026-11-20T11:15", True),
    ],
)
def test_around_midnight_only_a_digest_that_can_still_be_made_is_missed(
    world, tmp_path, sent, moment, is_missing
):
    send_at, zone = sent.split()
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.replace("07:00", send_at).replace("UTC", zone))
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    missing = list(missing_digests(load(config), world.store, now=now, grace=GRACE))
    said = ["The digest of ada for 2026-11-21 was due and has not been made."]
    assert missing == (said if is_missing else [])
