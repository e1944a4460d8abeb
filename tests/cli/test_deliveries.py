"""``cxdigest deliveries`` and ``deliveries retry`` as a person uses them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from cxdigest.store.schema import deliveries
from tests.cli.inside import call
from tests.cli.test_sources import configure
from tests.ready import ready_store
from tests.store.world import compose

NOW = datetime.now(UTC)
SENT, GIVEN_UP, LATER, BACK = (
    f"{name}@x.example" for name in ("sent", "given-up", "later", "came-back")
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "alerts").mkdir()
    configure(tmp_path)
    with_store(tmp_path, fill)
    return tmp_path


def with_store(home: Path, use):
    store = ready_store(home / "store.sqlite")
    try:
        return use(store)
    finally:
        store.close()


def fill(store):
    compose(store, SENT, GIVEN_UP, LATER, BACK, profile="me", day=NOW.date(), now=NOW)
    # In the time zone of the configuration it is still, or was just now, the day before.
    compose(store, profile="me", day=NOW.date() - timedelta(days=1), now=NOW)
    compose(store, "x@x.example", profile="old", day=NOW.date() - timedelta(days=40), now=NOW)
    ends = {
        SENT: ("sent", "250 queued", None),
        GIVEN_UP: ("failed", "550 5.1.1 no such mailbox", None),
        LATER: ("waiting", "450 come later", NOW + timedelta(days=1)),
        BACK: ("sent", "250 queued", None),
        "x@x.example": ("failed", "550", None),
    }
    for _ in ends:
        one = store.claim_delivery(now=NOW, lease=timedelta(minutes=15), holder="w")
        state, detail, due = ends[one.recipient]
        store.finish_delivery(one.id, state=state, detail=detail, now=NOW, next_try=due, holder="w")
    with store._database.writing() as connection:
        back = update(deliveries).where(deliveries.c.recipient == BACK)
        connection.execute(back.values(bounced="552 5.2.2 mailbox full"))


def states(home: Path):
    return with_store(
        home, lambda store: {one.recipient: (one.state, one.due) for one in store.deliveries("me")}
    )


def test_every_delivery_has_a_line_and_what_did_not_arrive_a_reason(home):
    done = call(home, "deliveries")
    assert done.returncode == 0, done.stderr
    lines = {one: line for line in done.stdout.splitlines() for one in line.split() if "@" in one}
    assert set(lines) == {SENT, GIVEN_UP, LATER, BACK}
    assert " sent " in lines[SENT]
    assert " failed " in lines[GIVEN_UP]
    assert " next try " in lines[LATER]
    assert " came back " in lines[BACK]
    assert (
        "550 5.1.1 no such mailbox. Once that is mended: `cxdigest deliveries retry " in done.stdout
    )
    assert "450 come later. It is tried again by itself." in done.stdout
    assert "552 5.2.2 mailbox full." in done.stdout


def test_failed_ones_and_those_of_a_day_or_profile_are_shown_alone(home):
    def shown(*options):
        told = call(home, "deliveries", "--json", *options).stdout.splitlines()
        return {json.loads(line)["recipient"] for line in told}

    assert shown("--failed") == {GIVEN_UP, BACK}
    assert shown("--profile", "old") == set()
    old = (NOW.date() - timedelta(days=40)).isoformat()
    assert shown("--day", old) == shown("--day", old, "--profile", "old") == {"x@x.example"}
    assert call(home, "deliveries", "--profile", "nobody").stdout == (
        "Nothing was to be sent in the last 14 days for nobody.\n"
    )
    wrong = call(home, "deliveries", "--day", "today")
    assert wrong.returncode == 2
    assert "write it as 2026-11-21" in wrong.stderr


def test_what_failed_is_tried_again_when_a_person_says_so(home):
    ids = {
        one["recipient"]: one["id"]
        for one in map(json.loads, call(home, "deliveries", "--json").stdout.splitlines())
    }
    for one in (GIVEN_UP, LATER, BACK):
        done = call(home, "deliveries", "retry", ids[one][:8])
        assert done.returncode == 0, done.stderr
        assert f"to {one} over smtp is tried again at the next turn." in done.stdout
        state, due = states(home)[one]
        assert state == "waiting"
        assert due <= datetime.now(UTC)
    refused = call(home, "deliveries", "retry", ids[SENT])
    assert refused.returncode == 2
    assert "was sent already" in refused.stderr
    assert states(home)[SENT][0] == "sent"
    for unknown in ("nothing", "%"):
        assert "there is no delivery" in call(home, "deliveries", "retry", unknown).stderr


def test_health_says_what_did_not_arrive_and_stays_healthy(home):
    with_store(home, lambda store: store.wake(now=datetime.now(UTC), holder="w"))
    done = call(home, "health", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["healthy"], told["problems"]) == (0, True, [])
    assert len(told["unsent"]) == 3
    assert f"to {GIVEN_UP} over smtp was given up: 550 5.1.1" in done.stderr
    assert f"to {LATER} over smtp waits for its next try: 450" in done.stderr
    assert f"to {BACK} over smtp came back: 552 5.2.2" in done.stderr
