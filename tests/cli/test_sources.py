"""``sources``, ``reread`` and ``run --strict`` as a person sees them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.cli.inside import call as ask
from tests.cli.test_run import EXAMPLES, call, said
from tests.hours import where_it_is_noon
from tests.ready import put_store, ready_store
from tests.store.world import read, sighting

NAME = "saved-searches"
DAY = timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "alerts").mkdir()
    configure(tmp_path)
    return tmp_path


def configure(home: Path, **sources) -> None:
    put_store(home / "store.sqlite")
    config = {
        "store": {"url": "store.sqlite"},
        "net": {"allow": ["127.0.0.0/8"]},
        "sources": {NAME: {"type": "folder", "path": "alerts"}, **sources},
        "channels": {"out": {"type": "folder", "path": "out"}},
        "profiles": {
            "me": {
                "name": "Ada",
                "sources": [NAME, *sources],
                "send_at": "23:59",
                "time_zone": where_it_is_noon(),
                "read_pages": False,
                "deliver": [{"channel": "out", "to": ["ada@example.org"]}],
            }
        },
    }
    (home / "config.yaml").write_text(yaml.safe_dump(config), "utf-8")


def past(home: Path, *, days: int, quiet: int) -> None:
    """Fill the store with an alert a day until *quiet* days ago, and a poll every day."""
    store = ready_store(home / "store.sqlite")
    now = datetime.now(UTC)
    store.register_sources([NAME], now=now - days * DAY)
    for ago in range(days, -1, -1):
        then = now - ago * DAY
        if ago > quiet:
            one = read(
                f"{ago}", sighting(f"CX Lead {ago}"), source=NAME, sender="linkedin.com", now=then
            )
            store.record_batch(NAME, (one,), {}, now=then)
        store.claim_source(NAME, now=then, lease=DAY / 99, holder="host:1:a")
        store.record_poll(
            NAME, outcome="new", message="", now=then, next_poll=then, holder="host:1:a",
            alerts=ago > quiet, sightings=ago > quiet,
        )  # fmt: skip
    store.close()


def terminal(home: Path, *words: str, columns: int) -> list[str]:
    """What *words* print on a terminal of that width, line by line and without colours."""
    main, other = pty.openpty()
    environment = {
        **os.environ, "COLUMNS": str(columns), "TERM": "dumb", "PYTHONPATH": str(EXAMPLES.parents[1]),
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "cxdigest", *words], cwd=home, env=environment, stdout=other
    ) as running:
        os.close(other)
        told = b""
        while True:
            try:
                piece = os.read(main, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            told += piece
    os.close(main)
    assert running.returncode == 0
    return told.decode().splitlines()


def test_sources_before_any_poll_say_so(home):
    done = ask(home, "sources")
    assert (done.returncode, done.stderr) == (0, "")
    assert "saved-searches folder not yet not known yet at the next turn" in said(done)


def test_sources_show_the_last_poll_the_week_and_what_is_usual(home):
    past(home, days=20, quiet=0)
    told = said(ask(home, "sources"))
    assert (
        "saved-searches folder just now new alerts 0/0 6/6 1 alert a day with 1 posting each"
        in told
    )
    assert "100/0/0 %" in told
    assert "brought" not in told


def test_a_silent_source_is_named_with_the_way_out(home):
    past(home, days=60, quiet=20)
    told = said(ask(home, "sources"))
    assert "linkedin.com in saved-searches brought 1 alert a day with 1 posting each until" in told
    assert "see whether the alert still runs" in told
    (line,) = map(json.loads, ask(home, "sources", "--json").stdout.splitlines())
    assert len(line["silent"]) == 1
    assert line["usual"] == {"alerts_a_week": 7.0, "postings": 1.0}


@pytest.mark.parametrize("columns", [80, 120, 160])
def test_the_table_fits_the_terminal_without_broken_words(home, columns):
    past(home, days=60, quiet=20)
    lines = terminal(home, "sources", columns=columns)
    assert max(map(len, lines)) <= columns
    told = " ".join(" ".join(lines).split())
    assert "…" not in told
    for word in (NAME, "folder", "just now", "new alerts", "posting each"):
        assert word in told


def test_a_pipe_gets_one_line_a_source(home):
    long = "a-very-long-name-for-a-source-that-nobody-would-want-to-write-twice-in-a-row"
    configure(home, **{long: {"type": "folder", "path": "alerts", "enabled": False}})
    past(home, days=60, quiet=20)
    lines = ask(home, "sources", columns=60).stdout.splitlines()
    rows = [line.split() for line in lines if line.strip()]
    assert [row[0] for row in rows[2:]] == [long, NAME, "linkedin.com"]
    assert rows[2][1:] == ["folder", "not", "yet", "disabled", "never"]


def test_a_source_that_left_the_configuration_is_still_shown(home):
    past(home, days=3, quiet=0)
    config = (home / "config.yaml").read_text("utf-8").replace(NAME, "renamed")
    (home / "config.yaml").write_text(config, "utf-8")
    told = said(ask(home, "sources"))
    assert "saved-searches removed just now no longer configured" in told
    assert "renamed folder not yet" in told


def test_a_failing_source_says_why_and_when_it_is_tried_again(home):
    configure(home, feed={"type": "feed", "url": "http://127.0.0.1:9/feed"})
    call(home, "run", "--once")
    told = said(ask(home, "sources"))
    assert "feed feed just now not reached" in told
    assert "feed: http://127.0.0.1:9/feed: no connection" in told
    assert "(tried again in" in told


def test_a_source_that_another_worker_has_is_named_by_run_and_sources(home):
    store = ready_store(home / "store.sqlite")
    now = datetime.now(UTC)
    store.register_sources([NAME], now=now)
    assert store.claim_source(NAME, now=now, lease=timedelta(minutes=15), holder="host:7:ab")
    store.close()
    sentence = f"another worker (host:7) has it since {now:%H:%M} UTC; if that one was killed"
    done = call(home, "run", "--once")
    assert f"saved-searches was not polled: {sentence}" in said(done)
    assert f"saved-searches: {sentence}" in said(ask(home, "sources"))
    steps = [json.loads(line) for line in call(home, "run", "--once", "--json").stdout.splitlines()]
    assert [one["source"] for one in steps if one["step"] == "claimed"] == [NAME]


def test_strict_fails_on_alerts_that_could_not_be_read_and_names_them(home):
    (home / "alerts" / "cut.eml").write_bytes((EXAMPLES / "11-cut-off.eml").read_bytes())
    done = call(home, "run", "--once", "--strict")
    assert done.returncode == 1
    assert "source saved-searches: 1 alert could not be read; send one with" in done.stderr
    assert call(home, "run", "--once", "--strict").returncode == 0, "nothing new could not be read"


def test_without_strict_it_is_no_failure(home):
    (home / "alerts" / "cut.eml").write_bytes((EXAMPLES / "11-cut-off.eml").read_bytes())
    done = call(home, "run", "--once")
    assert (done.returncode, done.stderr) == (0, "")


def test_strict_fails_on_a_silent_source_and_json_carries_it(home):
    past(home, days=60, quiet=20)
    assert call(home, "run", "--once").returncode == 0
    done = call(home, "run", "--once", "--strict", "--json")
    assert done.returncode == 1
    assert "cxdigest: linkedin.com in saved-searches brought" in done.stderr
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    (strict,) = [one for one in steps if one["step"] == "strict"]
    assert len(strict["problems"]) == 1


def test_strict_fails_where_a_source_fails(home):
    configure(home, feed={"type": "feed", "url": "http://127.0.0.1:9/feed"})
    done = call(home, "run", "--once", "--strict")
    assert done.returncode == 1
    assert done.stderr.count("source feed") == 1


def test_reread_says_what_came_of_it(home):
    for name in ("03-indeed-alert.eml", "11-cut-off.eml"):
        (home / "alerts" / name).write_bytes((EXAMPLES / name).read_bytes())
    call(home, "run", "--once")
    told = said(call(home, "reread"))
    assert "2 alerts read again. 2 read as before" in told
    (line,) = call(home, "reread", "--json", "--source", NAME).stdout.splitlines()
    assert json.loads(line)["unchanged"] == 2
    tomorrow = f"{datetime.now(UTC) + DAY:%Y-%m-%d}"
    assert "No stored alert is to be read again." in said(call(home, "reread", "--since", tomorrow))


def test_reread_with_wrong_words_says_the_right_ones(home):
    done = ask(home, "reread", "--since", "yesterday")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'yesterday' is no date; write it as 2026-11-21" in done.stderr
    done = ask(home, "reread", "--source", "nowhere")
    assert done.returncode == 2
    assert "nothing is stored of 'nowhere'; there are none yet" in done.stderr


def test_mails_that_are_nobodys_are_told_by_their_addresses(home):
    shared = {
        "type": "mailbox", "host": "127.0.0.1", "user": "coach@x.example", "password": "x",
        "intake": True, "enabled": False,
    }  # fmt: skip
    configure(home, clients=shared)
    store = ready_store(home / "store.sqlite")
    now = datetime.now(UTC)
    store.register_sources(["clients"], now=now)
    for number, to in enumerate(["coach+ana@x.example"] * 2 + ["dee@y.example"]):
        ways = ("delivered:coach@x.example", f"written:{to}")
        one = replace(read(f"{number}", sighting(), source="clients"), addressed=ways)
        store.record_batch("clients", (one,), {}, now=now)
    store.close()
    configure(home, clients=shared | {"enabled": True})
    done = ask(home, "sources")
    assert (
        "clients: 3 alerts of the last 30 days are nobody's: 2 for coach+ana@x.example, 1 for"
        " dee@y.example; name an address under a person's `addresses`"
    ) in said(done)
